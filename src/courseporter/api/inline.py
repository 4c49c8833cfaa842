"""Runs one job in this process to its end, for a command, with a limit to its patience."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import cast

from courseporter.api.actor import Actor
from courseporter.api.workers import run_one
from courseporter.errors import Canceled, ConflictError, PorterError, _
from courseporter.jobs import presence, queue
from courseporter.jobs.job import Job
from courseporter.store import responses
from courseporter.store.schema import ACTIVE

QUEUE = "inline"  # jobs of commands: never claimed by a worker that looks for any job
# How long a command waits in all for a site that asks to slow down, from its last answer on
PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.2

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
            raise ConflictError(
                _("Another process is working on this right now."),
                _("Wait until it has finished; “courseporter jobs list” shows it."),
                f"job {done.id}",
            )
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
