"""How long to wait for an import, how often to ask, and what it means when time is up."""

from __future__ import annotations

import random
from collections.abc import Callable

from courseporter.errors import Message, TransientError, _

FIRST, FACTOR = 0.4, 1.5  # the first pause in seconds, and how it grows up to the poll interval


def pause(polls: int, interval: float, jitter: Callable[[], float] = random.random) -> float:
    """Return seconds until the next question: short at first, then the poll interval.

    A fifth of it is chance, so that many jobs don't ask at the same moment.
    """
    return min(interval, FIRST * FACTOR ** min(polls, 20)) * (0.9 + 0.2 * jitter())


def import_too_long(seconds: int, state: str) -> TransientError:
    """The site is at work on the import, but didn't end in time."""
    return _late(
        _(
            "The site didn't finish the import within {seconds} seconds. Its last state was "
            "“{state}”.",
            seconds=seconds,
            state=state,
        ),
        "import_timeout",
    )


def no_state(seconds: int) -> TransientError:
    """The site never said how the import is going."""
    return _late(
        _(
            "The site didn't report the import's progress within {seconds} seconds.",
            seconds=seconds,
        ),
        "poll_timeout",
    )


def upload_too_long(error: TransientError) -> TransientError:
    """The upload wasn't answered in time."""
    return TransientError(
        _("The upload took too long."),
        _("Check your internet connection, or raise the connection's import time limit."),
        error.where,
        code="upload_timeout",
        metadata=error.metadata,
    )


def _late(message: Message, code: str) -> TransientError:
    return TransientError(
        message,
        _(
            "Choose “Try again” to keep waiting for the same import; nothing is uploaded twice. "
            "If it never ends, ask the site's administrator about its task queue."
        ),
        code=code,
    )
