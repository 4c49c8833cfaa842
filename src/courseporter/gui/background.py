"""Runs a function off the GUI thread and brings its result, or its error, back."""

from __future__ import annotations

import logging
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Final, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

log = logging.getLogger(__name__)
Result = TypeVar("Result")
Failed = Callable[[Exception], None]
THREADS: Final = 4


class Relay(QObject):
    """Carries calls to the GUI thread; the signal only says that there are some."""

    arrived = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.calls: deque[Callable[[], None]] = deque()
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="background")
        self.waiting = 0
        self.arrived.connect(self.deliver, Qt.ConnectionType.QueuedConnection)

    def deliver(self) -> None:
        """Run what arrived; an error in one call does not stop the next."""
        while self.calls:
            call = self.calls.popleft()
            self.waiting -= 1
            try:
                call()
            except Exception:  # noqa: BLE001 - goes to the hook that shows it to the user
                sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]


class Shared:
    """The one relay; made when first needed, in the GUI thread."""

    relay: Relay | None = None


def run(
    function: Callable[[], Result],
    done: Callable[[Result], None] | None = None,
    failed: Failed | None = None,
) -> None:
    """Call `function` in a thread, then `done(result)` or `failed(error)` in the GUI thread.

    Call it from the GUI thread.  A bound method whose widget is gone by then is not called, and
    neither is a partial that holds one.
    Without `failed`, an error reaches the notice of the window as any uncaught error does.
    """
    relay = Shared.relay
    if relay is None:
        relay = Shared.relay = Relay()
    relay.waiting += 1
    future = relay.pool.submit(function)
    future.add_done_callback(partial(hand_over, relay, done, failed))


def hand_over(
    relay: Relay,
    done: Callable[[Result], None] | None,
    failed: Failed | None,
    future: Future[Result],
) -> None:
    """In the worker thread: leave the call for the GUI thread."""
    relay.calls.append(partial(finish, future, done, failed))
    if shiboken6.isValid(relay):
        relay.arrived.emit()


def finish(
    future: Future[Result], done: Callable[[Result], None] | None, failed: Failed | None
) -> None:
    """In the GUI thread: pass on the result or the error."""
    if future.cancelled():
        return
    error = future.exception()
    if error is None:
        if done is not None and is_alive(done):
            done(future.result())
    elif failed is None:
        sys.excepthook(type(error), error, error.__traceback__)
    elif is_alive(failed) and isinstance(error, Exception):
        failed(error)


def is_alive(function: Callable[..., None]) -> bool:
    """Whether the objects of a bound method, or of a partial of one, still exist on Qt's side."""
    objects: list[object] = []
    while isinstance(function, partial):
        objects += function.args
        function = function.func
    objects.append(getattr(function, "__self__", None))
    return all(shiboken6.isValid(one) for one in objects if isinstance(one, QObject))


def idle() -> bool:
    """Whether everything handed to `run` has been delivered."""
    return Shared.relay is None or Shared.relay.waiting == 0


def close() -> None:
    """Drop what has not started; called once when the app ends."""
    if Shared.relay is not None:
        Shared.relay.pool.shutdown(wait=False, cancel_futures=True)
        Shared.relay = None
