"""What others wrote: Studio's exports."""

from __future__ import annotations

import pytest

from courseporter.formats.olx import read_leaf, type_of_html


@pytest.mark.parametrize(
    ("tag", "xml", "expected"),
    [
        ("html", '<html display_name="T"><p>inline</p></html>', ("text", "T", 0)),
        ("html", '<html display_name="T"><p class="cp-link">x</p></html>', ("link", "T", 0)),
        ("html", '<html filename="x"/>', ("text", "", 0)),
        ("video", '<video display_name="null" youtube="1.00:x"/>', ("video", "", 0)),
        (
            "problem",
            '<problem display_name="&quot;P&quot;"><p>no response</p></problem>',
            ("quiz", "P", 0),
        ),
        (
            "problem",
            (
                "<problem><p/><stringresponse answer='a'/><!-- <stringresponse/> -->"
                "<choiceresponse/></problem>"
            ),
            ("quiz", "", 2),
        ),
        (
            "problem",
            (
                "<problem><div class='cp-question'><optionresponse/><optionresponse/></div>"
                "<div><choiceresponse/></div></problem>"
            ),
            ("quiz", "", 2),
        ),
        (
            "openassessment",
            "<openassessment><title>E</title><prompts><prompt><description>Do</description></prompt></prompts></openassessment>",
            ("assignment", "E", 0),
        ),
        ("poll", '<poll display_name="null"/>', ("quiz", "null", 1)),
        (
            "library_content",
            "<library_content><problem><choiceresponse/></problem></library_content>",
            ("quiz", "", 1),
        ),
        ("word_cloud", '<word_cloud display_name="W"/>', ("foreign", "W", 0)),
        ("discussion", '<discussion display_name="D"/>', ("discussion", "D", 0)),
    ],
)
def test_blocks_of_studio_are_told_apart(
    tag: str, xml: str, expected: tuple[str, str, int]
) -> None:
    assert tuple(read_leaf(tag, xml.encode())) == expected


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'<div class="cp-audio">', "audio"),
        (b"\n<section id=x class='wide cp-resource'>", "resource"),
        (b'text <div class="cp-audio">', "text"),
        (b'<p>cp-audio</p><div class="cp-audio">', "text"),
        (b'<div class="cp-audiobook">', "text"),
        (b"\xff cp-", "text"),
        (b"", "text"),
    ],
)
def test_a_page_is_what_its_outermost_element_says(body: bytes, kind: str) -> None:
    assert type_of_html(body) == kind
