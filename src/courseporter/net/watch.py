"""A deadline and a way to stop that reach into a blocked read.

httpx's time-outs hold per read, so a server that sends a byte now and then is never too slow for
them. Here every wait on a socket is cut into slices, and between two slices the call's own `Watch`
is asked.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar

import httpcore

SLICE = 0.05  # a cancelled call ends within this many seconds


class DeadlinePassed(Exception):  # noqa: N818 - caught inside net
    """The call took longer than it may."""


class Watch:
    """One call: when it has to be done, and what to ask meanwhile (`tick` may raise)."""

    def __init__(
        self,
        seconds: float,
        tick: Callable[[], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._tick = tick
        self._until = clock() + seconds

    def extend(self, seconds: float) -> None:
        """Allow the call this many more seconds."""
        self._until += seconds

    @property
    def left(self) -> float:
        """Seconds until the deadline."""
        return self._until - self._clock()

    def check(self) -> None:
        """Raise DeadlinePassed after the deadline, or what `tick` raises."""
        if self._tick is not None:
            self._tick()
        if self.left <= 0:
            raise DeadlinePassed

    def wait(self, seconds: float) -> None:
        """Sleep in slices, so that a stop is seen at once."""
        end = self._clock() + seconds
        while (left := end - self._clock()) > 0:
            self.check()
            self._sleep(min(SLICE, left))
        self.check()


current: ContextVar[Watch | None] = ContextVar("current_watch", default=None)


class WatchedBackend(httpcore.NetworkBackend):
    """httpcore's sockets, with reads and connects that keep to the current Watch."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """As httpcore's, but never past the deadline."""
        limit = _limit(timeout)
        stream = self._inner.connect_tcp(host, port, limit, local_address, socket_options)
        return WatchedStream(stream)

    def sleep(self, seconds: float) -> None:
        """As httpcore's."""
        self._inner.sleep(seconds)


class WatchedStream(httpcore.NetworkStream):
    """One connection."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Up to `max_bytes`; waits in slices and asks the Watch between them."""
        watch = current.get()
        if watch is None:
            return self._inner.read(max_bytes, timeout)
        until = time.monotonic() + (timeout if timeout is not None else float("inf"))
        while True:
            watch.check()
            left = min(until - time.monotonic(), watch.left)
            try:
                return self._inner.read(max_bytes, max(0.001, min(SLICE, left)))
            except httpcore.ReadTimeout:
                if time.monotonic() >= until:
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it, asking the Watch first."""
        self._inner.write(buffer, _limit(timeout))

    def close(self) -> None:
        """Close the socket."""
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted."""
        return WatchedStream(self._inner.start_tls(ssl_context, server_hostname, _limit(timeout)))

    def get_extra_info(self, info: str) -> object:
        """As httpcore's."""
        return self._inner.get_extra_info(info)


def _limit(timeout: float | None) -> float | None:
    watch = current.get()
    if watch is None:
        return timeout
    watch.check()
    return watch.left if timeout is None else min(timeout, watch.left)
