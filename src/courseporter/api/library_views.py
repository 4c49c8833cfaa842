"""What faces show of libraries: plans, results, lines of the history."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

import msgspec
from sqlalchemy import Connection

from courseporter.api.actor import Actor
from courseporter.api.values import View
from courseporter.connections.stored import name_of
from courseporter.errors import Phrase
from courseporter.flows.import_library.kept import COLLECTION, kept
from courseporter.targets.library.classes import CLASSES, Policy, Publish
from courseporter.targets.library.entities import Component, Container, Level
from courseporter.targets.library.plan import Row
from courseporter.targets.library.writer import Entity, Library
from courseporter.workspace.libraries import imports, known
from courseporter.workspace.libraries.imports import ImportRecord, ItemRecord
from courseporter.workspace.libraries.known import LibraryRecord

ENDED = ("failed", "canceled")


class LibraryOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to import.  `to`: FILE.zip, or CONNECTION/lib:ORG:SLUG.  `rows`: policy of single rows,
    by source or entity key.  `confirmed`: replace what isn't ours, everywhere or under these keys.
    `fresh`: from nothing, even where the file exists.
    """

    to: str
    level: Level = "unit"
    policy: Policy = "skip"
    publish: Publish | None = None
    base: str | None = None
    only: tuple[str, ...] | None = None
    rows: Mapping[str, Policy] = {}
    confirmed: bool | tuple[str, ...] = False
    fresh: bool = False


class SiteLibrary(View, frozen=True):
    """A library that a site has."""

    key: str
    title: str
    can_edit: bool = True


class LibraryItem(View, frozen=True):
    """One entity.  `outcome` is None where nothing is or was to be done."""

    kind: str
    source_key: str
    entity_key: str
    entity_class: str = msgspec.field(name="class")
    action: str
    outcome: str | None = None
    reason: str | None = None
    seq: int = 0
    title: str = ""
    version: int | None = None
    block_type: str = ""
    children: tuple[str, ...] = ()


class LibraryResult(View, frozen=True):
    """A plan, or what an import or an undo did."""

    import_id: str | None = msgspec.field(name="import")
    target: str
    level: str
    policy: str
    counts: dict[str, int]
    calls: int = 0
    items: tuple[LibraryItem, ...] = ()
    minutes: int = 0
    status: str | None = None
    held: int = 0
    failed: int = 0
    collection: str | None = None


class LibraryImport(View, frozen=True):
    """One line of the history."""

    import_id: str = msgspec.field(name="import")
    target: str
    at: int
    actor: str
    status: str
    counts: dict[str, int]
    undo_of: str | None = None
    title: str = ""
    level: str = ""
    policy: str = ""


def planned_view(row: Row) -> LibraryItem:
    """A row of a plan."""
    outcome = "held" if row.held else "planned" if row.action is not None else None
    return LibraryItem(
        kind=row.kind,
        source_key=row.source_key,
        entity_key=row.entity_key,
        entity_class=row.entity_class,
        action=row.step,
        outcome="failed" if row.entity_class == "failed" else outcome,
        reason=_text_of(row.reason),
        seq=row.seq,
        title=row.title,
        block_type=row.block_type,
        children=getattr(row.part, "children", ()),
    )


def _text_of(reason: Phrase | None) -> str | None:
    return None if reason is None else str(reason)


def target_of(connection: Connection, org_id: str, record: LibraryRecord) -> str:
    """Where a library is: its archive, or CONNECTION/lib:ORG:NAME."""
    if record.connection_id is None:
        return record.path
    name = name_of(connection, org_id, record.connection_id)
    return f"{name or record.connection_id}/{record.key}"


def status_of(record: ImportRecord, states: Mapping[str, str]) -> str:
    """An import whose job ended badly says so."""
    job = states.get(record.id, "")
    return job if record.status in ("staged", "running") and job in ENDED else record.status


def counts_of(found: Mapping[str, int]) -> dict[str, int]:
    """A number for each class."""
    return {name: found.get(name, 0) for name in CLASSES}


def item_views(rows: Iterable[ItemRecord]) -> Iterator[LibraryItem]:
    """Items of the history."""
    for one in rows:
        yield LibraryItem(
            kind=one.kind,
            source_key=one.source_key,
            entity_key=one.entity_key,
            entity_class=one.entity_class,
            action=one.action,
            outcome=one.outcome,
            reason=_text_of(one.reason),
            seq=one.seq,
            title=one.title,
            version=one.version_after,
            block_type=one.entity_key.split(":")[1] if ":" in one.entity_key else one.kind,
            children=_children(one),
        )


def result_of_import(actor: Actor, import_id: str) -> LibraryResult:
    """What an import did, entity by entity.  Raises SettingsError `unknown_item`."""
    with actor.store.read() as connection:
        record = imports.get(connection, import_id, actor.organisation)
        library = known.get(connection, record.library_id)
        target = target_of(connection, actor.organisation, library)
        outcomes = imports.outcomes(connection, record.id)
    rows = list(imports.items_of(actor.store, record.id))
    entities = [one for one in rows if one.kind != COLLECTION]
    counts: dict[str, int] = {}
    for one in entities:
        counts[one.entity_class] = counts.get(one.entity_class, 0) + 1
    return LibraryResult(
        import_id=record.id,
        target=target,
        level=record.level,
        policy=record.policy,
        counts=counts_of(counts),
        items=tuple(item_views(entities)),
        status=record.status,
        held=outcomes.get("held", 0),
        failed=outcomes.get("failed", 0),
        collection=record.source_title,
    )


def _children(one: ItemRecord) -> tuple[str, ...]:
    entity = kept(one.after).entity or kept(one.before).entity
    return entity.draft.children if entity is not None and entity.draft else ()


class LibraryDifference(View, frozen=True):
    """An item of the library beside what the course has: OLX, or titles of children."""

    there: str
    here: str


def shown(part: Component | Container | None) -> str:
    """What would be written, for people."""
    if isinstance(part, Component):
        return part.olx.decode("utf-8", "replace")
    return "" if part is None else "\n".join((part.title, "", *part.children))


def shown_there(library: Library, entity: Entity | None) -> str:
    """What the library has, for people."""
    if entity is None or entity.deleted:
        return ""
    blobs: dict[str, bytes] = {}

    def keep(stream: BinaryIO) -> str:
        data = stream.read()
        digest = hashlib.sha256(data).hexdigest()
        blobs[digest] = data
        return digest

    kept_entity = library.keep(entity, keep)
    content = kept_entity.draft or kept_entity.published
    if content is None:
        return ""
    if entity.kind != "component":
        return "\n".join((content.title, "", *content.children))
    return blobs.get(content.olx_sha256 or "", b"").decode("utf-8", "replace")
