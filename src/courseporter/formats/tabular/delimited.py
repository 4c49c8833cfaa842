"""CSV as spreadsheets write it: comma, semicolon or tab, any line ends, quoted newlines.

RFC 4180 and its relatives.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import cast

from courseporter.context import Limits
from courseporter.errors import InputError, _
from courseporter.formats.tabular.control import readable
from courseporter.formats.tabular.encoding import Encoded
from courseporter.formats.tabular.table import Columns, Record, Table, column_name, is_blank

BUFFER = 1 << 18
DELIMITERS = ",;\t"
LINE_END = re.compile(r"\r\n|\r|\n")
EXCEL_HINT = re.compile(r"\s*\"?sep=(.)\"?\s*", re.IGNORECASE)


def open_delimited(name: str, encoded: Encoded, columns: Columns, limits: Limits) -> Table:
    """A CSV file, which `detect` has looked at, as a table.

    Raises InputError: table_schema (empty, column missing or twice), table_row (while rows are
    read).
    """
    delimiter = _delimiter(encoded.head, columns)
    records = _records(name, encoded, delimiter, limits.cell)
    header = next((r for r in records if not is_blank(r[1]) and not _only_hint(r[1])), None)
    if header is None or not encoded.head.strip():
        raise InputError(
            _("{name} is empty and has no header line.", name=name),
            _(
                "Its first line must name the columns: {columns}.",
                columns=", ".join(columns.required),
            ),
            name,
            code="table_schema",
        )
    guessed = encoded.encoding if encoded.guessed else None
    return Table(name, columns, header, records, guessed=guessed)


def read_records(name: str, encoded: Encoded, known: Sequence[str], limit: int) -> Iterator[Record]:
    """The records of a CSV file as they are, the header first; blank ones are skipped.

    `known`: column names that tell the delimiter.  Raises InputError `table_row`.
    """
    delimiter = _delimiter(encoded.head, Columns((), tuple(known)))
    records = _records(name, encoded, delimiter, limit)
    for record in records:
        if not is_blank(record[1]) and not (record[0] == 1 and _only_hint(record[1])):
            yield record
            break
    for record in records:
        cells = record[1]
        if (cells and cells[0] > " ") or not is_blank(cells):
            yield record


def _only_hint(cells: list[str]) -> bool:
    return "sep=" in cells[0].lower() and not any(cells[1:])


def _delimiter(head: str, columns: Columns) -> str:
    """The delimiter that finds most of the known columns in the first line that is not blank."""
    known = {*columns.required, *columns.optional}
    lines = [line for line in LINE_END.split(head.removeprefix("\ufeff"), 20) if line.strip()]
    if lines and (hint := EXCEL_HINT.fullmatch(lines[0])):
        return hint[1]
    header = lines[0] if lines else ""

    def score(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([header], delimiter=delimiter), list[str]())
        return sum(column_name(cell) in known for cell in cells), len(cells)

    return max(DELIMITERS, key=score)


def _records(name: str, encoded: Encoded, delimiter: str, limit: int) -> Iterator[Record]:
    """(line where the record begins, cells); the csv module does the work in C."""
    csv.field_size_limit(limit)
    with (
        encoded.open() as stream,
        io.BufferedReader(cast("io.RawIOBase", stream), BUFFER) as raw,  # text asks for 8 KiB
        io.TextIOWrapper(raw, encoded.encoding, newline="") as text,
    ):
        end = _End()
        reader = csv.reader(chain(text, end), delimiter=delimiter)
        line = 1
        try:
            for cells in reader:
                if end.reached:  # the reader asked for more: a quote is still open
                    raise _unclosed(name, reader.line_num, cells[-1])
                yield line, [readable(cell) for cell in cells] if encoded.odd else cells
                line = reader.line_num + 1
        except csv.Error as error:
            raise _too_large(name, line, limit) from error


class _End:
    """Follows the last line of a file; knows whether the reader asked for more."""

    def __init__(self) -> None:
        self.reached = False

    def __iter__(self) -> Iterator[str]:
        self.reached = True
        return iter(())


def _unclosed(name: str, last: int, cell: str) -> InputError:
    inside = len(LINE_END.findall(cell))
    line = last - inside + cell.endswith(("\r", "\n"))
    return InputError(
        _(
            "{name}, line {line}: a quotation mark opens here and is never closed, so the rest of "
            "the file would be one cell.",
            name=name,
            line=line,
        ),
        _('Close the quotation mark, or double it ("") if it is part of the text.'),
        _("{table} line {line}", table=name, line=line),
        code="table_row",
    )


def _too_large(name: str, line: int, limit: int) -> InputError:
    return InputError(
        _(
            "{name}, line {line}: a cell of this row has more than {limit:,} characters.",
            name=name,
            line=line,
            limit=limit,
        ),
        _(
            "A quotation mark may be missing. Otherwise, shorten the cell or raise the limit in "
            "the settings."
        ),
        _("{table} line {line}", table=name, line=line),
        code="table_row",
    )
