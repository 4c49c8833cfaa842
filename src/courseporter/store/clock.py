"""The database's clock as an SQL expression: epoch milliseconds, the only time that rows carry."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache

from sqlalchemy import BigInteger, ColumnElement, Table, case, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

Clock = Callable[[], int]


def system_clock() -> int:
    """Now, in epoch milliseconds."""
    return time.time_ns() // 1_000_000


class now_ms(FunctionElement[int]):  # noqa: N801 - reads like func.now() in statements
    """Now by the database's own clock, in epoch milliseconds."""

    type = BigInteger()
    inherit_cache = True
    name = "now_ms"


@compiles(now_ms, "postgresql")
def _postgresql(_element: now_ms, _compiler: SQLCompiler, **_words: object) -> str:
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"


@compiles(now_ms)
def _elsewhere(_element: now_ms, _compiler: SQLCompiler, **_words: object) -> str:
    # SQLite's clock is its host's: store/open_sqlite.py registers the function on each connection.
    return "now_ms()"


@cache
def next_rev(table: Table) -> ColumnElement[int]:
    """A revision larger than every `rev` of the table, and never behind the clock.

    Views re-read rows whose `rev` grew.  It is a time so that "the last second again" can be said,
    and it grows even when the clock is set back.
    """
    peers = table.alias()
    newest = select(func.coalesce(func.max(peers.c.rev), 0)).scalar_subquery()
    return case((newest >= now_ms(), newest + 1), else_=now_ms())
