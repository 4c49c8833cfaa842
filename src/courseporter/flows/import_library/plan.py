"""First steps of an import: check, and plan entity by entity."""

from __future__ import annotations

from typing import BinaryIO

import msgspec
from sqlalchemy import Connection

from courseporter.errors import InputError, SettingsError, _
from courseporter.flows.import_library.kept import COLLECTION
from courseporter.flows.import_library.opening import Opened, opened, parts_of
from courseporter.flows.import_library.request import Request, State, dump, load, request_of
from courseporter.flows.material import Material
from courseporter.jobs.run import Run
from courseporter.store.assets import Stored
from courseporter.targets.library.archived import file_hash
from courseporter.targets.library.classes import default_publish
from courseporter.targets.library.decompose import collection_of
from courseporter.targets.library.plan import Planner, Row, Written
from courseporter.targets.library.reader import LibraryArchive
from courseporter.targets.library.writer import Content, Entity
from courseporter.workspace import drafts
from courseporter.workspace.drafts import DraftRecord
from courseporter.workspace.libraries import imports, known
from courseporter.workspace.libraries.imports import ImportRecord, ItemRecord
from courseporter.workspace.stored import StoredDraft


def check(run: Run) -> None:
    """Stop before any work where nothing can be imported; keep the archive that is continued."""
    request = request_of(run)
    draft = ready(drafts.get(run.store, request.draft))
    state = State(mark=drafts.mark(run.store, draft))
    stored = _keep_base(run, request, state) if request.path is not None else None
    source = StoredDraft(run.store, draft.id)
    with opened(run.store, run.job.org_id, request, source, Material(run), state) as it:
        address, related = it.address, it.related

    def begin(connection: Connection) -> None:
        state.library_id = known.put(connection, address)
        known.inherit(connection, state.library_id, related)
        imports.begin(connection, _record(run, request, draft, state), run.job.org_id)
        if stored is not None:
            run.store.assets.insert(connection, [stored])
            imports.keep_assets(connection, run.job.id, [stored.sha256])

    with run.store.write() as connection:
        begin(connection)
    run.save(None, metadata=dump(state), final=True)


def ready(draft: DraftRecord) -> DraftRecord:
    """The draft, unless it is still being imported.  Raises InputError."""
    if draft.state not in ("ready", "exported"):
        raise InputError(
            _("“{title}” is still being imported.", title=draft.title),
            _("Wait for the import to finish."),
            code="course_not_ready",
        )
    return draft


def require_place(request: Request) -> None:
    """Raise SettingsError or InputError where nothing can be read or written."""
    out, base = request.out, request.base_path
    if not out.parent.is_dir():
        raise SettingsError(
            _("The folder “{folder}” doesn't exist.", folder=str(out.parent)),
            _("Create the folder first."),
            str(out),
            code="usage",
        )
    if base is not None and not base.exists():
        raise InputError(
            _("“{name}” doesn't exist.", name=base.name),
            _("Check the path."),
            str(base),
            code="not_found",
        )


def look_at_files(request: Request, state: State) -> None:
    """Hash the archive that is continued, and what is at the destination.  Raises PorterError."""
    require_place(request)
    state.present = file_hash(request.out)
    if (base := request.base_path) is not None:
        state.base_name = base.name
        state.base_sha256 = file_hash(base)


def _keep_base(run: Run, request: Request, state: State) -> Stored | None:
    look_at_files(request, state)
    base = request.base_path
    if base is None:
        return None
    LibraryArchive(base, Material(run).limits).close()  # is it one?
    with base.open("rb") as stream:
        stored = run.store.assets.put(stream)
    state.base_sha256 = stored.sha256
    return stored


def _record(run: Run, request: Request, draft: DraftRecord, state: State) -> ImportRecord:
    return ImportRecord(
        id=run.job.id,
        library_id=state.library_id,
        draft_id=draft.id,
        source_key=draft.course.key,
        source_title=draft.title,
        source_version=state.mark,
        level=request.level,
        policy=request.policy,
        publish=request.publish or default_publish(request.policy),
        collection_key=collection_of(draft.course, ()).key,
        status="staged",
        actor=run.job.created_by or "",
        started_at=0,
        finished_at=None,
        counts=None,
        before_sha256=state.base_sha256,
        after_sha256=None,
        undo_of=None,
        undone_by=None,
    )


def plan(run: Run) -> None:
    """Compare the course with the library and save one item per entity, in batches."""
    request, state, ctx = request_of(run), load(run), Material(run)
    draft = StoredDraft(run.store, request.draft)
    with opened(run.store, run.job.org_id, request, draft, ctx, state) as it:
        planner = Planner(it.library, it.history, request.choices)
        run.save(None, lambda connection: imports.clear_items(connection, run.job.id))
        batch: list[Row] = []
        last = 0
        for row in planner.rows(parts_of(it, request, draft, ctx)):
            last = row.seq
            batch.append(row)
            run.tick(last, None, "items planned")
            if len(batch) == imports.BATCH:
                _save(run, it, batch)
                batch = []
        _save(run, it, batch)
        collection = collection_of(draft.course, planner.collected)
    whole = ItemRecord(
        seq=last + 1, kind=COLLECTION, source_key=draft.course.key, entity_key=collection.key,
        title=collection.title, entity_class="new", action="collect",
        outcome="planned" if collection.entities else None,
        before={"entities": list(collection.entities)},
    )  # fmt: skip

    def end(connection: Connection) -> None:
        imports.add_items(connection, run.job.id, [whole])
        imports.change(connection, run.job.id, status="running")

    run.save(None, end, final=True)


def _save(run: Run, it: Opened, rows: list[Row]) -> None:
    stored: list[Stored] = []
    items = [_item(run, it, row, stored) for row in rows]

    def write(connection: Connection) -> None:
        run.store.assets.insert(connection, stored)
        imports.keep_assets(connection, run.job.id, [one.sha256 for one in stored])
        imports.add_items(connection, run.job.id, items)

    run.save(None, write)


def _item(run: Run, it: Opened, row: Row, stored: list[Stored]) -> ItemRecord:
    there = row.there
    if row.action is not None and there is not None and not there.deleted:

        def keep(stream: BinaryIO) -> str:
            kept = run.store.assets.put(stream)
            stored.append(kept)
            return kept.sha256

        there = it.library.keep(there, keep)
    return item_of(row, there, it)


def item_of(row: Row, there: Entity | None, it: Opened) -> ItemRecord:
    """A row of the plan as the history keeps it."""
    before: dict[str, object] | None = None
    if there is not None:
        written = it.history.written.get(row.entity_key)
        before = {
            "entity": msgspec.to_builtins(there),
            "children": list(written.children) if written and written.children else None,
            "written": _last(there, written),
        }
    after: dict[str, object] | None = None
    if row.action is not None or row.entity_class == "same":
        after = {
            "entity": msgspec.to_builtins(_wanted(row)),
            "children": None if row.own_children is None else list(row.own_children),
            "publish": row.action.publish if row.action else False,
            "written": row.fingerprint,
        }
    outcome = "held" if row.held else "planned" if row.action else None
    if row.entity_class == "failed":
        outcome = "failed"
    return ItemRecord(
        seq=row.seq,
        kind=row.kind,
        source_key=row.source_key,
        entity_key=row.entity_key,
        title=row.title,
        entity_class=row.entity_class,
        action=row.step,
        outcome=outcome,
        reason=row.reason,
        before=before,
        after=after,
        version_after=_wanted(row).version if row.action is not None else None,
    )


def _last(there: Entity, written: Written | None) -> str | None:
    """The fingerprint that we wrote last; that of what is there, if it is one of several."""
    marks = written.fingerprints if written else frozenset[str]()
    return there.fingerprint if there.fingerprint in marks else min(marks, default=None)


def _wanted(row: Row) -> Entity:
    """The entity as it will be: what an archive then has, and a site tells better."""
    there, action = row.there, row.action
    children = getattr(action.part, "children", ()) if action else ()
    content = Content(title=row.title, fingerprint=row.fingerprint, children=children)
    before = there.published if there is not None and not there.deleted else None
    published = content if action is not None and action.publish else before
    number = (there.version if there is not None else 0) + (action is not None)
    return Entity(
        key=row.entity_key, kind=row.kind, draft=content, published=published, version=number
    )
