"""Pacing: requests are spread over time before a site has to refuse them.

A lane is what shares one limit, usually a provider and an account. `LocalPace` serves one process;
the store has one that all processes share (store/buckets.py).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Rate(NamedTuple):
    """`per_second` requests in the long run, up to `burst` at once."""

    per_second: float
    burst: float


def rate_below(requests: float, seconds: float) -> Rate:
    """The rate that never sends more than `requests` in any window of this many seconds."""
    return Rate(0.97 * requests / seconds, max(1.0, 0.02 * requests))


class Pace(Protocol):
    """Token buckets by lane. All times are seconds from now."""

    def take(self, lane: str, rate: Rate | None, cost: float, patience: float) -> float:
        """Reserve `cost` tokens; returns the seconds to wait before sending.

        Reserves nothing when that is longer than `patience`. Without a rate only pauses count.
        """
        ...

    def learn(self, lane: str, remaining: float, resets_in: float) -> None:
        """Note what the site says is left until its window ends."""
        ...

    def pause(self, lane: str, seconds: float) -> None:
        """Send nothing in this lane for so long; a pause that lasts longer already stays."""
        ...


@dataclass
class Bucket:
    """State of one lane. Times are seconds of the caller's clock."""

    tokens: float
    at: float
    blocked_until: float = 0.0

    def take(self, now: float, rate: Rate | None, cost: float, patience: float) -> float:
        """As `Pace.take`."""
        blocked = max(0.0, self.blocked_until - now)
        if rate is None:
            return blocked
        elapsed = max(0.0, now - self.at)
        tokens = min(rate.burst, self.tokens + elapsed * rate.per_second)
        wait = max(blocked, (cost - tokens) / rate.per_second)
        if wait <= patience:
            self.tokens, self.at = tokens - cost, now
        return wait

    def learn(self, now: float, remaining: float, resets_in: float) -> None:
        """As `Pace.learn`."""
        self.tokens = min(self.tokens, remaining)
        if remaining < 1:
            self.pause(now, resets_in)

    def pause(self, now: float, seconds: float) -> None:
        """As `Pace.pause`."""
        self.blocked_until = max(self.blocked_until, now + seconds)


class LocalPace:
    """Buckets in memory, for one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, Bucket] = {}

    def take(self, lane: str, rate: Rate | None, cost: float, patience: float) -> float:
        """As `Pace.take`."""
        with self._lock:
            now = self._clock()
            wait = self._bucket(lane, rate, now).take(now, rate, cost, patience)
        return max(0.0, wait)

    def learn(self, lane: str, remaining: float, resets_in: float) -> None:
        """As `Pace.learn`."""
        with self._lock:
            now = self._clock()
            self._bucket(lane, None, now).learn(now, remaining, resets_in)

    def pause(self, lane: str, seconds: float) -> None:
        """As `Pace.pause`."""
        with self._lock:
            now = self._clock()
            self._bucket(lane, None, now).pause(now, seconds)

    def _bucket(self, lane: str, rate: Rate | None, now: float) -> Bucket:
        full = rate.burst if rate else float("inf")
        return self._buckets.setdefault(lane, Bucket(full, now))
