"""A job as a value: what the table says, and what it takes to make one."""

from __future__ import annotations

from typing import Literal

import msgspec
from sqlalchemy import Row

from courseporter.errors import Phrase
from courseporter.store.schema import job, job_log

State = Literal["pending", "running", "completed", "failed", "canceled"]
Json = dict[str, object]
Level = Literal["debug", "info", "warning", "error"]

FINISHED: frozenset[State] = frozenset({"completed", "failed", "canceled"})
DONE = "done"  # the stage of a finished job


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the job table.  Times are epoch milliseconds of the database's clock.

    `waiting_for` tells why a pending job does not run: retry, rate_limit, remote, keychain, disk,
    user (paused).  `attempt` counts starts, `crashes` workers that died since the last progress.
    """

    id: str
    org_id: str
    kind: str
    status: State
    created_by: str | None
    provider: str | None
    queue: str
    priority: int
    stage: str
    attempt: int
    max_attempts: int
    crashes: int
    run_after: int
    waiting_for: str | None
    leased_by: str | None
    lease_expires_at: int | None
    heartbeat_at: int | None
    fence: int
    cancel_requested_at: int | None
    pause_requested_at: int | None
    idempotency_key: str | None
    input_hash: str | None
    active_key: str | None
    progress_percent: int
    progress_done: int | None
    progress_total: int | None
    progress_unit: str
    input: Json
    checkpoint: Json | None
    checkpoint_version: int | None
    summary: Json | None
    warnings: list[object] | None
    error: Json | None
    metadata: Json | None
    source_course_id: str | None
    source_course_title: str | None
    target_course_id: str | None
    remote_task_id: str | None
    connection_id: str | None
    draft_id: str | None
    course_url: str | None
    studio_url: str | None
    parent_job_id: str | None
    created_at: int
    updated_at: int
    started_at: int | None
    finished_at: int | None
    duration_ms: int | None
    app_version: str
    rev: int

    @property
    def finished(self) -> bool:
        """Whether nothing will happen to the job by itself any more."""
        return self.status in FINISHED


class NewJob(msgspec.Struct, frozen=True, kw_only=True):
    """What enqueueing takes.  `queue` other than "default" is left to whoever claims it by id.

    `idempotency_key` with `input_hash`: the same request again gives the same job.
    `active_key`: while a job with this key is pending or running, no second one is let in.
    `delay` in milliseconds.
    """

    kind: str
    input: Json
    org_id: str = "personal"
    created_by: str | None = None
    provider: str | None = None
    queue: str = "default"
    priority: int = 100
    max_attempts: int = 5
    delay: int = 0
    idempotency_key: str | None = None
    input_hash: str | None = None
    active_key: str | None = None
    metadata: Json | None = None
    source_course_id: str | None = None
    source_course_title: str | None = None
    target_course_id: str | None = None
    connection_id: str | None = None
    draft_id: str | None = None
    parent_job_id: str | None = None


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a job's log; `id` grows, so `after=id` asks for the news."""

    id: int
    job_id: str
    at: int
    level: Level
    code: str
    message: Phrase
    meta: Json | None


class Lease(msgspec.Struct, frozen=True):
    """The right to write for a job: it ends when somebody else claims the job."""

    job_id: str
    worker_id: str
    fence: int


_JOB_COLUMNS = [str(column.name) for column in job.c]
_LOG_COLUMNS = [str(column.name) for column in job_log.c]


def job_from(row: Row[tuple[object, ...]]) -> Job:
    """The row of all columns as a value."""
    return msgspec.convert(dict(zip(_JOB_COLUMNS, row, strict=True)), Job)


def log_line_from(row: Row[tuple[object, ...]]) -> LogLine:
    """The row of all columns as a value."""
    return msgspec.convert(dict(zip(_LOG_COLUMNS, row, strict=True)), LogLine)
