"""One table: its header is matched with the columns we know, its rows come in our order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import NamedTuple, cast

from courseporter.errors import InputError

Record = tuple[int, list[str]]
BLANKS = re.compile(r"[\s\u200b\ufeff]+")


class Columns(NamedTuple):
    """The columns that a table must and may have, by their names in lower case."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


class Ragged(NamedTuple):
    """A row with the wrong number of fields.

    `cells` are in our order, as far as they can be told apart.
    """

    line: int
    found: int
    expected: int
    cells: tuple[str, ...]


class Table:
    """Rows of one file or sheet.

    `name` is for people ("sections.csv"); `unknown` are columns that are not read.
    """

    def __init__(
        self,
        name: str,
        columns: Columns,
        header: list[str],
        records: Iterable[Record],
        *,
        guessed: str | None = None,
    ) -> None:
        self.name = name
        self.columns = (*columns.required, *columns.optional)
        self.guessed = guessed  # the encoding, when it had to be guessed
        found = [column_name(cell) for cell in header]
        _refuse_twins(name, found)
        _refuse_gaps(name, columns, found)
        known = set(self.columns)
        self.unknown = tuple(
            cell.strip() or f"column {number} (without a name)"
            for number, cell in enumerate(header, 1)
            if found[number - 1] not in known
        )
        self._width = len(header)
        self._records = records
        # A column that is not there is read from an empty cell put behind the row.
        self._places = [found.index(c) if c in found else self._width for c in self.columns]

    def rows(self, ragged: Callable[[Ragged], None]) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Stream (line, cells in the order of `columns`); line 1 is the header.

        Empty rows are left out.  Rows with another number of fields than the header go to
        `ragged`; empty fields too many, which spreadsheets like to add, are no fault.
        Raises InputError for an unclosed quote or a huge cell.
        """
        width = self._width
        pick = cast("Callable[[list[str]], tuple[str, ...]]", itemgetter(*self._places))
        for line, cells in self._records:
            if len(cells) != width:
                if not any(cells):
                    continue
                if len(cells) < width or any(cells[width:]):
                    full = [*cells, *[""] * (width - len(cells) + 1)]
                    full[width] = ""
                    ragged(Ragged(line, len(cells), width, pick(full)))
                    continue
                del cells[width:]
            elif not cells[0] and not any(cells):
                continue
            cells.append("")
            yield line, pick(cells)


def column_name(cell: str) -> str:
    """A header cell as it is compared.

    Trimmed (no-break spaces too), lower case, inner blanks as underscores.
    """
    return BLANKS.sub("_", BLANKS.sub(" ", cell).strip()).casefold()


def _refuse_twins(name: str, found: list[str]) -> None:
    for column in found:
        if column and found.count(column) > 1:
            raise InputError(
                f"{name}, line 1: the column “{column}” appears twice.",
                "Delete or rename one of the two columns.",
                f"{name} line 1",
                code="table_schema",
            )


def _refuse_gaps(name: str, columns: Columns, found: list[str]) -> None:
    missing = [column for column in columns.required if column not in found]
    if missing:
        several = "columns" if len(missing) > 1 else "column"
        has = ", ".join(cell or "(no name)" for cell in found)
        raise InputError(
            f"{name}, line 1: the {several} {', '.join(missing)} cannot be found; the "
            f"header has {has}.",
            f"Add the {several} to {name}. The CSV template shows every table with examples.",
            f"{name} line 1",
            code="table_schema",
        )
