"""A private sort store: rows and blobs of any number come out sorted, with flat memory.

It is an unnamed SQLite database: it lives in memory until its page cache is full, then in a file
that is deleted the moment it is opened, so that nothing is left behind even after a kill.
Nothing in it is worth a journal or a sync.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, cast

Cell = str | bytes | int | float | None

CACHE_BYTES = 16 << 20


class Spool:
    """A handful of tables that live as long as this object.

    Use it as a context manager, in one thread.
    """

    def __init__(self, scratch: Path, *, cache: int = CACHE_BYTES) -> None:
        # SQLite asks for this folder whenever it spills; without it large sorts would go to
        # /var/tmp.
        os.environ["SQLITE_TMPDIR"] = str(scratch)
        self._link = sqlite3.connect("", isolation_level=None)
        for pragma in (
            "journal_mode = OFF",
            "synchronous = OFF",
            "locking_mode = EXCLUSIVE",
            "page_size = 32768",
            f"cache_size = -{max(cache >> 10, 64)}",
        ):
            self._link.execute(f"PRAGMA {pragma}")
        self._link.execute("BEGIN")  # one transaction for good: nothing here is ever committed

    def table(self, name: str, *columns: str, wide: bool = False) -> Table:
        """A new empty table.  Columns take any mixture of text, bytes, numbers and None.

        `wide`: rows of more than about 500 bytes; then keys are sorted instead of whole rows.
        """
        return Table(self._link, name, columns, wide=wide)

    def close(self) -> None:
        """Drop everything."""
        self._link.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Table:
    """Rows that go in in any order and come out sorted."""

    def __init__(
        self, link: sqlite3.Connection, name: str, columns: tuple[str, ...], *, wide: bool
    ) -> None:
        self._link = link
        self._name = name
        self._columns = columns
        self._wide = wide
        link.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
        marks = ", ".join("?" * len(columns))
        self._insert = f"INSERT INTO {name} VALUES ({marks})"  # noqa: S608 - our own names

    def add(self, *row: Cell) -> None:
        """Append one row."""
        self._link.execute(self._insert, row)

    def extend(self, rows: Iterable[tuple[Cell, ...]]) -> None:
        """Append rows; a generator is consumed as a stream."""
        self._link.executemany(self._insert, rows)

    def __len__(self) -> int:
        return self._number(f"SELECT count(*) FROM {self._name}")  # noqa: S608 - our own names

    def rows(
        self,
        *columns: str,
        by: tuple[str, ...] = (),
        start: Cell = None,
    ) -> Iterator[tuple[Cell, ...]]:
        """Stream the rows sorted by the columns `by`; ties stay in the order in which they went in.

        `columns`: what to deliver (default: all).  `start`: only rows whose first sort column is
        at least that.
        None sorts before numbers, numbers before text (by UTF-8 bytes), text before bytes.
        """
        query = f"SELECT {', '.join(columns or self._columns)} FROM {self._name}"  # noqa: S608 - our own names
        if by and self._wide:
            query += f" INDEXED BY {self._index(by)}"
        if start is not None:
            query += f" WHERE {by[0]} >= ?"
        query += f" ORDER BY {', '.join((*by, 'rowid'))}"
        # One by one: the driver fetches no more than is asked for, and a row may have megabytes.
        for row in self._link.execute(query, () if start is None else (start,)):  # noqa: UP028
            yield row  # `yield from` would close the cursor, perhaps after its database

    def _index(self, by: tuple[str, ...]) -> str:
        name = f"{self._name}_by_{'_'.join(by)}"
        self._link.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {self._name} ({', '.join(by)})")
        return name

    def _number(self, query: str, *values: Cell) -> int:
        return cast("int", self._link.execute(query, values).fetchone()[0])
