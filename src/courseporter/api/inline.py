"""Runs one job in this process to its end, for a command."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar, cast

from courseporter.api.actor import Actor
from courseporter.api.workers import run_one
from courseporter.errors import Canceled, ConflictError, PorterError, StoreAway, _
from courseporter.jobs import presence, queue
from courseporter.jobs.job import Job
from courseporter.store import responses
from courseporter.store.schema import ACTIVE

QUEUE = "inline"  # jobs of commands: never claimed by a worker that looks for any job
# How long a command waits in all for a site that asks to slow down, from its last answer on
PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.2
AWAY_SECONDS, PAUSE_SECONDS = 60.0, 0.5  # how long a command waits for a store that is away
T = TypeVar("T")

Watch = Callable[[str], None]  # told the id of each job as it begins


def run_to_end(actor: Actor, job: Job, watch: Watch = lambda _job: None) -> Job:
    """The job when it has ended well; one that failed or was stopped before starts again.

    Raises what stopped the job, Canceled, ConflictError when another process has it.
    """
    presence.rescue_lost(actor.store)
    if job.status in ("failed", "canceled"):
        with actor.store.write() as connection:
            queue.retry(connection, job.id, to=QUEUE)
    watch(job.id)
    leave = actor.store.stay(job.id)  # so that the window leaves it to us
    try:
        return _ended(_until_rest(actor, job))
    finally:
        leave()


def _until_rest(actor: Actor, job: Job) -> Job:
    patience, answers = PATIENCE_SECONDS, 0
    while True:
        done = run_one(actor, job.id) or seen(actor, job.id)
        if done.status == "running":
            raise _elsewhere(done)
        if done.status not in ACTIVE:
            return done
        seconds = max(0.0, done.run_after / 1000 - time.time())
        if done.waiting_for in ("disk", "keychain"):
            raise error_of(done)
        if done.waiting_for == "rate_limit":
            with actor.store.read() as connection:
                kept = responses.count(connection, job.id)
            patience = (PATIENCE_SECONDS if kept > answers else patience) - seconds
            answers = max(kept, answers)
            if patience <= 0:
                raise error_of(done)
        _wait(actor, job.id, seconds)


def _wait(actor: Actor, job_id: str, seconds: float) -> None:
    """Until the job is due, or somebody stopped it."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(LOOK_SECONDS, left))
        if seen(actor, job_id).status not in ACTIVE:
            return


def seen(actor: Actor, job_id: str) -> Job:
    """The job as it is now."""
    with actor.store.read() as connection:
        return queue.get(connection, job_id)


def _ended(done: Job) -> Job:
    if done.status == "canceled":
        raise Canceled
    if done.status == "failed":
        raise error_of(done)
    return done


def error_of(done: Job) -> PorterError:
    """What stopped the job, as an exception."""
    error = PorterError.from_stored(done.error or {})
    metadata = (done.error or {}).get("metadata")
    if isinstance(metadata, dict):
        error.metadata |= cast("dict[str, object]", metadata)
    return error


def through_cuts(attempt: Callable[[], T]) -> T:
    """Call again when the shared store was away for a moment: what was done is not done again."""
    until = None
    while True:
        began = time.monotonic()
        try:
            return attempt()
        except StoreAway:
            if until is None or time.monotonic() - began > AWAY_SECONDS:
                until = time.monotonic() + AWAY_SECONDS
            if time.monotonic() > until:
                raise
            time.sleep(PAUSE_SECONDS)


def run_inline(actor: Actor, job: Job, watch: Watch = lambda _job: None) -> Job:
    """Run the job to its end here; continues where an earlier run stopped.

    Whoever continues with it while it rests is waited for.  Raises ConflictError when another
    process has it from the start, or takes it away.
    """
    if job.status in ("failed", "canceled"):
        with actor.store.write() as connection:
            queue.retry(connection, job.id, to=QUEUE)
    watch(job.id)
    done = _run_once(actor, job.id) or seen(actor, job.id)
    if done.status == "running":
        raise _elsewhere(done)
    if done.status in ACTIVE:
        done = _waited(actor, done)
    return _ended(done)


def _waited(actor: Actor, job: Job) -> Job:
    """The job at its end.  While we wait we are seen, so that the window leaves it to us."""
    leave = actor.store.stay(job.id)
    try:
        while job.status in ACTIVE:
            if job.waiting_for == "disk":  # nobody makes room for a command that says nothing
                raise PorterError.from_stored(job.error or {})
            time.sleep(max(PAUSE_SECONDS, min(5.0, job.run_after / 1000 - time.time())))
            job = seen(actor, job.id)
            if job.waiting_for != "user":  # else the window lets it continue, or stops it
                job = _run_once(actor, job.id) or seen(actor, job.id)
        return job
    finally:
        leave()


def _run_once(actor: Actor, job_id: str) -> Job | None:
    """Run the job to a rest, unless somebody has it.  Raises ConflictError."""
    done = run_one(actor, job_id)
    if done is not None and done.status == "running":  # taken away from us in the middle
        raise _elsewhere(done)
    return done


def _elsewhere(job: Job) -> ConflictError:
    return ConflictError(
        _("Another process is already working on this."),
        _("Wait for it to finish; “courseporter jobs list” shows it."),
        f"job {job.id}",
    )
