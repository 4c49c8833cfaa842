"""What python-calamine doesn't say of a sheet: how large it is, which rows are hidden, and which
cells show more than their stored value (percentages, errors, formulas, days, fractions).

ECMA-376 part 1: 18.3.1.4 (cells), 18.3.1.40 (formulas), 18.8.30 (number formats).  python-calamine
gives 0.05 for “5%” and nothing for “#REF!” or for a formula that was never computed.  It sets up
the whole rectangle around the filled cells, and ends the program when that does not fit.
"""

from __future__ import annotations

import posixpath
import re
from array import array
from collections.abc import Callable, Iterator
from functools import cache
from typing import BinaryIO, NamedTuple

from courseporter.formats.tabular.number_format import (
    BUILT_IN,
    LOCAL,
    LOCAL_DATES,
    dressed,
    is_percent,
    shown,
)
from courseporter.formats.xml import Element, iter_elements, local_name

BOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
STYLES = "xl/styles.xml"
SHARED = "xl/sharedStrings.xml"
TEXTS = frozenset({"s", "str", "inlineStr", "b"})  # kinds of cells that hold what they show
TRUE = ("1", "true")
MAX_ROWS = 1_048_576  # of a sheet (ECMA-376 part 1, 18.3.1.73)
REFERENCE = re.compile(r"([A-Za-z]{0,3})([1-9][0-9]{0,6})")
Parts = Callable[[str], BinaryIO]  # opens a part of the workbook; KeyError when it does not exist


class SheetFacts(NamedTuple):
    """(row, column) from 0 on: cells shown as percentages; those with a text of their own, which
    are errors and formulas without a result; and the rows of the latter, from 1 on.

    `shown`: what numbers look like that show more than their value ("007", "1/2"), `dates` what
    days do; `dressed`: what numbers look like in a cell for text ("$5.00"); `hidden` are filled
    rows that are hidden, from 1 on.
    `rows`, `columns`: how far the filled cells reach; `characters`: of all texts in them.
    """

    percent: set[tuple[int, int]]
    texts: dict[tuple[int, int], str]
    unsolved: list[int]
    shown: dict[tuple[int, int], str]
    dates: dict[tuple[int, int], str]
    dressed: dict[tuple[int, int], str]
    hidden: list[int]
    rows: int = 0
    columns: int = 0
    characters: int = 0


class BookParts(NamedTuple):
    """What all sheets of a workbook share: it is read once, however many sheets there are.

    `paths`: sheet → its part; `codes`: cell format → its number format (18.8.31); `lengths`: of the
    shared strings, which a cell refers to by their number (18.4.8); `since_1904`: its days count
    from 1904 on (18.2.28); `hidden`: names of sheets that aren't shown.
    """

    open: Parts
    paths: dict[str, str]
    codes: dict[str, str]
    lengths: array[int]
    since_1904: bool
    hidden: frozenset[str]


def read_book(parts: Parts) -> BookParts:
    """What all sheets share.  Raises LxmlError when a part cannot be read."""
    paths, hidden, since_1904 = _book(parts)
    return BookParts(parts, paths, _codes(parts), _shared_lengths(parts), since_1904, hidden)


def read_sheet(book: BookParts, sheet: str, limit: int) -> SheetFacts:
    """The facts of one sheet, read until its texts have more than `most` characters.

    Raises KeyError or LxmlError when the parts do not say.
    """
    found = SheetFacts(set(), {}, [], {}, {}, {}, [])
    rows = columns = characters = 0
    for place, cell, hidden in _cells(book.open, book.paths[sheet]):
        if len(cell):
            if hidden and found.hidden[-1:] != [place[0] + 1]:
                found.hidden.append(place[0] + 1)
            rows, columns = max(rows, place[0] + 1), max(columns, place[1] + 1)
            characters += _length(cell, book.lengths)
            if characters > limit:
                break
            if cell.get("t") not in TEXTS:
                _look(place, cell, book, found)
    return found._replace(rows=rows, columns=columns, characters=characters)


def _length(cell: Element, shared: array[int]) -> int:
    """Characters of the cell's text: a shared string counts in each cell that refers to it."""
    if cell.get("t") != "s":
        return sum(map(len, cell.itertext()))
    number = "".join(cell.itertext()).strip()
    return shared[int(number)] if number.isdecimal() and int(number) < len(shared) else 0


def _look(place: tuple[int, int], cell: Element, book: BookParts, found: SheetFacts) -> None:
    parts = {local_name(part): part.text or "" for part in cell}
    kind, value = cell.get("t") or "n", parts.get("v", "")
    if kind == "e":
        found.texts[place] = value
    elif kind == "n" and "f" in parts and not value:
        found.texts[place] = "=" + parts["f"]
        found.unsolved.append(place[0] + 1)
    elif kind == "n" and value and (code := book.codes.get(cell.get("s") or "")):
        _show(place, value, code, book, found)


def _show(
    place: tuple[int, int], value: str, code: str, book: BookParts, found: SheetFacts
) -> None:
    if is_percent(code):
        found.percent.add(place)
        return
    try:
        number = float(value)
    except ValueError:
        return
    seen = shown(number, code, since_1904=book.since_1904)
    if seen is None and (text := dressed(number, code)):
        found.dressed[place] = text
    if seen is not None:
        (found.dates if seen.date else found.shown)[place] = seen.text


def _cells(parts: Parts, path: str) -> Iterator[tuple[tuple[int, int], Element, bool]]:
    """The cells with their places, and whether their row is hidden; rows and cells that don't say
    where they are follow the one before.
    """
    row = -1
    for one in _elements(parts, path, "row"):
        hidden = one.get("hidden") in TRUE
        row, _column_before = _place(one.get("r"), row + 1, -1)
        if row >= MAX_ROWS:
            raise KeyError(path)
        column = -1
        for cell in one:
            place = _place(cell.get("r"), row, column + 1)
            column = place[1]
            yield place, cell, hidden


def _place(reference: str | None, row: int, column: int) -> tuple[int, int]:
    """Where “B7” is; `row` and `column` where nothing is said."""
    if reference is None:
        return row, column
    match = REFERENCE.fullmatch(reference)
    if match is None:
        raise KeyError(reference)
    return int(match[2]) - 1, _column(match[1]) if match[1] else column


@cache
def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _book(parts: Parts) -> tuple[dict[str, str], frozenset[str], bool]:
    """Sheet → path of its part, the sheets that aren't shown, and whether days count from 1904."""
    wanted, hidden, since_1904 = dict[str, str](), set[str](), False
    for one in _elements(parts, BOOK, "sheet", "workbookPr"):
        if local_name(one) == "workbookPr":
            since_1904 = one.get("date1904") in TRUE
            continue
        name = one.get("name") or ""
        wanted[name] = next((value for key, value in one.items() if key.endswith("}id")), "")
        if one.get("state") in ("hidden", "veryHidden"):
            hidden.add(name)
    targets = dict[str, str]()
    for relation in _elements(parts, RELATIONS, "Relationship"):
        target = posixpath.join("/xl", relation.get("Target") or "")
        targets.setdefault(relation.get("Id") or "", posixpath.normpath(target).lstrip("/"))
    paths = {name: targets[part] for name, part in wanted.items() if part in targets}
    return paths, frozenset(hidden), since_1904


def _shared_lengths(parts: Parts) -> array[int]:
    """Characters of each shared string; a workbook need not have any."""
    try:
        with parts(SHARED) as stream:
            found = iter_elements(stream, "si")
            return array("Q", (sum(map(len, one.itertext())) for one in found))
    except KeyError:
        return array("Q")


def _codes(parts: Parts) -> dict[str, str]:
    """Cell format → its number format, for those that show more than the value."""
    own, used = dict[str, str](), list[str]()
    try:
        for one in _elements(parts, STYLES, "numFmts", "cellXfs"):
            if local_name(one) == "cellXfs":
                used = [style.get("numFmtId") or "" for style in one]
                continue
            for style in one:
                own[style.get("numFmtId") or ""] = style.get("formatCode") or ""
    except KeyError:  # a workbook need not have styles
        return {}
    known = {str(number): code for number, code in BUILT_IN.items()}
    known |= {str(number): LOCAL for number in LOCAL_DATES} | {"22": f"{LOCAL} hh:mm"} | own
    return {str(number): known[style] for number, style in enumerate(used) if known.get(style)}


def _elements(parts: Parts, path: str, *names: str) -> Iterator[Element]:
    with parts(path) as stream:
        yield from iter_elements(stream, *names)
