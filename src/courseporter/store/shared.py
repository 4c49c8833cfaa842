"""The store of a team: one PostgreSQL database, and workers on any machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec
from sqlalchemy import URL, Connection, Engine, text

from courseporter.errors import PorterError
from courseporter.store import open_postgres
from courseporter.store.link import CHANNEL, Link, Session, halves, key_of
from courseporter.store.patient import PatientConnection
from courseporter.store.store import Store

LOOK_SECONDS = 1.0  # between two looks for sessions that stand still
_LOCKS = text(
    "SELECT classid, objid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class _News:
    """The change counter: what the link has heard."""

    def __init__(self, link: Callable[[], Link]) -> None:
        self._link = link

    def read(self) -> int:
        return self._link().number

    def close(self) -> None:
        pass


class SharedStore(Store):
    """The open store of a team.  It connects to listen when somebody first asks for news."""

    shared = True

    def __init__(self, home: Path, url: URL) -> None:
        self._link: Link | None = None
        self._linking = threading.Lock()
        self._look_at = 0.0
        engines = open_postgres.engines(url)
        news = _News(self._linked)
        super().__init__(home, open_postgres.shown(url), engines, news)
        self._translated = partial(open_postgres.translated, self.url)

    @property
    def engine(self) -> Engine:
        """The engine whose transactions may write."""
        return self._writer

    @contextmanager
    def write(self) -> Generator[Connection]:
        """A transaction that may write; everybody hears of its commit."""
        with super().write() as connection:
            yield connection
            if self._link is None:
                connection.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
        if self._link is not None:
            self._link.tell()

    def wait_for_change(self, token: int, seconds: float) -> None:
        """Return at once when somebody has committed since `token`, or after this many seconds."""
        self._linked().wait(token, seconds)

    def stay(self, worker_id: str) -> Callable[[], None]:
        """Be seen as living from now until the function that comes back is called."""
        link, key = self._linked(), key_of(worker_id)
        link.hold(key)
        return partial(link.release, key)

    def absent(self, worker_ids: Iterable[str]) -> list[str]:
        """Those of the workers that are seen to be dead, on whatever machine they were."""
        names = list(worker_ids)
        with self.read() as connection:
            present = {(int(upper), int(lower)) for upper, lower in connection.execute(_LOCKS)}
        return [name for name in names if not halves([key_of(name)]) & present]

    def end_stalled(self) -> None:
        """End sessions of ours that stand still inside a transaction, at most once a second."""
        now = time.monotonic()
        if now >= self._look_at:
            self._look_at = now + LOOK_SECONDS
            with self.read() as connection:
                open_postgres.end_stalled(connection)

    def forget(self, worker_id: str) -> None:
        """Do nothing: a dead worker's lock is gone with its connection."""

    def diagnose(self, error: BaseException) -> PorterError | None:
        """The same; the server looks after how its files are built."""
        if not isinstance(error, msgspec.DecodeError):
            return None
        try:
            with self._translated():
                raise error
        except PorterError as refusal:
            return refusal

    def make_room(self) -> None:
        """Do nothing: the disk is the server's."""

    def keep_reserve(self) -> None:
        """Do nothing: the disk is the server's."""

    def close(self) -> None:
        """Close every connection.  A second call does nothing."""
        super().close()
        with self._linking:
            if self._link is not None:
                self._link.close()

    def _linked(self) -> Link:
        with self._linking:
            if self._link is None:
                if self._closed:
                    raise RuntimeError("the store is closed")
                self._link = Link(self._session)
            return self._link

    def _session(self) -> Session:
        arguments, words = self._writer.dialect.create_connect_args(self._writer.url)
        session = PatientConnection.connect(*arguments, **words, autocommit=True)
        try:
            for setting in open_postgres.SESSION:
                session.execute(setting.encode())
        except BaseException:
            session.close()
            raise
        return session
