"""A connection to PostgreSQL that waits as long as it takes, but not for a server that is silent.

How long a statement may take nobody knows.  But whether the server still answers can be asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from functools import partial
from typing import Any, Self

import psycopg
from psycopg.errors import ConnectionTimeout

SILENCE = 10.0  # seconds without an answer after which the server is asked whether it lives
Row = tuple[object, ...]


class PatientConnection(psycopg.Connection[Row]):
    """Asks by a connection of its own, again and again while a statement takes its time."""

    again: Callable[[], psycopg.Connection[Row]]

    @classmethod
    def connect(cls, *arguments: Any, **words: Any) -> Self:
        """Connect as psycopg does."""
        made = super().connect(*arguments, **words)
        made.again = partial(psycopg.Connection[Row].connect, *arguments, **words)
        return made

    def wait(self, gen: Generator[Any, Any, Any], *arguments: Any, **words: Any) -> Any:
        """Wait for an answer.  Raises OperationalError when the server is found to be silent."""
        return super().wait(self._watched(gen), *arguments, **words)

    def _watched(self, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """The steps of psycopg's own; nothing is ready whenever its patience for one is over."""
        ask_at = time.monotonic() + SILENCE
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready or time.monotonic() >= ask_at:
                    if not ready:
                        self._ask()
                    ask_at = time.monotonic() + SILENCE
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value

    def _ask(self) -> None:
        """End this connection when no other can be had in `connect_timeout`.

        Any other refusal is an answer: there are too many connections, for one.
        """
        try:
            self.again().close()
        except ConnectionTimeout as error:
            self.pgconn.finish()
            raise psycopg.OperationalError("the server fell silent") from error
        except psycopg.OperationalError:
            return
