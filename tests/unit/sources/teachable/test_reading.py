from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from courseporter.errors import AuthError, PorterError, TransientError
from courseporter.limits import Limits
from courseporter.model import Asset, Quiz
from courseporter.net import Client, HeaderCredential, Policy
from courseporter.secret import Secret
from courseporter.sources.teachable import v1
from courseporter.sources.teachable.reading import Reading
from fakes.service import gateway, truncated
from fakes.teachable import School, Teachable, attachment, grown, question


class Ctx:
    """A context without a store: assets stay in memory."""

    def __init__(self, scratch: Path, http: Client) -> None:
        self.scratch = scratch
        self.sites = {"": http, "media": Client()}
        self.limits = Limits()
        self.assets: dict[str, bytes] = {}

    def asset(self, path, stream):
        self.assets[path] = stream.read()
        return Asset(path=path, sha256="0" * 64, size=len(self.assets[path]))

    def http(self, site=""):
        return self.sites[site]

    def tick(self, done, total, unit):
        pass


def client(fake: Teachable) -> Client:
    return Client(fake.url, credential=HeaderCredential(apiKey=Secret(fake.key)), policy=Policy())


def read(fake: Teachable, tmp_path: Path, cursor=None, **choices: str):
    with client(fake) as http:
        ctx = Ctx(tmp_path, http)
        course = str(fake.school.courses[0]["id"])
        return list(Reading(ctx, choices, {}).chunks(course, cursor)), ctx


def nodes_of(chunks):
    return [node for chunk in chunks for node in chunk.nodes]


def entries_of(chunks):
    return [entry for chunk in chunks for entry in chunk.entries]


@pytest.mark.parametrize("seed", range(6))
def test_everything_that_the_school_gives_stands_in_the_ledger_in_its_order(tmp_path, seed):
    school = grown(seed, 20)
    with Teachable(school, limit=None) as fake:
        chunks, _ = read(fake, tmp_path)
    course = school.courses[0]
    sections = sorted(course["lecture_sections"], key=lambda one: one["position"])
    expected = []
    for section in sections:
        expected.append(("section", str(section["id"])))
        for lecture in sorted(section["lectures"], key=lambda one: one["position"]):
            expected.append(("lesson", str(lecture["id"])))
            content = school.lectures[course["id"], lecture["id"]]
            for one in content["attachments"]:
                expected.append(("attachment", str(one["id"])))
                asked = (one["quiz"] or {}).get("questions", [])
                expected += [("question", f"{one['id']}:{n}") for n, _ in enumerate(asked, 1)]
    assert [(one.kind, one.ref) for one in entries_of(chunks)] == expected
    keys = [node.key for node in nodes_of(chunks)]
    assert len(keys) == len(set(keys))
    questions = (getattr(node.block, "questions", ()) for node in nodes_of(chunks))
    known = {None, *keys, *(one.key for some in questions for one in some)}
    assert all(node.parent in known for node in nodes_of(chunks))
    for entry in entries_of(chunks):
        assert (entry.reason is None) == (entry.outcome == "converted"), entry
        assert bool(entry.to) == entry.outcome.startswith("converted"), entry
        assert all(key in known for key in entry.to)


def test_a_lecture_is_asked_for_once_and_not_again_after_its_chunk(tmp_path):
    with Teachable(grown(1, 40), limit=None) as fake:
        chunks, _ = read(fake, tmp_path)
        first = fake.lecture_calls()
        assert len(first) == len(set(first)) == 40
        fake.asked.clear()
        later, _ = read(fake, tmp_path, cursor=chunks[1].cursor)
        assert nodes_of(later) == nodes_of(chunks[2:])
        assert len(fake.lecture_calls()) < 40


def test_right_answers_are_found_by_their_texts(tmp_path):
    quiz = {"id": 1, "questions": [
        question("Exact?", ["90 g/m²", "300 g/m²"], ["300 g/m²"]),
        question("Blanks and case?", [" Sable ", "Nylon"], ["sable"]),
        question("Twice?", ["Yes", "Yes", "No"], ["Yes"]),
        question("Unknown?", ["A", "B"], ["C"]),
        question("Two of one kind?", ["A", "B", "C"], ["A", "B"], question_type="single"),
        question("Several?", ["A", "B", "C"], ["A", "B"]),
    ]}  # fmt: skip
    school = small([attachment(9, "quiz", 1, quiz=quiz)])
    with Teachable(school, limit=None) as fake:
        chunks, _ = read(fake, tmp_path)
    (block,) = [node.block for node in nodes_of(chunks) if isinstance(node.block, Quiz)]
    found = [(q.type, [o.text for o in q.options if o.correct]) for q in block.questions]
    assert found == [
        ("single_choice", ["300 g/m²"]),
        ("single_choice", ["Sable"]),
        ("single_choice", ["Yes"]),
        ("survey", []),
        ("single_choice", ["A", "B"]),
        ("multiple_choice", ["A", "B"]),
    ]
    outcomes = [one.outcome for one in entries_of(chunks) if one.kind == "question"]
    assert outcomes == [
        "converted", "converted", "converted_with_loss", "converted_with_loss", "converted",
        "converted",
    ]  # fmt: skip


def test_media_stay_where_they_are_and_an_expiring_address_is_told(tmp_path):
    school = small([attachment(9, "video", 1, name="a.mp4", url="media:u/a.mp4", file_size=0)])
    school.media["u/a.mp4"] = b"film"
    with Teachable(school, limit=None) as fake:
        chunks, ctx = read(fake, tmp_path)
    (video,) = [node.block for node in nodes_of(chunks) if node.kind == "block"]
    assert video.sources[0].startswith(fake.cdn.url)
    told = [one for chunk in chunks for one in chunk.problems]
    assert [one.code for one in told] == ["media_link_expires"]
    assert "s3cr3t" not in str(told[0].message)
    assert ctx.assets == {}


def test_media_are_put_into_the_package_and_the_key_stays_at_the_school(tmp_path):
    school = small([attachment(9, "video", 1, name="a.mp4", url="media:u/a.mp4", file_size=4)])
    school.media["u/a.mp4"] = b"film"
    seen = []
    with Teachable(school, limit=None) as fake:
        fake.cdn.answer = lambda request: seen.append(request.headers) or fake._medium(request)
        chunks, ctx = read(fake, tmp_path, media="package")
    (video,) = [node.block for node in nodes_of(chunks) if node.kind == "block"]
    assert ctx.assets[video.file] == b"film"
    assert [asset.path for chunk in chunks for asset in chunk.assets] == [video.file]
    assert seen
    assert not any("apikey" in headers for headers in seen)


def test_media_are_put_into_the_folder_of_the_creators_own_host(tmp_path):
    school = small([attachment(9, "pdf", 1, name="Plan Ä.pdf", url="media:u/p.pdf", file_size=3)])
    school.media["u/p.pdf"] = b"%PD"
    folder = tmp_path / "host"
    folder.mkdir()
    with Teachable(school, limit=None) as fake:
        chunks, _ = read(
            fake,
            tmp_path,
            media="folder",
            media_dir=str(folder),
            media_base="https://me.example/f/",
        )
    (link,) = [node.block for node in nodes_of(chunks) if node.kind == "block"]
    (file,) = folder.iterdir()
    assert link.url == f"https://me.example/f/{file.name}"
    assert file.read_bytes() == b"%PD"


def test_a_file_that_is_gone_leaves_its_address_and_a_reason(tmp_path):
    school = small([attachment(9, "audio", 1, name="a.mp3", url="media:u/none.mp3")])
    with Teachable(school, limit=None) as fake:
        chunks, _ = read(fake, tmp_path, media="package")
    (entry,) = [one for one in entries_of(chunks) if one.kind == "attachment"]
    assert entry.outcome == "converted_with_loss"
    assert "couldn't be downloaded" in str(entry.reason)


def test_a_lecture_deleted_meanwhile_is_skipped_with_its_reason(tmp_path):
    school = grown(3, 8)
    gone = next(iter(school.lectures))
    del school.lectures[gone]
    with Teachable(school, limit=None) as fake:
        chunks, _ = read(fake, tmp_path)
    (entry,) = [one for one in entries_of(chunks) if one.ref == str(gone[1])]
    assert (entry.outcome, entry.to) == ("skipped", ())
    assert [p.code for c in chunks for p in c.problems].count("school_item_gone") == 1


@pytest.mark.parametrize("spelling", ["native comments", "Native-Comments", "native_comments"])
def test_kinds_are_known_in_every_spelling(tmp_path, spelling):
    with Teachable(small([attachment(9, spelling, 1)]), limit=None) as fake:
        chunks, _ = read(fake, tmp_path)
    assert entries_of(chunks)[-1].outcome == "skipped"


def test_an_unknown_kind_is_kept_word_for_word(tmp_path):
    one = attachment(9, "hologram", None, text="<p>x</p>", beam={"angle": 3})
    with Teachable(small([one]), limit=None) as fake:
        chunks, _ = read(fake, tmp_path)
    block = nodes_of(chunks)[-1].block
    assert json.loads(block.data) == one


@pytest.mark.parametrize("fault", [gateway(502), gateway(503)])
def test_a_passing_fault_is_asked_again(tmp_path, fault):
    with Teachable(grown(2, 6), limit=None) as fake:
        fake.fail(r"/lectures/", fault)
        chunks, _ = read(fake, tmp_path)
    assert len([one for one in entries_of(chunks) if one.kind == "lesson"]) == 6


@pytest.mark.parametrize("fault", [truncated({"lecture": {"id": 1}}), gateway(200)])
def test_an_answer_that_is_no_lecture_ends_as_passing_and_is_never_content(tmp_path, fault):
    with Teachable(grown(2, 6), limit=None) as fake:
        fake.fail(r"/lectures/", fault, times=99)
        with pytest.raises(TransientError) as caught:
            read(fake, tmp_path)
    assert (caught.value.exit_code, caught.value.retryable) == (5, True)


def test_a_refused_key_and_an_absent_course_end_with_a_sentence(tmp_path):
    with Teachable(grown(2, 2), limit=None) as fake:
        fake.key = "another"
        with pytest.raises(AuthError):
            list(v1.courses(Client(fake.url, credential=HeaderCredential(apiKey=Secret("x")))))
        with client(fake) as http, pytest.raises(v1.Gone):
            v1.course(http, "999")
        with client(fake) as http, pytest.raises(PorterError) as caught:
            list(Reading(Ctx(tmp_path, http), {}, {}).chunks("999", None))
        assert "999" in caught.value.message


@pytest.mark.parametrize("many", [0, 1, 20, 45])
def test_all_pages_of_the_course_list_are_read(many):
    school = School(courses=[{"id": n, "name": f"C{n}"} for n in range(1, many + 1)])
    with Teachable(school, limit=None) as fake, client(fake) as http:
        assert [one["id"] for one in v1.courses(http)] == list(range(1, many + 1))


def test_names_that_are_missing_get_a_title_and_a_reason(tmp_path):
    school = small([])
    school.courses[0]["lecture_sections"][0]["name"] = None
    school.lectures[7, 8]["name"] = None
    with Teachable(school, limit=None) as fake:
        chunks, _ = read(fake, tmp_path)
    assert [node.title for node in nodes_of(chunks)] == ["Section 5", "Lecture 8"]
    assert all(one.reason for one in entries_of(chunks))


def small(attachments) -> School:
    course = {
        "id": 7, "name": "One", "is_published": True,
        "lecture_sections": [{"id": 5, "name": "S", "is_published": True, "position": 1,
                              "lectures": [{"id": 8, "position": 1, "is_published": True}]}],
    }  # fmt: skip
    lecture = {"id": 8, "name": "L", "position": 1, "lecture_section_id": 5}
    return School([course], {(7, 8): {**lecture, "attachments": attachments}})


def test_an_expired_address_is_asked_for_once_more(tmp_path):
    school = small([attachment(9, "pdf", 1, name="p.pdf", url="media:u/p.pdf", file_size=3)])
    school.media["u/p.pdf"] = b"%PD"
    with Teachable(school, limit=None) as fake:
        fake.expired.add("u/p.pdf")
        chunks, ctx = read(fake, tmp_path, media="package")
        assert len(fake.lecture_calls()) == 2
    assert list(ctx.assets.values()) == [b"%PD"]
    assert entries_of(chunks)[-1].outcome == "converted"


READY = {"status": "READY", "video_asset": {"url": "https://stream.example/a.m3u8?hdnts=x"}}


@pytest.mark.parametrize(
    ("video", "says"),
    [
        (READY, "only a stream"),
        ({**READY, "video_asset": [READY["video_asset"]]}, "only a stream"),
        ({"status": "PROCESSING", "video_asset": None}, "still processing"),
        ({"status": "FAILED"}, "couldn't process"),
        (None, "no address"),
    ],
)
def test_a_video_without_an_address_is_looked_for_at_the_player(tmp_path, video, says):
    school = small([attachment(9, "video", 1, name="a.mp4")])
    if video is not None:
        school.videos[9] = video
    with Teachable(school, limit=None) as fake:
        chunks, _ = read(fake, tmp_path)
    entry = entries_of(chunks)[-1]
    assert entry.outcome == "converted_with_loss"
    assert says in str(entry.reason)
    block = nodes_of(chunks)[-1].block
    if says == "only a stream":
        assert block.sources == ("https://stream.example/a.m3u8?hdnts=x",)
    else:
        assert 'class="cp-placeholder" data-source-id="9"' in block.html
        assert "a.mp4" in block.html


def test_captions_of_the_creators_folder_follow_their_video(tmp_path):
    folder = tmp_path / "captions"
    folder.mkdir()
    (folder / "Film 1.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    (folder / "Film 1.de.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nHallo\n")
    school = small([attachment(9, "video", 1, name="Film 1.mp4", url="media:u/f.mp4")])
    with Teachable(school, limit=None) as fake:
        chunks, ctx = read(fake, tmp_path, captions_dir=str(folder))
    (video,) = [node.block for node in nodes_of(chunks) if node.kind == "block"]
    assert {one.language for one in video.captions} == {"en", "de"}
    assert {one.path for one in video.captions} == set(ctx.assets)
    assert [one.kind for one in entries_of(chunks)].count("caption") == 2


def test_the_creators_own_file_is_taken_instead_of_a_download(tmp_path):
    own = tmp_path / "mine" / "films"
    own.mkdir(parents=True)
    (own / "Film 1.MP4").write_bytes(b"film")
    (own / "other.mp4").write_bytes(b"another length")
    school = small([
        attachment(9, "video", 1, name="film 1.mp4", url="media:u/f.mp4", file_size=0),
        attachment(10, "video", 2, name="other.mp4", url="media:u/o.mp4", file_size=4),
        attachment(11, "video", 3, name="film 1.mp4"),
    ])  # fmt: skip
    with Teachable(school, limit=None) as fake:
        chunks, ctx = read(fake, tmp_path, media_files=str(tmp_path / "mine"))
        assert fake.cdn.asked == []
    first, second, third = [node.block for node in nodes_of(chunks) if node.kind == "block"]
    assert ctx.assets[first.file] == ctx.assets[third.file] == b"film"
    assert second.file is None
    assert second.sources


@pytest.mark.parametrize("seed", range(3))
def test_the_newer_api_gives_the_same_course(tmp_path, seed):
    school = grown(seed, 20)
    school.v2 = True
    for lecture in school.lectures.values():  # it lists quizzes after the other attachments
        lecture["attachments"].sort(key=lambda one: one["kind"] == "quiz")
        for at, one in enumerate(lecture["attachments"], 1):
            one["position"] = at
    for section in school.courses[0]["lecture_sections"]:
        section["is_published"] = True  # it doesn't tell
    with Teachable(school, limit=None) as fake:
        older, _ = read(fake, tmp_path)
        newer, _ = read(fake, tmp_path, api="v2")
    assert [(e.kind, e.ref, e.title, e.outcome) for e in entries_of(newer)] == [
        (e.kind, e.ref, e.title, e.outcome) for e in entries_of(older)
    ]
    pages = [
        [re.sub(r"&amp;n=\d", "", getattr(node.block, "html", "")) for node in nodes_of(some)]
        for some in (older, newer)
    ]
    assert pages[0] == pages[1]
    asked = [q for n in nodes_of(newer) if isinstance(n.block, Quiz) for q in n.block.questions]
    assert {q.explanation for q in asked} <= {"", "Right.\nLook again."}
    assert any(q.explanation for q in asked)
    told = [one for chunk in newer for one in chunk.problems]
    assert [one.code for one in told].count("school_free_preview") == 1


def test_the_newer_api_brings_pairs_and_texts(tmp_path):
    pairs = {
        "question_type": "matching",
        "answers": [
            {"id": "a1", "text": "Flat", "match": "Washes"},
            {"id": "a2", "text": "Rigger", "match": "Lines"},
        ],
    }
    blank = {
        "question_type": "fill_blank",
        "answers": [{"id": "a1", "text": "cotton"}, {"id": "a2", "text": "Cotton rag"}],
        "correct_answer_id": ["a1", "a2"],
    }
    quiz = {"id": 1, "questions": [
        question("Match", ["x"], ["x"], newer=pairs),
        question("Paper is made of ___", ["x"], ["x"], newer=blank),
    ]}  # fmt: skip
    school = small([attachment(9, "quiz", 1, quiz=quiz)])
    school.v2 = True
    with Teachable(school, limit=None) as fake:
        chunks, _ = read(fake, tmp_path, api="v2")
    (made,) = [node.block for node in nodes_of(chunks) if node.kind == "block"]
    match, fill = made.questions
    assert [(one.text, one.match) for one in match.options] == [
        ("Flat", "Washes"), ("Rigger", "Lines"),
    ]  # fmt: skip
    assert (fill.type, fill.answers) == ("short_text", ("cotton", "Cotton rag"))
