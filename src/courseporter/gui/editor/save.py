"""A document of Qt as parts of a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from PySide6.QtGui import QTextBlock, QTextDocument, QTextListFormat, QTextTable

from courseporter.api.texts import (
    BREAK,
    OBJECT,
    Cell,
    Entry,
    Kept,
    ListPart,
    Paragraph,
    Part,
    Run,
    Table,
    merged,
)
from courseporter.gui.editor.looks import Mark, flag_of, list_at, run_of, table_at, text_of


@dataclass
class _OpenList:
    """A list that is being read."""

    attributes: str
    identity: int
    entries: list[Entry] = field(default_factory=list[Entry])


def parts_in(document: QTextDocument) -> tuple[Part, ...]:
    """Return what the document shows."""
    return tuple(_parts(document))


def _parts(document: QTextDocument) -> Iterator[Part]:
    block = document.begin()
    current: _OpenList | None = None
    while block.isValid():
        table = table_at(block)
        entries = list_at(block) if table is None else None
        if entries is None and current is not None:
            yield ListPart(tuple(current.entries), current.attributes)
            current = None
        if table is not None:
            yield _table(table)
            block = document.findBlock(table.lastPosition() + 1)
            continue
        if entries is not None:
            style = entries.format()
            if current is not None and style.indent() <= 1 and current.identity != id_of(block):
                yield ListPart(tuple(current.entries), current.attributes)
                current = None
            if current is None:
                attributes = text_of(style, Mark.ATTRIBUTES)
                current = _OpenList(attributes, id_of(block))
            current.entries.append(_entry(block, style, current.entries))
        else:
            yield from _paragraph(block)
        block = block.next()
    if current is not None:
        yield ListPart(tuple(current.entries), current.attributes)


def id_of(block: QTextBlock) -> int:
    """What tells one list from another."""
    entries = list_at(block)
    return entries.objectIndex() if entries is not None else -1


def runs_in(block: QTextBlock) -> list[Run]:
    """The runs of a block, each picture on its own."""
    found: list[Run] = []
    at = block.begin()
    while not at.atEnd():
        fragment = at.fragment()
        text, style = fragment.text(), fragment.charFormat()
        if OBJECT in text and (style.isImageFormat() or text_of(style, Mark.RAW)):
            found += [run_of(OBJECT, style)] * text.count(OBJECT)
        else:
            found.append(run_of(text.replace("\u2029", BREAK), style))
        at += 1
    return found


def _paragraph(block: QTextBlock) -> Iterator[Part]:
    style = block.blockFormat()
    tag = text_of(style, Mark.TAG)
    attributes = text_of(style, Mark.ATTRIBUTES)
    if block.length() == 1:
        if not flag_of(style, Mark.FILLER) and style.hasProperty(Mark.TAG):
            yield Paragraph(tag if tag != "li" else "p", (), attributes)
        return
    kept = _kept(block)
    if kept is not None:
        yield from kept
        return
    if tag in {"li", "td"} or not style.hasProperty(Mark.TAG):
        tag = "p"
    yield Paragraph(tag, merged(runs_in(block)), attributes)


def _kept(block: QTextBlock) -> list[Part] | None:
    """The parts of a block that holds something kept; text beside it becomes a paragraph."""
    found: list[Part] = []
    beside: list[Run] = []
    at = block.begin()
    while not at.atEnd():
        style, text = at.fragment().charFormat(), at.fragment().text()
        if style.hasProperty(Mark.KEPT) and OBJECT in text:
            found += _beside(beside)
            beside = []
            kept = Kept(*(text_of(style, mark) for mark in (Mark.KEPT, Mark.NAME, Mark.TEXT)))
            found += [kept] * text.count(OBJECT)
        else:
            beside.append(run_of(text, style))
        at += 1
    return [*found, *_beside(beside)] if any(isinstance(one, Kept) for one in found) else None


def _beside(runs: Sequence[Run]) -> list[Part]:
    text = merged(runs)
    return [Paragraph("p", text)] if any(run.text.strip() for run in text) else []


def _entry(block: QTextBlock, style: QTextListFormat, before: Sequence[Entry]) -> Entry:
    own = block.blockFormat()
    deepest = before[-1].depth + 1 if before else 1
    return Entry(
        merged(runs_in(block)),
        depth=max(1, min(style.indent(), deepest)),
        ordered=style.style() == QTextListFormat.Style.ListDecimal,
        attributes=text_of(own, Mark.ATTRIBUTES),
        wrapped=flag_of(own, Mark.WRAPPED),
    )


def _table(table: QTextTable) -> Table:
    style = table.format()
    rows = tuple(
        tuple(_cell(table, row, column) for column in range(table.columns()))
        for row in range(table.rows())
    )
    heads = min(style.intProperty(Mark.HEADS), len(rows))
    return Table(rows, heads, text_of(style, Mark.ATTRIBUTES))


def _cell(table: QTextTable, row: int, column: int) -> Cell:
    cell = table.cellAt(row, column)
    first = cell.firstCursorPosition().block()
    last = cell.lastCursorPosition().block()
    runs = runs_in(first)
    block = first
    while block.blockNumber() < last.blockNumber():
        block = block.next()
        runs += [Run(BREAK), *runs_in(block)]
    style = first.blockFormat()
    return Cell(
        merged(runs),
        head=flag_of(style, Mark.HEAD),
        attributes=text_of(style, Mark.ATTRIBUTES),
        wrapped=flag_of(style, Mark.WRAPPED),
    )
