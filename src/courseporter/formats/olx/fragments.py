"""Pieces that all questions share: texts as XML, whatever their markup."""

from __future__ import annotations

import re

from courseporter.formats.html import to_text, to_xml
from courseporter.formats.html.xml import space_attribute
from courseporter.formats.olx.attributes import part_paths, text_html
from courseporter.formats.olx.links import Links
from courseporter.model import Markup, Question

# One question that needs several answers is in an element of this class, so that it counts as
# one.
QUESTION_CLASS = "cp-question"

_BLOCK = re.compile(
    r"<(?:p|div|table|ul|ol|dl|pre|h[1-6]|blockquote|figure|section|article|hr|iframe|video|audio|object|center|details)\b"
)
_ONE_PARAGRAPH = re.compile(r"\s*<p>((?:(?!<p[ >]).)*)</p>\s*", re.DOTALL)


def fragment(text: str, markup: Markup, links: Links) -> str:
    """The text as well-formed XML."""
    return part_paths(text_html(text) if markup == "text" else links.rewrite(to_xml(text)))


def plain(text: str, markup: Markup) -> str:
    """The text without markup, on one line."""
    return " ".join((text if markup == "text" else to_text(text)).split())


def question_text(question: Question, links: Links) -> tuple[str, str]:
    """What comes before the response, and its `<label>`: text in a row is a label, anything larger
    comes before.
    """
    xml = fragment(question.text, question.markup, links)
    if question.markup == "html" and _BLOCK.search(xml):
        found = _ONE_PARAGRAPH.fullmatch(xml)
        if found is None or _BLOCK.search(found[1]):
            return f"<div{space_attribute(xml)}>{xml}</div>", ""
        xml = found[1]
    return "", label(xml)


def label(xml: str) -> str:
    """A `<label>`, or nothing for nothing."""
    return f"<label{space_attribute(xml)}>{xml}</label>" if xml.strip() else ""


def explanation(question: Question, links: Links) -> str:
    """The `<solution>`, shown with the answer."""
    if not question.explanation:
        return ""
    xml = fragment(question.explanation, question.markup, links)
    inside = f"<p>{xml}</p>" if question.markup == "text" else xml
    return (
        f'<solution><div class="detailed-solution"{space_attribute(xml)}>{inside}</div></solution>'
    )


def hints(question: Question, links: Links) -> str:
    """The `<demandhint>`, shown one by one on demand."""
    if not question.hints:
        return ""
    found = [fragment(hint, question.markup, links) for hint in question.hints if hint.strip()]
    inside = "".join(f"<hint{space_attribute(xml)}>{xml}</hint>" for xml in found)
    return f"<demandhint>{inside}</demandhint>" if inside else ""
