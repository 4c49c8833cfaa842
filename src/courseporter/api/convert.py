"""The whole main job in one call: inspect a file, convert it, check a package."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import msgspec

from courseporter.api.actor import Actor, Caller
from courseporter.api.conversion_result import dump_draft, result_of, with_output
from courseporter.api.imports import active_key, enqueue_prepare, enqueue_publish
from courseporter.api.inline import QUEUE, Watch, run_inline, through_cuts
from courseporter.api.preflight import (
    key_of_request,
    refuse_inside,
    release,
    require_destination,
    untouched,
)
from courseporter.api.results import Result
from courseporter.api.row_material import row_result
from courseporter.flows.material import limits_of, measured
from courseporter.formats.archive import fingerprint
from courseporter.jobs import overview, presence, queue
from courseporter.jobs.job import Job
from courseporter.settings import full_path
from courseporter.store import temporary_store
from courseporter.targets import Destination, Order, Policy, Target, registry
from courseporter.workspace import drafts, ledger


def inspect(caller: Caller, path: Path, source: str | None = None) -> Result:
    """Detect, read and check; nothing is kept.  Raises PorterError."""
    store = temporary_store(caller.home)
    if source is None and (rows := row_result(caller, store, path)) is not None:
        return rows
    actor = Actor(store, caller.user, caller.organisation, caller.role)
    job = enqueue_prepare(
        actor, path, source=source, args={"keep": False}, queue_name=QUEUE, sha256="-"
    )
    run_inline(actor, job)
    return result_of(actor, drafts.of_job(store, job.id)[0].id)


def convert(  # noqa: PLR0913 - the options of the command
    actor: Actor,
    path: Path,
    out: Path,
    *,
    source: str | None = None,
    choices: Mapping[str, str] | None = None,
    force: bool = False,
    course: Mapping[str, str | bool] | None = None,
    watch: Watch = lambda _job: None,
    dump: Path | None = None,
) -> Result:
    """Prepare and publish in this process; `choices`: value by name, as the source offers them.

    The same call after a crash continues with the same jobs.  Raises PorterError, Canceled.
    """
    began = time.monotonic()
    path, out = full_path(path), full_path(out)
    target = registry.writing(out)
    policy = Policy.OVERWRITE if force else Policy.SKIP
    order = Order(to=Destination(path=str(out)), policy=policy, settings=dict(course or {}))

    def attempt() -> Result:
        presence.rescue_lost(actor.store)  # an earlier call of this command may have been killed
        require_destination(actor, target, order.to, policy)
        refuse_inside(path, out)
        if dump is not None:
            refuse_inside(path, dump)
        sha256 = fingerprint(path, limits_of(actor.store)) if path.exists() else ""
        read = prepared(actor, path, sha256, source, dict(choices or {}), watch)
        draft_id = drafts.of_job(actor.store, read.id)[0].id
        if dump is not None:
            dump_draft(actor, draft_id, dump)
        written = published(actor, draft_id, target, order, watch)
        return with_output(result_of(actor, draft_id), written, out)

    result = through_cuts(attempt)
    result.seconds = time.monotonic() - began
    return result


def check(caller: Caller, package: Path, *, gate: bool = False) -> Result:
    """Read an OLX package back from its blocks and check it; `gate`: also list what a site with OLX
    validation would refuse.  Raises PorterError.
    """
    store = temporary_store(caller.home)
    try:
        target = registry.reading(package)
        found = target.read_back(package, limits_of(store), strict=gate)
    finally:
        store.close()
    entries = tuple(found.entries())
    return Result(
        source=target.name,
        version=None,
        title=found.course.title,
        language=found.course.language,
        description=found.course.description,
        outline=found.rows(),
        entries=entries,
        problems=tuple(found.problems()),
        assets=found.assets,
        sums=ledger.tally(entries),
    )


def prepared(
    actor: Actor, path: Path, sha256: str, source: str | None, choices: dict[str, str], watch: Watch
) -> Job:
    """The finished prepare job for this file: a new one, or one that an earlier call began."""
    chosen = msgspec.json.encode(choices, order="sorted").decode()
    key = key_of_request("prepare", sha256, source or "", str(path), chosen)
    args: dict[str, object] = {"choices": choices}
    while True:
        job = enqueue_prepare(
            actor, path, source=source, args=args, key=key, sha256=sha256, queue_name=QUEUE
        )
        if job.status == "completed" and not untouched(actor, job):
            release(actor, job.id)
            continue
        return job if job.status == "completed" else run_inline(actor, job, watch)


def published(
    actor: Actor, draft_id: str, target: Target, order: Order, watch: Watch, mark: str = ""
) -> Job:
    """The finished job that wrote the draft: a new one, or one that an earlier call began.

    `mark`: the state of a draft that people edit; for another state it is another request.
    """
    options = msgspec.json.encode(order.settings, order="sorted").decode()
    key = key_of_request("publish", draft_id, order.to.where, options, *filter(None, (mark,)))
    while True:
        _take_place(actor, active_key(target, order.to), key)
        job = _enqueued(actor, draft_id, target, order, key)
        if job.status != "completed":
            return run_inline(actor, job, watch)
        if order.policy is not Policy.OVERWRITE and _is_written(job, order.to.file):
            return job  # it was written, but the process ended before it could say so
        release(actor, job.id)


def _enqueued(actor: Actor, draft_id: str, target: Target, order: Order, key: str) -> Job:
    """The job of this request: a new one, or the one that an earlier call began."""
    return enqueue_publish(actor, draft_id, order, target=target.name, key=key, queue_name=QUEUE)


def _is_written(job: Job, out: Path) -> bool:
    """Whether the file is the one that the job wrote."""
    if not out.is_file():
        return False
    with out.open("rb") as stream:
        return measured(stream).sha256 == (job.summary or {}).get("sha256")


def _take_place(actor: Actor, active: str, key: str) -> None:
    """End what another command left unfinished at this place: nobody else will resume it."""
    with actor.store.write() as connection:
        for job_id in overview.left_behind(connection, active, QUEUE, key):
            queue.cancel(connection, job_id)
