"""One connection next to the others: it hears of commits, tells of ours, and shows that we live.

PostgreSQL drops what a session holds with its connection, however the process ends.  So an
advisory lock tells the living from the dead at once, on whatever machine they are.
"""

from __future__ import annotations

import hashlib
import logging
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

import psycopg
from psycopg import sql

from courseporter.errors import StoreAway, _

log = logging.getLogger(__name__)

CHANNEL = "courseporter"
NET_SECONDS = 5.0  # how soon a change is seen whose news was lost
GATHER_SECONDS = 0.02  # commits this close together are one piece of news
RETAKE_SECONDS = 0.1  # while an older session of ours is not gone yet
BACKOFF = (0.02, 0.05, 0.1, 0.25)  # seconds between attempts to connect; then the last again
PATIENCE = 10.0
Session = psycopg.Connection[tuple[object, ...]]


def key_of(name: str) -> int:
    """The advisory lock of a worker: 64 bits with a sign, from its id."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


class Link:
    """Watches from a thread of its own, and comes back by itself when it is cut off."""

    def __init__(self, connect: Callable[[], Session]) -> None:
        self._connect = connect
        self._bell, self._ear = socket.socketpair()
        self._ear.setblocking(False)
        self._state = threading.Condition()
        self._number = 0
        self._wanted: set[int] = set()
        self._held: set[int] = set()
        self._unsaid = False
        self._say_at = 0.0
        self._closing = False
        self._thread = threading.Thread(target=self._live, name="store-link", daemon=True)
        self._thread.start()

    @property
    def number(self) -> int:
        """Grows with every piece of news."""
        return self._number

    def wait(self, number: int, seconds: float) -> None:
        """Return when there is news since `number`, or after this many seconds."""
        with self._state:
            self._state.wait_for(lambda: self._number != number, seconds)

    def tell(self) -> None:
        """Let everybody know that something was committed."""
        self._unsaid = True
        self._news()
        self._ring()

    def hold(self, key: int) -> None:
        """Take the lock and keep it until `release`.  Raises StoreAway."""
        self._wanted.add(key)
        self._ring()
        with self._state:
            if self._state.wait_for(lambda: key in self._held, PATIENCE):
                return
        self._wanted.discard(key)
        raise StoreAway(
            _("The shared store isn't responding."),
            _("Check that the database is running, then try again."),
        )

    def release(self, key: int) -> None:
        """Give the lock up."""
        self._wanted.discard(key)
        self._ring()
        with self._state:
            self._state.wait_for(lambda: key not in self._held, 1.0)

    def close(self) -> None:
        """Tell what is unsaid, and end."""
        self._closing = True
        self._ring()
        self._thread.join(PATIENCE)
        self._bell.close()
        self._ear.close()

    def _ring(self) -> None:
        with suppress(OSError):
            self._bell.send(b"!")

    def _news(self) -> None:
        with self._state:
            self._number += 1
            self._state.notify_all()

    def _live(self) -> None:
        tries = 0
        while not self._closing:
            try:
                with self._connect() as session:
                    tries = 0
                    self._attend(session)
            except (psycopg.Error, OSError) as error:
                log.info("the link to the shared store was cut: %s", error)
            finally:
                with self._state:
                    self._held.clear()
                self._news()
            if not self._closing:
                time.sleep(BACKOFF[min(tries, len(BACKOFF) - 1)])
                tries += 1

    def _attend(self, session: Session) -> None:
        session.add_notify_handler(lambda notify: self._heard(session, notify.pid))
        session.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
        self._news()
        while not self._closing:
            self._settle(session)
            readable, _, _ = select.select([session.fileno(), self._ear], [], [], self._pause())
            if self._ear in readable:
                self._drain()
            if session.fileno() in readable:
                session.pgconn.consume_input()
                while notify := session.pgconn.notifies():
                    self._heard(session, notify.be_pid)
            if not readable:
                session.execute("SELECT 1")  # an end that was cut off silently shows now
                self._news()
        self._settle(session, last=True)

    def _heard(self, session: Session, teller: int) -> None:
        if teller != session.info.backend_pid:
            self._news()

    def _pause(self) -> float:
        if self._wanted != self._held:
            return RETAKE_SECONDS
        return max(0.001, self._say_at - time.monotonic()) if self._unsaid else NET_SECONDS

    def _settle(self, session: Session, *, last: bool = False) -> None:
        """Take and give locks, and tell of commits, not too often."""
        for key in tuple(self._wanted - self._held):
            if _scalar(session, "SELECT pg_try_advisory_lock(%s)", key):
                self._changed(self._held.add, key)
        for key in tuple(self._held - self._wanted):
            session.execute("SELECT pg_advisory_unlock(%s)", (key,))
            self._changed(self._held.discard, key)
        if self._unsaid and (last or time.monotonic() >= self._say_at):
            self._unsaid = False
            session.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
            self._say_at = time.monotonic() + GATHER_SECONDS

    def _changed(self, change: Callable[[int], None], key: int) -> None:
        with self._state:
            change(key)
            self._state.notify_all()

    def _drain(self) -> None:
        with suppress(BlockingIOError):
            while self._ear.recv(4096):
                pass


def _scalar(session: Session, statement: str, key: int) -> object:
    row = session.execute(statement.encode(), (key,)).fetchone()
    return row[0] if row else None


def halves(keys: Iterable[int]) -> set[tuple[int, int]]:
    """The keys as `pg_locks` shows them: the upper and the lower 32 bits."""
    return {(key >> 32 & 0xFFFFFFFF, key & 0xFFFFFFFF) for key in keys}
