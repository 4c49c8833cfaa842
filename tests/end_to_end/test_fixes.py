"""Every problem that can be fixed: what the fix says it will do, what it does, and undoing it."""

from __future__ import annotations

import errno
import os

import pytest
from sqlalchemy import update

from courseporter import api
from courseporter.api.fix_values import FixAnswer
from courseporter.errors import ConflictError, InputError, SettingsError
from courseporter.model import Entry, Option, Question, Quiz, Resource, Text, Video
from courseporter.store.schema import draft as drafts_table
from courseporter.workspace import ledger
from courseporter.workspace.stored import StoredDraft
from fakes.draft import block, choice, lesson, section, unit
from fakes.editing import made, node_of, nodes_of
from fakes.material import simple_tables, template

CUES = "1\n00:00:01,000 --> 00:00:02,000\nHello\n"


def lessons(*blocks):
    """One section, and a lesson for each block."""
    found = [section("s", "Clay")]
    for number, content in enumerate(blocks, 1):
        found.append(lesson(f"l{number}", "s", f"Lesson {number}"))
        found.append(unit(f"u{number}", f"l{number}", f"Lesson {number}"))
        found.append(block(f"b{number}", f"u{number}", content, f"Lesson {number}"))
    return found


def pages(*texts):
    return lessons(*(Text(html=html) for html in texts))


def drafted(actor, nodes, files=None):
    draft = made(actor.store, nodes, files)
    api.recheck(actor, draft)
    return draft


def problems(actor, draft, code):
    return [one for one in api.problems(actor, draft) if one.code == code]


def html_of(actor, draft, key):
    return node_of(actor.store, draft, key).block.html


def folder_of(tmp_path, **files):
    for name, data in files.items():
        path = tmp_path / "files" / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(data)
    return str(tmp_path / "files")


PLAIN = [
    ('<h2>A</h2><h4 class="x">B</h4>', "heading_jump", '<h2>A</h2><h3 class="x">B</h3>'),
    (
        '<iframe src="http://frames.example/a"></iframe>',
        "insecure_frame",
        '<iframe src="https://frames.example/a"></iframe>',
    ),
]


@pytest.mark.parametrize(("before", "code", "after"), PLAIN)
def test_a_fix_of_a_page_changes_only_what_it_says_and_can_be_undone(actor, before, code, after):
    draft = drafted(actor, pages(f"<p>Tea &amp; clay</p>{before}"))
    problem = problems(actor, draft, code)[0]

    seen = api.fix_preview(actor, draft, problem.id)
    assert (seen.changed, len(seen.lines)) == (1, 1)
    assert api.fix(actor, draft, problem.id) == 1

    assert html_of(actor, draft, "b1") == f"<p>Tea &amp; clay</p>{after}"
    assert problems(actor, draft, code) == []
    assert [one.undone for one in api.history(actor, draft)] == [False]
    api.undo(actor, draft)
    assert html_of(actor, draft, "b1") == f"<p>Tea &amp; clay</p>{before}"
    assert len(problems(actor, draft, code)) == 1


@pytest.mark.parametrize(("before", "code", "after"), PLAIN)
def test_fixing_all_fixes_also_those_that_the_list_only_counts(actor, before, code, after):
    draft = drafted(actor, pages(*[before] * 130))
    problem = problems(actor, draft, code)[0]
    assert problem.alike == 130

    assert api.fix(actor, draft, problem.id, all_alike=True) == 130

    assert {html_of(actor, draft, f"b{n}") for n in (1, 130)} == {after}
    assert problems(actor, draft, code) == []
    assert len(api.history(actor, draft)) == 1


def test_a_picture_gets_its_text_everywhere_it_is_shown(actor):
    pot = '<img src="courseporter-asset:pot.png">'
    draft = drafted(
        actor, pages(pot, f'{pot}<img src="https://x.example/b.png">'), {"pot.png": b"x"}
    )
    problem = problems(actor, draft, "image_without_text")[0]
    assert (problem.asks, problem.alike, problem.same) == ("text", 3, 2)

    answer = FixAnswer(text='A "pinch" pot')
    assert api.fix(actor, draft, problem.id, all_alike=True, answer=answer) == 2

    assert 'alt="A &quot;pinch&quot; pot"' in html_of(actor, draft, "b1")
    left = problems(actor, draft, "image_without_text")
    assert ["b.png" in one.message for one in left] == [True]


def test_all_pictures_can_be_marked_as_decorative(actor):
    draft = drafted(
        actor, pages('<img src="https://x.example/a.png"><img src="https://x.example/b.png">')
    )
    problem = problems(actor, draft, "image_without_text")[0]

    api.fix(actor, draft, problem.id, all_alike=True, answer=FixAnswer(text=""))

    assert html_of(actor, draft, "b1").count('alt=""') == 2
    assert problems(actor, draft, "image_without_text") == []


def test_a_picture_without_an_answer_stays_as_it_is(actor):
    draft = drafted(actor, pages('<img src="https://x.example/a.png">'))
    problem = problems(actor, draft, "image_without_text")[0]
    with pytest.raises(SettingsError):
        api.fix(actor, draft, problem.id)
    assert api.history(actor, draft) == ()


def test_the_second_of_two_equal_questions_is_removed(actor):
    quiz = Quiz(questions=(choice("q1", "Why?"), choice("q2", "How?"), choice("q3", "Why?")))
    draft = drafted(actor, lessons(quiz))
    (problem,) = problems(actor, draft, "question_duplicate")
    assert api.fix_preview(actor, draft, problem.id).lines == ("The question “Why?” is removed",)

    api.fix(actor, draft, problem.id)

    left = node_of(actor.store, draft, "b1").block.questions
    assert [one.key for one in left] == ["q1", "q2"]


def test_questions_with_other_answers_are_no_duplicates(actor):
    quiz = Quiz(questions=(choice("q1", "Why?"), choice("q2", "Why?", right=1)))
    assert problems(actor, drafted(actor, lessons(quiz)), "question_duplicate") == []


def test_several_right_answers_of_a_quiz_make_its_question_multiple_choice(actor):
    options = (Option(text="A", correct=True), Option(text="B", correct=True))
    question = Question(key="q1", type="single_choice", text="Which?", options=options)
    draft = drafted(actor, lessons(Quiz(questions=(question,))))
    (problem,) = problems(actor, draft, "question_answers_ambiguous")

    assert api.fix(actor, draft, problem.id) == 1
    assert node_of(actor.store, draft, "b1").block.questions[0].type == "multiple_choice"


def test_a_question_without_an_answer_is_left_to_the_person(actor):
    question = Question(
        key="q1", type="single_choice", text="Which?", options=(Option(text="A"), Option(text="B"))
    )
    draft = drafted(actor, lessons(Quiz(questions=(question,))))
    (problem,) = problems(actor, draft, "question_without_answer")
    assert (problem.asks, problem.key) == ("editor", "q1")
    with pytest.raises(SettingsError):
        api.fix(actor, draft, problem.id)


def test_lessons_with_the_same_title_get_numbers(actor):
    nodes = [
        section("s"),
        *(lesson(f"l{n}", "s", "Quiz") for n in "123"),
        lesson("l4", "s", "Quiz (2)"),
    ]
    draft = drafted(actor, nodes)
    problem = problems(actor, draft, "lesson_title_clash")[0]

    api.fix(actor, draft, problem.id, all_alike=True)

    titles = [one.title for one in nodes_of(actor.store, draft) if one.kind == "lesson"]
    assert titles == ["Quiz", "Quiz (3)", "Quiz (4)", "Quiz (2)"]
    assert problems(actor, draft, "lesson_title_clash") == []


def from_school(actor, nodes, **addresses):
    """A draft of a school; the old address of each lesson by its key."""
    draft = made(actor.store, nodes)
    entries = tuple(
        Entry(kind="lesson", depth=2, title=key, ref=key, outcome="converted", to=(key,), href=href)
        for key, href in addresses.items()
    )
    with actor.store.write() as connection:
        connection.execute(
            update(drafts_table).where(drafts_table.c.id == draft).values(connection_id="c")
        )
        ledger.replace(connection, draft, entries)
    api.recheck(actor, draft)
    return draft


@pytest.mark.parametrize(
    ("old", "link"),
    [
        ("/courses/12/lectures/34", "https://clay.teachable.com/courses/clay/lectures/34"),
        ("/courses/12/lectures/34", "/courses/12/lectures/34?from=mail#top"),
        (
            "https://clay.thinkific.com/courses/take/clay/texts/34-coil",
            "https://www.clay.example/courses/take/clay/texts/34-coil-pots",
        ),
    ],
)
def test_links_to_the_old_school_lead_to_the_lessons_here(actor, old, link):
    nodes = pages(
        f'<a href="{link}">next</a><a href="https://x.example/courses/1">else</a>', "<p>x</p>"
    )
    draft = from_school(actor, nodes, l2=old)
    (problem,) = problems(actor, draft, "old_school_link")
    assert "“Lesson 2”" in api.fix_preview(actor, draft, problem.id).lines[0]

    api.fix(actor, draft, problem.id)

    html = html_of(actor, draft, "b1")
    assert 'href="courseporter-lesson:l2"' in html
    assert 'href="https://x.example/courses/1"' in html
    assert problems(actor, draft, "old_school_link") == []
    assert problems(actor, draft, "lesson_link_missing") == []


def test_a_missing_file_is_taken_from_a_folder_by_its_name(actor, tmp_path):
    draft = drafted(actor, [*lessons(Resource(file="docs/Glaze.pdf"))])
    (problem,) = problems(actor, draft, "asset_missing")
    place = folder_of(tmp_path, deep__glaze_pdf="%PDF")

    seen = api.fix_preview(actor, draft, problem.id, answer=FixAnswer(place=place))
    assert list(seen.files) == ["docs/Glaze.pdf"]
    api.fix(actor, draft, problem.id, answer=FixAnswer(place=place, files=seen.files))

    assert problems(actor, draft, "asset_missing") == []


def test_missing_files_of_tables_are_added_to_the_lessons_that_name_them(actor, tmp_path):
    tables = simple_tables(3)
    tables["lessons"][0] |= {"content": '<p><img alt="" src="img/pot.png"></p>'}
    tables["lessons"][1] |= {"type": "pdf", "content": "", "file": "glaze.pdf"}
    tables |= {name: [] for name in ("exercises", "questions", "options")}
    api.convert(actor, template(tmp_path / "a.zip", tables), tmp_path / "a.tar.gz")
    draft = api.drafts(actor)[0].id
    (problem,) = problems(actor, draft, "missing_files")
    place = folder_of(tmp_path, img__pot_png="png", other__pot_png="other", glaze_pdf="pdf")

    api.fix(actor, draft, problem.id, answer=FixAnswer(place=place))

    assert "courseporter-asset:media/pot" in html_of(actor, draft, "text:l1")
    assert isinstance(node_of(actor.store, draft, "note:l2").block, Resource)
    assert api.problems(actor, draft) == ()
    result = api.export_draft(actor, draft, tmp_path / "b.tar.gz", force=False, settings={})
    assert result.sums["failed"] == 0


def test_what_the_folder_lacks_is_still_a_problem_after_the_fix(actor, tmp_path):
    tables = simple_tables(2)
    tables["lessons"][0] |= {"content": '<img alt="" src="a.png"><img alt="" src="b.png">'}
    api.convert(actor, template(tmp_path / "a.zip", tables), tmp_path / "a.tar.gz")
    draft = api.drafts(actor)[0].id
    (problem,) = problems(actor, draft, "missing_files")
    place = folder_of(tmp_path, a_png="a")
    assert api.fix_preview(actor, draft, problem.id, answer=FixAnswer(place=place)).missing == (
        "b.png",
    )

    api.fix(actor, draft, problem.id, answer=FixAnswer(place=place))

    assert ["b.png" in one.message for one in api.problems(actor, draft)] == [True]
    api.undo(actor, draft)
    assert [one.code for one in api.problems(actor, draft)] == ["relative_reference"]


def test_two_files_of_the_same_name_are_asked_about(actor, tmp_path):
    draft = drafted(actor, lessons(Resource(file="glaze.pdf")))
    (problem,) = problems(actor, draft, "asset_missing")
    place = folder_of(tmp_path, a__glaze_pdf="one", b__glaze_pdf="two")
    seen = api.fix_preview(actor, draft, problem.id, answer=FixAnswer(place=place))
    (unclear,) = seen.unclear
    assert (unclear.name, len(unclear.files), seen.changed) == ("glaze.pdf", 2, 0)
    with pytest.raises(SettingsError):
        api.fix(actor, draft, problem.id, answer=FixAnswer(place=place))

    chosen = FixAnswer(place=place, files={"glaze.pdf": unclear.files[1]})
    assert api.fix(actor, draft, problem.id, answer=chosen) == 1


def test_the_same_file_in_two_folders_is_no_question(actor, tmp_path):
    draft = drafted(actor, lessons(Resource(file="glaze.pdf")))
    (problem,) = problems(actor, draft, "asset_missing")
    place = folder_of(tmp_path, a__glaze_pdf="one", b__glaze_pdf="one")
    assert api.fix(actor, draft, problem.id, answer=FixAnswer(place=place)) == 1


def test_a_file_that_vanishes_after_it_was_chosen_changes_nothing(actor, tmp_path):
    draft = drafted(actor, lessons(Resource(file="a.pdf"), Resource(file="b.pdf")))
    problem = problems(actor, draft, "asset_missing")[0]
    place = folder_of(tmp_path, a_pdf="a", b_pdf="b")
    seen = api.fix_preview(actor, draft, problem.id, all_alike=True, answer=FixAnswer(place=place))
    (tmp_path / "files" / "b.pdf").unlink()

    answer = FixAnswer(place=place, files=seen.files)
    with pytest.raises(InputError, match=r"b\.pdf"):
        api.fix(actor, draft, problem.id, all_alike=True, answer=answer)

    assert api.history(actor, draft) == ()
    assert len(problems(actor, draft, "asset_missing")) == 2


def test_a_folder_that_cannot_be_read_is_named(actor, tmp_path, monkeypatch):
    """The system's refusal is played: the administrator may read every folder."""
    draft = drafted(actor, lessons(Resource(file="a.pdf")))
    (problem,) = problems(actor, draft, "asset_missing")
    closed = tmp_path / "closed"
    closed.mkdir()

    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(InputError, match="closed"):
        api.fix(actor, draft, problem.id, answer=FixAnswer(place=str(closed)))


def test_a_folder_that_is_gone_is_named(actor, tmp_path):
    draft = drafted(actor, lessons(Resource(file="a.pdf")))
    (problem,) = problems(actor, draft, "asset_missing")
    with pytest.raises(InputError, match="nowhere"):
        api.fix(actor, draft, problem.id, answer=FixAnswer(place=str(tmp_path / "nowhere")))


def test_a_course_that_has_changed_since_is_not_fixed(actor):
    draft = drafted(actor, pages("<h2>A</h2><h4>B</h4>"))
    (problem,) = problems(actor, draft, "heading_jump")
    seen = api.fix_preview(actor, draft, problem.id)
    api.rename(actor, draft, "s", "Earth")

    with pytest.raises(ConflictError):
        api.fix(actor, draft, problem.id, expect=seen.rev)
    assert "<h4>" in html_of(actor, draft, "b1")


def test_a_number_that_means_another_problem_by_now_fixes_nothing(actor):
    draft = drafted(actor, pages("<h2>A</h2><h4>B</h4>", "<h1>A</h1><h3>B</h3>"))
    first, second = problems(actor, draft, "heading_jump")
    api.fix(actor, draft, first.id)

    with pytest.raises(SettingsError):
        api.fix(actor, draft, first.id, seen=first)
    assert html_of(actor, draft, second.key) == "<h1>A</h1><h3>B</h3>"


def test_captions_are_matched_to_videos_by_name_and_language(actor, tmp_path):
    files = {"media/Kiln.mp4": b"x"}
    videos = [
        Video(file="media/Kiln.mp4"),
        Video(sources=("https://cdn.example/v/wheel%20one.mp4?t=1",)),
        Video(sources=("https://cdn.example/other.mp4",)),
        Video(youtube="abcdefghijk"),
    ]
    draft = drafted(actor, lessons(*videos), files)
    found = problems(actor, draft, "captions_missing")
    assert [one.key for one in found] == ["b1", "b2", "b3"]
    place = folder_of(tmp_path, kiln_srt=CUES, kiln_de_srt=CUES + "2", notes_txt="x")
    (tmp_path / "files" / "Wheel One.vtt").write_text(f"WEBVTT\n\n{CUES[2:]}")

    answer = FixAnswer(place=place)
    assert api.fix_preview(actor, draft, found[0].id, all_alike=True, answer=answer).missing == (
        "Lesson 3",
    )
    assert api.fix(actor, draft, found[0].id, all_alike=True, answer=answer) == 2

    kiln = node_of(actor.store, draft, "b1").block
    assert [one.language for one in kiln.captions] == ["de", "en"]
    assert [one.key for one in problems(actor, draft, "captions_missing")] == ["b3"]
    api.undo(actor, draft)
    assert node_of(actor.store, draft, "b1").block.captions == ()


def test_captions_become_subrip_whatever_their_format(actor, tmp_path):
    draft = drafted(actor, lessons(Video(sources=("https://cdn.example/kiln.mp4",))))
    (problem,) = problems(actor, draft, "captions_missing")
    place = folder_of(tmp_path, notes_txt="x")
    (tmp_path / "files" / "kiln.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nHot\n")

    api.fix(actor, draft, problem.id, answer=FixAnswer(place=place))

    (caption,) = node_of(actor.store, draft, "b1").block.captions
    assert caption.path.endswith(".srt")
    stored = next(
        one for one in StoredDraft(actor.store, draft).assets() if one.path == caption.path
    )
    with actor.store.assets.open(stored.sha256) as stream:
        assert stream.read() == b"1\n00:00:01,000 --> 00:00:02,000\nHot\n"


def test_captions_without_a_cue_are_refused(actor, tmp_path):
    draft = drafted(actor, lessons(Video(sources=("https://cdn.example/kiln.mp4",))))
    (problem,) = problems(actor, draft, "captions_missing")
    place = folder_of(tmp_path, kiln_srt="<html>Please log in</html>")

    with pytest.raises(InputError, match="no captions"):
        api.fix(actor, draft, problem.id, answer=FixAnswer(place=place))
    assert api.history(actor, draft) == ()


def test_a_missing_file_that_no_item_can_take_stays_a_problem(actor, tmp_path):
    """A lesson with a quiz has no place for the document that its row names."""
    tables = simple_tables(2)
    tables["lessons"][0] |= {"content": '<img alt="" src="a.png">'}
    tables["lessons"][1] |= {"type": "pdf", "content": "", "file": "glaze.pdf"}
    api.convert(actor, template(tmp_path / "a.zip", tables), tmp_path / "a.tar.gz")
    draft = api.drafts(actor)[0].id
    (problem,) = problems(actor, draft, "missing_files")
    assert problem.count == 2
    place = folder_of(tmp_path, a_png="a", glaze_pdf="pdf")

    api.fix(actor, draft, problem.id, answer=FixAnswer(place=place))

    (left,) = api.problems(actor, draft)
    assert left.message == "1 file that the source names is still missing."
