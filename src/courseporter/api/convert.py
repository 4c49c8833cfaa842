"""The whole main job in one call: inspect a file, convert it, check a package."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec
from sqlalchemy import func, select

from courseporter import __version__
from courseporter.api.actor import Actor, Caller
from courseporter.api.edits import validate_course
from courseporter.api.imports import active_key, enqueue_prepare, enqueue_publish
from courseporter.api.results import Output, Result
from courseporter.api.workers import run_one
from courseporter.disk.staging import staged
from courseporter.errors import (
    Canceled,
    ConflictError,
    PorterError,
    SettingsError,
    StoreAway,
    _,
    refused_output,
)
from courseporter.flows.checks import target_of
from courseporter.flows.material import limits_of, measured
from courseporter.formats.archive import fingerprint
from courseporter.jobs import overview, presence, queue
from courseporter.jobs.job import Job
from courseporter.settings import full_path
from courseporter.store import temporary_store
from courseporter.store.schema import ACTIVE, draft_asset
from courseporter.targets import Destination, Order, Policy, Target, registry
from courseporter.workspace import drafts, ledger, problems
from courseporter.workspace.stored import StoredDraft

INLINE = "inline"  # jobs of the command line: never claimed by a worker that looks for any job
AWAY_SECONDS, PAUSE_SECONDS = 60.0, 0.5  # how long a command waits for a store that is away
T = TypeVar("T")
Watch = Callable[[str], None]  # told the id of each job as it begins


def inspect(caller: Caller, path: Path, source: str | None = None) -> Result:
    """Detect, read and check; nothing is kept.  Raises PorterError."""
    store = temporary_store(caller.home)
    actor = Actor(store, caller.user, caller.organisation, caller.role)
    job = enqueue_prepare(
        actor, path, source=source, args={"keep": False}, queue_name=INLINE, sha256="-"
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
        _refuse_inside(path, out)
        if dump is not None:
            _refuse_inside(path, dump)
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


def with_output(result: Result, written: Job, out: Path) -> Result:
    """The result together with the package that a finished job wrote."""
    summary = written.summary or {}
    result.output = Output(
        path=str(out), bytes=int(str(summary["bytes"])), sha256=str(summary["sha256"])
    )
    result.job = written.id
    return result


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


def course_settings(given: Mapping[str, str | bool]) -> Mapping[str, str | bool]:
    """Settings as a command gave them.  Raises SettingsError that names the invalid one."""
    wrong = validate_course(given)
    if wrong:
        options = {one.name: one.option for one in registry.named(None).settings}
        field = wrong[0].field
        raise SettingsError(
            wrong[0].message, _("Enter another value."), options.get(field) or field, code="usage"
        )
    return given


def dump_draft(actor: Actor, draft_id: str, folder: Path) -> None:
    """Write the draft as JSON lines: course.json, nodes.jsonl, ledger.jsonl, problems.jsonl."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused_output(error, folder) from error
    draft = StoredDraft(actor.store, draft_id)
    with actor.store.read() as connection:
        listed = [one for _, one in problems.listing(connection, draft_id)]
    for name, values in (
        ("course.json", iter((draft.course,))),
        ("nodes.jsonl", draft.nodes()),
        ("ledger.jsonl", ledger.entries(actor.store, draft_id)),
        ("problems.jsonl", iter(listed)),
    ):
        with staged(folder / name) as stream:
            stream.writelines(msgspec.json.encode(value) + b"\n" for value in values)


def acknowledge(actor: Actor, result: Result) -> None:
    """The result has reached the user: the same command from now on is a new request."""
    if result.job is not None:
        with actor.store.write() as connection:
            found = overview.beginning_with(connection, result.job, actor.organisation)
            overview.release_key(connection, found.id)


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


def result_of(actor: Actor, draft_id: str) -> Result:
    """A draft as the result of inspect or convert."""
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    with actor.store.read() as connection:
        listed = tuple(one for _, one in problems.listing(connection, draft.id))
        sums = ledger.sums(connection, draft.id)
        assets = connection.execute(
            select(func.count()).where(draft_asset.c.draft_id == draft.id)
        ).scalar_one()
    return Result(
        source=draft.source,
        version=draft.source_version,
        title=draft.course.title,
        language=draft.course.language,
        description=draft.course.description,
        outline=target_of(draft).outline(StoredDraft(actor.store, draft.id)),
        entries=ledger.entries(actor.store, draft.id),
        pages=ledger.pages(actor.store, draft.id),
        problems=listed,
        assets=int(assets),
        sums=sums,
    )


def require_destination(actor: Actor, target: Target, to: Destination, policy: Policy) -> None:
    """The destination can be written, or an earlier call already has and ended before it could say
    so.
    """
    with actor.store.read() as connection:
        begun = overview.has_open_request(connection, active_key(target, to))
    target.require(to, Policy.OVERWRITE if begun else policy)


def _refuse_inside(path: Path, written: Path) -> None:
    """Nothing is written into the folder that is read: the same command would not find the same."""
    if path.is_dir() and written.resolve().is_relative_to(path.resolve()):
        raise PorterError(
            _("“{name}” would be inside the folder that is read.", name=written.name),
            _("Choose a path outside that folder."),
            str(written),
            code="usage",
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
            actor, path, source=source, args=args, key=key, sha256=sha256, queue_name=INLINE
        )
        if job.status == "completed" and not untouched(actor, job):
            release(actor, job.id)
            continue
        return job if job.status == "completed" else run_inline(actor, job, watch)


def untouched(actor: Actor, job: Job) -> bool:
    """Whether the job's draft is still as the job made it: nobody edited or deleted it."""
    made = drafts.of_job(actor.store, job.id)
    with actor.store.read() as connection:
        return bool(made) and not drafts.edited(connection, made[0].id)


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
    return enqueue_publish(actor, draft_id, order, target=target.name, key=key, queue_name=INLINE)


def _is_written(job: Job, out: Path) -> bool:
    """Whether the file is the one that the job wrote."""
    if not out.is_file():
        return False
    with out.open("rb") as stream:
        return measured(stream).sha256 == (job.summary or {}).get("sha256")


def _take_place(actor: Actor, active: str, key: str) -> None:
    """End what another command left unfinished at this place: nobody else will resume it."""
    with actor.store.write() as connection:
        for job_id in overview.left_behind(connection, active, INLINE, key):
            queue.cancel(connection, job_id)


def key_of_request(*parts: str) -> str:
    """The idempotency key of a request with these parts, in this version of CoursePorter."""
    return hashlib.sha256("\0".join((__version__, *parts)).encode()).hexdigest()


def release(actor: Actor, job_id: str) -> None:
    """Forget the request behind a job: the same one is a new request from now on."""
    with actor.store.write() as connection:
        overview.release_key(connection, job_id)


def run_inline(actor: Actor, job: Job, watch: Watch = lambda _job: None) -> Job:
    """Run the job to its end here; continues where an earlier run stopped.

    Whoever continues with it while it rests is waited for.  Raises ConflictError when another
    process has it from the start, or takes it away.
    """
    if job.status in ("failed", "canceled"):
        with actor.store.write() as connection:
            queue.retry(connection, job.id, to=INLINE)
    watch(job.id)
    done = _run_once(actor, job.id) or _seen(actor, job.id)
    if done.status == "running":
        raise _elsewhere(done)
    if done.status in ACTIVE:
        done = _waited(actor, done)
    return _finished(done)


def _waited(actor: Actor, job: Job) -> Job:
    """The job at its end.  While we wait we are seen, so that the window leaves it to us."""
    leave = actor.store.stay(job.id)
    try:
        while job.status in ACTIVE:
            if job.waiting_for == "disk":  # nobody makes room for a command that says nothing
                raise PorterError.from_stored(job.error or {})
            time.sleep(max(PAUSE_SECONDS, min(5.0, job.run_after / 1000 - time.time())))
            job = _seen(actor, job.id)
            if job.waiting_for != "user":  # else the window lets it continue, or stops it
                job = _run_once(actor, job.id) or _seen(actor, job.id)
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
        _("Another process is converting this file."),
        _("Wait until it has finished; “courseporter jobs list” shows it."),
        f"job {job.id}",
    )


def _seen(actor: Actor, job_id: str) -> Job:
    with actor.store.read() as connection:
        return queue.get(connection, job_id)


def _finished(done: Job) -> Job:
    if done.status == "canceled":
        raise Canceled
    if done.status == "failed":
        raise PorterError.from_stored(done.error or {})
    return done
