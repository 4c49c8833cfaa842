"""Content libraries: plan an import, run it, look at the history, undo."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec
from sqlalchemy import Connection, and_, select

from courseporter.api.actor import Actor
from courseporter.api.convert import prepared
from courseporter.api.inline import QUEUE, Watch, run_to_end
from courseporter.api.library_undo import start_library_undo, undo_library_import
from courseporter.api.library_views import (
    LibraryDifference,
    LibraryImport,
    LibraryItem,
    LibraryOptions,
    LibraryResult,
    SiteLibrary,
    counts_of,
    planned_view,
    result_of_import,
    shown,
    shown_there,
    status_of,
    target_of,
)
from courseporter.api.preflight import key_of_request
from courseporter.api.rights import guarded
from courseporter.connections.stored import find
from courseporter.disk.staging import refuse_existing
from courseporter.errors import SettingsError, _
from courseporter.flows.import_library.opening import opened, parts_of
from courseporter.flows.import_library.plan import look_at_files, ready, require_place
from courseporter.flows.import_library.remote import libraries_of
from courseporter.flows.import_library.request import Request, State
from courseporter.flows.material import Sketch, limits_of
from courseporter.formats.archive import fingerprint
from courseporter.jobs import overview, queue
from courseporter.jobs.job import Job, NewJob
from courseporter.settings import full_path
from courseporter.store.schema import job as job_table
from courseporter.store.schema import library as library_table
from courseporter.targets.library.classes import CLASSES
from courseporter.targets.library.entities import Unsupported
from courseporter.targets.library.plan import Planner
from courseporter.targets.library.site import parse_library_key
from courseporter.workspace import drafts
from courseporter.workspace.libraries import imports, known
from courseporter.workspace.stored import StoredDraft

Outcome = Literal["done", "planned", "held", "failed"]
SECONDS_PER_CALL = 0.15  # a usual site; measured there, a call takes 0.05 to 0.3 s
ENDED = ("failed", "canceled")


def plan_library(actor: Actor, draft_id: str, options: LibraryOptions) -> LibraryResult:
    """What an import would do; nothing is written anywhere.  Raises PorterError."""
    draft = ready(drafts.get(actor.store, draft_id, actor.organisation))
    request = _request(draft.id, options)
    state = State()
    if request.path is not None:
        look_at_files(request, state)
    source, ctx = StoredDraft(actor.store, draft.id), Sketch(actor.store)
    items: list[LibraryItem] = []
    counts = dict.fromkeys(map(str, CLASSES), 0)
    calls = held = failed = 0
    with opened(actor.store, actor.organisation, request, source, ctx, state) as it:
        planner = Planner(it.library, it.history, request.choices)
        for row in planner.rows(parts_of(it, request, source, ctx)):
            counts[row.entity_class] += 1
            calls += it.library.calls(row.action) if row.action is not None else 0
            held += row.held
            failed += row.entity_class == "failed"
            items.append(planned_view(row))
    return LibraryResult(
        import_id=None, target=request.where, level=request.level, policy=request.policy,
        counts=counts, calls=calls, items=tuple(items), held=held, failed=failed,
        minutes=round(calls * SECONDS_PER_CALL / 60), collection=source.course.title,
    )  # fmt: skip


def library_difference(
    actor: Actor, draft_id: str, options: LibraryOptions, key: str
) -> LibraryDifference:
    """An item of the plan: what the library has, and what the course has.  Raises PorterError."""
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    request, state = _request(draft.id, options), State()
    if request.path is not None:
        look_at_files(request, state)
    source, ctx = StoredDraft(actor.store, draft.id), Sketch(actor.store)
    with opened(actor.store, actor.organisation, request, source, ctx, state) as it:
        there = shown_there(it.library, it.library.entities([key]).get(key))
        parts = parts_of(it, request, source, ctx, look=False)
        found = (one for one in parts if not isinstance(one, Unsupported) and one.key == key)
        return LibraryDifference(there=there, here=shown(next(found, None)))


def draft_for_library(
    actor: Actor, file: Path, source: str | None = None, watch: Watch = lambda _job: None
) -> str:
    """The draft of a file, imported first where it isn't yet.  Raises PorterError, Canceled."""
    path = full_path(file)
    sha256 = fingerprint(path, limits_of(actor.store)) if path.exists() else ""
    job = prepared(actor, path, sha256, source, {}, watch)
    return drafts.of_job(actor.store, job.id)[0].id


def import_into_library(
    actor: Actor, draft_id: str, options: LibraryOptions, watch: Watch = lambda _job: None
) -> LibraryResult:
    """Import in this process.  The same call after a crash continues with the same job.

    Raises PorterError, Canceled.
    """
    job = run_to_end(actor, _enqueue(actor, draft_id, options, at_once=True), watch)
    return library_items(actor, job.id)


def start_library_import(actor: Actor, draft_id: str, options: LibraryOptions) -> str:
    """Start an import; returns the job's id, which is the import's."""
    return _enqueue(actor, draft_id, options, at_once=False).id


def library_import_begun(actor: Actor, draft_id: str, options: LibraryOptions) -> bool:
    """Whether an earlier call of the very same began and hasn't said its result."""
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    key = _key(actor, draft, _request(draft.id, options))
    with actor.store.read() as connection:
        query = select(job_table.c.id).where(
            job_table.c.org_id == actor.organisation, job_table.c.idempotency_key == key
        )
        return connection.execute(query.limit(1)).first() is not None


def _request(draft_id: str, options: LibraryOptions) -> Request:
    """The request of a job.  Raises SettingsError for a destination that is none."""
    connection, found, name = options.to.partition("/lib:")
    if found:
        return _request_to_site(draft_id, options, connection, f"lib:{name}")
    if not options.to.lower().endswith(".zip"):
        raise SettingsError(
            _("“{to}” isn't a destination for a library.", to=options.to),
            _("Name a file that ends in .zip, or CONNECTION/lib:ORG:NAME."),
            "--to",
            code="usage",
        )
    base = str(full_path(Path(options.base))) if options.base else None
    return Request(
        draft=draft_id,
        level=options.level,
        policy=options.policy,
        publish=options.publish,
        only=options.only,
        rows=dict(options.rows),
        confirmed=options.confirmed,
        path=str(full_path(Path(options.to))),
        base=base,
        fresh=options.fresh,
    )


def _request_to_site(draft_id: str, options: LibraryOptions, name: str, key: str) -> Request:
    parse_library_key(key)
    if options.base or options.fresh:
        raise SettingsError(
            _("A site's library can't be combined with a backup."),
            _("Omit --base, or write to a ZIP file."),
            "--base",
            code="usage",
        )
    return Request(
        draft=draft_id,
        level=options.level,
        policy=options.policy,
        publish=options.publish,
        only=options.only,
        rows=dict(options.rows),
        confirmed=options.confirmed,
        connection=name,
        library=key,
    )


def _key(actor: Actor, draft: drafts.DraftRecord, request: Request) -> str:
    said = msgspec.json.encode(request, order="sorted").decode()
    return key_of_request("import_library", drafts.mark(actor.store, draft), said)


def _active(request: Request) -> str:
    """One import per library at a time."""
    return f"library:{request.where}"


def _enqueue(actor: Actor, draft_id: str, options: LibraryOptions, *, at_once: bool) -> Job:
    draft = ready(drafts.get(actor.store, draft_id, actor.organisation))
    request = _request(draft.id, options)
    key = _key(actor, draft, request)
    if not library_import_begun(actor, draft_id, options):
        _refuse(request)
    new = NewJob(
        kind="import_library",
        queue=QUEUE if at_once else "default",
        org_id=actor.organisation,
        created_by=actor.user,
        provider="library",
        draft_id=draft.id,
        source_course_title=draft.title,
        target_course_id=request.where,
        input=msgspec.to_builtins(request),
        idempotency_key=key if at_once else None,
        active_key=_active(request),
    )
    with actor.store.write() as connection:
        if at_once:
            for left in overview.left_behind(connection, _active(request), QUEUE, key):
                queue.cancel(connection, left)
        return queue.enqueue(connection, new)


def _refuse(request: Request) -> None:
    """Raise ConflictError where a file would be replaced by something that doesn't continue it,
    and what `require_place` raises.
    """
    if request.path is None:
        return
    require_place(request)
    other = request.base is not None and Path(request.base) != request.out
    if (request.fresh or other) and request.confirmed is not True:
        refuse_existing(request.out, _("Choose another name, or use --yes to replace it."))


def site_libraries(actor: Actor, connection: str) -> tuple[SiteLibrary, ...]:
    """The libraries of a site that its account may see.  Raises PorterError."""
    return tuple(
        SiteLibrary(key=one.id, title=one.title, can_edit=one.can_edit_library)
        for one in libraries_of(actor.store, actor.organisation, connection)
    )


def library_imports(actor: Actor, library: str | None = None) -> tuple[LibraryImport, ...]:
    """The history, newest first; of one library alone when a path or CONNECTION/lib:… is given."""
    with actor.store.read() as connection:
        ids = None
        if library is not None:
            name, found, key = library.partition("/lib:")
            where = library_table.c.path == str(full_path(Path(library)))
            if found:
                there = find(connection, actor.organisation, name).id
                where = and_(
                    library_table.c.connection_id == there, library_table.c.key == f"lib:{key}"
                )
            ids = imports.libraries_at(connection, actor.organisation, where)
        records = imports.listing(connection, actor.organisation, ids)
        targets = {
            one: target_of(connection, actor.organisation, known.get(connection, one))
            for one in {record.library_id for record in records}
        }
        states = _job_states(connection, [one.id for one in records if one.finished_at is None])
    return tuple(
        LibraryImport(
            import_id=one.id,
            target=targets[one.library_id],
            at=one.started_at,
            actor=one.actor,
            status=status_of(one, states),
            counts=counts_of(one.counts or {}),
            undo_of=one.undo_of,
            title=one.source_title,
            level=one.level,
            policy=one.policy,
        )
        for one in records
    )


def _job_states(connection: Connection, ids: list[str]) -> dict[str, str]:
    query = select(job_table.c.id, job_table.c.status).where(job_table.c.id.in_(ids))
    return {row.id: row.status for row in connection.execute(query)}


def library_import_named(actor: Actor, some_id: str) -> str | None:
    """The id of the import that this, or how it begins, means; None for anything else."""
    try:
        with actor.store.read() as connection:
            return imports.get(connection, some_id, actor.organisation).id
    except SettingsError:
        return None


def library_items(actor: Actor, import_id: str) -> LibraryResult:
    """What an import did, entity by entity.  Raises SettingsError `unknown_item`."""
    return result_of_import(actor, import_id)


def acknowledge_library(actor: Actor, import_id: str) -> None:
    """The result has reached the user: the same command from now on is a new request."""
    with actor.store.write() as connection:
        found = overview.beginning_with(connection, import_id, actor.organisation)
        overview.release_key(connection, found.id)


DOOR = (
    plan_library, library_difference, draft_for_library, import_into_library,
    start_library_import, library_import_begun, library_import_named, library_imports,
    site_libraries, library_items, start_library_undo, undo_library_import, acknowledge_library,
)  # fmt: skip
for _call in DOOR:
    globals()[_call.__name__] = guarded(_call.__name__, _call)
