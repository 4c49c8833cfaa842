"""What asks a command to stop: Ctrl+C, and the word of a service, an orchestrator, a shutdown."""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType

STOPS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def heeding(ask: Callable[[], bool]) -> Generator[None]:
    """Call `ask` at the first request to stop while the block runs; a second one ends the process.

    Where `ask` finds nobody to ask, the first one ends the process, too.
    """

    def heed(number: int, frame: FrameType | None) -> None:
        for one, handler in before.items():
            signal.signal(one, handler)
        handler = before[signal.Signals(number)]
        if not ask() and callable(handler):
            handler(number, frame)

    before = {number: signal.signal(number, heed) for number in STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def deaf() -> None:
    """Heed no request any more: all is done, and half a result helps nobody."""
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)
