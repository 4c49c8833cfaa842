"""Last steps of an import: apply the plan, read back, remember."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec
from sqlalchemy import Connection

from courseporter.errors import ConflictError, RejectedError, _
from courseporter.flows.import_library.kept import COLLECTION, VERBS, Kept, kept
from courseporter.flows.import_library.opening import Opened, opened, parts_of
from courseporter.flows.import_library.request import Request, State, dump, load, request_of
from courseporter.flows.material import Material
from courseporter.jobs.run import Run
from courseporter.targets.library.decompose import Part
from courseporter.targets.library.entities import Collection, Component, Container, Unsupported
from courseporter.targets.library.writer import Action, Applied, Entity, Verb
from courseporter.workspace import drafts
from courseporter.workspace.libraries import imports, known
from courseporter.workspace.libraries.imports import ItemRecord
from courseporter.workspace.libraries.known import EntityRecord
from courseporter.workspace.stored import StoredDraft


def write(run: Run) -> None:
    """Apply the plan.  A library of a site saves each action alone; an archive appears whole."""
    request, state, ctx = request_of(run), load(run), Material(run)
    _same_draft(run, request, state)
    draft = StoredDraft(run.store, request.draft)
    start = int(str((run.cursor or {}).get("seq", 0)))
    with opened(run.store, run.job.org_id, request, draft, ctx, state) as it:
        run.memory["total"] = _count(run)
        if _total(run):
            _apply_all(run, it, request, draft, start)
        collection = _collect(run, it)
        state.facts = dict(it.library.finish())

    def end(connection: Connection) -> None:
        imports.mark_done(connection, run.job.id)
        if collection is not None:
            imports.set_items(connection, run.job.id, [collection])

    run.save(None, end, metadata=dump(state), final=True)


def _apply_all(run: Run, it: Opened, request: Request, draft: StoredDraft, start: int) -> None:
    again = ("planned",) if it.library.durable else ("planned", "done")
    rows = imports.items_of(run.store, run.job.id)
    for item, part in _joined(rows, parts_of(it, request, draft, Material(run))):
        if item.seq <= start or item.outcome not in again:
            continue
        done = _apply(it, item, part)
        if it.library.durable:
            _save(run, {"seq": item.seq}, [done])
        run.tick(item.seq, _total(run), "items")


def _same_draft(run: Run, request: Request, state: State) -> None:
    """Raise ConflictError when somebody edited the draft since it was planned."""
    draft = drafts.get(run.store, request.draft)
    if drafts.mark(run.store, draft) != state.mark:
        raise ConflictError(
            _("“{title}” was edited while it was being imported.", title=draft.title),
            _("Start the import again."),
            f"job {run.job.id}",
        )


def _count(run: Run) -> int:
    with run.store.read() as connection:
        return imports.count_writes(connection, run.job.id)


def _total(run: Run) -> int:
    return int(str(run.memory.get("total", 0)))


def _joined(
    rows: Iterator[ItemRecord], parts: Iterable[Part]
) -> Iterator[tuple[ItemRecord, Component | Container]]:
    """Items with what they stand for: both come in document order."""
    for part in parts:
        item = next(rows, None)
        if item is None:
            return
        if not isinstance(part, Unsupported):
            yield item, _as_planned(part, item)


def _as_planned(part: Component | Container, item: ItemRecord) -> Component | Container:
    """The part under the key, and with the children, that the plan gave it."""
    wanted = kept(item.after).entity
    if wanted is None:
        return part
    if isinstance(part, Component):
        return msgspec.structs.replace(part, key=wanted.key)
    children = wanted.draft.children if wanted.draft else ()
    return Container(wanted.key, part.source_key, part.kind, part.title, children)


def _apply(it: Opened, item: ItemRecord, part: Component | Container) -> ItemRecord:
    planned = kept(item.after)
    wanted = planned.entity
    mark = wanted.draft.fingerprint if wanted and wanted.draft else ""
    action = Action(
        verb=msgspec.convert(item.action, Verb),
        key=part.key,
        kind=part.kind if isinstance(part, Container) else "component",
        part=part,
        publish=planned.publish,
        there=kept(item.before).entity,
        fingerprint=mark,
    )
    try:
        return recorded(item, it.library.apply(action), planned)
    except RejectedError as error:
        if not it.library.durable:
            raise
        return msgspec.structs.replace(item, outcome="failed", reason=error.message)


def recorded(item: ItemRecord, applied: Applied, planned: Kept) -> ItemRecord:
    """The item with what happened to it."""
    after = msgspec.structs.replace(planned, entity=applied.after)
    return msgspec.structs.replace(
        item,
        outcome="done" if applied.outcome == "done" else applied.outcome,
        reason=applied.reason or item.reason,
        after=msgspec.to_builtins(after),
        version_after=applied.after.version if applied.after else None,
    )


def _save(run: Run, cursor: dict[str, object], rows: list[ItemRecord]) -> None:
    def put(connection: Connection) -> None:
        imports.set_items(connection, run.job.id, rows)

    run.save(cursor, put, done=rows[-1].seq, total=_total(run), unit="items")


def _collect(run: Run, it: Opened) -> ItemRecord | None:
    """Add what was imported to the course's collection; the item then tells what was added."""
    with run.store.read() as connection:
        item = imports.collection_of(connection, run.job.id)
        lost = imports.not_written(connection, run.job.id)
    wanted = [key for key in kept(item.before).entities if key not in lost] if item else []
    if item is None or not wanted:
        return None
    added = it.library.collect(Collection(item.entity_key, item.title, tuple(wanted)))
    return msgspec.structs.replace(
        item,
        outcome="done" if added else None,
        entity_class="new" if added else "same",
        after={"entities": list(added)},
    )


def save_items(run: Run, rows: Iterator[ItemRecord], batch: int = imports.BATCH) -> None:
    """Save what happened to items, so many in one transaction."""
    while some := list(islice(rows, batch)):

        def put(connection: Connection, some: list[ItemRecord] = some) -> None:
            imports.set_items(connection, run.job.id, some)

        run.save(run.cursor, put)


def verify(run: Run) -> None:
    """Read back what a site has now; an archive was checked before it appeared."""
    request, state, ctx = request_of(run), load(run), Material(run)
    if request.path is not None:
        return
    draft = StoredDraft(run.store, request.draft)
    with opened(run.store, run.job.org_id, request, draft, ctx, state) as it:
        rows = (one for one in imports.items_of(run.store, run.job.id) if _was_written(one))
        while batch := list(islice(rows, imports.BATCH)):
            now = it.library.entities([one.entity_key for one in batch])
            wrong = [row for one in batch if (row := _compared(one, now.get(one.entity_key)))]
            _save(run, dict(run.cursor or {}), wrong) if wrong else None
            run.tick(batch[-1].seq, _total(run), "items compared")


def _was_written(item: ItemRecord) -> bool:
    return item.outcome == "done" and item.action in VERBS


def _compared(item: ItemRecord, now: Entity | None) -> ItemRecord | None:
    """The item as failed when the library doesn't have what was written."""
    after = kept(item.after).entity
    if now is not None and after is not None and now.fingerprint == after.fingerprint:
        return None
    reason = _("“{key}” was written, but the library doesn't have it.", key=item.entity_key)
    return msgspec.structs.replace(item, outcome="failed", reason=reason)


def report(run: Run) -> None:
    """Remember what was written under which name, and say how it went."""
    request, state = request_of(run), load(run)
    origin = StoredDraft(run.store, request.draft).course.key
    rows = imports.items_of(run.store, run.job.id)
    while batch := list(islice(rows, imports.BATCH)):
        entries = [entry for one in batch if (entry := _entry(run, origin, one))]

        def put(connection: Connection, entries: list[EntityRecord] = entries) -> None:
            known.remember(connection, state.library_id, entries)

        run.save(None, put)
    with run.store.read() as connection:
        counts = imports.classes(connection, run.job.id)
        outcomes = imports.outcomes(connection, run.job.id)
    partial = outcomes.get("failed", 0) + outcomes.get("held", 0)

    def end(connection: Connection) -> None:
        imports.finish(
            connection,
            run.job.id,
            status="partial" if partial else "imported",
            counts=counts,
            after_sha256=state.facts.get("sha256"),
        )

    run.finish(summary={**state.facts, "counts": counts, "outcomes": outcomes})
    run.save(None, end, final=True)


def _entry(run: Run, origin: str, item: ItemRecord) -> EntityRecord | None:
    after = kept(item.after)
    written = _was_written(item) or item.entity_class == "same"
    if not written or item.kind == COLLECTION or after.entity is None:
        return None
    component = item.kind == "component"
    return EntityRecord(
        origin=origin,
        source_key=item.source_key,
        kind=item.entity_key.split(":")[1] if component else item.kind,
        entity_key=item.entity_key,
        fingerprint=after.entity.fingerprint,
        children=after.children,
        import_id=run.job.id,
    )
