"""PostgreSQL as the store's database: how connections are made, and what its refusals mean.

docs/decisions/0031 tells why each setting is there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import cast

import msgspec
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError

from courseporter.errors import PorterError, SettingsError, StoreAway, TransientError, _
from courseporter.secret import MASK, Secret, scrub
from courseporter.store.json import decode, encode

# A worker stopped inside a transaction would keep its row lock, and SKIP LOCKED would hide the job
# from everybody else for ever; with these limits it is taken over.
SESSION = (
    "SET idle_in_transaction_session_timeout = '10s'",
    "SET lock_timeout = '5s'",
    "SET statement_timeout = '5min'",
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
)
# The same patience on our side of the wire; what the address says goes first.
CONNECT = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "25000",  # milliseconds; keepalives rest while an answer is awaited
}
HIDDEN = ("password", "sslpassword")  # words of an address that nobody may see
NAME = "courseporter"  # how each of our sessions begins its application_name: `end_stalled`
STALLED = 10  # seconds in which a session in a transaction waits for its program
_STALLED = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND pg_has_role(current_user, usesysid, 'MEMBER') AND application_name LIKE :name"
    " AND state = 'active' AND wait_event_type = 'Client' AND xact_start IS NOT NULL"
    " AND clock_timestamp() - state_change > make_interval(secs => :seconds)"
)
OPENING = 490027436912  # the advisory lock of whoever makes or changes the schema
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
_PERMANENT = (
    "password authentication failed", "no password supplied", "pg_hba.conf", "does not exist",
    "permission denied", "invalid sslmode", "invalid connection option", "invalid port",
    "invalid integer value", "certificate", "private key file", "does not support SSL",
)  # fmt: skip


def address(url: str) -> URL:
    """The address, told to be for psycopg.  Raises SettingsError without showing a password."""
    try:
        found = make_url(url)
    except ArgumentError as error:
        raise _wrong_address("It cannot be read.") from error
    if found.drivername not in {"postgresql", "postgres", "postgresql+psycopg"}:
        raise _wrong_address(f"It begins with “{found.drivername}”.")
    for hidden in (found.password, *(found.query.get(name) for name in HIDDEN)):
        if hidden:
            Secret(str(hidden))  # from here on no log and no message shows it
    missing = {name: word for name, word in CONNECT.items() if name not in found.query}
    name = str(found.query.get("application_name", ""))
    if not name.startswith(NAME):
        missing["application_name"] = f"{NAME} {name}".strip()
    return found.set(drivername="postgresql+psycopg").update_query_dict(missing)


def _wrong_address(detail: str) -> SettingsError:
    return SettingsError(
        _(
            "The address of the shared store isn't a PostgreSQL address. {detail}",
            detail=detail,
        ),
        _("Write it as postgresql://user@server/database in COURSEPORTER_DATABASE_URL."),
        "COURSEPORTER_DATABASE_URL",
    )


def shown(url: URL) -> str:
    """The address as people may see it: no password, and nothing that we added."""
    plain = url.set(drivername="postgresql")
    plain = plain.difference_update_query([*CONNECT, "application_name"])
    masked = {name: MASK for name in HIDDEN if name in plain.query}
    return plain.update_query_dict(masked).render_as_string(hide_password=True)


def engines(url: URL) -> tuple[Engine, Engine]:
    """One engine for reading, which refuses to write, and one whose transactions may write.

    A reader sees one moment of the store, as on SQLite.
    """
    try:
        writer = create_engine(
            url, json_serializer=_encode, json_deserializer=decode, pool_pre_ping=True
        )
    except ArgumentError as error:  # a port that isn't a number
        raise _wrong_address(scrub(str(error))) from error
    except ModuleNotFoundError as error:
        raise SettingsError(
            _("The PostgreSQL driver isn't installed."),
            hint=_("Install it with: pip install 'courseporter[postgres]'"),
            code="settings_error",
        ) from error
    event.listen(writer, "do_connect", _connect)
    event.listen(writer, "connect", _configure)
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return reader, writer


def _encode(value: object) -> str:
    """JSON that PostgreSQL takes: it knows no NUL character."""
    line = encode(value)
    return _NUL.sub(r"\1\\ufffd", line) if "\\u0000" in line else line


def _connect(
    _dialect: object, _record: object, arguments: list[object], words: dict[str, object]
) -> object:
    from courseporter.store.patient import PatientConnection

    return PatientConnection.connect(*arguments, **words)


def _configure(raw: DBAPIConnection, _record: object) -> None:
    from courseporter.store.words_postgres import without_nul

    without_nul(raw)
    cursor = raw.cursor()
    for setting in SESSION:
        cursor.execute(setting)
    raw.commit()
    cursor.close()


@contextmanager
def opening(writer: Engine, where: str) -> Generator[Connection]:
    """A transaction in which nobody else makes or changes the schema; others wait for it."""
    with translated(where), writer.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '120s'"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))  # a migration takes its time
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": OPENING})
        yield connection


def end_stalled(connection: Connection) -> int:
    """End sessions of CoursePorter whose program stopped in the middle of a bulk write; return
    their number.

    In a pipeline (psycopg's executemany) the server waits for the next message as "active", so
    neither idle_in_transaction_session_timeout nor statement_timeout ends it: the row of its job
    would stay locked for as long as the program is stopped.
    """
    return len(connection.execute(_STALLED, {"name": f"{NAME}%", "seconds": STALLED}).all())


@contextmanager
def translated(where: str) -> Generator[None]:
    """Say in our words what the database could not do; errors that are bugs pass as they are."""
    try:
        yield
    except DBAPIError as error:
        meaning = _meaning(error)
        if meaning is None:
            raise
        raise meaning(where, scrub(str(error.orig).strip().partition("\n")[0])) from error
    except msgspec.DecodeError as error:
        raise _damaged(where, f"a value cannot be read: {error}") from error


def _meaning(error: DBAPIError) -> Callable[[str, str], PorterError] | None:
    state = cast("str | None", getattr(error.orig, "sqlstate", None))
    if state is not None and (found := _STATES.get(state)):
        return found
    if error.connection_invalidated or (state is not None and state[:2] in {"08", "57"}):
        return _away
    if state is None and type(error).__name__ in {"OperationalError", "ProgrammingError"}:
        return _barred if any(word in str(error.orig) for word in _PERMANENT) else _away
    return None


def _away(where: str, detail: str) -> PorterError:
    return StoreAway(
        _("The shared store isn't responding."),
        _("Check that the database is running. Jobs resume when it's back."),
        f"{where}: {detail}",
    )


def _busy(where: str, _detail: str) -> PorterError:
    return TransientError(
        _("The shared store is locked by another process."),
        _("Wait a moment, then try again."),
        where,
        code="store_busy",
    )


def _full(where: str, _detail: str) -> PorterError:
    return TransientError(
        _("The database server's disk is full."),
        _("Free up space; the job continues where it stopped."),
        where,
        code="disk_full",
    )


def _barred(where: str, detail: str) -> PorterError:
    return SettingsError(
        _("The shared store can't be used ({detail}).", detail=detail),
        _("Check the address in COURSEPORTER_DATABASE_URL and its user's permissions."),
        where,
        code="store_unreadable",
    )


def _damaged(where: str, detail: str) -> PorterError:
    return SettingsError(
        _("The shared store is damaged ({detail}).", detail=detail),
        _("Ask your database administrator to restore it from a backup."),
        where,
        code="store_unreadable",
    )


# Appendix A of the manual of PostgreSQL: error codes.
_STATES: dict[str, Callable[[str, str], PorterError]] = {
    "40001": _busy,  # serialization_failure
    "40P01": _busy,  # deadlock_detected
    "55P03": _busy,  # lock_not_available
    "25P03": _away,  # idle_in_transaction_session_timeout
    "53300": _away,  # too_many_connections
    "53100": _full,  # disk_full
    "28000": _barred,  # invalid_authorization_specification
    "28P01": _barred,  # invalid_password
    "3D000": _barred,  # invalid_catalog_name
    "42501": _barred,  # insufficient_privilege
    "XX001": _damaged,  # data_corrupted
    "XX002": _damaged,  # index_corrupted
}
