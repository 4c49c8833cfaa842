"""The queue as its users see it: put jobs in, look at them, stop them, start them again.

Every function works in the caller's transaction and is one statement, two where the answer to a
refusal must be looked up.  What workers do is in `lease`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, Update, case, delete, insert, null, or_, select, update
from sqlalchemy.exc import IntegrityError

from courseporter import __version__
from courseporter.errors import ConflictError, Phrase, SettingsError, _
from courseporter.jobs.job import (
    FINISHED,
    Job,
    Json,
    Level,
    LogLine,
    NewJob,
    State,
    job_from,
    log_line_from,
)
from courseporter.store.clock import next_rev, now_ms
from courseporter.store.identity import new_id
from courseporter.store.rows import bury
from courseporter.store.schema import ACTIVE, job, job_log

LEVELS: tuple[Level, ...] = ("debug", "info", "warning", "error")


def enqueue(connection: Connection, new: NewJob) -> Job:
    """Put a job in; the same idempotency key with the same input hash gives the job it made before.

    Raises ConflictError: `idempotency_mismatch` (same key, other input), `conflict` (a job with
    the same active key is waiting or running; `metadata["job_id"]` names it).
    """
    values = msgspec.structs.asdict(new)
    delay = values.pop("delay")
    statement = insert(job).values(
        id=new_id(),
        app_version=__version__,
        created_at=now_ms(),
        updated_at=now_ms(),
        run_after=now_ms() + delay,
        rev=next_rev(job),
        **values,
    )
    try:
        with connection.begin_nested():
            return job_from(connection.execute(statement.returning(*job.c)).one())
    except IntegrityError:
        earlier = _same_request(connection, new) or _active(connection, new.org_id, new.active_key)
        if earlier is None:
            raise
        return earlier


def _same_request(connection: Connection, new: NewJob) -> Job | None:
    if new.idempotency_key is None:
        return None
    earlier = connection.execute(
        select(job).where(job.c.org_id == new.org_id, job.c.idempotency_key == new.idempotency_key)
    ).one_or_none()
    if earlier is None:
        return None
    if earlier.input_hash != new.input_hash:
        raise ConflictError(
            _("This request key was already used with different input."),
            hint=_("Use a new key for a new request."),
            where=f"job {earlier.id}",
            code="idempotency_mismatch",
            metadata={"job_id": earlier.id},
        )
    return job_from(earlier)


def _active(connection: Connection, org_id: str, active_key: str | None) -> None:
    if active_key is None:
        return
    other = connection.scalar(
        select(job.c.id).where(
            job.c.org_id == org_id, job.c.active_key == active_key, job.c.status.in_(ACTIVE)
        )
    )
    if other is not None:
        raise ConflictError(
            _("A job for the same course is already waiting or running."),
            hint=_("Wait for it to finish, or cancel it."),
            where=f"job {other}",
            metadata={"job_id": other},
        )


def get(connection: Connection, job_id: str, *, lock: bool = False) -> Job:
    """The job; `lock`: nobody else changes it in this transaction.

    Raises SettingsError `unknown_item`.
    """
    query = select(job).where(job.c.id == job_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise _unknown(job_id)
    return job_from(row)


def _unknown(job_id: str) -> SettingsError:
    return SettingsError(
        _("There is no job “{job_id}”.", job_id=job_id),
        hint=_("List jobs with: courseporter jobs list"),
        where=f"job {job_id}",
        code="unknown_item",
    )


def listing(
    connection: Connection,
    states: Iterable[State] = (),
    limit: int = 100,
    offset: int = 0,
    *,
    org_id: str = "personal",
    since_rev: int | None = None,
) -> list[Job]:
    """Jobs of an organisation, newest first; of some states only, if any are named.

    `since_rev`: those that changed since that revision, the last second before it included.
    """
    query = select(job).where(job.c.org_id == org_id)
    if chosen := tuple(states):
        query = query.where(job.c.status.in_(chosen))
    if since_rev is not None:
        query = query.where(job.c.rev > since_rev - 1000)
    query = query.order_by(job.c.created_at.desc(), job.c.id.desc()).limit(limit).offset(offset)
    return [job_from(row) for row in connection.execute(query)]


def cancel(connection: Connection, job_id: str) -> Job:
    """Stop a job: at once when it waits, else at its worker's next step; finished ones stay."""
    waiting = job.c.status == "pending"
    statement = (
        _change(job_id)
        .where(job.c.status.in_(ACTIVE))
        .values(
            status=case((waiting, "canceled"), else_=job.c.status),
            finished_at=case((waiting, now_ms()), else_=job.c.finished_at),
            waiting_for=case((waiting, null()), else_=job.c.waiting_for),
            cancel_requested_at=now_ms(),
        )
    )
    return _changed(connection, statement, job_id)


def pause(connection: Connection, job_id: str) -> Job:
    """Let a job wait for its user: at once when it waits already, else at the next step."""
    waiting = job.c.status == "pending"
    statement = (
        _change(job_id)
        .where(job.c.status.in_(ACTIVE))
        .values(
            waiting_for=case((waiting, "user"), else_=job.c.waiting_for),
            pause_requested_at=case((waiting, null()), else_=now_ms()),
        )
    )
    return _changed(connection, statement, job_id)


def resume(connection: Connection, job_id: str, *, to: str | None = None) -> Job:
    """Let a waiting job continue now, whatever it waits for.  `to` names another queue for it."""
    statement = (
        _change(job_id)
        .where(job.c.status == "pending")
        .values(queue=to or job.c.queue, waiting_for=None, run_after=now_ms())
        .values(pause_requested_at=None)
    )
    return _changed(connection, statement, job_id)


def retry(connection: Connection, job_id: str, *, to: str | None = None) -> Job:
    """Start a failed or canceled job again from its checkpoint, with all its attempts.

    Others stay as they are.  `to` names another queue for it.  Raises ConflictError when a job for
    the same material is active.
    """
    statement = (
        _change(job_id)
        .where(job.c.status.in_(("failed", "canceled")))
        .values(
            status="pending",
            queue=to or job.c.queue,
            attempt=0,
            crashes=0,
            run_after=now_ms(),
            waiting_for=None,
            cancel_requested_at=None,
            pause_requested_at=None,
            finished_at=None,
            duration_ms=None,
            error=None,
        )
    )
    try:
        with connection.begin_nested():
            row = connection.execute(statement.returning(*job.c)).one_or_none()
    except IntegrityError:
        blocked = get(connection, job_id)
        _active(connection, blocked.org_id, blocked.active_key)
        raise
    if row is None:
        return get(connection, job_id)
    log(connection, job_id, "info", "retried", _("Resumed where it stopped."))
    return job_from(row)


def reopen(
    connection: Connection,
    job_id: str,
    given: Json,
    checkpoint: Json | None,
    *,
    to: str | None = None,
) -> Job:
    """Let a finished job continue at a step with other input; others stay as they are."""
    statement = (
        _change(job_id)
        .where(job.c.status.in_(FINISHED))
        .values(
            status="pending",
            queue=to or job.c.queue,
            input=given,
            checkpoint=checkpoint,
            attempt=0,
            crashes=0,
            run_after=now_ms(),
            waiting_for=None,
            cancel_requested_at=None,
            pause_requested_at=None,
            finished_at=None,
            duration_ms=None,
            error=None,
        )
    )
    return _changed(connection, statement, job_id)


def rewind(connection: Connection, job_id: str, checkpoint: Json) -> Job:
    """Let a waiting job continue at another step; others stay as they are."""
    statement = _change(job_id).where(job.c.status == "pending").values(checkpoint=checkpoint)
    return _changed(connection, statement, job_id)


def remove(connection: Connection, job_id: str) -> bool:
    """Forget a finished job and its log; says whether it was there and finished."""
    statement = delete(job).where(job.c.id == job_id, job.c.status.in_(FINISHED))
    gone = connection.execute(statement.returning(job.c.id)).scalars().all()
    bury(connection, job, gone)
    return bool(gone)


def _change(job_id: str) -> Update:
    return update(job).where(job.c.id == job_id).values(updated_at=now_ms(), rev=next_rev(job))


def _changed(connection: Connection, statement: Update, job_id: str) -> Job:
    row = connection.execute(statement.returning(*job.c)).one_or_none()
    return job_from(row) if row is not None else get(connection, job_id)


def log(
    connection: Connection, job_id: str, level: Level, code: str, message: Phrase, **meta: object
) -> None:
    """Write a line into the job's log."""
    log_lines(connection, [log_row(job_id, level, code, message, meta)])


def log_row(
    job_id: str, level: Level, code: str, message: Phrase, meta: dict[str, object]
) -> dict[str, object]:
    """A line to be written by `log_lines`."""
    return {
        "job_id": job_id,
        "level": level,
        "code": code,
        "message": message,
        "meta": meta or None,
    }


def log_lines(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    """Write several lines at once."""
    if rows:
        connection.execute(insert(job_log).values(at=now_ms()), rows)


def logs(
    connection: Connection,
    job_id: str,
    after: int = 0,
    level: Level = "debug",
    limit: int = 1000,
) -> list[LogLine]:
    """Lines of a job's log from `level` up, oldest first, those after the line `after`."""
    query = select(job_log).where(job_log.c.job_id == job_id, job_log.c.id > after)
    if level != "debug":
        query = query.where(
            or_(*(job_log.c.level == name for name in LEVELS[LEVELS.index(level) :]))
        )
    return [
        log_line_from(row) for row in connection.execute(query.order_by(job_log.c.id).limit(limit))
    ]
