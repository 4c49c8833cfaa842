"""Blocks become leaves; the outline, the leaves and what is read back always agree."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from courseporter.formats.olx import Leaf, Links, leaves, outline_of, read_leaf, type_of_html
from courseporter.model import (
    Assignment,
    Audio,
    Block,
    Caption,
    Discussion,
    Foreign,
    Link,
    Node,
    Option,
    Package,
    Question,
    Quiz,
    Resource,
    Text,
    Video,
)

texts = st.one_of(
    st.text(max_size=20), st.sampled_from(["a_or_b", "$seed", "<b>x</b>", "___", "3", "[1,2]"])
)
kinds = st.sampled_from(
    [
        "single_choice",
        "multiple_choice",
        "true_false",
        "dropdown",
        "short_text",
        "numerical",
        "essay",
        "matching",
        "ordering",
        "fill_in",
        "survey",
    ]
)
options = st.lists(
    st.builds(Option, text=texts, correct=st.booleans(), feedback=texts, match=texts), max_size=4
).map(tuple)
questions = st.builds(
    Question,
    key=st.text(min_size=1, max_size=10),
    type=kinds,
    text=texts,
    title=texts,
    markup=st.sampled_from(["text", "html"]),
    options=options,
    answers=st.lists(texts, max_size=3).map(tuple),
    gaps=st.lists(st.lists(texts, max_size=2).map(tuple), max_size=2).map(tuple),
    pattern=st.booleans(),
    points=st.sampled_from([None, 0.0, 1.0, 0.5]),
    explanation=texts,
    hints=st.lists(texts, max_size=2).map(tuple),
    partial_credit=st.booleans(),
    shuffle=st.booleans(),
)
quizzes = st.builds(
    Quiz,
    questions=st.lists(questions, max_size=3).map(tuple),
    instructions=texts,
    attempts=st.sampled_from([None, 0, 2]),
    points=st.sampled_from([None, 10.0]),
    pick=st.sampled_from([None, 1, 5]),
)
files = st.text(min_size=1, max_size=10)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Text, html=texts),
    st.builds(Video, youtube=texts, sources=st.just(("https://e.org/a.mp4", "javascript:x"))),
    st.builds(
        Video,
        file=files,
        captions=st.builds(Caption, language=st.just("en"), path=files).map(lambda c: (c,)),
    ),
    st.builds(Audio, file=files),
    st.builds(Audio, url=texts),
    st.builds(Assignment, html=texts, points=st.sampled_from([None, 3.0, 100.0])),
    st.builds(Resource, file=files, html=texts),
    st.builds(Link, url=texts, html=texts),
    st.builds(Discussion, topic=texts, html=texts),
    st.builds(Package, file=files, href=texts, version=texts),
    st.builds(Foreign, data=texts, note=texts),
    quizzes,
)


def written(title: str, block: Block, key: str = "block-1") -> tuple[Leaf, ...]:
    """The leaves of one block."""
    return leaves(Node(key=key, kind="block", title=title, block=block), Links())


def only(title: str, block: Block) -> tuple[str, str]:
    """Definition and body (or nothing) of a block that becomes one leaf."""
    [leaf] = written(title, block)
    definition, body = parts(leaf)
    return definition.decode(), (body or b"").decode()


def parts(leaf: Leaf) -> tuple[bytes, bytes | None]:
    """The definition, in a file of its own or in the unit, and the body of a page."""
    if leaf.tag == "html":
        return leaf.pointer, leaf.files[0][1]
    return (leaf.files[0][1] if leaf.files else leaf.pointer), None


def back(leaf: Leaf) -> tuple[str, str, int]:
    """What is read back from a written leaf."""
    return tuple(read_leaf(leaf.tag, *parts(leaf)))


@given(st.text(max_size=300), blocks)
def test_what_is_written_reads_back_as_the_outline_says(title: str, block: Block) -> None:
    node = Node(key="block-1", kind="block", title=title, block=block)
    rows, made = outline_of(node), leaves(node, Links())
    assert [tuple(row) for row in rows] == [
        (m.key, m.type, m.title, m.href, m.questions) for m in made
    ]
    assert [back(leaf) for leaf in made] == [(row.type, row.title, row.questions) for row in rows]
    for leaf in made:
        etree.fromstring(leaf.pointer)
        assert leaf.url_name.encode() in leaf.pointer
        for path, data in leaf.files:
            assert re.fullmatch(r"[a-z]+/[a-z0-9_-]+\.(xml|html)", path)
            data.decode()


@given(blocks)
def test_the_same_block_gives_the_same_bytes(block: Block) -> None:
    assert written("t", block) == written("t", block)


PATHS = "\"/static/none.js\" '/static/none.css' ___"
PATHS_IN_HTML = (
    f"<b><p>{PATHS}<img src='/static/none.png'></b><script>f('/static/none.js')</script>"
)


def asked_of(kind: Any, markup: Any, text: str) -> Question:
    """A question of this type with the text in every place."""
    pair = (Option(text, correct=True, feedback=text, match="1"), Option("x", match=text))
    return Question(
        "q", kind, text=text, markup=markup, options=pair, answers=(text,), gaps=((text,),),
        explanation=text, hints=(text,),
    )  # fmt: skip


@pytest.mark.parametrize(
    "block",
    [
        Text(html=PATHS_IN_HTML),
        Assignment(html=PATHS_IN_HTML),
        Resource(file="a.pdf", html=PATHS_IN_HTML),
        Link(url="https://e.org/", html=PATHS_IN_HTML),
        Link(url=PATHS, html=PATHS_IN_HTML),
        Audio(url=PATHS),
        Discussion(topic=PATHS, html=PATHS_IN_HTML),
        Foreign(data=PATHS, note=PATHS),
        *(
            Quiz(questions=(asked_of(kind, markup, text),), instructions=text)
            for kind in "single_choice dropdown short_text essay matching ordering survey".split()
            for markup, text in (("text", PATHS), ("html", PATHS_IN_HTML))
        ),
    ],
)
def test_nothing_that_an_author_wrote_refers_to_a_file_that_is_not_there(block: Block) -> None:
    for leaf in written(PATHS, block):
        for data in (leaf.pointer, *(data for _, data in leaf.files)):
            assert not re.search(rb"""["']/static/none""", data)


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "short_text"])
@pytest.mark.parametrize(
    ("markup", "text"),
    [("text", PATHS), ("html", f"<p title=\"'/static/t'\">{PATHS}</p><p><code>{PATHS}</code></p>")],
)
def test_words_of_a_question_name_no_file_when_capa_has_written_them_anew(
    kind: str, markup: str, text: str
) -> None:
    """It reads `&#47;` and writes a slash, and only then the platform replaces addresses."""
    (leaf,) = written("t", Quiz(questions=(asked_of(kind, markup, text),)))
    for _, data in leaf.files:
        words = "\0".join(map(str, etree.fromstring(data).itertext()))
        assert "static/none.js" in words
        assert not re.search("[\"']/static/", words)


def test_a_page_keeps_every_byte() -> None:
    html = "<p>1 &lt; 2 <b>x</b></p>\r\n<script>a && b</script><li>é ]]>"
    assert only("t", Text(html=html))[1] == html


def test_a_page_that_looks_like_another_block_is_wrapped() -> None:
    html = "<!-- x -->\n<div id=a class='big cp-link'>x</div>"
    assert only("t", Text(html=html))[1] == f'<div class="cp-text">{html}</div>'


def test_a_youtube_video_names_its_id() -> None:
    definition, _ = only("v", Video(youtube="dQw4w9WgXcQ"))
    assert 'youtube_id_1_0="dQw4w9WgXcQ" youtube="1.00:dQw4w9WgXcQ"' in definition


FILM = Video(
    file="a b.mp4",
    captions=(Caption(language="de", path="a.srt"), Caption(language="en", path="b.srt")),
)


def test_a_video_file_plays_in_a_page_with_its_captions() -> None:
    [leaf] = leaves(Node(key="v", kind="block", title="Film", block=FILM), Links("en"))
    address = Links().static("a b.mp4")
    page = leaf.files[0][1].decode()
    assert (leaf.tag, leaf.type, type_of_html(leaf.files[0][1])) == ("html", "video", "video")
    assert f'<video controls preload="metadata" style="width:100%"><source src="{address}">' in page
    assert 'src="/static/a.srt.track.vtt" srclang="de" label="de">' in page
    assert 'src="/static/b.srt.track.vtt" srclang="en" label="en" default>' in page
    assert '<a href="/static/a.srt"' in page


def test_a_video_file_in_a_known_run_uses_the_platforms_player() -> None:
    links = Links("en", ("Org", "Num", "Run"))
    [leaf] = leaves(Node(key="v", kind="block", title="Film", block=FILM), links)
    address = "/asset-v1:Org+Num+Run+type@asset+block@" + Links().static("a b.mp4")[8:]
    node = etree.fromstring(leaf.files[0][1])
    assert (leaf.tag, leaf.type) == ("video", "video")
    assert node.get("youtube_id_1_0") == ""
    assert node.get("html5_sources") == f'["{address}"]'
    assert node.get("transcripts") == '{"de":"a.srt","en":"b.srt"}'
    assert [child.get("src") for child in node] == [address, "a.srt", "b.srt"]


@pytest.mark.parametrize("run", [None, ("Org", "Num", "Run")])
def test_a_youtube_video_with_a_file_becomes_two_blocks(run) -> None:
    video = Video(youtube="dQw4w9WgXcQ", file="f.mp4")
    node = Node(key="v", kind="block", title="Film", block=video)
    youtube, file = leaves(node, Links("en", run))
    assert [one.key for one in outline_of(node)] == [youtube.key, file.key] == ["v", "v/file"]
    assert b"/static/" not in youtube.files[0][1]
    assert b"f.mp4" in file.files[0][1]


def test_the_part_of_a_video_to_play_is_kept() -> None:
    definition, _ = only("v", Video(youtube="dQw4w9WgXcQ", start=3725, end=3800))
    assert 'start_time="01:02:05" end_time="01:03:20"' in definition


def test_a_video_without_an_address_becomes_a_note() -> None:
    [leaf] = written("v", Video(sources=("javascript:x",)))
    assert (leaf.tag, leaf.type) == ("html", "text")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
def test_an_unsafe_address_is_shown_and_not_linked(url: str) -> None:
    body = only("l", Link(url=url))[1]
    assert url in body
    assert "<a " not in body


def test_a_package_page_names_the_lesson_and_offers_the_file() -> None:
    package = Package(file="Kurs.zip", href="a/b.html?x=1&y=2", version="1.2")
    [leaf] = written("Lesson <1>", package)
    body = leaf.files[0][1].decode()
    assert leaf.href == "a/b.html?x=1&y=2"
    assert "Lesson &lt;1&gt;" in body
    assert f'href="{Links().static("Kurs.zip")}"' in body
    assert "cannot be played here" in body


def test_foreign_material_is_kept_word_for_word() -> None:
    body = only("f", Foreign(data="\n<x a='1'>&amp;</x>\n"))[1]
    root = etree.fromstring(body, etree.HTMLParser())
    assert root.findtext(".//pre").strip("\n") == "<x a='1'>&amp;</x>"


def test_a_discussion_keeps_its_words_in_a_page_before_it() -> None:
    page, talk = written("d", Discussion(topic="T", html="<p>Say hello</p>"))
    assert (page.type, talk.type) == ("text", "discussion")
    assert b'discussion_target="T"' in talk.pointer


def choice(**more: Any) -> Question:
    """A question that is fit."""
    fields: dict[str, Any] = {"key": "q-1", "type": "single_choice", "text": "Q?"}
    fields["options"] = (Option(text="a", correct=True), Option(text="b"))
    return Question(**{**fields, **more})


def test_a_quiz_becomes_one_leaf_per_question_and_a_page_for_its_instructions() -> None:
    quiz = Quiz(questions=(choice(), choice(key="q-2", title="Two")), instructions="<p>Go</p>")
    made = written("Quiz", quiz)
    assert [(leaf.key, leaf.type, leaf.title) for leaf in made] == [
        ("block-1", "text", "Quiz"),
        ("q-1", "quiz", "Quiz · 1"),
        ("q-2", "quiz", "Two"),
    ]


def test_points_and_attempts_of_the_quiz_reach_its_questions() -> None:
    quiz = Quiz(questions=(choice(), choice(key="q-2")), attempts=3, points=5)
    node = etree.fromstring(written("Quiz", quiz)[0].files[0][1])
    assert (node.get("weight"), node.get("max_attempts")) == ("2.5", "3")


def test_a_question_with_own_points_keeps_them() -> None:
    quiz = Quiz(questions=(choice(points=0.5, attempts=1),), attempts=3, points=5)
    node = etree.fromstring(written("Quiz", quiz)[0].files[0][1])
    assert (node.get("weight"), node.get("max_attempts")) == ("0.5", "1")


def test_several_rows_count_as_one_question_worth_one_point() -> None:
    pairs = (Option(text="a", match="1"), Option(text="b", match="2"))
    [leaf] = written("Quiz", Quiz(questions=(choice(type="matching", options=pairs),)))
    assert leaf.questions == 1
    assert b'weight="1.0"' in leaf.files[0][1]


def test_the_right_order_is_never_the_order_offered() -> None:
    for number in range(30):
        items = tuple(Option(text=f"item {n}") for n in range(2 + number % 4))
        asked = choice(key=f"q-{number}", type="ordering", options=items)
        [leaf] = written("Quiz", Quiz(questions=(asked,)))
        first = etree.fromstring(leaf.files[0][1]).find(".//optioninput")
        assert first is not None
        assert [option.text for option in first] != [item.text for item in items]


def test_fewer_picked_than_there_are_makes_a_pool() -> None:
    quiz = Quiz(questions=(choice(), choice(key="q-2")), pick=1, instructions="Go")
    page, pool = written("Pool", quiz)
    assert (page.key, pool.key, pool.tag, pool.questions) == (
        "block-1/instructions",
        "block-1",
        "itembank",
        2,
    )
    assert b'max_count="1"' in pool.pointer


def test_an_essay_is_graded_by_a_person() -> None:
    asked = choice(type="essay", options=(), points=3, explanation="Look for x", hints=("Think",))
    [leaf] = written("Essay", Quiz(questions=(asked,)))
    node = etree.fromstring(leaf.pointer)
    assert (leaf.type, leaf.questions, node.findtext("title")) == ("quiz", 1, "Essay")
    assert [option.get("points") for option in node.iter("option")] == ["0", "1", "2", "3"]
    assert node.findtext(".//criterion/prompt") == "Look for x"
    assert "Think" in (node.findtext(".//description") or "")


def test_an_unfit_question_is_a_text_that_tells_why_and_not_the_answer() -> None:
    asked = choice(options=(Option(text="a"), Option(text="b")))
    [leaf] = written("Quiz", Quiz(questions=(asked,)))
    body = leaf.files[0][1].decode()
    assert (leaf.type, leaf.questions) == ("text", 0)
    assert "<li>a</li><li>b</li>" in body
    assert "no option is marked as correct" in body


def test_question_html_stands_before_its_response_or_in_its_label() -> None:
    block = choice(markup="html", text="<table><tr><td>x</table>")
    inline = choice(markup="html", text="<p>Is <b>this</b> <i>so</i>?</p>")
    one, two = (
        written("Q", Quiz(questions=(asked,)))[0].files[0][1].decode() for asked in (block, inline)
    )
    assert "<table>" in one.split("<multiplechoiceresponse>")[0]
    assert '<label xml:space="preserve">Is <b>this</b> <i>so</i>?</label>' in two


def test_variables_of_capa_are_broken_up() -> None:
    [leaf] = written("Q", Quiz(questions=(choice(text="Is $seed 5 $?"),)))
    assert b"Is $<span>seed</span> 5 $?" in leaf.files[0][1]


def test_indentation_of_code_in_a_question_stays_visible() -> None:
    code = "What?\nfor i in x:\n    if i:\n\tprint(i)  # yes"
    question = Question(
        key="q", type="single_choice", text=code, options=(Option(text="    four", correct=True),)
    )
    definition, _ = only("q", Quiz(questions=(question,)))
    blanks = "&#160;" * 4
    assert f"<br/>{blanks}if i:<br/>{blanks}print(i)&#160; # yes" in definition
    assert f">{blanks}four<" in definition
