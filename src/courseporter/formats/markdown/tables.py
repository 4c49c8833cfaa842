"""Tables (GitHub Flavored Markdown, section 4.10): no cell is lost, and formulas stay whole.

Two differences: cells beyond the header are shown, and a `|` inside a formula parts no cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from courseporter.formats.formulas import formulas_in

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_SIDES = {
    (True, True): "center",
    (True, False): "left",
    (False, True): "right",
    (False, False): "",
}
_PART = re.compile(r"\\\||\|")
_MAX_FILLED = 0x10000  # empty cells added to short rows, as in markdown-it


def table(state: StateBlock, start: int, last: int, silent: bool) -> bool:  # noqa: FBT001 - the parser calls it so
    """The block rule: true when a table begins in line `start`."""
    if start + 2 > last or state.sCount[start + 1] < state.blkIndent:
        return False
    if state.is_code_block(start) or state.is_code_block(start + 1):
        return False
    rule = _line(state, start + 1)
    if rule[:2] in ("-", "- ", "-\t") or not _DELIMITERS.fullmatch(rule):
        return False
    head, aligns = _line(state, start).strip(), _aligns(rule)
    columns = _cells(head)
    if "|" not in head or len(columns) != len(aligns):
        return False
    if not silent:
        _write(state, start, last, columns, aligns)
    return True


def _write(state: StateBlock, start: int, last: int, head: list[str], aligns: list[str]) -> None:
    outside, state.parentType = state.parentType, "table"
    rows = list(_rows(state, start + 2, last, len(head)))
    widest = max((len(cells) for cells in rows), default=0)
    head += [""] * (widest - len(head))
    whole = state.push("table_open", "table", 1)
    state.push("thead_open", "thead", 1)
    _row(state, start, head, aligns, "th")
    state.push("thead_close", "thead", -1)
    if rows:
        state.push("tbody_open", "tbody", 1)
    for number, cells in enumerate(rows):
        _row(state, start + 2 + number, cells, aligns, "td")
    if rows:
        state.push("tbody_close", "tbody", -1)
    state.push("table_close", "table", -1)
    state.line = start + 2 + len(rows)
    whole.map = [start, state.line]
    state.parentType = outside


def _rows(state: StateBlock, line: int, last: int, width: int) -> Iterator[list[str]]:
    """The cells of each row below the header, at least as many as that has."""
    enders = state.md.block.ruler.getRules("blockquote")
    filled = 0
    while line < last and state.sCount[line] >= state.blkIndent:
        text = _line(state, line).strip()
        if not text or state.is_code_block(line):
            return
        if any(ends(state, line, last, True) for ends in enders):
            return
        cells = _cells(text)
        short = max(width - len(cells), 0)
        filled += short
        if filled > _MAX_FILLED:
            return
        yield cells + [""] * short
        line += 1


def _row(state: StateBlock, line: int, cells: list[str], aligns: list[str], tag: str) -> None:
    state.push("tr_open", "tr", 1).map = [line, line + 1]
    for number, cell in enumerate(cells):
        opened = state.push(f"{tag}_open", tag, 1)
        if number < len(aligns) and aligns[number]:
            opened.attrs = {"style": f"text-align:{aligns[number]}"}
        inline = state.push("inline", "", 0)
        inline.map, inline.content, inline.children = [line, line + 1], cell.strip(), []
        state.push(f"{tag}_close", tag, -1)
    state.push("tr_close", "tr", -1)


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _aligns(rule: str) -> list[str]:
    """The alignment of each column: left, right, center or nothing."""
    cells = [cell.strip() for cell in rule.strip().strip("|").split("|")]
    return [_SIDES[cell.startswith(":"), cell.endswith(":")] for cell in cells]


def _cells(line: str) -> list[str]:
    r"""A row without the bars at its ends; `\|` is a bar of the text, as one in a formula is."""
    spans = [(found.begin, found.end) for found in formulas_in(line) if "|" in found.inside]
    cells, since = [""], 0
    for bar in _PART.finditer(line):
        while spans and spans[0][1] <= bar.start():
            spans.pop(0)
        cells[-1] += line[since : bar.start()]
        since = bar.end()
        if bar[0] == "|" and not (spans and spans[0][0] < bar.start()):
            cells.append("")
        else:
            cells[-1] += "|"
    cells[-1] += line[since:]
    first = int(not cells[0] and len(cells) > 1)
    end = len(cells) - (not cells[-1] and len(cells) - first > 1)
    return cells[first:end]
