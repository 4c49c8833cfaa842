"""Rows of the same title and day: which are in the file twice, which have a record already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, repeat

import msgspec
from sqlalchemy import Connection

from courseporter.store.row_tables import STATE_NUMBERS
from courseporter.workspace.imported_rows import SavedRow

_decode = msgspec.json.Decoder().decode


def taken(connection: Connection, seq: int, rows: Sequence[SavedRow]) -> dict[int, frozenset[str]]:
    """For each row, the records of other rows of the same title and day: row number → names."""
    keys = sorted({(row.date, row.dedupe_key) for row in rows if row.date and row.dedupe_key})
    if not keys:
        return {}
    names = dict[tuple[str, bytes], set[str]]()
    for date, key, _number, name in _twins(
        connection, seq, keys, "target_record_id", f"status = {STATE_NUMBERS['success']}"
    ):
        names.setdefault((date, key), set()).add(str(name))
    return {
        row.row_number: frozenset(names.get((row.date, row.dedupe_key), ()))
        for row in rows
        if row.date and row.dedupe_key
    }


def earlier(
    connection: Connection, seq: int, keys: Iterable[tuple[str | None, bytes]]
) -> dict[bytes, list[tuple[int, str | None]]]:
    """Rows of this import with these (date, key): key → (number, address of the film)."""
    wanted = sorted({key for key in keys if key[0] is not None})
    found = dict[bytes, list[tuple[int, str | None]]]()
    if not wanted:
        return found
    for date, key, number, seed in _twins(connection, seq, wanted, "seed", "duplicate_of IS NULL"):
        del date
        known: dict[str, str | None] = _decode(str(seed))
        uri = None if "entry" in known else known.get("source_uri")
        found.setdefault(key, []).append((number, uri))
    return found


def _twins(
    connection: Connection,
    seq: int,
    keys: Sequence[tuple[str | None, bytes]],
    column: str,
    condition: str,
) -> Iterator[tuple[str, bytes, int, object]]:
    """(date, key, row number, column) of rows with one of these pairs of date and key."""
    count = 1 << (len(keys) - 1).bit_length()  # few lengths: each is a statement that is kept
    statement = _twins_statement(count, column, condition, connection.dialect.name)
    nothing = repeat((None, None), count - len(keys))
    values = (*chain.from_iterable(chain(keys, nothing)), seq)
    for date, key, number, value in connection.exec_driver_sql(statement, values):
        yield date, bytes(key), number, value


@lru_cache(maxsize=64)
def _twins_statement(count: int, column: str, condition: str, dialect: str) -> str:
    """Each pair is one step on the index.

    SQLite has to be told: left alone, it reads all rows of the import for each pair.
    """
    lite = dialect == "sqlite"
    mark = "?" if lite else "%s"
    first = f"({mark}, {mark})" if lite else f"({mark}::text, {mark}::bytea)"
    pairs = ", ".join([first, *[f"({mark}, {mark})"] * (count - 1)])
    index = "INDEXED BY ix_import_row_job_seq_date_dedupe_key" if lite else ""
    return (
        f"WITH wanted(day, twin) AS (VALUES {pairs}) "  # noqa: S608 - only marks and our names
        f"SELECT date, dedupe_key, row_number, {column} FROM wanted CROSS JOIN import_row {index} "
        f"WHERE job_seq = {mark} AND date = day AND dedupe_key = twin AND {condition}"
    )
