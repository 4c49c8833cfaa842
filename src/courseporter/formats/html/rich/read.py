"""Pieces of HTML as parts; what the parts can't say is kept verbatim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from courseporter.formats.html.rich.inline import Unreadable, end_of, merged, runs_of
from courseporter.formats.html.rich.parts import (
    BREAK,
    HEADINGS,
    Cell,
    Entry,
    Kept,
    ListPart,
    Paragraph,
    Part,
    Runs,
    Table,
)
from courseporter.formats.html.rich.pieces import BLOCKS, CLOSES, Piece, cut
from courseporter.formats.html.rich.tokens import Token, tokens
from courseporter.formats.html.text import to_text

_LISTS: Final = frozenset(("ul", "ol"))
_SPANS: Final = ("colspan", "rowspan")
_DEEPEST: Final = 6
_SHOWN: Final = 200


def parts_of(html: str) -> tuple[Part, ...]:
    """The parts of a fragment, one for each of its pieces."""
    return tuple(part_of(piece) for piece in cut(html).pieces)


def part_of(piece: Piece) -> Part:
    """One piece as a part."""
    try:
        return _part(piece)
    except Unreadable:
        return kept(piece)


def kept(piece: Piece) -> Kept:
    """A piece as it is."""
    first = next(tokens(piece.raw), None)
    name = piece.name or (first.name if first is not None else "")
    readable = name not in {"script", "style"} and not piece.raw.startswith("<!--")
    return Kept(piece.raw, name, to_text(piece.raw)[:_SHOWN].strip() if readable else "")


def _part(piece: Piece) -> Part:
    found = list(_balanced(tokens(piece.raw + piece.closing)))
    if piece.loose:
        return Paragraph("", runs_of(found))
    if not piece.name or piece.name == "hr":
        raise Unreadable
    tag, inside = found[0], found[1:-1]
    if piece.name == "p" or piece.name in HEADINGS:
        return Paragraph(piece.name, runs_of(inside), tag.attributes)
    if piece.name == "pre":
        return Paragraph("pre", _preformatted(inside), tag.attributes)
    if piece.name in _LISTS:
        return ListPart(tuple(_entries(inside, 1, ordered=piece.name == "ol")), tag.attributes)
    if piece.name == "table":
        return _table(inside, tag.attributes)
    raise Unreadable


def _balanced(found: Iterable[Token]) -> Iterator[Token]:
    """Add the end tags that HTML lets out.  Raises Unreadable for one that closes nothing."""
    stack: list[Token] = []
    for token in found:
        if token.kind == "open":
            while stack and stack[-1].name in CLOSES.get(token.name, ()):
                yield _end(stack.pop(), token.start)
            stack.append(token)
        elif token.kind == "close":
            if all(one.name != token.name for one in stack):
                raise Unreadable
            while stack[-1].name != token.name:
                yield _end(stack.pop(), token.start)
            stack.pop()
        yield token
    while stack:
        yield _end(stack.pop(), 0)


def _end(tag: Token, at: int) -> Token:
    return Token("close", "" if tag.name in BLOCKS else f"</{tag.name}>", at, tag.name)


def _preformatted(inside: Sequence[Token]) -> Runs:
    """Preformatted text: browsers skip a new line at its start."""
    runs = runs_of(inside, spaces=True)
    found = [replace(run, text=run.text.replace("\n", BREAK)) for run in runs]
    if found and found[0].text.startswith(BREAK):
        found[0] = replace(found[0], text=found[0].text[1:])
    return merged(found)


def _entries(parts: Sequence[Token], depth: int, *, ordered: bool) -> Iterator[Entry]:
    if depth > _DEEPEST:
        raise Unreadable
    for tag, inside in _children(parts, "li"):
        start = next(
            (n for n, one in enumerate(inside) if one.kind == "open" and one.name in _LISTS),
            len(inside),
        )
        own, wrapped = _unwrapped(inside[:start])
        yield Entry(runs_of(own), depth, ordered, tag.attributes, wrapped)
        for nested, below in _children(inside[start:], "ul", "ol"):
            if nested.attributes.strip():
                raise Unreadable
            yield from _entries(below, depth + 1, ordered=nested.name == "ol")


def _unwrapped(parts: Sequence[Token]) -> tuple[Sequence[Token], bool]:
    """The inside of the only paragraph without attributes, or the tokens as they are."""
    inner = [one for one in parts if one.kind != "text" or one.raw.strip()]
    if not inner or inner[0].name != "p" or inner[0].kind != "open":
        return parts, False
    if inner[0].attributes.strip() or end_of(inner, 0) != len(inner) - 1:
        raise Unreadable
    return inner[1:-1], True


def _table(inside: Sequence[Token], attributes: str) -> Table:
    heads, rows = 0, list[tuple[Cell, ...]]()
    groups = _children(inside, "thead", "tbody", "tr")
    for tag, below in groups:
        if tag.name == "tr":
            rows.append(_cells(tag, below))
            continue
        if tag.attributes.strip() or (tag.name == "thead" and rows):
            raise Unreadable
        rows += [_cells(row, cells) for row, cells in _children(below, "tr")]
        heads = len(rows) if tag.name == "thead" else heads
    if not rows or not rows[0] or len({len(row) for row in rows}) != 1:
        raise Unreadable
    return Table(tuple(rows), heads, attributes)


def _cells(row: Token, parts: Sequence[Token]) -> tuple[Cell, ...]:
    if row.attributes.strip():
        raise Unreadable
    found: list[Cell] = []
    for tag, inside in _children(parts, "td", "th"):
        if any(name in tag.attributes.lower() for name in _SPANS):
            raise Unreadable
        own, wrapped = _unwrapped(inside)
        found.append(Cell(runs_of(own), tag.name == "th", tag.attributes, wrapped))
    return tuple(found)


def _children(parts: Sequence[Token], *names: str) -> Iterator[tuple[Token, Sequence[Token]]]:
    """Yield these elements with what is in them.  Raises Unreadable when there is anything else."""
    at = 0
    while at < len(parts):
        token = parts[at]
        if token.kind == "text" and not token.raw.strip():
            at += 1
            continue
        if token.kind != "open" or token.name not in names:
            raise Unreadable
        end = end_of(parts, at)
        yield token, parts[at + 1 : end]
        at = end + 1
