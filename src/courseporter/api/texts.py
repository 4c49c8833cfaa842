"""Texts and questions while they are being edited: pure functions that need no actor."""

from courseporter.formats.html.preview import clean_for_preview
from courseporter.formats.html.rich import (
    Cell,
    Entry,
    Kept,
    ListPart,
    Paragraph,
    Part,
    Run,
    Table,
    check_source,
    parts_of,
    pasted,
    render,
    rewritten,
)
from courseporter.formats.html.rich.inline import merged
from courseporter.formats.html.rich.parts import BREAK, OBJECT
from courseporter.formats.html.text import escape_text, to_text
from courseporter.formats.media import youtube
from courseporter.formats.olx.grading import Given, Graded, expected, grade, offered, right_answer
from courseporter.formats.olx.unfit import unfit

__all__ = [
    "BREAK",
    "OBJECT",
    "Cell",
    "Entry",
    "Given",
    "Graded",
    "Kept",
    "ListPart",
    "Paragraph",
    "Part",
    "Run",
    "Table",
    "check_source",
    "clean_for_preview",
    "escape_text",
    "expected",
    "grade",
    "merged",
    "offered",
    "parts_of",
    "pasted",
    "render",
    "rewritten",
    "right_answer",
    "to_text",
    "unfit",
    "youtube",
]
