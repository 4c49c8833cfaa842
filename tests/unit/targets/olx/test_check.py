from __future__ import annotations

import pytest
from msgspec.structs import replace

from courseporter.errors import PROBLEM_CODES, InputError
from courseporter.formats.olx.package.problems import SENTENCES
from courseporter.model import Course, Link, Option, Question, Quiz, Resource, Text, Video
from courseporter.targets.olx import OlxTarget
from courseporter.targets.olx.fixes import FIXES
from courseporter.targets.olx.identity import course_identity, is_valid
from fakes.draft import MemoryDraft, block, choice, lesson, section, small_course, unit

FILES = {"img/a b.png": b"x"}


def found(*nodes, course=None, files=None):
    draft = MemoryDraft(course, nodes or small_course(), FILES if files is None else files)
    return list(OlxTarget().check(draft))


def page(html, **more):
    return [
        section("s"),
        lesson("l", "s"),
        unit("u", "l"),
        block("b", "u", Text(html=html), **more),
    ]


def renamed(nodes):
    """The same items with other keys."""
    return [
        replace(one, key=f"{one.key}2", parent=one.parent and f"{one.parent}2") for one in nodes
    ]


def of(content):
    return [section("s"), lesson("l", "s"), unit("u", "l"), block("b", "u", content)]


def quiz(*questions, **more):
    return of(Quiz(questions=questions, **more))


def question(kind="single_choice", **more):
    return Question(key="q", type=kind, text="Which?", **more)


TWO_RIGHT = (Option(text="A", correct=True), Option(text="B", correct=True))
NONE_RIGHT = (Option(text="A"), Option(text="B"))
MANY = [
    (page("<p>" + "x" * (1 << 20)), "html_too_large", "b"),
    (page("<script>x()</script>"), "script_in_page", "b"),
    (page('<img alt="" src="file:///home/a.png">'), "local_reference", "b"),
    (page('<img alt="" src="./a.png">'), "relative_reference", "b"),
    (page('<img alt="" src="courseporter-asset:img/other.png">'), "asset_missing", "b"),
    (page('<a href="courseporter-lesson:lesson%3Agone">x</a>'), "lesson_link_missing", "b"),
    (page("x", title="x" * 256), "title_too_long", "b"),
    (page("x", title="x" * 10_001), "title_cut", "b"),
    (page("<p>" + "x" * (16 << 20)), "block_too_large", "b"),
    (of(Link(url="javascript:x()")), "unsafe_link", "b"),
    (of(Video(sources=("file:///a.mp4",))), "unsafe_link", "b"),
    (of(Video()), "video_without_source", "b"),
    (of(Resource(file="gone.pdf")), "asset_missing", "b"),
    (quiz(), "quiz_empty", "b"),
    (quiz(choice("q"), pick=2), "quiz_pick_too_many", "b"),
    (quiz(question()), "question_without_choices", "q"),
    (quiz(question(options=NONE_RIGHT)), "question_without_answer", "q"),
    (quiz(question("multiple_choice", options=())), "question_without_choices", "q"),
    (quiz(question(options=TWO_RIGHT)), "question_answers_ambiguous", "q"),
    (quiz(question("numerical", answers=("many",))), "question_answer_not_a_number", "q"),
    (quiz(question("numerical", answers=("",))), "question_answer_empty", "q"),
    (quiz(question("short_text")), "question_answer_empty", "q"),
    (quiz(question("matching")), "question_unfit", "q"),
    ([section("s")], "section_empty", "s"),
    ([section("s"), lesson("l", "s")], "lesson_empty", "l"),
    ([section("s"), lesson("l", "s"), unit("u", "l")], "unit_empty", "u"),
    ([section("s"), lesson("l", "s"), block("b", "l", Text(html="x"))], "misplaced", "b"),
    ([section("s", " "), *page("x")[1:]], "title_empty", "s"),
    (page('<img src="https://clay.example/a.png">'), "image_without_text", "b"),
    (page("<h2>A</h2><h4>B</h4>"), "heading_jump", "b"),
    (page('<iframe src="http://clay.example/a"></iframe>'), "insecure_frame", "b"),
    (of(Video(sources=("https://clay.example/a.mp4",))), "captions_missing", "b"),
    (quiz(choice("p"), choice("q")), "question_duplicate", "q"),
    ([*page("x"), lesson("l2", "s"), unit("u2", "l2"), block("c", "u2", Text(html="x"))],
     "lesson_title_clash", "l2"),
    ([*page("x"), *renamed(page("x"))], "section_title_clash", "s2"),
]  # fmt: skip


@pytest.mark.parametrize(("nodes", "code", "key"), MANY)
def test_each_rule_names_the_place(nodes, code, key):
    problems = found(*nodes)
    assert [(p.code, p.key) for p in problems] == [(code, key)]
    assert problems[0].severity == PROBLEM_CODES[code].severity
    assert problems[0].hint


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"org": "My School"}, "identity_invalid"),
        ({"number": "Ü1"}, "identity_invalid"),
        ({"run": "x" * 51}, "identity_invalid"),
        ({"start": "soon"}, "date_invalid"),
        ({"start": "2031-01-01", "end": "2030-01-01"}, "dates_reversed"),
        ({"cover": "gone.jpg"}, "cover_missing"),
        ({"title": "x" * 300}, "title_too_long"),
        ({"title": " "}, "title_empty"),
    ],
)
def test_settings_of_the_course_are_checked(settings, code):
    course = Course(**{"key": "k", "title": "T"} | settings)
    assert [p.code for p in found(course=course)] == [code]


def test_a_sound_draft_has_no_problem():
    assert found() == []


def test_a_draft_without_sections_is_named():
    assert [p.code for p in OlxTarget().check(MemoryDraft())] == ["course_empty"]


def test_hundreds_of_the_same_kind_end_in_one_sentence():
    nodes = [section("s"), lesson("l", "s"), *(unit(f"u{n}", "l") for n in range(300))]
    problems = found(*nodes)
    assert len(problems) == 101
    assert sum(p.count for p in problems) == 300


def test_every_fix_that_is_offered_exists_and_every_fix_works():
    offered = {p.fix for nodes, *_ in MANY for p in found(*nodes)} | {
        p.fix
        for settings in (
            {"org": "a b"},
            {"start": "x"},
            {"cover": "x"},
            {"title": " "},
            {"title": "x" * 300},
        )
        for p in found(course=Course(**{"key": "k", "title": "T"} | settings))
    }
    assert offered - {None} == set(FIXES) - {"link_here"}  # of courses from a school
    for fix in FIXES.values():
        given = fix.asks in ("files", "captions", "editor")
        does = (fix.node or fix.by_request, fix.course, fix.remove, fix.links, given)
        assert (sum(map(bool, does)), bool(fix.label)) == (1, True)
        assert bool(fix.done) != (fix.asks == "editor")


def fixed(nodes):
    """Apply every offered fix to the node that the problem names."""
    nodes = list(nodes)
    for problem in found(*nodes):
        at = next(
            n
            for n, node in enumerate(nodes)
            if problem.key in (node.key, "q") and (node.block or problem.key == node.key)
        )
        nodes[at] = FIXES[problem.fix].node(nodes[at])
    return nodes


@pytest.mark.parametrize(
    "nodes",
    [
        page('<p onclick="x()">a</p><script>x()</script>'),
        page("x", title="x" * 300),
        quiz(question(options=TWO_RIGHT)),
        [section("s", " "), lesson("l", "s", ""), unit("u", "l"), block("b", "u", Text(html="x"))],
        quiz(Question(key="q", type="essay", text="<script>x()</script>", markup="html")),
    ],
)
def test_a_fix_leaves_nothing_to_fix(nodes):
    assert found(*nodes)
    assert found(*fixed(nodes)) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"org": "My School", "run": "ä b"},
        {"start": "x", "end": "2030-01-01"},
        {"title": ""},
        {"cover": "x"},
        {"title": "y" * 400},
    ],
)
def test_a_fix_of_the_course_leaves_nothing_to_fix(settings):
    course = Course(**{"key": "k", "title": "T"} | settings)
    for problem in found(course=course):
        course = FIXES[problem.fix].course(course)
    assert found(course=course) == []


@pytest.mark.parametrize("title", ["Töpfern für alle", "Гончарство", "陶芸", "", "!!!", "x" * 300])
def test_names_are_made_from_title_and_key(title):
    one, two = (course_identity(Course(key=key, title=title)) for key in ("a", "b"))
    assert all(is_valid(name) for name in one)
    assert one == course_identity(Course(key="a", title=title))
    assert one[1] != two[1]
    assert (one[0], one[2]) == (two[0], two[2])


def test_names_that_are_given_are_kept():
    course = Course(key="k", title="T", org="Klee", number="T.1-x", run="2031_S")
    assert course_identity(course) == ("Klee", "T.1-x", "2031_S")


def test_names_that_meet_after_hashing_are_refused_before_anything_is_written(monkeypatch):
    monkeypatch.setattr("courseporter.formats.names.short_hash", lambda _text: "0" * 8)
    with pytest.raises(InputError) as caught:
        found(section("Week!"), section("Week?"))
    assert caught.value.code == "duplicate_entry"
    assert "Week?" in caught.value.hint
    with pytest.raises(InputError):
        found(section("s"), files={"a/é.png": b"1", "b/é.png": b"2"})


def test_every_rule_and_repair_is_documented(root):
    page = (root / "docs/reference/problems-olx.md").read_text(encoding="utf-8")
    missing = [name for name in (*SENTENCES, *FIXES) if f"`{name}`" not in page]
    assert missing == []


def test_a_number_made_from_a_title_has_single_hyphens():
    _, number, _ = course_identity(Course(key="k", title="Golf - Explained & more"))
    assert number.startswith("Golf-Explained-more-")
