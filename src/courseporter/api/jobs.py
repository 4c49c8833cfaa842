"""Looking at jobs and steering them."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import msgspec
from sqlalchemy import Connection

from courseporter.api.actor import Actor
from courseporter.api.inline import PATIENCE_SECONDS
from courseporter.api.values import ErrorView, Interrupted, JobRow, LogLine, Sums
from courseporter.errors import PorterError
from courseporter.jobs import overview, presence, queue
from courseporter.jobs.job import Job, Level, State
from courseporter.store.pace import StoredPace
from courseporter.workspace.drafts import UPDATE_OF


def jobs(
    actor: Actor, states: tuple[str, ...] = (), limit: int = 200, offset: int = 0
) -> tuple[JobRow, ...]:
    """Jobs of the organisation, newest first; `states` limits them."""
    with actor.store.read() as connection:
        found = queue.listing(
            connection, cast(tuple[State, ...], states), limit, offset, org_id=actor.organisation
        )
    return tuple(_row(one) for one in found)


def job(actor: Actor, job_id: str) -> JobRow:
    """One job, by its id or the beginning of it.  Raises SettingsError `unknown_item`."""
    with actor.store.read() as connection:
        return _row(_found(connection, actor, job_id))


def job_counts(actor: Actor) -> dict[str, int]:
    """Number of jobs by state."""
    with actor.store.read() as connection:
        return overview.counts(connection, actor.organisation)


def job_log(
    actor: Actor, job_id: str, after: int = 0, level: str | None = None, limit: int = 500
) -> tuple[LogLine, ...]:
    """Lines of a job's log behind line `after`."""
    with actor.store.read() as connection:
        lines = queue.logs(connection, job_id, after, cast(Level, level or "info"), limit)
    return tuple(
        LogLine(id=line.id, at=line.at, level=line.level, code=line.code, message=str(line.message))
        for line in lines
    )


def cancel(actor: Actor, job_id: str) -> None:
    """Ask a job to stop; a waiting one stops at once.  What it has read is kept."""
    with actor.store.write() as connection:
        queue.cancel(connection, _found(connection, actor, job_id).id)


def pause(actor: Actor, job_id: str) -> None:
    """Let a job rest until `resume`; a running one within a second.  Its worker takes others."""
    with actor.store.write() as connection:
        queue.pause(connection, _found(connection, actor, job_id).id)


def retry(actor: Actor, job_id: str) -> None:
    """Let a worker continue a failed or stopped job where it stopped, also a command's own."""
    with actor.store.write() as connection:
        queue.retry(
            connection,
            _found(connection, actor, job_id).id,
            to="default",
        )


def resume_all(actor: Actor) -> int:
    """Let every interrupted, stopped or failed job continue; returns how many."""
    presence.rescue_lost(actor.store)
    with actor.store.write() as connection:
        woken = overview.resume_interrupted(connection, actor.organisation)
        return woken + overview.resume_all(connection, actor.organisation)


def clear_finished(actor: Actor) -> int:
    """Take finished jobs off the list; running and waiting ones stay.  Returns how many went."""
    with actor.store.write() as connection:
        return overview.clear_finished(connection, actor.organisation)


def interrupted(actor: Actor) -> Interrupted:
    """Return how many jobs lost their worker to a crash and have not been resumed yet."""
    presence.rescue_lost(actor.store)
    with actor.store.read() as connection:
        jobs, stranded = overview.interrupted(connection, actor.organisation)
    return Interrupted(jobs=jobs, stranded=stranded)


def resume(actor: Actor, job_id: str) -> None:
    """Let a waiting or paused job continue now.

    A command's own is left to the command while that waits for it, else given to the workers.
    """
    with actor.store.read() as connection:
        job = _found(connection, actor, job_id)
    if job.connection_id is not None:  # a quota may be there again before the site said so
        lanes = f"{job.provider}:{job.connection_id}"
        StoredPace(actor.store).end_long_pauses(lanes, PATIENCE_SECONDS)
    left = bool(actor.store.absent([job.id]))
    with actor.store.write() as connection:
        queue.resume(connection, job.id, to="default" if left else None)


def resume_interrupted(actor: Actor) -> int:
    """Resume interrupted jobs, also those of a command that was killed; returns how many."""
    with actor.store.write() as connection:
        return overview.resume_interrupted(connection, actor.organisation)


def change_token(actor: Actor) -> int:
    """A number that changes whenever anybody wrote to the store; cheap: ask ten times a second."""
    return actor.store.change_token()


def _found(connection: Connection, actor: Actor, job_id: str) -> Job:
    """The actor's job of this id, or whose id begins so.  Raises SettingsError `unknown_item`."""
    return overview.beginning_with(connection, job_id, actor.organisation)


def _row(one: Job) -> JobRow:
    args, summary = one.input, one.summary or {}
    sums = summary.get("ledger")
    out_bytes = summary.get("bytes")
    return JobRow(
        id=one.id,
        kind=one.kind,
        title=_title(one),
        state=one.status,
        stage=one.stage,
        rev=one.rev,
        done=one.progress_done,
        total=one.progress_total,
        unit=one.progress_unit,
        percent=one.progress_percent,
        waiting_for=one.waiting_for,
        run_after=one.run_after,
        cancel_requested=one.cancel_requested_at is not None,
        pause_requested=one.pause_requested_at is not None,
        created_at=one.created_at,
        started_at=one.started_at,
        finished_at=one.finished_at,
        draft_id=_text(args.get(UPDATE_OF)) or one.draft_id,
        courses=_courses(summary),
        source_path=_text(args.get("path")),
        out_path=_text(args.get("out")),
        out_bytes=out_bytes if isinstance(out_bytes, int) else None,
        problems=_problems(summary),
        attempt=one.attempt,
        sums=None if sums is None else msgspec.convert(sums, Sums),
        error=None if one.error is None else ErrorView.of(PorterError.from_stored(one.error)),
    )


def _title(one: Job) -> str:
    return one.source_course_title or Path(str(one.input.get("path", one.id))).name


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _courses(summary: dict[str, object]) -> int:
    drafts = summary.get("drafts")
    return len(cast(list[object], drafts)) if isinstance(drafts, list) and drafts else 1


def _problems(summary: dict[str, object]) -> int:
    found = summary.get("problems")
    if not isinstance(found, dict):
        return 0
    return sum(msgspec.convert(found, dict[str, int]).values())
