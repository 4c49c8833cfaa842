"""Excel workbooks (.xlsx) as tables.

One sheet per file of the template, read with python-calamine.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator

from lxml import etree
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from courseporter.errors import InputError, _
from courseporter.formats.tabular.control import readable_cell
from courseporter.formats.tabular.sheet import (
    BookParts,
    Parts,
    SheetFacts,
    read_book,
    read_sheet,
)
from courseporter.formats.tabular.table import Columns, Record, Table, column_name, is_blank

Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
EXACT = 2**53  # whole numbers below it are stored to the last digit
MAX_CELLS = 5_000_000  # in the rectangle around all filled cells: 64 bytes of memory each
MAX_CHARACTERS = 100_000_000  # of a sheet: the library holds all of its texts at once
SAVE_AS_CSV = _("Save each sheet as “CSV UTF-8” and put the CSV files into one ZIP.")


class Workbook:
    """An open workbook; `sheets` holds the names of its sheets."""

    def __init__(self, name: str, book: CalamineWorkbook, parts: Parts) -> None:
        self._name = name
        self._book = book
        self._parts = parts
        self._shared: BookParts | None = None
        self._known: dict[str, SheetFacts] = {}
        self.sheets = tuple(book.sheet_names)

    def table(self, sheet: str, columns: Columns) -> Table:
        """One sheet as a table; its first row that is not empty is the header.

        Raises InputError `table_schema`.
        """
        title = f"{self._name}, sheet {sheet}"
        records = self._records(sheet)
        header = next((record for record in records if not is_blank(record[1])), None)
        if header is None:
            message = _("{name} is empty and has no header row.", name=title)
            hint = _("Fill the sheet or delete it.")
            raise InputError(message, hint, title, code="table_schema")
        facts = self._facts(sheet)
        table = Table(title, columns, header, records, row="row", unsolved=facts.unsolved)
        table.hidden = frozenset(facts.hidden)
        table.hidden_sheet = self._shared is not None and sheet in self._shared.hidden
        names = [column_name(cell) for cell in header[1]]
        table.records = self._with_days(records, names, table, facts)
        return table

    def _with_days(
        self, records: Iterator[Record], names: list[str], table: Table, facts: SheetFacts
    ) -> Iterator[Record]:
        """The records with days as the sheet shows them where the column isn't one of dates, and
        numbers as it shows them where the column is one of texts.
        """
        by_row: dict[int, list[int]] = {}
        for row, place in (*facts.dates, *facts.dressed):
            by_row.setdefault(row + 1, []).append(place)
        for line, cells in records:
            for place in by_row.get(line, ()):
                name = names[place] if place < len(names) else ""
                if (line - 1, place) in facts.dressed:
                    if name in table.texts:
                        cells[place] = facts.dressed[line - 1, place]
                elif name and name not in table.dates:
                    cells[place] = facts.dates[line - 1, place]
                    table.days.append((line, name, cells[place]))
            yield line, cells

    def is_filled(self, sheet: str) -> bool:
        """Whether the sheet has a filled cell, or can't be read."""
        try:
            return self._facts(sheet).rows > 0
        except InputError:
            return True

    def _facts(self, sheet: str) -> SheetFacts:
        if sheet not in self._known:
            try:
                if self._shared is None:
                    self._shared = read_book(self._parts)
                found = read_sheet(self._shared, sheet, MAX_CHARACTERS)
            except (KeyError, etree.LxmlError) as error:
                raise _unreadable(f"{self._name}, sheet {sheet}") from error
            if found.rows * found.columns > MAX_CELLS:
                raise self._vast(sheet, found.rows * found.columns)
            if found.characters > MAX_CHARACTERS:
                raise self._long(sheet)
            self._known[sheet] = found
        return self._known[sheet]

    def _opened(self, sheet: str) -> CalamineSheet:
        try:
            return self._book.get_sheet_by_name(sheet)
        except (CalamineError, ValueError, OSError) as error:
            raise _unreadable(f"{self._name}, sheet {sheet}") from error

    def _vast(self, sheet: str, cells: int) -> InputError:
        where = f"{self._name}, sheet {sheet}"
        return InputError(
            _(
                "{where} spans {cells:,} cells up to its last row and column; the limit is "
                "{limit:,}.",
                where=where,
                cells=cells,
                limit=MAX_CELLS,
            ),
            _("Delete cells far away from the table. Or: {other}", other=SAVE_AS_CSV),
            where,
            code="too_large",
        )

    def _long(self, sheet: str) -> InputError:
        where = f"{self._name}, sheet {sheet}"
        return InputError(
            _(
                "The cells of {where} contain more than {limit} million characters of text.",
                where=where,
                limit=MAX_CHARACTERS // 1_000_000,
            ),
            _("Split the sheet into several workbooks. Or: {other}", other=SAVE_AS_CSV),
            where,
            code="too_large",
        )

    def _records(self, sheet: str) -> Iterator[Record]:
        """Every row from the first filled one to the last, all of the same width."""
        facts = self._facts(sheet)  # looked at before the library sets up the sheet
        opened = self._opened(sheet)
        start, column = opened.start or (0, 0)
        odd = [*facts.texts, *facts.percent, *facts.shown]
        width = max([column + opened.width, *(place + 1 for _row, place in odd)])
        by_row: dict[int, list[int]] = {}
        for row, place in odd:
            by_row.setdefault(row, []).append(place)
        first, last = min([start, *by_row]), max([start + opened.height - 1, *by_row])
        rows = opened.iter_rows()  # from the sheet's first row on, wherever the cells begin
        for row in range(last + 1):
            values = next(rows, list[Value]())
            if row < first:
                continue
            cells = [""] * column + [cell_text(value) for value in values]
            cells += [""] * (width - len(cells))
            for place in by_row.get(row, ()):
                text = facts.texts.get((row, place)) or facts.shown.get((row, place))
                cells[place] = _percent(values[place - column]) if text is None else text
            yield row + 1, cells


def open_workbook(name: str, content: bytes, parts: Parts) -> Workbook:
    """Open a workbook; `parts` opens those of its parts that the library does not tell all of.

    Raises InputError `not_a_package` when it cannot be read as one.
    """
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except (CalamineError, ValueError, OSError) as error:
        raise _unreadable(name) from error
    return Workbook(name, book, parts)


def _unreadable(name: str) -> InputError:
    message = _("{name} can't be read as an Excel workbook; it may be damaged.", name=name)
    return InputError(message, SAVE_AS_CSV, name, code="not_a_package")


def cell_text(value: Value) -> str:
    """A cell as a CSV file would have it: 1.0 is “1”, a day is ISO 8601, 0.1 + 0.2 is 0.3
    (spreadsheets show 15 digits of a fraction).
    """
    if isinstance(value, str):
        return readable_cell(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not value.is_integer():
            return f"{value:.15g}"
        return str(int(value)) if abs(value) < EXACT else str(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time.min
        return value.date().isoformat() if midnight else value.isoformat()
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)


def _percent(value: Value) -> str:
    return f"{value * 100:.15g}%" if isinstance(value, int | float) else cell_text(value)
