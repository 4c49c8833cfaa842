"""Questions about many jobs: how many there are, which id begins like this, which may resume."""

from __future__ import annotations

from sqlalchemy import Connection, and_, case, delete, func, or_, select, update

from courseporter.errors import ConflictError, SettingsError, _
from courseporter.jobs import queue
from courseporter.jobs.job import FINISHED, Job, job_from
from courseporter.store.clock import next_rev, now_ms
from courseporter.store.rows import bury
from courseporter.store.schema import job


def counts(connection: Connection, org_id: str) -> dict[str, int]:
    """Number of jobs by state; those that a person paused count as “paused”, not as pending."""
    mine = job.c.org_id == org_id
    rows = connection.execute(
        select(job.c.status, func.count()).where(mine).group_by(job.c.status)
    ).all()
    found = {str(status): int(number) for status, number in rows}
    paused = select(func.count()).where(
        mine, job.c.status == "pending", job.c.waiting_for == "user"
    )
    if found.get("pending") and (number := int(connection.execute(paused).scalar_one())):
        found["pending"] -= number
        found["paused"] = number
    return {state: number for state, number in found.items() if number}


def beginning_with(connection: Connection, start: str, org_id: str) -> Job:
    """The organization's one job whose id begins so.  Raises SettingsError `unknown_item`."""
    beginning = and_(job.c.org_id == org_id, job.c.id.startswith(start, autoescape=True))
    rows = connection.execute(select(job).where(beginning).limit(2)).all() if start else ()
    if len(rows) == 1:
        return job_from(rows[0])
    many = _("More than one job has an id that begins with “{start}”.", start=start)
    raise SettingsError(
        many if rows else _("There is no job “{start}”.", start=start),
        _("List jobs with: courseporter jobs list"),
        f"job {start}",
        code="unknown_item",
    )


def resume_all(connection: Connection, org_id: str) -> int:
    """Resume every failed or stopped job; those in the way of an active one stay as they are."""
    ids = connection.scalars(
        select(job.c.id).where(job.c.org_id == org_id, job.c.status.in_(("failed", "canceled")))
    ).all()
    started = 0
    for job_id in ids:
        try:
            queue.retry(connection, job_id, to="default")
        except ConflictError:
            continue
        started += 1
    return started


def clear_finished(connection: Connection, org_id: str) -> int:
    """Forget finished jobs with their logs; returns how many."""
    gone = connection.scalars(
        delete(job).where(job.c.org_id == org_id, job.c.status.in_(FINISHED)).returning(job.c.id)
    ).all()
    bury(connection, job, gone)
    return len(gone)


def interrupted(connection: Connection, org_id: str) -> tuple[int, int]:
    """How many jobs that lost their worker to a crash wait to be resumed, and how many of them no
    worker resumes by itself: those that a command ran.

    A worker whose window was killed gives its job back before it ends.  A job that waits for
    something says so itself, and a paused one waits for its user.
    """
    put_back = and_(_PUT_BACK, job.c.waiting_for.is_(None))
    stranded = func.sum(case((job.c.queue == "default", 0), else_=1))
    query = select(func.count(), func.coalesce(stranded, 0)).where(
        job.c.org_id == org_id,
        job.c.status == "pending",
        or_(job.c.crashes > 0, put_back),
        _NOT_PAUSED,
    )
    amount, left = connection.execute(query).one()
    return int(amount), int(left)


_PUT_BACK = and_(job.c.status == "pending", job.c.started_at.is_not(None))
_NOT_PAUSED = or_(job.c.waiting_for.is_(None), job.c.waiting_for != "user")


def resume_interrupted(connection: Connection, org_id: str) -> int:
    """Let every interrupted job continue now, whatever it waits for but its user; returns how many.

    One that a command ran and left behind is given to the workers.
    """
    left = and_(job.c.status == "pending", job.c.crashes > 0)
    ours = and_(_PUT_BACK, job.c.queue == "default")
    statement = (
        update(job)
        .where(job.c.org_id == org_id, or_(left, ours))
        .where(_NOT_PAUSED)
        .values(queue="default", waiting_for=None, run_after=now_ms(), updated_at=now_ms())
        .values(rev=next_rev(job))
    )
    return connection.execute(statement).rowcount


def has_open_request(connection: Connection, active_key: str) -> bool:
    """Whether a job with this active key still holds its idempotency key."""
    query = select(job.c.id).where(
        job.c.active_key == active_key, job.c.idempotency_key.is_not(None)
    )
    return connection.execute(query.limit(1)).one_or_none() is not None


def left_behind(
    connection: Connection, active_key: str, queue_name: str, key: str
) -> tuple[str, ...]:
    """Jobs of this queue that wait at a place, but were asked for by another request."""
    query = select(job.c.id).where(
        job.c.active_key == active_key,
        job.c.queue == queue_name,
        job.c.status == "pending",
        job.c.idempotency_key != key,
    )
    return tuple(connection.scalars(query))


def release_key(connection: Connection, job_id: str) -> None:
    """Let go of the idempotency key: the same request will be a new job."""
    connection.execute(
        update(job).where(job.c.id == job_id).values(idempotency_key=None, rev=next_rev(job))
    )


def later_on(connection: Connection, earlier: Job) -> list[Job]:
    """The jobs after this one that have the same course of the same site, newest first."""
    query = select(job).where(
        job.c.org_id == earlier.org_id,
        job.c.connection_id == earlier.connection_id,
        job.c.target_course_id == earlier.target_course_id,
        job.c.created_at >= earlier.created_at,
        job.c.id != earlier.id,
    )
    query = query.order_by(job.c.created_at.desc(), job.c.id.desc())
    return [job_from(row) for row in connection.execute(query)]
