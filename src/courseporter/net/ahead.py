"""Files downloaded in the background, a few at a time, while the caller does something else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from courseporter.net.watch import SLICE

if TYPE_CHECKING:
    from courseporter.net.download import Download

PARALLEL = 4


class Downloading(Protocol):
    """What downloads one file after the other (`Client`)."""

    def download(self, address: str, path: Path, *, cap: int, size: int | None = None) -> Download:
        """Have the file at `path`."""
        ...

    def close(self) -> None:
        """Close its connections."""
        ...


class Stopped(Exception):  # noqa: N818 - the caller has gone; nobody sees it
    """The download is no longer wanted."""


class Ahead:
    """Downloads by threads that have a client each, because a client is for one thread.

    `make` makes such a client, whose tick is the function it gets.
    """

    def __init__(self, make: Callable[[Callable[[], None]], Downloading]) -> None:
        self._make = make
        self._own = threading.local()
        self._clients: list[Downloading] = []
        self._over = threading.Event()
        self._pool = ThreadPoolExecutor(PARALLEL, thread_name_prefix="download")

    def begin(self, address: str, path: Path, *, cap: int, size: int | None) -> Future[Download]:
        """Put a download into the queue."""
        return self._pool.submit(self._download, address, path, cap, size)

    def close(self) -> None:
        """Stop what is under way; a half-finished file stays and is continued next time."""
        self._over.set()
        self._pool.shutdown(cancel_futures=True)
        for client in self._clients:
            client.close()

    def _download(self, address: str, path: Path, cap: int, size: int | None) -> Download:
        self._check()
        client = getattr(self._own, "client", None)
        if client is None:
            client = self._own.client = self._make(self._check)
            self._clients.append(client)
        return client.download(address, path, cap=cap, size=size)

    def _check(self) -> None:
        if self._over.is_set():
            raise Stopped


def finished(future: Future[Download], tick: Callable[[], None] | None) -> Download:
    """The result of a download, or what it raised; `tick` is asked meanwhile and may raise."""
    while not wait((future,), SLICE).done:
        if tick is not None:
            tick()
    return future.result()
