"""SQLite as the store's database: how connections are made and files are looked after.

Each line of `_configure` was measured under power cuts and contention; docs/decisions tells.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool

from courseporter.disk.private import create_private
from courseporter.errors import PorterError, SettingsError, TransientError, _, refused_home
from courseporter.store.clock import Clock
from courseporter.store.damage import damaged, look
from courseporter.store.json import decode, encode

BUSY_SECONDS = 10.0
PAGE = 32 << 10  # bytes: a lesson's page or a small picture fits into one (decision 0023)
WAL_BYTES = 8 << 20
# Before 3.51.3 a checkpoint and a commit of two connections can race and damage a WAL database.
WAL_IS_SAFE = sqlite3.sqlite_version_info >= (3, 51, 3)
_BUSY = {5, 6}
_BROKEN = {11, 26}
_BARRED = {3, 8, 10, 14, 23}
_FULL = 13
# Damage without a number of its own: text that isn't UTF-8, an invalid header.
_WRECKED = ("Could not decode", "unsupported file format")
_MOVED = 8 | 4 << 8  # SQLITE_READONLY_DBMOVED
_CANNOT_OPEN = 14  # the one error that comes without its number


def engines(path: Path, clock: Clock) -> tuple[Engine, Engine]:
    """One engine for reading, which refuses to write, and one whose transactions may write."""
    reader = _engine(path, clock, "BEGIN")
    writer = _engine(path, clock, "BEGIN IMMEDIATE")
    _prepare(reader, "PRAGMA query_only=ON")
    return reader, writer


def _prepare(engine: Engine, pragma: str) -> None:
    def connected(raw: sqlite3.Connection, _record: object) -> None:
        raw.execute(pragma)

    event.listen(engine, "connect", connected)


def private_engine(clock: Clock) -> Engine:
    """One connection to a nameless database that vanishes with it."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect("", isolation_level=None, check_same_thread=False),
        poolclass=StaticPool,
        json_serializer=encode,
        json_deserializer=decode,
    )
    _arrange(engine, "BEGIN", lambda raw: _configure(raw, clock, private=True))
    return engine


def _engine(path: Path, clock: Clock, begin: str) -> Engine:
    engine = create_engine(
        "sqlite://",
        creator=lambda: connect(path),
        poolclass=QueuePool,
        json_serializer=encode,
        json_deserializer=decode,
    )
    _arrange(engine, begin, lambda raw: _configure(raw, clock))
    return engine


def _arrange(engine: Engine, begin: str, prepare: Callable[[sqlite3.Connection], object]) -> None:
    """Prepare each new connection, and begin transactions ourselves."""

    def connected(raw: sqlite3.Connection, _record: object) -> None:
        prepare(raw)

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)


def connect(path: Path, patience: float | None = None) -> sqlite3.Connection:
    """A bare connection: no implicit transactions, usable from any one thread at a time."""
    timeout = BUSY_SECONDS if patience is None else patience
    return sqlite3.connect(path, timeout, isolation_level=None, check_same_thread=False)


def _configure(raw: sqlite3.Connection, clock: Clock, *, private: bool = False) -> None:
    raw.create_function("now_ms", 0, clock)
    raw.execute("PRAGMA foreign_keys=ON")
    raw.execute(f"PRAGMA page_size={PAGE}")  # of a file that is made now
    raw.execute("PRAGMA cache_size=-12288")  # a chunk spilled early would lock readers out
    raw.execute(f"PRAGMA wal_autocheckpoint={WAL_BYTES // PAGE}")
    if private:
        raw.execute("PRAGMA journal_mode=MEMORY")
        raw.execute("PRAGMA synchronous=OFF")
        return
    raw.execute("PRAGMA synchronous=FULL")
    raw.execute("PRAGMA fullfsync=ON")  # macOS: to the platter; elsewhere nothing
    if not WAL_IS_SAFE:
        # Unlike WAL, a rollback mode belongs to the connection.  TRUNCATE lost nothing in 1,000
        # power cuts; the default, DELETE, lost the last commit in a quarter of them.
        raw.execute("PRAGMA journal_mode=TRUNCATE")


def create(path: Path) -> None:
    """Create the file for its owner alone; SQLite gives its journals the same rights.

    Raises SettingsError.
    """
    try:
        create_private(path)
    except OSError as error:
        raise refused_home(error, path) from error


def settle_journal(path: Path) -> None:
    """Give the file the journal mode that this SQLite is safe with."""
    wanted = "wal" if WAL_IS_SAFE else "truncate"
    with translated(path), closing(connect(path)) as raw:
        (mode,) = raw.execute(f"PRAGMA journal_mode={wanted}").fetchone()
    if mode != wanted:
        raise TransientError(
            _("Another program with a newer database library is using the data folder."),
            hint=_("Quit the other program, then try again."),
            where=str(path),
            code="store_busy",
        )


def integrity(path: Path) -> str:
    """Give “ok”, or the first thing that is wrong when everything is read."""
    with translated(path), closing(connect(path)) as raw:
        return look(raw) or "ok"


def check(path: Path, *, thoroughly: bool = False) -> None:
    """Look for damage after a crash, or read every value.  Raises SettingsError."""
    with translated(path), closing(connect(path)) as raw:
        (first, *_), *_ = raw.execute("PRAGMA quick_check(1)").fetchall()
        found = look(raw) if thoroughly and first == "ok" else str(first)
    if found not in {None, "ok"}:
        raise damaged(path, str(found))


def copy(path: Path, target: Path) -> None:
    """Copy the database while others may use it; the copy appears only when whole."""
    unfinished = target.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    create_private(unfinished)
    with translated(path), closing(connect(path)) as raw, closing(connect(unfinished)) as out:
        (size,) = raw.execute("PRAGMA page_size").fetchone()
        out.execute(f"PRAGMA page_size={size}")  # else its cache is as much larger as its pages
        raw.backup(out)
    unfinished.replace(target)


@contextmanager
def rebuilding(path: Path, clock: Clock) -> Generator[Connection]:
    """One transaction for a migration: foreign keys off while tables are rebuilt, checked after.

    With them on, dropping the old table of a rebuild fails, or deletes its children.
    """
    engine = _engine(path, clock, "BEGIN IMMEDIATE")
    _prepare(engine, "PRAGMA foreign_keys=OFF")
    try:
        with translated(path), engine.begin() as connection:
            yield connection
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            (state, *_), *_ = connection.exec_driver_sql("PRAGMA quick_check(1)").fetchall()
            if orphans or state != "ok":
                raise damaged(path, f"{len(orphans)} orphans, {state}")
    finally:
        engine.dispose()


class Counter:
    """The change counter: a number that differs after any other connection's commit."""

    def __init__(self, path: Path) -> None:
        self._raw = connect(path, patience=0.005)
        self._last = 0

    def read(self) -> int:
        """The present number, or the last one while a writer commits."""
        try:
            (self._last,) = self._raw.execute("PRAGMA data_version").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _BUSY:
                raise
        return self._last

    def close(self) -> None:
        """Close the counter's own connection."""
        self._raw.close()


@contextmanager
def translated(path: Path) -> Generator[None]:
    """Say in our words what SQLite could not do; errors that are bugs pass as they are."""
    try:
        yield
    except DBAPIError as error:
        if not isinstance(error.orig, sqlite3.Error):
            raise
        _translate(error.orig, path, error)
        raise
    except sqlite3.Error as error:
        _translate(error, path, error)
        raise
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise damaged(path, f"a value cannot be read: {error}") from error


def _translate(error: sqlite3.Error, path: Path, cause: Exception) -> None:
    if str(error).startswith(_WRECKED):
        raise damaged(path, str(error)) from cause
    whole = getattr(error, "sqlite_errorcode", _CANNOT_OPEN)
    code = whole & 0xFF
    if whole == _MOVED or (code in _BARRED and not path.parent.is_dir()):
        raise _gone(path) from cause
    for codes, make in _TRANSLATIONS:
        if code in codes:
            raise make(path, str(error)) from cause


def _busy(path: Path, _detail: str) -> PorterError:
    return TransientError(
        _("Another program is using the job store."),
        hint=_("Wait for it to finish, or close it, then try again."),
        where=str(path),
        code="store_busy",
    )


def _full(path: Path, _detail: str) -> PorterError:
    return TransientError(
        _("The disk is full."),
        hint=_("Free up space on the data folder's disk; the job continues where it stopped."),
        where=str(path.parent),
        code="disk_full",
    )


def _gone(path: Path) -> PorterError:
    return SettingsError(
        _("The job store was moved or deleted while it was in use."),
        hint=_("Put the data folder back; jobs continue where they stopped."),
        where=str(path),
        code="store_unreadable",
    )


def _barred(path: Path, detail: str) -> PorterError:
    return SettingsError(
        _("The job store can't be used ({detail}).", detail=detail),
        hint=_(
            "Check the data folder's permissions, or choose another one with COURSEPORTER_HOME."
        ),
        where=str(path),
        code="store_unreadable",
    )


_TRANSLATIONS: tuple[tuple[set[int], Callable[[Path, str], PorterError]], ...] = (
    (_BUSY, _busy),
    ({_FULL}, _full),
    (_BROKEN, damaged),
    (_BARRED, _barred),
)
