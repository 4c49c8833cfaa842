"""Excel workbooks (.xlsx) as tables.

One sheet per file of the template, read with python-calamine.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineWorkbook

from courseporter.errors import InputError
from courseporter.formats.tabular.peculiar import Parts, Peculiar, peculiar_cells
from courseporter.formats.tabular.table import Columns, Record, Table, is_blank

Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
SAVE_AS_CSV = "Save each sheet as “CSV UTF-8” and put the CSV files into one ZIP."


class Workbook:
    """An open workbook; `sheets` holds the names of its sheets."""

    def __init__(self, name: str, book: CalamineWorkbook, parts: Parts) -> None:
        self._name = name
        self._book = book
        self._parts = parts
        self._known: dict[str, Peculiar] = {}
        self.sheets = tuple(book.sheet_names)

    def table(self, sheet: str, columns: Columns) -> Table:
        """One sheet as a table; its first row that is not empty is the header.

        Raises InputError `table_schema`.
        """
        title = f"{self._name}, sheet {sheet}"
        records = self._records(sheet)
        header = next((record for record in records if not is_blank(record[1])), None)
        if header is None:
            message = f"{title} is empty: not even a header row is in it."
            raise InputError(message, "Fill the sheet or delete it.", title, code="table_schema")
        unsolved = self._peculiar(sheet).unsolved
        return Table(title, columns, header, records, row="row", unsolved=unsolved)

    def _peculiar(self, sheet: str) -> Peculiar:
        if sheet not in self._known:
            self._known[sheet] = peculiar_cells(self._parts, sheet)
        return self._known[sheet]

    def _records(self, sheet: str) -> Iterator[Record]:
        """Every row from the first filled one to the last, all of the same width."""
        opened, peculiar = self._book.get_sheet_by_name(sheet), self._peculiar(sheet)
        start, column = opened.start or (0, 0)
        odd = [*peculiar.texts, *peculiar.percent]
        width = max([column + opened.width, *(place + 1 for _, place in odd)])
        by_row: dict[int, list[int]] = {}
        for row, place in odd:
            by_row.setdefault(row, []).append(place)
        rows = opened.iter_rows()
        for row in range(min([start, *by_row]), max([start + opened.height - 1, *by_row]) + 1):
            values = next(rows, list[Value]()) if row >= start else []
            cells = [""] * column + [cell_text(value) for value in values]
            cells += [""] * (width - len(cells))
            for place in by_row.get(row, ()):
                told = peculiar.texts.get((row, place))
                cells[place] = _percent(values[place - column]) if told is None else told
            yield row + 1, cells


def open_workbook(name: str, content: bytes, parts: Parts) -> Workbook:
    """Open a workbook; `parts` opens those of its parts that the library does not tell all of.

    Raises InputError `not_a_package` when it cannot be read as one.
    """
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except (CalamineError, ValueError, OSError) as error:
        message = f"{name} says that it is an Excel workbook, but it cannot be opened as one."
        raise InputError(message, SAVE_AS_CSV, name, code="not_a_package") from error
    return Workbook(name, book, parts)


def cell_text(value: Value) -> str:
    """A cell as it would stand in a CSV file: 1.0 is “1”, a day is ISO 8601, 0.1 + 0.2 is 0.3
    (spreadsheets show 15 digits).
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time.min
        return value.date().isoformat() if midnight else value.isoformat()
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)


def _percent(value: Value) -> str:
    return f"{value * 100:.15g}%" if isinstance(value, int | float) else cell_text(value)
