"""What asks a command to stop: Ctrl+C, and the word of a service, an orchestrator, a shutdown."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType

STOPS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def handling_stops(ask: Callable[[], bool]) -> Generator[None]:
    """Call `ask` at the first request to stop while the block runs; a second one ends the process.

    Where `ask` finds nobody to ask, the first one ends the process, too.
    """

    def handle(number: int, frame: FrameType | None) -> None:
        for one, handler in before.items():
            signal.signal(one, handler)
        handler = before[signal.Signals(number)]
        if not ask() and callable(handler):
            handler(number, frame)

    before = {number: signal.signal(number, handle) for number in STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def leaving_silently() -> None:
    """From here on a request ends the command silently.

    All is done, and what it says of it is half said; the same command says it again, whole.
    """
    for number in STOPS:
        signal.signal(number, _leave)


def _leave(_number: int, _frame: FrameType | None) -> None:
    os._exit(130)
