"""The queue as workers see it: claim a job, keep it, write for it, let go of it.

Every write for a claimed job begins with `_guard`: it changes the row only while the lease holds,
and it locks the row, so that whatever follows in the transaction falls with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Result,
    Update,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from courseporter.errors import LeaseLost, PorterError, _
from courseporter.jobs.job import Job, Json, Lease, job_from
from courseporter.store.clock import next_rev, now_ms
from courseporter.store.schema import ACTIVE, job

LEASE_MS = 60_000
CRASH_LIMIT = 10

_peer = job.alias()

# What a step may set on its job besides checkpoint and progress.
SETTABLE = frozenset(
    {
        "provider",
        "source_course_id",
        "source_course_title",
        "target_course_id",
        "remote_task_id",
        "connection_id",
        "draft_id",
        "course_url",
        "studio_url",
        "metadata",
        "summary",
        "warnings",
    }
)


class StopRequest(NamedTuple):
    """What somebody asked of a running job."""

    cancel: bool
    pause: bool


def _unfinished(table: FromClause) -> ColumnElement[bool]:
    """What every query for waiting or running jobs says besides.

    In the words of the partial index, and with no parameters: only so does SQLite use it, and a
    hundred thousand finished jobs cost nothing.
    """
    return table.c.status.in_([literal_column(f"'{state}'") for state in ACTIVE])


def due(queues: Sequence[str] = ("default",)) -> ColumnElement[bool]:
    """Whether a job may be claimed now."""
    return and_(
        _unfinished(_peer),
        _peer.c.status == "pending",
        _peer.c.queue.in_(queues),
        _peer.c.run_after <= now_ms(),
        or_(_peer.c.waiting_for.is_(None), _peer.c.waiting_for != "user"),
    )


def anything_due(
    connection: Connection, queues: Sequence[str] = ("default",), kinds: Sequence[str] = ()
) -> bool:
    """Whether a claim would find something: asked by reading, so that waiting costs no lock."""
    query = select(_peer.c.id).where(due(queues))
    if kinds:
        query = query.where(_peer.c.kind.in_(kinds))
    return connection.execute(query.limit(1)).first() is not None


def claim(
    connection: Connection,
    worker_id: str,
    *,
    kinds: Sequence[str] = (),
    job_id: str | None = None,
    queues: Sequence[str] = ("default",),
) -> Job | None:
    """Take the next job that is due, or the one named, which is then not asked to be due.

    Gives None when there is none.  Two workers never get the same one.
    """
    query = select(_peer.c.id)
    if job_id is not None:
        query = query.where(_peer.c.id == job_id, _peer.c.status == "pending")
    else:
        query = query.where(due(queues)).order_by(_peer.c.priority, _peer.c.run_after, _peer.c.id)
    if kinds:
        query = query.where(_peer.c.kind.in_(kinds))
    chosen = query.limit(1).with_for_update(skip_locked=True).scalar_subquery()
    statement = (
        update(job)
        .where(job.c.id == chosen)
        .values(
            status="running",
            leased_by=worker_id,
            fence=job.c.fence + 1,
            attempt=job.c.attempt + 1,
            heartbeat_at=now_ms(),
            lease_expires_at=now_ms() + LEASE_MS,
            started_at=func.coalesce(job.c.started_at, now_ms()),
            waiting_for=None,
            pause_requested_at=None,
            updated_at=now_ms(),
            rev=next_rev(job),
        )
        .returning(*job.c)
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else job_from(row)


def lease_of(claimed: Job) -> Lease:
    """The lease that a claim gave."""
    assert claimed.leased_by is not None
    return Lease(claimed.id, claimed.leased_by, claimed.fence)


def heartbeat(connection: Connection, lease: Lease, **progress: object) -> StopRequest:
    """Say that the worker lives, and how far it is.  Raises LeaseLost."""
    return _kept(connection, lease, progress)


def save(
    connection: Connection,
    lease: Lease,
    checkpoint: Json | None,
    version: int,
    **columns: object,
) -> StopRequest:
    """Enter the checkpoint, first in the transaction that writes what it stands for.

    Raises LeaseLost.  Then, or if there is a request to stop, the transaction must be rolled back.
    """
    moved = {"checkpoint": checkpoint, "checkpoint_version": version, "crashes": 0, **columns}
    return _kept(connection, lease, moved)


def _kept(connection: Connection, lease: Lease, columns: Mapping[str, object]) -> StopRequest:
    named = {f"new_{name}": value for name, value in columns.items()}
    mine = {"mine": lease.job_id, "held": lease.fence}
    return _asked(connection.execute(_keeping(tuple(columns)), {**mine, **named}), lease)


@lru_cache(maxsize=64)
def _keeping(names: tuple[str, ...]) -> ReturningUpdate[int | None, int | None]:
    """A statement once for all: making and hashing one takes longer than running it."""
    return (
        update(job)
        .values(
            heartbeat_at=now_ms(),
            lease_expires_at=now_ms() + LEASE_MS,
            updated_at=now_ms(),
            rev=next_rev(job),
            **{name: bindparam(f"new_{name}") for name in names},
        )
        .where(
            job.c.id == bindparam("mine"),
            job.c.fence == bindparam("held"),
            job.c.status == "running",
        )
        .returning(job.c.cancel_requested_at, job.c.pause_requested_at)
    )


def _guard(connection: Connection, lease: Lease, statement: Update) -> StopRequest:
    guarded = statement.where(
        job.c.id == lease.job_id, job.c.fence == lease.fence, job.c.status == "running"
    ).returning(job.c.cancel_requested_at, job.c.pause_requested_at)
    return _asked(connection.execute(guarded), lease)


def stop_request(connection: Connection, lease: Lease) -> StopRequest:
    """What was asked of the job, by reading only.  Raises LeaseLost."""
    asked = select(job.c.cancel_requested_at, job.c.pause_requested_at).where(
        job.c.id == lease.job_id, job.c.fence == lease.fence, job.c.status == "running"
    )
    return _asked(connection.execute(asked), lease)


def _asked(result: Result[int | None, int | None], lease: Lease) -> StopRequest:
    row = result.one_or_none()
    if row is None:
        raise LeaseLost(f"job {lease.job_id} has another owner")
    cancel, pause = row
    return StopRequest(cancel is not None, pause is not None)


def _released(**columns: object) -> Update:
    return update(job).values(
        leased_by=None,
        lease_expires_at=None,
        pause_requested_at=None,
        updated_at=now_ms(),
        rev=next_rev(job),
        **columns,
    )


def _finished(status: str, **columns: object) -> Update:
    return _released(
        status=status,
        finished_at=now_ms(),
        duration_ms=now_ms() - job.c.started_at,
        waiting_for=None,
        **columns,
    )


def _put_off(delay: int, waiting_for: str | None) -> Update:
    """Pending again; a job that its user asked to stop is canceled instead, and one that is to
    pause waits for its user.
    """
    canceled = job.c.cancel_requested_at.is_not(None)
    paused = job.c.pause_requested_at.is_not(None)
    return _released(
        status=case((canceled, "canceled"), else_="pending"),
        run_after=now_ms() + delay,
        waiting_for=case((canceled, null()), (paused, "user"), else_=waiting_for),
        finished_at=case((canceled, now_ms()), else_=job.c.finished_at),
        duration_ms=case((canceled, now_ms() - job.c.started_at), else_=job.c.duration_ms),
    )


def complete(connection: Connection, lease: Lease, **columns: object) -> None:
    """End the job well.  `columns`: summary, warnings, links.  Raises LeaseLost."""
    _guard(connection, lease, _finished("completed", progress_percent=100, error=None, **columns))


def fail(connection: Connection, lease: Lease, error: Mapping[str, object]) -> None:
    """End the job with a structured error.  Raises LeaseLost."""
    _guard(connection, lease, _finished("failed", error=dict(error)))


def give_up(connection: Connection, lease: Lease) -> None:
    """End the job because its user asked for it.  Raises LeaseLost."""
    _guard(connection, lease, _finished("canceled"))


def retry_later(
    connection: Connection, lease: Lease, delay: int, error: Mapping[str, object]
) -> None:
    """Let the job wait `delay` milliseconds for its next attempt.  Raises LeaseLost."""
    later = _put_off(delay, "retry").values(error=dict(error))
    _guard(connection, lease, later)


def snooze(
    connection: Connection,
    lease: Lease,
    delay: int,
    waiting_for: str | None,
    error: Mapping[str, object] | None = None,
) -> None:
    """Let the job wait without counting the attempt.  Raises LeaseLost."""
    later = _put_off(delay, waiting_for).values(
        attempt=_uncounted(), error=null() if error is None else dict(error)
    )
    _guard(connection, lease, later)


def _uncounted() -> ColumnElement[int]:
    return case((job.c.attempt > 0, job.c.attempt - 1), else_=0)


def holders(connection: Connection) -> list[str]:
    """The workers that hold jobs."""
    running = select(job.c.leased_by).where(_unfinished(job), job.c.status == "running")
    query = running.distinct()
    return [name for name in connection.scalars(query) if name]


def anything_expired(connection: Connection) -> bool:
    """Whether somebody's lease has ended by the database's clock."""
    late = select(job.c.id).where(
        _unfinished(job), job.c.status == "running", job.c.lease_expires_at < now_ms()
    )
    return connection.execute(late.limit(1)).first() is not None


_CRASH_LOOP: Json = PorterError(
    _("The job crashed its worker {limit} times without making progress.", limit=CRASH_LIMIT),
    _("Choose “Try again” to run it again, or report it with the job's log."),
    code="worker_crash_loop",
).as_stored()


def rescue(connection: Connection, gone: Sequence[str] = (), *, expired: bool = False) -> list[Job]:
    """Take the jobs of dead workers back: they continue from their checkpoint with the next claim.

    `gone` names the dead.  `expired` goes by the database's clock as well, for workers on other
    machines.  A crash is no attempt, but `CRASH_LIMIT` of them without progress end the job.
    """
    lost = _peer.c.leased_by.in_(gone)
    if expired:
        lost = or_(lost, _peer.c.lease_expires_at < now_ms())
    # A worker that is stopped inside a transaction holds its row: nobody else waits for that.
    free = select(_peer.c.id).where(_unfinished(_peer), _peer.c.status == "running", lost)
    mine = job.c.id.in_(free.with_for_update(skip_locked=True))
    poisoned = job.c.crashes + 1 >= CRASH_LIMIT
    canceled = job.c.cancel_requested_at.is_not(None)
    ended = or_(poisoned, canceled)
    statement = _released(
        status=case((canceled, "canceled"), (poisoned, "failed"), else_="pending"),
        error=case(
            (and_(poisoned, ~canceled), bindparam("loop", _CRASH_LOOP, type_=job.c.error.type)),
            else_=job.c.error,
        ),
        finished_at=case((ended, now_ms()), else_=job.c.finished_at),
        duration_ms=case((ended, now_ms() - job.c.started_at), else_=job.c.duration_ms),
        waiting_for=case((job.c.pause_requested_at.is_not(None), "user"), else_=None),
        run_after=now_ms(),
        crashes=job.c.crashes + 1,
        attempt=_uncounted(),
        fence=job.c.fence + 1,
    )
    found = connection.execute(
        statement.where(_unfinished(job), job.c.status == "running", mine).returning(*job.c)
    )
    return [job_from(row) for row in found]
