"""Writing rows in bulk, the same on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from sqlalchemy import Connection, Dialect, Table, insert

from courseporter.store.clock import next_rev, now_ms
from courseporter.store.schema import tombstone

Columns = tuple[str, ...]
Rows = Sequence[tuple[object, ...]]


def insert_rows(connection: Connection, table: Table, columns: Columns, rows: Rows) -> None:
    """Insert many rows as the driver takes them: half the time of `insert`, no JSON columns."""
    if rows:
        connection.exec_driver_sql(_statement(table, columns, connection.dialect), list(rows))


def insert_missing(connection: Connection, table: Table, columns: Columns, rows: Rows) -> None:
    """Like `insert_rows`, but a row whose key is there already is left as it is."""
    if rows:
        statement = _statement(table, columns, connection.dialect) + " ON CONFLICT DO NOTHING"
        connection.exec_driver_sql(statement, list(rows))


def insert_or_touch(
    connection: Connection, table: Table, columns: Columns, rows: Rows, *touched: str
) -> None:
    """Like `insert_missing`, but a row that exists takes the new values of these columns: so it is
    ours until the transaction ends.
    """
    if rows:
        statement = _statement(table, columns, connection.dialect)
        connection.exec_driver_sql(statement + _on_conflict(table, touched), list(rows))


def insert_or_heal(
    connection: Connection, table: Table, columns: Columns, rows: Rows, healed: str
) -> None:
    """Like `insert_missing`, but a row whose `healed` column differs takes the new value (SQLite).

    Rows that are right aren't written.
    """
    if rows:
        statement = _statement(table, columns, connection.dialect) + _on_conflict(table, (healed,))
        differs = f" WHERE {table.name}.{healed} IS NOT excluded.{healed}"
        connection.exec_driver_sql(statement + differs, list(rows))


def _on_conflict(table: Table, columns: Iterable[str]) -> str:
    key = ", ".join(column.name for column in table.primary_key)
    taken = ", ".join(f"{name} = excluded.{name}" for name in columns)
    return f" ON CONFLICT ({key}) DO UPDATE SET {taken}"


@lru_cache(maxsize=64)
def _statement(table: Table, columns: Columns, dialect: Dialect) -> str:
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(str(table.c[name].name)) for name in columns)
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join([mark] * len(columns))
    return f"INSERT INTO {quote(str(table.name))} ({names}) VALUES ({marks})"  # noqa: S608 - our names


def bury(connection: Connection, table: Table, ids: Iterable[str]) -> None:
    """Leave a tombstone for each deleted row, so that views notice what is no longer there."""
    for row_id in ids:
        stone = insert(tombstone).values(
            table_name=table.name, row_id=row_id, at=now_ms(), rev=next_rev(tombstone)
        )
        connection.execute(stone)
