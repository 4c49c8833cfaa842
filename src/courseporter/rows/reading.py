"""Reads a table of rows, or a whole Letterboxd export, as a stream of parsed rows.

Of an export only diary.csv and watched.csv are opened: a film that was watched and has no diary
entry of its title and year counts once, and profile and comments are nobody's business.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from courseporter.errors import InputError, _
from courseporter.formats.archive import Archive, open_archive
from courseporter.formats.tabular import detect
from courseporter.formats.tabular.delimited import read_records
from courseporter.formats.tabular.table import column_name
from courseporter.limits import Limits
from courseporter.rows.formats import FORMATS, Cells, Reading, RowFormat, named
from courseporter.rows.row import ParsedRow, RowError, normal

DIARY, WATCHED = "diary.csv", "watched.csv"
NO_VIEWINGS = ("watchlist", "likes", "films", "list")  # file names whose dates are no viewings
ERROR_COLUMNS = ("error_code", "error_message", "row_number", "line", "attempts")
Record = tuple[int, list[str]]


class RowFile:
    """An opened file: its format and header, and its rows as often as they are read."""

    def __init__(
        self, path: Path, limits: Limits, reading: Reading, archive: Archive | None, format_: str
    ) -> None:
        self.path = path
        self._limits = limits
        self._reading = reading
        self._archive = archive
        self._parts = self._found_parts()
        self.header = self._header(self._parts[0])
        self.format = self._format(format_)
        if archive is None:
            self._refuse_no_viewings()
        self._columns = {column_name(name): place for place, name in enumerate(self.header)}

    def rows(self) -> Iterator[ParsedRow]:
        """Every row in order.  Raises InputError for a file that breaks off inside a row."""
        if self._archive is None:
            yield from self._rows_of(self._parts[0])
            return
        entries = set[tuple[str, str]]()
        for part in self._parts:
            for row in self._rows_of(part):
                film = (normal(row.title), self._cells(row.raw).get("year", ""))
                if part.endswith(DIARY):
                    entries.add(film)
                elif film in entries:
                    continue
                yield row

    def close(self) -> None:
        """Give back the file handle."""
        if self._archive is not None:
            self._archive.close()

    def _rows_of(self, part: str) -> Iterator[ParsedRow]:
        records = self._records(part)
        own = next(records, (1, list[str]()))[1]
        exported = {"error_code", "row_number"} <= {column_name(name) for name in own}
        for line, cells in records:
            if exported:
                cells = [_unescaped(cell) for cell in cells]  # noqa: PLW2901 - as it was exported
            yield self._row(line, cells, own)

    def _row(self, line: int, cells: list[str], own: list[str]) -> ParsedRow:
        if len(cells) > len(own) and not any(cells[len(own) :]):
            del cells[len(own) :]
        named_cells = {column_name(name): cell for name, cell in zip(own, cells, strict=False)}
        raw = [named_cells.get(name, "") for name in self._columns]
        if len(cells) != len(own):
            wrong = _(
                "The row has {found} fields instead of {expected}.",
                found=len(cells),
                expected=len(own),
            )
            title = named_cells.get("name", "")
            return ParsedRow(line, raw, {}, title, None, None, None, RowError("row_width", wrong))
        return self.format.parse(line, raw, named_cells, self._reading)

    def _cells(self, raw: list[str]) -> Cells:
        return dict(zip(self._columns, raw, strict=True))

    def _found_parts(self) -> list[str]:
        if self._archive is None:
            return [self.path.name]
        found = [path for path in self._archive.members if path in (DIARY, WATCHED)]
        if not found:
            raise InputError(
                _("“{name}” contains neither {diary} nor {watched}.",
                  name=self.path.name, diary=DIARY, watched=WATCHED),
                _("Choose the ZIP file that Letterboxd exported, or one CSV file."),
                str(self.path),
                code="not_a_package",
            )  # fmt: skip
        return sorted(found)  # the diary first: what it has, the other file need not tell

    def _header(self, part: str) -> list[str]:
        header = next(self._records(part), None)
        if header is None:
            raise InputError(
                _("{name} is empty.", name=part),
                _("Choose a CSV file with a header line."),
                part,
                code="table_schema",
            )
        return [name for name in header[1] if column_name(name) not in ERROR_COLUMNS]

    def _records(self, part: str) -> Iterator[Record]:
        known = [column for one in FORMATS for column in (*one.required, *one.optional)]
        columns = [column_name(column) for column in known]
        encoded = detect(part, partial(self._open, part))
        return read_records(part, encoded, columns, self._limits.cell)

    def _open(self, part: str) -> BinaryIO:
        if self._archive is None:
            return self.path.open("rb")
        return self._archive.open(self._archive.members[part])

    def _format(self, wanted: str) -> RowFormat:
        candidates = [named(wanted)] if wanted else list(FORMATS)
        for one in candidates:
            if one.fits(self.header):
                return one
        missing = [
            column
            for column in candidates[0].required
            if column_name(column) not in {column_name(name) for name in self.header}
        ]
        shown = ", ".join(self.header[:20])
        message = _("No row format has the header of {name}: {header}.",
                    name=self.path.name, header=shown)  # fmt: skip
        if wanted:
            message = _("{name} lacks the columns {columns}.",
                        name=self.path.name, columns=", ".join(missing))  # fmt: skip
        raise InputError(
            message,
            _("“courseporter rows formats” lists the columns of each format."),
            self.path.name,
            code="table_schema",
        )

    def _refuse_no_viewings(self) -> None:
        """Watchlist, likes and watched films have one header: the name decides."""
        stem = self.path.stem.casefold()
        viewings = self.format.kind != "movies" or self._reading.date is not None
        if viewings or not any(stem.startswith(name) for name in NO_VIEWINGS):
            return
        raise InputError(
            _("{name} lists films that were liked or are wanted: its dates aren't viewings.",
              name=self.path.name),
            _("Import diary.csv or watched.csv, or give one date for all rows with --date."),
            self.path.name,
            code="table_schema",
        )  # fmt: skip


def open_rows(
    path: Path, limits: Limits, reading: Reading | None = None, format_: str = ""
) -> RowFile:
    """Open a CSV file, or the ZIP file of a Letterboxd export.

    Raises InputError: `not_found`, `table_schema` when no format has this header, and what archives
    and encodings raise.
    """
    if not path.exists():
        raise InputError(
            _("Can't find “{name}”.", name=path.name),
            _("It may have been moved or renamed."),
            str(path),
            code="not_found",
        )
    archive = open_archive(path, limits) if path.is_dir() or _is_zip(path) else None
    try:
        return RowFile(path, limits, reading or Reading(), archive, format_)
    except BaseException:
        if archive is not None:
            archive.close()
        raise


def write_failed(header: list[str], rows: Iterator[tuple[list[str], tuple[str, ...]]]) -> bytes:
    """The CSV of failed rows: their own columns, then `ERROR_COLUMNS`; cells can't be formulas.

    `open_rows` reads it back to the same rows.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*header, *ERROR_COLUMNS])
    for raw, told in rows:
        writer.writerow([_escaped(cell) for cell in (*raw, *told)])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _escaped(cell: str) -> str:
    start = cell.lstrip(" ")[:1]
    return "'" + cell if start and start in "=+-@'\t\r" else cell


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _escaped(cell[1:]) == cell else cell


def _is_zip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"PK\3\4"
