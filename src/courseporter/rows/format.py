"""What a row format is: its strict header, and what a row of it means."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from courseporter.errors import Message
from courseporter.formats.tabular.table import column_name
from courseporter.rows.cells import CellError, Cells, Reading
from courseporter.rows.row import ParsedRow, RowError, Seed

Kind = Literal["movies", "shows", "enrollments"]
Meaning = Callable[[Cells, Reading], tuple[Seed, bytes]]


class Skip(Exception):  # noqa: N818 - control flow between a format and `RowFormat.parse`
    """The row isn't one to be sent; its argument is the code."""


@dataclass(frozen=True)
class RowFormat:
    """A kind of table: `required` columns must be in the header, `optional` ones may.

    `title` and `date` name the columns of a row's title and day.
    """

    name: str
    label: Message
    kind: Kind
    required: tuple[str, ...]
    optional: tuple[str, ...]
    meaning: Meaning
    title: str = "name"
    date: str = "date"

    def missing(self, header: Collection[str]) -> list[str]:
        """The required columns that a header of these normal names lacks."""
        return [column for column in self.required if column_name(column) not in header]

    def score(self, header: Collection[str]) -> int:
        """How many columns of the header it knows; 0 when one that it needs is missing."""
        if self.missing(header):
            return 0
        return sum(column_name(one) in header for one in (*self.required, *self.optional))

    def parse(self, line: int, raw: list[str], cells: Cells, reading: Reading) -> ParsedRow:
        """The row; what is wrong with it is in `error`."""
        try:
            seed, key = self.meaning(cells, reading)
        except CellError as invalid:
            return self._unsent(line, raw, cells, error=invalid.error)
        except Skip as skip:
            return self._unsent(line, raw, cells, skip=str(skip))
        date, title = seed.pop("date", None), seed.pop("title", None)
        uri = None if "entry" in seed else seed.get("source_uri")
        return ParsedRow(
            line,
            raw,
            seed,
            self._title(cells) if title is None else str(title),
            None if date is None else str(date),
            key,
            None if uri is None else str(uri),
        )

    def _unsent(
        self,
        line: int,
        raw: list[str],
        cells: Cells,
        *,
        error: RowError | None = None,
        skip: str | None = None,
    ) -> ParsedRow:
        return ParsedRow(line, raw, {}, self._title(cells), None, None, None, error, skip)

    def _title(self, cells: Cells) -> str:
        return cells.get(self.title, "").strip()
