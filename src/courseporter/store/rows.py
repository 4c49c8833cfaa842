"""Writing rows in bulk, the same on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

from courseporter.store.clock import next_rev, now_ms
from courseporter.store.schema import tombstone


def insert_missing(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert the rows whose key is not there yet; leave the others as they are."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def bury(connection: Connection, table: Table, ids: Iterable[str]) -> None:
    """Leave a tombstone for each deleted row, so that views notice what is no longer there."""
    for row_id in ids:
        stone = insert(tombstone).values(
            table_name=table.name, row_id=row_id, at=now_ms(), rev=next_rev(tombstone)
        )
        connection.execute(stone)
