"""Takes an import back: the file as it was, or entity by entity where it was edited since."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import msgspec
from sqlalchemy import Connection

from courseporter.disk.staging import staged
from courseporter.errors import InputError, _
from courseporter.flows.import_library.kept import COLLECTION, kept
from courseporter.flows.import_library.opening import library_again
from courseporter.flows.import_library.request import State, UndoRequest, dump, load
from courseporter.flows.import_library.undo_plan import undo_rows
from courseporter.flows.import_library.undo_write import Restorer
from courseporter.flows.import_library.write import save_items
from courseporter.flows.material import Material
from courseporter.jobs.run import Run
from courseporter.store.assets import Stored
from courseporter.targets.library.archived import file_hash
from courseporter.targets.library.writer import Library
from courseporter.workspace.libraries import imports, known
from courseporter.workspace.libraries.imports import ImportRecord, ItemRecord
from courseporter.workspace.libraries.known import EntityRecord

BLOCK = 1 << 20


def check(run: Run) -> None:
    """Look at the library as it is now, and keep it: an undo can be undone, too."""
    request = request_of(run)
    with run.store.read() as connection:
        record = imports.get(connection, request.undo)
        library = known.get(connection, record.library_id)
    state, stored = State(library_id=record.library_id), None
    if library.connection_id is None:
        state, stored = _look_at_file(run, Path(library.path), record)

    def begin(connection: Connection) -> None:
        undo = msgspec.structs.replace(
            record, id=run.job.id, status="running", actor=run.job.created_by or "",
            before_sha256=state.base_sha256, after_sha256=None, undo_of=record.id, undone_by=None,
            counts=None, finished_at=None,
        )  # fmt: skip
        imports.begin(connection, undo, run.job.org_id)
        if stored is not None:
            run.store.assets.insert(connection, [stored])
            imports.keep_assets(connection, run.job.id, [stored.sha256])
        kept_before = [record.before_sha256] if record.before_sha256 else []
        imports.keep_assets(connection, run.job.id, kept_before)

    with run.store.write() as connection:
        begin(connection)
    run.save(None, metadata=dump(state), final=True)


def request_of(run: Run) -> UndoRequest:
    """What this job was asked."""
    return msgspec.convert(run.args, UndoRequest)


def _look_at_file(run: Run, path: Path, record: ImportRecord) -> tuple[State, Stored | None]:
    state = State(library_id=record.library_id, base_name=path.name)
    if not path.exists():
        if record.after_sha256 is None:  # the undo removed it
            return state, None
        raise InputError(
            _("“{name}” no longer exists.", name=path.name),
            _("It may have been moved or renamed. Put it back, then undo again."),
            str(path),
            code="not_found",
        )
    with path.open("rb") as stream:
        stored = run.store.assets.put(stream)
    state.base_sha256, state.present = stored.sha256, file_hash(path)
    return state, stored


def plan(run: Run) -> None:
    """Save one item per entity that goes back."""
    request, state = request_of(run), load(run)
    with library_of_undo(run, state) as library:
        run.save(None, lambda connection: imports.clear_items(connection, run.job.id))
        rows = undo_rows(run.store, library, request.undo, request.seqs)
        while batch := list(islice(rows, imports.BATCH)):
            stored: list[Stored] = []
            kept_rows = [_keeping(run, library, one, stored) for one in batch]

            def put(
                connection: Connection,
                rows: list[ItemRecord] = kept_rows,
                stored: list[Stored] = stored,
            ) -> None:
                run.store.assets.insert(connection, stored)
                imports.keep_assets(connection, run.job.id, [one.sha256 for one in stored])
                imports.add_items(connection, run.job.id, rows)

            run.save(None, put)
    run.save(None, final=True)


def _keeping(run: Run, library: Library, one: ItemRecord, stored: list[Stored]) -> ItemRecord:
    """The item with the bytes that are there now stored, so that this can be undone."""
    before = kept(one.before)
    if one.outcome != "planned" or one.kind != "component" or before.entity is None:
        return one

    def keep(stream: BinaryIO) -> str:
        made = run.store.assets.put(stream)
        stored.append(made)
        return made.sha256

    entity = library.keep(before.entity, keep)
    whole = msgspec.to_builtins(msgspec.structs.replace(before, entity=entity))
    return msgspec.structs.replace(one, before=whole)


@contextmanager
def library_of_undo(run: Run, state: State) -> Generator[Library]:
    """The library of an undo job."""
    with run.store.read() as connection:
        record = known.get(connection, state.library_id)
    library = library_again(run.store, run.job.org_id, record, Material(run), state)
    try:
        yield library
    finally:
        library.close()


def write(run: Run) -> None:
    """Write back what was there."""
    request, state = request_of(run), load(run)
    with run.store.read() as connection:
        record = imports.get(connection, request.undo)
        path = Path(known.get(connection, record.library_id).path)
    whole = request.seqs is None and str(path) != "." and state.present == record.after_sha256
    if whole and not _is_held(run):
        state.facts = _put_file_back(run, record, path, state)
        save_items(run, (_done(one) for one in imports.items_of(run.store, run.job.id)))
    else:
        with library_of_undo(run, state) as library:
            restorer = Restorer(run, library)
            rows = map(restorer.back, imports.items_of(run.store, run.job.id))
            if library.durable:  # what a site did is there at once: each item is saved alone
                save_items(run, rows, batch=1)
            else:
                rows = iter(list(rows))
            state.facts = dict(library.finish())
        save_items(run, rows)
    run.save(None, metadata=dump(state), final=True)


def _is_held(run: Run) -> bool:
    with run.store.read() as connection:
        return bool(imports.outcomes(connection, run.job.id).get("held"))


def _put_file_back(run: Run, record: ImportRecord, path: Path, state: State) -> dict[str, object]:
    """The file is as the import left it: the earlier one takes its place, or it goes."""
    now = file_hash(path)
    if now not in (state.present, record.before_sha256):
        raise _changed(path)
    if record.before_sha256 is None:
        path.unlink(missing_ok=True)
        return {"sha256": None, "bytes": 0, "path": str(path)}
    with staged(path) as stream, run.store.assets.open(record.before_sha256) as old:
        shutil.copyfileobj(old, stream, BLOCK)
        size = stream.tell()
    return {"sha256": record.before_sha256, "bytes": size, "path": str(path)}


def _changed(path: Path) -> InputError:
    return InputError(
        _("Another program changed “{name}” in the meantime.", name=path.name),
        _("Try to undo it again."),
        str(path),
        code="idempotency_mismatch",
    )


def _done(one: ItemRecord) -> ItemRecord:
    if one.outcome != "planned":
        return one
    if one.kind == COLLECTION:
        return msgspec.structs.replace(one, outcome="done", after=one.before)
    entity = kept(one.after).entity
    return msgspec.structs.replace(
        one, outcome="done", version_after=entity.version if entity else None
    )


def report(run: Run) -> None:
    """Remember what is written now, and that the import is undone."""
    request, state = request_of(run), load(run)
    with run.store.read() as connection:
        record = imports.get(connection, request.undo)
    rows = imports.items_of(run.store, run.job.id)
    while batch := list(islice(rows, imports.BATCH)):
        entries = [_entry(run, record.source_key, one) for one in batch if _went_back(one)]
        run.save(
            None,
            lambda connection, entries=entries: known.remember(
                connection, state.library_id, entries
            ),
        )
    with run.store.read() as connection:
        counts = imports.classes(connection, run.job.id)
        outcomes = imports.outcomes(connection, run.job.id)
    partial = bool(outcomes.get("failed", 0) + outcomes.get("held", 0))

    def end(connection: Connection) -> None:
        imports.finish(
            connection, run.job.id, status="partial" if partial else "imported", counts=counts,
            after_sha256=state.facts.get("sha256"),
        )  # fmt: skip
        if not partial and request.seqs is None:
            imports.change(connection, record.id, status="undone", undone_by=run.job.id)
            if record.undo_of is not None:
                imports.change(connection, record.undo_of, status="imported", undone_by=None)

    run.finish(summary={**state.facts, "counts": counts, "outcomes": outcomes})
    run.save(None, end, final=True)


def _went_back(one: ItemRecord) -> bool:
    return one.outcome == "done" and one.kind != COLLECTION


def _entry(run: Run, origin: str, one: ItemRecord) -> EntityRecord:
    after = kept(one.after)
    component = one.kind == "component"
    return EntityRecord(
        origin=origin,
        source_key=one.source_key,
        kind=one.entity_key.split(":")[1] if component else one.kind,
        entity_key=one.entity_key,
        fingerprint=after.written if after.entity is not None else None,
        children=after.children,
        import_id=run.job.id,
    )
