"""A PostgreSQL connection that waits as long as a statement takes, but not for an answer that
can't come.

Nobody knows how long a statement may take.  But a second connection can ask whether the server
lives, and whether it is still working for this session: a tunnel or load balancer that lost its
backend keeps our connection open and delivers nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from functools import partial
from typing import Any, NoReturn, Self

import psycopg
from psycopg.errors import ConnectionTimeout

SILENCE = 10.0  # seconds without an answer after which the server is asked
SURE = 1.0  # seconds between two such questions that together end a connection
ASKING = 5.0  # seconds that such a question may take
Row = tuple[object, ...]
# Work for us: it computes, or waits for a lock or the disk.  A session that waits for its client
# while the client waits for it has lost the connection.
_WORKS = """SELECT state = 'active' AND wait_event_type IS DISTINCT FROM 'Client'
FROM pg_stat_activity WHERE pid = %s"""


class _Bounded(psycopg.Connection[Row]):
    """A connection whose every answer comes soon, or not at all."""

    def wait(self, gen: Generator[Any, Any, Any], *arguments: Any, **words: Any) -> Any:
        """Wait for an answer.  Raises OperationalError after `ASKING` seconds."""
        return super().wait(_within(gen, ASKING), *arguments, **words)


class PatientConnection(psycopg.Connection[Row]):
    """Checks by a second connection, again and again, while a statement takes its time."""

    again: Callable[[], _Bounded]
    session: int | None = None  # of the server's process: a pooler shows its own as backend_pid

    @classmethod
    def connect(cls, *arguments: Any, **words: Any) -> Self:
        """Connect as psycopg does."""
        made = super().connect(*arguments, **words)
        made.again = partial(_Bounded.connect, *arguments, **words)
        row = made.execute("SELECT pg_backend_pid()").fetchone()
        made.session = int(str(row[0])) if row else None
        if not made.autocommit:
            made.rollback()
        return made

    def wait(self, gen: Generator[Any, Any, Any], *arguments: Any, **words: Any) -> Any:
        """Wait for an answer.  Raises OperationalError when none can come."""
        return super().wait(self._watched(gen), *arguments, **words)

    def _watched(self, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """The steps of psycopg's own; nothing is ready whenever its interval is over."""
        ask_at, doubted = time.monotonic() + SILENCE, False
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready:
                    ask_at, doubted = time.monotonic() + SILENCE, False
                elif time.monotonic() >= ask_at:
                    works = self._is_served()
                    if not works and doubted:
                        self._give_up("the server no longer works for this session")
                    doubted = not works
                    ask_at = time.monotonic() + (SURE if doubted else SILENCE)
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value

    def _is_served(self) -> bool:
        """Whether the server works for this session, as far as it says.

        Ends this connection when no other one can be had in `connect_timeout`.  Any other refusal
        is an answer: too many connections, for one.
        """
        if self.session is None:  # still connecting, which has a bound of its own
            return True
        try:
            with self.again() as other:
                row = other.execute(_WORKS, (self.session,)).fetchone()
        except (ConnectionTimeout, _NoAnswer):
            self._give_up("the server fell silent")
        except psycopg.OperationalError:
            return True
        return row is not None and row[0] is not False  # None: we may not know

    def _give_up(self, why: str) -> NoReturn:
        self.pgconn.finish()
        raise psycopg.OperationalError(why)


class _NoAnswer(psycopg.OperationalError):
    """A question was not answered in time."""


def _within(gen: Generator[Any, Any, Any], seconds: float) -> Generator[Any, Any, Any]:
    """The steps of psycopg's own, for so long."""
    until = time.monotonic() + seconds
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() >= until:
                raise _NoAnswer("no answer in time")
            wanted = gen.send(ready)
    except StopIteration as end:
        return end.value
