"""Token buckets in the store, so that all processes together keep to a service's limits.

Fits `net.Pace`. Times are those of the database; a lane's row is locked while it is changed.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from sqlalchemy import Connection, select, update

from courseporter.store.clock import now_ms
from courseporter.store.rows import insert_or_touch
from courseporter.store.schema import pace as table
from courseporter.store.store import Store

FULL = 1e9  # of a lane whose rate nobody has told yet


class Rate(Protocol):
    """Tokens per second in the long run, and how many at once (`net.Rate`)."""

    @property
    def per_second(self) -> float:
        """Tokens that come back each second."""
        ...

    @property
    def burst(self) -> float:
        """Tokens of a full bucket."""
        ...


class _Lane(NamedTuple):
    tokens: float
    at: int
    blocked_until: int
    now: int


class StoredPace:
    """The buckets of one store. A lane is limited while it is paused or its bucket is empty."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, lane: str, rate: Rate | None, cost: float, patience: float) -> float:
        """Reserve `cost` tokens; returns the seconds to wait before sending.

        Reserves nothing when that is longer than `patience`.
        """
        if rate is None:
            return self._blocked(lane)
        with self._store.write() as connection:
            found = _locked(connection, lane)
            blocked = max(0, found.blocked_until - found.now) / 1000
            elapsed = max(0, found.now - found.at) / 1000
            tokens = min(rate.burst, found.tokens + elapsed * rate.per_second)
            wait = max(blocked, (cost - tokens) / rate.per_second, 0.0)
            if wait <= patience:
                _write(connection, lane, tokens=tokens - cost, at=found.now)
        return wait

    def learn(self, lane: str, remaining: float, resets_in: float) -> None:
        """Note what the service says is left until its window ends."""
        with self._store.write() as connection:
            found = _locked(connection, lane)
            values: dict[str, object] = {"tokens": min(found.tokens, remaining)}
            if remaining < 1:
                until = found.now + round(resets_in * 1000)
                values["blocked_until"] = max(found.blocked_until, until)
            _write(connection, lane, **values)

    def pause(self, lane: str, seconds: float) -> None:
        """Send nothing in this lane for so long; a pause that lasts longer already stays."""
        with self._store.write() as connection:
            found = _locked(connection, lane)
            until = max(found.blocked_until, found.now + round(seconds * 1000))
            _write(connection, lane, blocked_until=until)

    def end_long_pauses(self, lanes: str, longest: float) -> None:
        """End pauses of more than `longest` seconds in the lanes whose names begin with `lanes`."""
        with self._store.write() as connection:
            late = table.c.blocked_until > now_ms() + round(longest * 1000)
            mine = table.c.lane.startswith(lanes, autoescape=True)
            connection.execute(update(table).where(mine, late).values(blocked_until=0))

    def _blocked(self, lane: str) -> float:
        query = select(table.c.blocked_until - now_ms()).where(table.c.lane == lane)
        with self._store.read() as connection:
            left = connection.execute(query).scalar_one_or_none()
        return max(0, left or 0) / 1000


def _locked(connection: Connection, lane: str) -> _Lane:
    """The lane's row, made full if it is new, and nobody else's until the transaction ends."""
    insert_or_touch(connection, table, ("lane", "tokens", "at"), [(lane, FULL, 0)], "lane")
    columns = (table.c.tokens, table.c.at, table.c.blocked_until, now_ms())
    row = connection.execute(select(*columns).where(table.c.lane == lane)).one()
    return _Lane(*row)


def _write(connection: Connection, lane: str, **values: object) -> None:
    connection.execute(update(table).where(table.c.lane == lane).values(**values))
