"""PostgreSQL as the store's database, shared by the workers of a team."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from courseporter.errors import SettingsError
from courseporter.store.json import decode, encode

# A worker stopped inside a transaction would keep its row lock, and SKIP LOCKED would hide the job
# from everybody else for ever; with these limits it is taken over.
SESSION = (
    "SET idle_in_transaction_session_timeout = '10s'",
    "SET lock_timeout = '5s'",
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
)


def engines(url: str) -> tuple[Engine, Engine]:
    """One engine for reading, which refuses to write, and one whose transactions may write."""
    address = url.replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        writer = create_engine(address, json_serializer=encode, json_deserializer=decode)
    except ModuleNotFoundError as error:
        raise SettingsError(
            "The driver for PostgreSQL is not installed.",
            hint="Install it with: pip install 'courseporter[postgres]'",
            code="settings_error",
        ) from error
    event.listen(writer, "connect", _configure)
    return writer.execution_options(postgresql_readonly=True), writer


def _configure(raw: DBAPIConnection, _record: object) -> None:
    cursor = raw.cursor()
    for setting in SESSION:
        cursor.execute(setting)
    raw.commit()
    cursor.close()


class Counter:
    """The change counter: the position of the write-ahead log."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self) -> int:
        """A number that differs once anybody has committed."""
        with self._engine.begin() as connection:
            position = connection.scalar(text("SELECT pg_current_wal_insert_lsn() - '0/0'"))
        return int(position or 0)

    def close(self) -> None:
        """Hold nothing of its own."""


def create_once(connection: Connection, create: Callable[[Connection], None]) -> None:
    """Make the schema unless it is there; two programs that start together take turns."""
    connection.execute(text("SELECT pg_advisory_xact_lock(490027436912)"))
    if connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        create(connection)
