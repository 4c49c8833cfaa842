"""What an undo would do: each entity back to what it was, unless somebody changed it since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

import msgspec

from courseporter.errors import Phrase, _
from courseporter.flows.import_library.kept import COLLECTION, kept
from courseporter.store import Store
from courseporter.targets.library.writer import Entity, Library
from courseporter.workspace.libraries import imports
from courseporter.workspace.libraries.imports import ItemRecord

BATCH = 200


def undo_rows(
    store: Store, library: Library, import_id: str, seqs: tuple[int, ...] | None
) -> Iterator[ItemRecord]:
    """One item per entity that the import wrote, the last one first; the collection at the end."""
    wanted = None if seqs is None else frozenset(seqs)
    rows = (
        one
        for one in imports.items_of(store, import_id, backwards=True)
        if one.outcome == "done" and (wanted is None or one.seq in wanted)
    )
    collection: ItemRecord | None = None
    seq = 0
    while batch := list(islice(rows, BATCH)):
        present = library.entities([one.entity_key for one in batch if one.kind != COLLECTION])
        for one in batch:
            if one.kind == COLLECTION:
                collection = one
                continue
            seq += 1
            yield _row(seq, one, present.get(one.entity_key))
    if wanted is not None:
        collection = _collection_of(store, import_id)
    if collection is not None:
        yield _collected(seq + 1, collection)


def _row(seq: int, one: ItemRecord, present: Entity | None) -> ItemRecord:
    before, after = kept(one.before), kept(one.after)
    target, wrote = before.entity, after.entity
    found, action, outcome, reason = "update", _verb(target, present), "planned", None
    if equal(present, target):
        found, action, outcome, reason = "same", "skip", None, "identical"
    elif not equal(present, wrote):
        found, action, outcome = "edited_there", "skip", "held"
        reason = _("It has changed since the import.")
    elif (missing := _missing(target)) is not None:
        action, outcome, reason = "fail", "failed", missing
    return msgspec.structs.replace(
        one,
        seq=seq,
        entity_class=found,
        action=action,
        outcome=outcome,
        reason=reason,
        before={
            "entity": msgspec.to_builtins(present),
            "children": after.children,
            "written": wrote.fingerprint if wrote else None,
        },
        after={
            "entity": msgspec.to_builtins(target),
            "children": before.children,
            "written": before.written,
        },
        version_after=None,
    )


def _verb(target: Entity | None, present: Entity | None) -> str:
    if target is None or target.deleted:
        return "remove"
    if present is None:
        return "create"
    return "restore" if present.deleted else "replace"


def equal(one: Entity | None, other: Entity | None) -> bool:
    """Whether both have the same content, in draft and in what is published."""
    marks = _marks(one)
    return marks == _marks(other) and "" not in marks


def _marks(entity: Entity | None) -> tuple[str | None, ...]:
    if entity is None or entity.deleted:
        return (None, None)
    return (
        entity.fingerprint if entity.draft or entity.published else None,
        entity.published.fingerprint if entity.published else None,
    )


def _missing(target: Entity | None) -> Phrase | None:
    """Why the earlier content can't be written, None when it can."""
    if target is None or target.deleted or target.kind != "component":
        return None
    for content in (target.draft, target.published):
        if content is not None and content.olx_sha256 is None:
            return _("Its earlier content is no longer available.")
    return None


def _collection_of(store: Store, import_id: str) -> ItemRecord | None:
    rows = imports.items_of(store, import_id, backwards=True)
    return next((one for one in rows if one.kind == COLLECTION and one.outcome == "done"), None)


def _collected(seq: int, one: ItemRecord) -> ItemRecord:
    """The collection: what was added to it leaves, or what left it comes back."""
    back = one.action == "uncollect"
    return msgspec.structs.replace(
        one,
        seq=seq,
        entity_class="update",
        action="collect" if back else "uncollect",
        outcome="planned",
        reason=None,
        before={"entities": list(kept(one.after).entities)},
        after=None,
    )


def counts_of(rows: list[ItemRecord]) -> Mapping[str, int]:
    """How many rows have which class."""
    counts: dict[str, int] = {}
    for one in rows:
        counts[one.entity_class] = counts.get(one.entity_class, 0) + 1
    return counts
