"""What happens to a job whose step did not end well: one table from exceptions to states."""

from __future__ import annotations

import random
import traceback
from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Connection

from courseporter.errors import Canceled, PorterError, _, refused_by_system
from courseporter.jobs import lease as leases
from courseporter.jobs import queue
from courseporter.jobs.job import Json, Lease
from courseporter.jobs.run import Paused, Run, Snoozed, Stopped
from courseporter.logs import redact

BASE_MS = 2_000
MAX_CAUSES = 20
CAP_MS = 10 * 60_000
RATE_LIMIT_CAP_MS = 3_600_000
DISK_MS = 30_000
KEYCHAIN_MS = 60_000

_WAITS = {"disk_full": ("disk", DISK_MS), "keychain_unavailable": ("keychain", KEYCHAIN_MS)}


class Settlement(NamedTuple):
    """How the job ends or waits, what its log says, and whether the exception continues."""

    write: Callable[[Connection, Lease], None]
    lines: list[dict[str, object]]
    passes_on: bool = False
    bug: bool = False  # an error of ours: the log of the program gets the traceback, too


def backoff(attempt: int, jitter: Callable[[], float] = random.random) -> int:
    """Milliseconds to wait after a failed attempt: full jitter, doubling from 2 s to 10 min."""
    return int(jitter() * min(CAP_MS, BASE_MS * 2 ** max(0, attempt - 1)))


def settlement(
    error: BaseException, run: Run, jitter: Callable[[], float] = random.random
) -> Settlement:
    """What the exception means for the job."""
    for kind, write, code, message in _WISHES:
        if isinstance(error, kind):
            line = queue.log_row(run.job.id, "info", code, message, {})
            return Settlement(write, [line], passes_on=not isinstance(error, Exception))
    if isinstance(error, Snoozed):
        return Settlement(_snooze(int(error.seconds * 1000), error.waiting_for, None), [])
    trouble = error if isinstance(error, PorterError) else _refused(error) or _damage(error, run)
    return _bug(error, run) if trouble is None else _trouble(trouble, run, jitter)


def _trouble(error: PorterError, run: Run, jitter: Callable[[], float]) -> Settlement:
    job, record = run.job, error_json(error, run)
    retry_after = error.metadata.get("retry_after")
    if isinstance(retry_after, int | float):
        delay = min(int(retry_after * 1000), RATE_LIMIT_CAP_MS)
        write = _snooze(delay, "rate_limit", record)
    elif error.code in _WAITS:
        waiting_for, delay = _WAITS[error.code]
        write = _snooze(delay, waiting_for, record)
    elif error.retryable and job.attempt < job.max_attempts:
        delay = backoff(job.attempt, jitter)
        write = _retry(delay, record)
    else:
        write = _fail(record)
    line = queue.log_row(job.id, "error", error.code, error.phrase, {"where": error.where})
    return Settlement(write, [line])


def _bug(error: BaseException, run: Run) -> Settlement:
    """A bug of ours: the text for people is short, the traceback is in the log alone."""
    record = error_json(
        PorterError(
            _("CoursePorter hit an internal error ({name}).", name=type(error).__name__),
            hint=_("Please report it, with this job's log or the log in the data folder."),
            code="bug",
        ),
        run,
    )
    story = redact("".join(traceback.format_exception(error)))
    line = queue.log_row(
        run.job.id, "error", "bug", redact(str(error) or repr(error)), {"traceback": story}
    )
    return Settlement(_fail(record), [line], passes_on=not isinstance(error, Exception), bug=True)


def error_json(error: PorterError, run: Run) -> Json:
    """The error as the job table keeps it."""
    causes: list[str] = []
    cause = error.__cause__
    while cause is not None and len(causes) < MAX_CAUSES:  # it may be its own cause
        causes.append(type(cause).__name__)
        cause = cause.__cause__
    extra: Json = {"attempt": run.job.attempt, "stage": run.stage, "causes": causes}
    if error.metadata:
        extra["metadata"] = dict(error.metadata)
    return {**error.as_stored(), **extra}


def _refused(error: BaseException) -> PorterError | None:
    """What the system refused and the step did not foresee, such as a full disk."""
    refusal = refused_by_system(error)
    if refusal is not None:
        refusal.__cause__ = error
    return refusal


def _damage(error: BaseException, run: Run) -> PorterError | None:
    """What is no bug because the store is damaged; said of exceptions, not of a Ctrl+C."""
    refusal = run.store.diagnose(error) if isinstance(error, Exception) else None
    if refusal is not None:
        refusal.__cause__ = error
    return refusal


def _pause(connection: Connection, lease: Lease) -> None:
    leases.snooze(connection, lease, 0, "user")


def _put_back(connection: Connection, lease: Lease) -> None:
    leases.snooze(connection, lease, 0, None)


_WISHES: tuple[tuple[type[BaseException], Callable[[Connection, Lease], None], str, str], ...] = (
    (Canceled, leases.give_up, "canceled", "Canceled."),
    (Paused, _pause, "paused", "Paused."),
    (Stopped, _put_back, "stopped", "Put back: the program is closing."),
    (KeyboardInterrupt, _put_back, "stopped", "Put back: the program was interrupted."),
    (SystemExit, _put_back, "stopped", "Put back: the program was interrupted."),
)


def _snooze(delay: int, why: str, error: Json | None) -> Callable[[Connection, Lease], None]:
    return lambda connection, lease: leases.snooze(connection, lease, delay, why, error)


def _retry(delay: int, error: Json) -> Callable[[Connection, Lease], None]:
    return lambda connection, lease: leases.retry_later(connection, lease, delay, error)


def _fail(error: Json) -> Callable[[Connection, Lease], None]:
    return lambda connection, lease: leases.fail(connection, lease, error)
