"""Publishing a draft or a package to an Open edX site, and taking it back."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

import msgspec
from sqlalchemy import select

from courseporter import __version__
from courseporter.api import inline
from courseporter.api.actor import Actor
from courseporter.api.inline import QUEUE, Watch, run_to_end
from courseporter.api.rights import guarded
from courseporter.api.values import View
from courseporter.connections.using import open_connection
from courseporter.errors import InputError, SettingsError, _
from courseporter.flows.material import limits_of
from courseporter.flows.site import state as states
from courseporter.flows.site.connect import KIND, session_of, site_of
from courseporter.formats.archive import fingerprint
from courseporter.jobs import overview, queue
from courseporter.jobs.job import Job, NewJob
from courseporter.settings import full_path
from courseporter.store.schema import job as job_table
from courseporter.targets import registry as targets
from courseporter.targets.openedx import runs
from courseporter.targets.openedx.keys import CourseKey, new_key, parse_key
from courseporter.targets.openedx.session import Site
from courseporter.targets.openedx.status import CourseStatus, read_status
from courseporter.workspace import drafts

PublishState = Literal["pending", "uploading", "processing", "succeeded", "failed", "canceled"]


class PublishOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to publish.  `overwrite`: None writes again only what we created, True also other
    courses, False nothing that exists.  `gate`: pages pass the site's check of OLX.
    """

    org: str | None = None
    number: str | None = None
    run: str | None = None
    overwrite: bool | None = None
    dry_run: bool = False
    enroll: bool = False
    gate: bool = False


class Difference(View, frozen=True):
    """One thing that isn't on the site as it was published."""

    where: str
    what: str


class ReadBack(View, frozen=True):
    """How the course on the site compares with what was published."""

    equal: bool
    compared: int
    differences: tuple[Difference, ...] = ()


class Enrolled(View, frozen=True):
    """Enrolments: numbers by outcome, and each person's."""

    counts: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    rows: tuple[dict[str, str], ...] = ()


class PublishResult(View, frozen=True):
    """What a publish or undo job did (seed 001, section 11: PublishResult)."""

    success: bool
    state: PublishState
    course_key: str
    course_url: str | None = None
    studio_url: str | None = None
    task_id: str | None = None
    duration_ms: int | None = None
    created: bool = False
    read_back: ReadBack | None = None
    undo: str = "no"
    plan: tuple[str, ...] = ()
    unkept: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    learners: int | None = None
    skipped: tuple[str, ...] = ()
    enrolled: Enrolled | None = None
    job: str = ""


class Arrival(View, frozen=True):
    """What is at the destination now, before anything is written."""

    key: str
    exists: bool
    ours: bool
    learners: int | None
    title: str
    studio_url: str


def publish_course(
    actor: Actor,
    what: str | Path,
    connection: str,
    options: PublishOptions,
    watch: Watch = lambda _job: None,
) -> PublishResult:
    """Publish in this process.  The same call after a crash continues with the same job.

    `what` is the id of a draft, or an OLX package.  Raises PorterError, Canceled.
    """
    job = _enqueue(actor, what, connection, options, at_once=True)
    return result_of_job(run_to_end(actor, job, watch))


def start_publish(actor: Actor, draft_id: str, connection: str, options: PublishOptions) -> str:
    """Start publishing a draft; returns the job's id."""
    return _enqueue(actor, draft_id, connection, options, at_once=False).id


def key_for(actor: Actor, what: str | Path, connection: str, options: PublishOptions) -> str:
    """The course key under which it would be published.  Raises SettingsError."""
    opened = open_connection(actor.store, actor.organisation, connection, kind=KIND)
    return str(_key(actor, what, site_of(opened), options))


def look_before(
    actor: Actor, what: str | Path, connection: str, options: PublishOptions
) -> Arrival:
    """Look at the destination.  Raises PorterError."""
    opened = open_connection(actor.store, actor.organisation, connection, kind=KIND)
    key = _key(actor, what, site_of(opened), options)
    with session_of(opened) as session:
        found = runs.look_up(session, key)
        learners = runs.count_learners(session, key) if found else None
        page = session.site.studio_page(key)
    with actor.store.read() as reading:
        ours = states.created_by_us(reading, actor.organisation, opened.id, str(key))
    return Arrival(
        key=str(key),
        exists=found is not None,
        ours=ours,
        learners=learners,
        title=found.title if found else "",
        studio_url=page,
    )


def course_status(actor: Actor, connection: str, course_key: str) -> CourseStatus:
    """What the site has under this key (seed 001, section 11: CourseStatus)."""
    opened = open_connection(actor.store, actor.organisation, connection, kind=KIND)
    with session_of(opened) as session:
        return read_status(session, parse_key(course_key))


def begun(actor: Actor, what: str | Path, connection: str, options: PublishOptions) -> bool:
    """Whether an earlier call of the very same began and hasn't said its result."""
    opened = open_connection(actor.store, actor.organisation, connection, kind=KIND)
    key = _key(actor, what, site_of(opened), options)
    stamp = _subject(actor, what)[2]
    request = _request(stamp, active_key(opened.id, str(key)), options)
    query = select(job_table.c.id).where(
        job_table.c.org_id == actor.organisation, job_table.c.idempotency_key == request
    )
    with actor.store.read() as reading:
        return reading.execute(query.limit(1)).first() is not None


def _enqueue(
    actor: Actor,
    what: str | Path,
    connection: str,
    options: PublishOptions,
    *,
    at_once: bool,
) -> Job:
    opened = open_connection(actor.store, actor.organisation, connection, kind=KIND)
    site = site_of(opened)
    key = str(_key(actor, what, site, options))
    given: dict[str, object] = {
        name: getattr(options, name) for name in ("overwrite", "dry_run", "enroll", "gate")
    }
    subject, title, stamp = _subject(actor, what)
    active = active_key(opened.id, key)
    request = _request(stamp, active, options)
    new = NewJob(
        kind="publish_course",
        queue=QUEUE if at_once else "default",
        org_id=actor.organisation,
        created_by=actor.user,
        provider=KIND,
        max_attempts=site.max_retries,
        connection_id=opened.id,
        draft_id=str(subject["draft"]) if "draft" in subject else None,
        source_course_title=title,
        target_course_id=key,
        input={"connection": opened.id, "key": key, **subject, **given},
        idempotency_key=request if at_once else None,
        active_key=active,
    )
    with actor.store.write() as writing:
        if at_once:
            for left in overview.left_behind(writing, active, QUEUE, request):
                queue.cancel(writing, left)
        return queue.enqueue(writing, new)


def _request(stamp: str, active: str, options: PublishOptions) -> str:
    """The idempotency key: the same call again is the same job."""
    encoded = msgspec.json.encode(options).decode()
    return hash_of(__version__, "publish_course", stamp, active, encoded)


def _subject(actor: Actor, what: str | Path) -> tuple[dict[str, object], str, str]:
    """What is published: for the job's input, its title, and a mark that changes with it."""
    if isinstance(what, Path):
        path = full_path(what)
        if not path.is_file():
            raise InputError(
                _("“{name}” doesn't exist.", name=path.name),
                _("Check the path."),
                str(path),
                code="not_found",
            )
        mark = fingerprint(path, limits_of(actor.store))
        return {"olx": str(path), "sha256": mark}, path.name, mark
    draft = drafts.get(actor.store, what, actor.organisation)
    mark = hash_of(draft.id, str(draft.content_rev))
    return {"draft": draft.id}, draft.title, mark


def _key(actor: Actor, what: str | Path, site: Site, options: PublishOptions) -> CourseKey:
    """Organization and run from the options, the draft, or the connection; the number from the
    options, the draft or package, or its title.
    """
    if isinstance(what, Path):
        path = full_path(what)
        course = targets.reading(path).read_back(path, limits_of(actor.store)).course
        org, run = None, None
    else:
        course = drafts.get(actor.store, what, actor.organisation).course
        org, run = course.org, course.run
    number = targets.named(None).identity(course)["number"]
    return new_key(
        options.org or org or site.default_org,
        options.number or number,
        options.run or run or site.default_run,
    )


def active_key(connection_id: str, key: str) -> str:
    """One import per course at a time."""
    return f"{KIND}:{connection_id}:{key}"


def hash_of(*parts: str) -> str:
    """A key that the same request has again."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def publish_state(job: Job) -> PublishState:
    """The state of seed 001, section 6, derived from status and stage."""
    if job.status == "completed":
        return "succeeded"
    if job.status in ("failed", "canceled"):
        return job.status
    if job.stage in ("processing", "read_back", "done"):
        return "processing"
    return "uploading" if job.stage == "upload" else "pending"


def result_of_job(job: Job) -> PublishResult:
    """What the job did so far."""
    summary = dict(job.summary or {})
    known = {name for name in PublishResult.__struct_fields__ if name in summary}
    values = {name: summary[name] for name in known}
    fixed: dict[str, object] = {
        "success": bool(summary.get("success")) and job.status == "completed",
        "state": publish_state(job),
        "course_key": job.target_course_id or str(job.input.get("key", "")),
        "task_id": job.remote_task_id or None,
        "duration_ms": job.duration_ms,
        "job": job.id,
    }
    return msgspec.convert({**values, **fixed}, PublishResult)


def published_by(actor: Actor, some_id: str) -> str | None:
    """The id of the publish job that this, or how it begins, means; None for anything else."""
    try:
        with actor.store.read() as connection:
            found = overview.beginning_with(connection, some_id, actor.organisation)
    except SettingsError:
        return None
    return found.id if found.kind in ("publish_course", "undo_publish") else None


def gate_lines(actor: Actor, job_id: str) -> tuple[str, ...]:
    """What the site's check of OLX found, line by line, when that stopped the job."""
    metadata = inline.error_of(job_of(actor, job_id)).metadata
    return tuple(msgspec.convert(metadata.get("errors") or [], list[str]))


def publish_result(actor: Actor, job_id: str) -> PublishResult:
    """What a publish or undo job did so far."""
    return result_of_job(job_of(actor, job_id))


def job_of(actor: Actor, job_id: str) -> Job:
    """The actor's job of this id, or whose id begins so.  Raises SettingsError."""
    with actor.store.read() as connection:
        return overview.beginning_with(connection, job_id, actor.organisation)


def acknowledge_publish(actor: Actor, result: PublishResult) -> None:
    """The result has reached the user: the same command from now on is a new request."""
    with actor.store.write() as connection:
        found = overview.beginning_with(connection, result.job, actor.organisation)
        overview.release_key(connection, found.id)


DOOR = (
    publish_course, start_publish, key_for, look_before, course_status, begun, published_by,
    publish_result, acknowledge_publish,
)  # fmt: skip
for _call in DOOR:
    globals()[_call.__name__] = guarded(_call.__name__, _call)
