"""HTML of a page as parts that an editor can show, and back without touching what stays."""

from courseporter.formats.html.rich.merge import rewritten
from courseporter.formats.html.rich.parts import (
    Cell,
    Entry,
    Kept,
    ListPart,
    Paragraph,
    Part,
    Run,
    Table,
)
from courseporter.formats.html.rich.paste import pasted
from courseporter.formats.html.rich.read import parts_of
from courseporter.formats.html.rich.source import check_source
from courseporter.formats.html.rich.write import render

__all__ = [
    "Cell",
    "Entry",
    "Kept",
    "ListPart",
    "Paragraph",
    "Part",
    "Run",
    "Table",
    "check_source",
    "parts_of",
    "pasted",
    "render",
    "rewritten",
]
