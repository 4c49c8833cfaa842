"""The history of imports into libraries: one record per import, one item per entity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from courseporter.errors import Phrase, SettingsError, _
from courseporter.store import Store
from courseporter.store.clock import next_rev, now_ms
from courseporter.store.rows import insert_missing
from courseporter.store.schema import library, library_asset
from courseporter.store.schema import library_import as table
from courseporter.store.schema import library_import_item as items

BATCH = 500
Facts = Mapping[str, object]


class ImportRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One import, or one undo."""

    id: str
    library_id: str
    draft_id: str | None
    source_key: str
    source_title: str
    source_version: str
    level: str
    policy: str
    publish: str
    collection_key: str | None
    status: str
    actor: str
    started_at: int
    finished_at: int | None
    counts: dict[str, int] | None
    before_sha256: str | None
    after_sha256: str | None
    undo_of: str | None
    undone_by: str | None


class ItemRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One entity of an import.  `outcome`: None (left as it is), planned, done, held, failed."""

    seq: int
    kind: str
    source_key: str
    entity_key: str
    title: str
    entity_class: str
    action: str
    outcome: str | None = None
    reason: Phrase | None = None
    before: dict[str, object] | None = None
    after: dict[str, object] | None = None
    version_after: int | None = None


def begin(connection: Connection, record: ImportRecord, org_id: str) -> None:
    """Enter an import; the same job again replaces nothing."""
    values = msgspec.structs.asdict(record)
    del values["started_at"]
    known = connection.scalar(select(table.c.id).where(table.c.id == record.id))
    if known is None:
        connection.execute(
            insert(table).values(**values, org_id=org_id, started_at=now_ms(), rev=next_rev(table))
        )


def change(connection: Connection, import_id: str, **values: object) -> None:
    """Set columns of an import."""
    mine = table.c.id == import_id
    connection.execute(update(table).where(mine).values(**values, rev=next_rev(table)))


def finish(connection: Connection, import_id: str, **values: object) -> None:
    """Set columns, and the time at which it ended."""
    change(connection, import_id, **values, finished_at=now_ms())


def get(connection: Connection, import_id: str, org_id: str | None = None) -> ImportRecord:
    """The import with this id, or whose id begins so.  Raises SettingsError `unknown_item`."""
    query = select(table).where(table.c.id.startswith(import_id, autoescape=True)).limit(2)
    if org_id is not None:
        query = query.where(table.c.org_id == org_id)
    found = [_record(row) for row in connection.execute(query)] if import_id else []
    if len(found) != 1:
        raise SettingsError(
            _("There is no import “{import_id}” into a library.", import_id=import_id),
            _("List them with: courseporter library history"),
            code="unknown_item",
        )
    return found[0]


def listing(
    connection: Connection, org_id: str, library_ids: Sequence[str] | None = None
) -> list[ImportRecord]:
    """Imports of an organization, newest first; of these libraries alone when they are given."""
    query = select(table).where(table.c.org_id == org_id)
    if library_ids is not None:
        query = query.where(table.c.library_id.in_(library_ids))
    query = query.order_by(table.c.started_at.desc(), table.c.id.desc())
    return [_record(row) for row in connection.execute(query)]


def libraries_at(connection: Connection, org_id: str, where: ColumnElement[bool]) -> list[str]:
    """Ids of libraries of an organization."""
    query = select(library.c.id).where(library.c.org_id == org_id, where)
    return list(connection.scalars(query))


def clear_items(connection: Connection, import_id: str) -> None:
    """Forget the items of an import that is planned again."""
    connection.execute(delete(items).where(items.c.import_id == import_id))


def add_items(connection: Connection, import_id: str, rows: Iterable[ItemRecord]) -> None:
    """Enter items."""
    values = [_values(import_id, row) for row in rows]
    if values:
        connection.execute(insert(items), values)


def set_items(connection: Connection, import_id: str, rows: Iterable[ItemRecord]) -> None:
    """Replace items by what happened to them."""
    values = [_values(import_id, row) for row in rows]
    if values:
        numbers = [value["seq"] for value in values]
        mine = (items.c.import_id == import_id) & items.c.seq.in_(numbers)
        connection.execute(delete(items).where(mine))
        made = insert(items).values(at=now_ms())
        connection.execute(made, values)


def items_of(
    store: Store, import_id: str, *, after: int = 0, backwards: bool = False
) -> Iterator[ItemRecord]:
    """Every item in its order, streamed in batches; `after`: those behind this number."""
    last = after
    while True:
        query = select(items).where(items.c.import_id == import_id)
        if backwards:
            query = query.where(items.c.seq < last) if last else query
            query = query.order_by(items.c.seq.desc())
        else:
            query = query.where(items.c.seq > last).order_by(items.c.seq)
        with store.read() as connection:
            rows = [_item(row) for row in connection.execute(query.limit(BATCH))]
        if not rows:
            return
        last = rows[-1].seq
        yield from rows


def mark_done(connection: Connection, import_id: str) -> None:
    """Everything that was planned is done, as it was planned: an archive appears whole."""
    planned = (items.c.import_id == import_id) & (items.c.outcome == "planned")
    change_items = update(items).where(planned, items.c.kind != "collection")
    connection.execute(change_items.values(outcome="done", at=now_ms()))


def not_written(connection: Connection, import_id: str) -> set[str]:
    """Keys of the items that failed, or were held back."""
    lost = (items.c.import_id == import_id) & items.c.outcome.in_(("failed", "held"))
    return set(connection.scalars(select(items.c.entity_key).where(lost)))


def count_writes(connection: Connection, import_id: str) -> int:
    """How many entities were, or are still to be written."""
    mine = (items.c.import_id == import_id) & (items.c.kind != "collection")
    query = select(func.count()).where(mine, items.c.outcome.in_(("planned", "done")))
    return int(connection.scalar(query) or 0)


def collection_of(connection: Connection, import_id: str) -> ItemRecord | None:
    """The item that stands for the collection."""
    mine = (items.c.import_id == import_id) & (items.c.kind == "collection")
    row = connection.execute(select(items).where(mine)).first()
    return None if row is None else _item(row)


def outcomes(connection: Connection, import_id: str) -> dict[str, int]:
    """How many items have which outcome; those that were left alone under "left"."""
    query = (
        select(items.c.outcome, func.count())
        .where(items.c.import_id == import_id)
        .group_by(items.c.outcome)
    )
    return {str(outcome or "left"): int(count) for outcome, count in connection.execute(query)}


def classes(connection: Connection, import_id: str) -> dict[str, int]:
    """How many entities have which class."""
    of_class = items.c["class"]
    entities = (items.c.import_id == import_id) & (items.c.kind != "collection")
    query = select(of_class, func.count()).where(entities).group_by(of_class)
    return {str(one): int(count) for one, count in connection.execute(query)}


def keep_assets(connection: Connection, import_id: str, hashes: Iterable[str]) -> None:
    """These stored bytes are needed for an undo of this import."""
    rows = [(import_id, sha256) for sha256 in sorted(set(hashes))]
    insert_missing(connection, library_asset, ("import_id", "sha256"), rows)


def newer(connection: Connection, record: ImportRecord) -> ImportRecord | None:
    """The newest import into the same library after this one that is still in effect."""
    query = (
        select(table)
        .where(
            table.c.library_id == record.library_id,
            table.c.id != record.id,
            (table.c.started_at > record.started_at)
            | ((table.c.started_at == record.started_at) & (table.c.id > record.id)),
            table.c.status.in_(("imported", "partial", "running")),
            table.c.undo_of.is_(None),
        )
        .order_by(table.c.started_at.desc(), table.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else _record(row)


def _values(import_id: str, row: ItemRecord) -> dict[str, object]:
    values = msgspec.structs.asdict(row)
    values["class"] = values.pop("entity_class")
    return {**values, "import_id": import_id}


def _record(row: Row[tuple[object, ...]]) -> ImportRecord:
    values = {name: getattr(row, name) for name in ImportRecord.__struct_fields__}
    return msgspec.convert(values, ImportRecord)


def _item(row: Row[tuple[object, ...]]) -> ItemRecord:
    mapping = cast("Mapping[str, object]", row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    names = [
        name for name in ItemRecord.__struct_fields__ if name not in ("entity_class", "reason")
    ]
    values = {name: mapping[name] for name in names}
    values["entity_class"] = mapping["class"]
    made = msgspec.convert(values, ItemRecord)
    return msgspec.structs.replace(made, reason=cast("Phrase | None", mapping["reason"]))
