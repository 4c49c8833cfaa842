"""One table: its header is matched with the columns we know, its rows come in our order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple, cast

from courseporter.errors import InputError, Phrase, _, ngettext

Record = tuple[int, list[str]]
LISTED = 50  # columns of a header that a message names
BLANKS = re.compile(r"[\s\u200b\ufeff]+")


class Columns(NamedTuple):
    """The columns that a table must and may have, by their names in lower case."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()  # those that hold days
    texts: tuple[str, ...] = ()  # those whose numbers are shown as the sheet shows them


class Ragged(NamedTuple):
    """A row with the wrong number of fields.

    `cells` are in our order, as far as they can be told apart.
    """

    line: int
    found: int
    expected: int
    cells: tuple[str, ...]


_NONE: frozenset[int] = frozenset()


class Table:
    """Rows of one file or sheet.

    `name` is for people ("sections.csv"), and so is `where`, the place of the header; `unknown`
    are columns that are ignored, those without a name only once a filled cell was found in them.
    """

    def __init__(
        self,
        name: str,
        columns: Columns,
        header: Record,
        records: Iterable[Record],
        *,
        guessed: str | None = None,
        row: str = "line",
        unsolved: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.hidden = _NONE  # rows that the workbook doesn't show
        self.hidden_sheet = False
        self.days: list[tuple[int, str, str]] = []  # row, column, text of days in other columns
        self.unsolved = unsolved  # rows of cells that hold a formula without a result
        self.where = _header_place(name, row, header[0])
        self.columns = (*columns.required, *columns.optional)
        self.dates, self.texts = columns.dates, columns.texts
        self.guessed = guessed  # the encoding, when it had to be guessed
        found = [column_name(cell) for cell in header[1]]
        _refuse_twins(self.where, found)
        _refuse_gaps(name, self.where, columns, found)
        known = {*self.columns, ""}
        strange = (c for c, name in zip(header[1], found, strict=True) if name not in known)
        self.unknown = [cell.strip() for cell in strange]
        self._nameless: list[int] = [place for place, name in enumerate(found) if not name]
        self._row = row
        self._width = len(header[1])
        self.records = records
        # A column that does not exist is read from an empty cell put behind the row.
        places = {name: place for place, name in enumerate(found)}
        self._places = [places.get(c, self._width) for c in self.columns]

    def rows(self, ragged: Callable[[Ragged], None]) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Stream (line, cells in the order of `columns`) of what is below the header.

        Empty rows are skipped.  Rows with another number of fields than the header go to
        `ragged`; empty fields too many, which spreadsheets like to add, are no fault.
        Raises InputError for an unclosed quote or a huge cell.
        """
        width = self._width
        pick = cast("Callable[[list[str]], tuple[str, ...]]", itemgetter(*self._places))
        for line, cells in self.records:
            if len(cells) != width:
                if is_blank(cells):
                    continue
                if len(cells) < width or any(cells[width:]):
                    full = [*cells, *[""] * (width - len(cells) + 1)]
                    full[width] = ""
                    ragged(Ragged(line, len(cells), width, pick(full)))
                    continue
                del cells[width:]
            elif not cells[0].strip() and is_blank(cells):
                continue
            if self._nameless:
                self._look_at_nameless(line, cells)
            cells.append("")
            yield line, pick(cells)

    def _look_at_nameless(self, line: int, cells: list[str]) -> None:
        filled = [place for place in self._nameless if cells[place].strip()]
        if filled:
            first = f"without a name, first filled in {self._row} {line}"
            self.unknown += [f"column {place + 1} ({first})" for place in filled]
            met = set(filled)
            self._nameless = [place for place in self._nameless if place not in met]


def is_blank(cells: Sequence[str]) -> bool:
    """Whether nothing but blanks is in the cells."""
    if cells and cells[0].strip():  # nearly all
        return False
    return not any(map(str.strip, cells))


def column_name(cell: str) -> str:
    """A header cell as it is compared.

    Trimmed (no-break spaces too), lower case, inner blanks as underscores.
    """
    return BLANKS.sub("_", BLANKS.sub(" ", cell).strip()).casefold()


def _header_place(name: str, row: str, line: int) -> Phrase:
    if row == "row":
        return _("{table} row {line}", table=name, line=line)
    return _("{table} line {line}", table=name, line=line)


def _refuse_twins(where: Phrase, found: list[str]) -> None:
    for column, times in Counter(found).items():
        if column and times > 1:
            raise InputError(
                _("{where}: the column “{column}” appears twice.", where=where, column=column),
                _("Delete or rename one of the two columns."),
                where,
                code="table_schema",
            )


def _refuse_gaps(name: str, where: Phrase, columns: Columns, found: list[str]) -> None:
    missing = [column for column in columns.required if column not in found]
    if missing:
        named = [cell for cell in found if cell]
        has = ", ".join(named[:LISTED]) or "none"
        if len(named) > LISTED:
            has += f" and {len(named) - LISTED:,} more"
        raise InputError(
            ngettext(
                "{where}: the column {missing} is missing; the header has {found}.",
                "{where}: the columns {missing} are missing; the header has {found}.",
                len(missing),
                where=where,
                missing=", ".join(missing),
                found=has,
            ),
            _("Add them to {name}. The CSV template shows every table with examples.", name=name),
            where,
            code="table_schema",
        )
