"""Text as PostgreSQL takes it: it keeps every character but NUL."""

from __future__ import annotations

from typing import cast

from psycopg import Connection
from psycopg.types.string import StrDumper
from sqlalchemy.engine.interfaces import DBAPIConnection


class _Text(StrDumper):
    """Puts the replacement character where a NUL stands: damaged material has them in titles."""

    def dump(self, obj: str) -> bytes:
        return cast("bytes", super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj))


def without_nul(raw: DBAPIConnection) -> None:
    """Let this connection take any text."""
    connection = cast("Connection[tuple[object, ...]]", getattr(raw, "driver_connection", raw))
    connection.adapters.register_dumper(str, _Text)
