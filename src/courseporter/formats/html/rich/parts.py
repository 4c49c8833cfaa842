"""What an editor shows of a page: paragraphs, lists, tables, and what it keeps verbatim."""

from __future__ import annotations

from typing import Final

from courseporter.model import Value

BREAK: Final = "\u2028"  # a new line within a paragraph
OBJECT: Final = "\ufffc"  # the text of a picture and of something kept
HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")


class Run(Value, frozen=True):
    """Text of one look, a picture, or inline HTML that is kept verbatim (`raw`).

    `around`: start tags of further elements around it; `more`: further attributes of the link or
    picture, as written.
    """

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    code: bool = False
    script: str = ""  # sub, sup
    href: str | None = None
    source: str | None = None  # of a picture
    alt: str = ""
    more: str = ""
    around: tuple[str, ...] = ()
    raw: str = ""


Runs = tuple[Run, ...]


class Paragraph(Value, frozen=True):
    """A paragraph, heading or preformatted text; `tag` is empty for text outside of any."""

    tag: str
    runs: Runs = ()
    attributes: str = ""


class Entry(Value, frozen=True):
    """One entry of a list; `depth` from 1; `wrapped`: its text is in a paragraph."""

    runs: Runs
    depth: int = 1
    ordered: bool = False
    attributes: str = ""
    wrapped: bool = False


class ListPart(Value, frozen=True):
    """A list with the lists in it."""

    entries: tuple[Entry, ...]
    attributes: str = ""


class Cell(Value, frozen=True):
    """One cell of a table."""

    runs: Runs
    head: bool = False
    attributes: str = ""
    wrapped: bool = False


class Table(Value, frozen=True):
    """A table with as many cells in each row; `heads`: rows in its head."""

    rows: tuple[tuple[Cell, ...], ...]
    heads: int = 0
    attributes: str = ""


class Kept(Value, frozen=True):
    """HTML that is kept verbatim; `name` of its element, `text` that a person reads in it."""

    raw: str
    name: str = ""
    text: str = ""


Part = Paragraph | ListPart | Table | Kept
