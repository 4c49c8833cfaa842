"""The open store: read and write transactions, news of changes, presence of workers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Protocol, Self

import msgspec
from sqlalchemy import Connection, Engine

from courseporter.disk.private import write_private
from courseporter.errors import PorterError
from courseporter.store import open_sqlite, versions
from courseporter.store.assets import AssetStore, PrivateAssets
from courseporter.store.clock import Clock
from courseporter.store.locks import Presence, is_held

FILE_NAME = "courseporter.sqlite3"
RESERVE = 4 << 20
GLANCE_SECONDS = 0.2  # how often `wait_for_change` looks where nobody tells


class Counter(Protocol):
    """A change counter."""

    def read(self) -> int:
        """A number that differs once anything was committed since the last call."""
        ...

    def close(self) -> None:
        """Give back what it holds."""
        ...


class _Turn(threading.local):
    """What the present thread has open, so that it cannot wait for itself."""

    reading = 0
    writing = 0
    inside: Connection | None = None


class Store:
    """The open store.  Threads may share it: each transaction has a connection of its own.

    Keep transactions short, reads too: on SQLite a commit waits for readers.  Stream in pages.
    """

    private = False
    shared = False
    worked = False  # a command ran a job in this process

    def __init__(
        self,
        home: Path,
        url: str,
        engines: tuple[Engine, Engine],
        counter: Counter,
        presence: Presence | None = None,
    ) -> None:
        self.home = home
        self.url = url
        owner = presence.path.name if presence else "shared"
        self.assets = AssetStore(self, home / "assets", owner)
        self.presence = presence
        self._reader, self._writer = engines
        self._counter = counter
        self._translated: Callable[[], AbstractContextManager[None]]
        self._translated = partial(open_sqlite.translated, self.path)
        self._counting = threading.Lock()
        self._turn = _Turn()
        self._closed = False

    @property
    def path(self) -> Path:
        """Where the database lies, to be named in messages."""
        return self.home / FILE_NAME

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._writer.dialect.name

    @contextmanager
    def read(self) -> Generator[Connection]:
        """A read-only transaction: one moment of the store.  Writing in it is refused."""
        self._turn.reading += 1
        try:
            with self._translated(), self._reader.begin() as connection:
                yield connection
        finally:
            self._turn.reading -= 1

    @contextmanager
    def write(self) -> Generator[Connection]:
        """A transaction that may write; it commits when the block ends, or leaves no trace.

        On SQLite it holds the one write lock.  Raises TransientError `store_busy` after ten
        seconds of waiting, `disk_full`, and SettingsError `store_unreadable`.
        """
        if self._turn.reading or self._turn.writing:
            raise RuntimeError("a thread that opens a write while it reads or writes waits forever")
        self._turn.writing += 1
        try:
            with self._translated(), self._writer.begin() as connection:
                yield connection
        finally:
            self._turn.writing -= 1

    def change_token(self) -> int:
        """A number that differs once somebody, here or elsewhere, has committed.

        Made for ten calls a second; while a writer commits, the last number comes back.
        """
        with self._counting:
            return 0 if self._closed else self._counter.read()

    def wait_for_change(self, token: int, seconds: float) -> None:
        """Return when there may be a commit since `token`, after `seconds` at the latest."""
        if self.change_token() == token:
            time.sleep(min(seconds, GLANCE_SECONDS))

    def stay(self, worker_id: str) -> Callable[[], None]:
        """Be seen as living from now until the function that comes back is called."""
        presence = Presence(self._lock_file(worker_id))

        def leave() -> None:
            presence.leave()  # held until then: the lock goes with the object

        return leave

    def absent(self, worker_ids: Iterable[str]) -> list[str]:
        """Those of the workers that are seen to be dead."""
        return [name for name in worker_ids if not is_held(self._lock_file(name))]

    def end_stalled(self) -> None:
        """Do nothing: a process that is stopped holds the file's lock, and nobody can take it."""

    def forget(self, worker_id: str) -> None:
        """Remove what a dead worker has left behind."""
        self._lock_file(worker_id).unlink(missing_ok=True)

    def _lock_file(self, worker_id: str) -> Path:
        return self.home / "locks" / f"worker-{worker_id}"

    def diagnose(self, error: BaseException) -> PorterError | None:
        """What an error that nobody foresaw says of the store: damaged, or None if it is sound."""
        try:
            with self._translated():
                if isinstance(error, msgspec.DecodeError):
                    raise error
            open_sqlite.check(self.path, thoroughly=True)
        except PorterError as refusal:
            return refusal if refusal.metadata.get("damaged") else None
        return None

    def make_room(self) -> None:
        """Give up the reserve, so that a full disk can at least be written down."""
        with suppress(OSError):
            (self.home / "reserve").unlink(missing_ok=True)

    def keep_reserve(self) -> None:
        """Set some room aside for `make_room`; a full disk is not an error."""
        path = self.home / "reserve"
        if path.exists() and path.stat().st_size == RESERVE:
            return
        try:
            write_private(path, bytes(RESERVE))
        except OSError:
            self.make_room()

    def close(self) -> None:
        """Close every connection.  A second call does nothing."""
        with self._counting:
            if self._closed:
                return
            self._closed = True
            self._counter.close()
        self._reader.dispose()
        self._writer.dispose()
        if self.presence is not None:
            self.presence.leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_reason: object) -> None:
        self.close()


class _Commits:
    """The change counter of a private store: it counts its own commits."""

    number = 0

    def read(self) -> int:
        return self.number

    def close(self) -> None:
        pass


class PrivateStore(Store):
    """A store of one connection that is gone when the process is; threads take turns."""

    private = True

    def __init__(self, scratch: Path, clock: Clock) -> None:
        engine = open_sqlite.private_engine(clock)
        self._commits = _Commits()
        super().__init__(scratch, "sqlite://", (engine, engine), self._commits)
        self._private_assets = PrivateAssets(self, scratch)
        self.assets = self._private_assets
        self._alone = threading.RLock()
        with self.write() as connection:
            versions.create(connection)

    @contextmanager
    def read(self) -> Generator[Connection]:
        """The connection, inside the write transaction if this thread has one open."""
        with self._alone:
            if self._turn.inside is not None:
                yield self._turn.inside
                return
            with super().read() as connection:
                self._turn.inside = connection
                try:
                    yield connection
                finally:
                    self._turn.inside = None

    @contextmanager
    def write(self) -> Generator[Connection]:
        """A transaction that may write; other threads wait until it ends."""
        with self._alone:
            with super().write() as connection:
                self._turn.inside = connection
                try:
                    yield connection
                finally:
                    self._turn.inside = None
            self._commits.number += 1

    def diagnose(self, error: BaseException) -> None:
        """Give None: nothing outside of this process can have damaged it."""
        del error

    def make_room(self) -> None:
        """Do nothing: no reserve is kept."""

    def close(self) -> None:
        """Close the connection; the database and the assets are gone."""
        super().close()
        self._private_assets.close()
