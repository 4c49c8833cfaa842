"""Reads a table of rows, or a whole export, as a stream of parsed rows.

Of a Letterboxd export diary.csv and watched.csv count: a film that was watched and has no diary
entry of its title and year counts once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from courseporter.errors import InputError, _
from courseporter.formats.archive import Archive, open_archive
from courseporter.formats.tabular import detect
from courseporter.formats.tabular.delimited import read_records
from courseporter.formats.tabular.encoding import Encoded
from courseporter.formats.tabular.table import column_name
from courseporter.limits import Limits
from courseporter.rows import mapping
from courseporter.rows.cells import Reading
from courseporter.rows.dates import DateOrder, order_of
from courseporter.rows.failed import ERROR_COLUMNS, unescaped
from courseporter.rows.formats import FORMATS, RowFormat, format_of, named
from courseporter.rows.parts import DIARY, refuse_no_viewings, tables_of
from courseporter.rows.row import ParsedRow, RowError, normal

Record = tuple[int, list[str]]
LIST_MARK = "letterboxd list export"
LIST_HEAD = ["date", "name", "tags", "url", "description"]  # of lists without the mark
MAX_COLUMNS = 1000
MAX_DAYS = 50_000
_ERRORS = frozenset(ERROR_COLUMNS)
_KNOWN = [column_name(c) for one in FORMATS for c in (*one.required, *one.optional)]


class RowFile:
    """An opened file: its format and header, and its rows as often as they are read."""

    def __init__(
        self,
        path: Path,
        limits: Limits,
        reading: Reading,
        archive: Archive | None,
        wanted: str,
        mapped: mapping.Mapped,
    ) -> None:
        self.path = path
        self._limits = limits
        self._archive = archive
        self._mapped = mapped
        self._encoded = dict[str, Encoded]()
        self._parts = tables_of(path, archive)
        self.header = [name for name in self._header(self._parts[0]) if not _is_error(name)]
        names = self._names(self.header)
        self.format: RowFormat = format_of(self._parts[0], names, wanted)
        self.reading = reading
        if archive is None and reading.date is None and self.format.kind == "movies":
            refuse_no_viewings(path)
        self._columns = [column_name(name) for name in names]
        _refuse_twins(self._parts[0], self._columns)

    def rows(self) -> Iterator[ParsedRow]:
        """Every row in order.  Raises InputError for a file that breaks off inside a row."""
        if DIARY not in self._parts or len(self._parts) == 1:
            for part in self._parts:
                yield from self._rows_of(part)
            return
        entries = set[tuple[str, str]]()
        for part in self._parts:
            for row in self._rows_of(part):
                cells = dict(zip(self._columns, row.raw, strict=True))
                film = (normal(row.title), cells.get("year", ""))
                if part == DIARY:
                    entries.add(film)
                elif film in entries:
                    continue
                yield row

    def date_order(self) -> DateOrder | None:
        """The order of day and month that fits every date, None when all are ISO.

        Raises InputError `table_schema` when both orders fit: somebody has to say.
        """
        if self.reading.date_order is not None or self.reading.date is not None:
            return self.reading.date_order
        return order_of(self.path.name, self._date_column(), self._dates())

    def _date_column(self) -> str:
        place = next((n for n, c in enumerate(self._columns) if c == self.format.date), None)
        return self.format.date if place is None else self.header[place]

    def _dates(self) -> Iterator[str]:
        for part in self._parts:
            records = self._records(part)
            own = [column_name(name) for name in self._names(next(records, (1, list[str]()))[1])]
            places = [n for n, c in enumerate(own) if c in (self.format.date, "watched_date")]
            seen = set[str]()  # the days of a table repeat
            for _line, cells in records:
                for place in places:
                    cell = cells[place] if place < len(cells) else ""
                    if cell[4:5] != "-" and cell not in seen and len(seen) < MAX_DAYS:
                        seen.add(cell)
                        yield cell

    def close(self) -> None:
        """Give back the file handle."""
        if self._archive is not None:
            self._archive.close()

    def _rows_of(self, part: str) -> Iterator[ParsedRow]:
        records = self._records(part)
        own = next(records, (1, list[str]()))[1]
        exported = {"error_code", "row_number"} <= {column_name(name) for name in own}
        names = [column_name(name) for name in self._names(own)]
        same = names == self._columns
        for line, cells in records:
            if exported:
                cells = [unescaped(cell) for cell in cells]  # noqa: PLW2901 - as it was exported
            yield self._row(line, cells, names, same=same)

    def _row(self, line: int, cells: list[str], names: list[str], *, same: bool) -> ParsedRow:
        if len(cells) > len(names) and not any(cells[len(names) :]):
            del cells[len(names) :]
        known = dict(zip(names, cells, strict=False))
        if len(cells) == len(names):
            raw = cells if same else [known.get(name, "") for name in self._columns]
            return self.format.parse(line, raw, known, self.reading)
        raw = [known.get(name, "") for name in self._columns]
        wrong = _(
            "The row has {found} fields instead of {expected}.",
            found=len(cells),
            expected=len(names),
        )
        error = RowError("wrong_width", wrong)
        return ParsedRow(line, raw, {}, known.get(self.format.title, ""), None, None, error=error)

    def _names(self, header: list[str]) -> list[str]:
        """The header as the format names its columns."""
        return mapping.apply(header, self._mapped) if self._mapped else header

    def _header(self, part: str) -> list[str]:
        header = next(self._records(part), (1, list[str]()))[1]
        if not header:
            raise InputError(
                _("{name} is empty.", name=part),
                _("Choose a CSV file with a header line."),
                part,
                code="table_schema",
            )
        if len(header) > MAX_COLUMNS:
            raise InputError(
                _("{name} has {count:,} columns; the limit is {most:,}.",
                  name=part, count=len(header), most=MAX_COLUMNS),
                None,
                part,
                code="table_schema",
            )  # fmt: skip
        return header

    def _records(self, part: str) -> Iterator[Record]:
        """The header, and the records below it."""
        encoded = self._encoded.get(part)
        if encoded is None:  # it takes reading the whole part
            encoded = self._encoded[part] = detect(part, partial(self._open, part))
        known = [*_KNOWN, *map(column_name, self._mapped), *map(column_name, self._mapped.values())]
        records = read_records(part, encoded, known, self._limits.cell)
        first = next(records, None)
        if first is None:
            return
        if _is_list(first[1]):
            yield next((one for one in records if column_name(one[1][0]) == "position"), first)
        else:
            yield first
        yield from records

    def _open(self, part: str) -> BinaryIO:
        if self._archive is None:
            return self.path.open("rb")
        return self._archive.open(self._archive.members[part])


def open_rows(
    path: Path,
    limits: Limits,
    reading: Reading | None = None,
    wanted: str = "",
    mapped: mapping.Mapped | None = None,
) -> RowFile:
    """Open a CSV file, or the ZIP file of an export.  `wanted` names a format, "" finds one.

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
        return RowFile(path, limits, reading or Reading(), archive, wanted, mapped or {})
    except BaseException:
        if archive is not None:
            archive.close()
        raise


def parsed_again(
    format_: str,
    header: Sequence[str],
    raw: list[str],
    reading: Reading,
    mapped: mapping.Mapped,
    line: int,
) -> ParsedRow:
    """A row whose cells a person has changed."""
    names = mapping.apply(header, mapped) if mapped else header
    cells = dict(zip(map(column_name, names), raw, strict=False))
    return named(format_).parse(line, raw, cells, reading)


def _is_error(name: str) -> bool:
    return column_name(name) in _ERRORS


def _is_list(cells: list[str]) -> bool:
    return (
        cells[0].casefold().startswith(LIST_MARK)
        or [column_name(cell) for cell in cells] == LIST_HEAD
    )


def _refuse_twins(name: str, columns: list[str]) -> None:
    twice = [one for one, times in Counter(columns).items() if one and times > 1]
    if twice:
        raise InputError(
            _("{name} has two columns called “{column}”.", name=name, column=twice[0]),
            _("Rename or remove one of them."),
            name,
            code="table_schema",
        )


def _is_zip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"PK\3\4"
