"""Libraries, and what of which course is in them under which key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

import msgspec
from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from courseporter.store.clock import now_ms
from courseporter.store.identity import new_id
from courseporter.store.schema import library as table
from courseporter.store.schema import library_entity as entities
from courseporter.store.schema import library_import as imports


class LibraryRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A library: of a site (`connection_id`), or in an archive (`path`)."""

    id: str
    connection_id: str | None
    path: str
    key: str
    title: str


class EntityRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What something of a course is called in a library, and what we wrote there last.

    `fingerprint` is None where an undo took it back; `children` are a container's, ours alone.
    """

    origin: str
    source_key: str
    kind: str
    entity_key: str
    fingerprint: str | None
    children: tuple[str, ...] | None
    import_id: str


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a library is: on a site, or in an archive that may continue another one."""

    org_id: str
    key: str
    title: str = ""
    connection_id: str | None = None
    path: str = ""
    base_path: str = ""
    base_sha256: str | None = None


def put(connection: Connection, to: Address) -> str:
    """The id of the library at this address, entered when it is new."""
    found = _at(connection, to, to.path)
    if found is not None:
        change = update(table).where(table.c.id == found)
        connection.execute(change.values(key=to.key, title=to.title, checked_at=now_ms()))
        return found
    library_id = new_id()
    connection.execute(
        insert(table).values(
            id=library_id,
            org_id=to.org_id,
            connection_id=to.connection_id,
            path=to.path,
            key=to.key,
            title=to.title,
            checked_at=now_ms(),
        )
    )
    return library_id


def related(connection: Connection, to: Address) -> list[str]:
    """Ids of the libraries whose history is that of the one at this address, the newest last.

    An archive is known by its path, by the hash of a file that we wrote, or else by its key.
    """
    if to.connection_id is not None:
        found = _at(connection, to, "")
        return [found] if found else []
    query = (
        select(table.c.id, table.c.path, imports.c.after_sha256)
        .outerjoin(imports, imports.c.library_id == table.c.id)
        .where(table.c.org_id == to.org_id, table.c.connection_id.is_(None), table.c.key == to.key)
        .order_by(imports.c.started_at, table.c.id)
    )
    rows = connection.execute(query).all()
    paths = {to.path, to.base_path} - {""}
    exact = [row.id for row in rows if row.path in paths or _is(row.after_sha256, to)]
    everything = [row.id for row in rows]
    return list(dict.fromkeys(exact or everything[-1:]))


def written(connection: Connection, library_ids: Sequence[str]) -> list[EntityRecord]:
    """What we wrote into these libraries, those of the last one last."""
    columns = [entities.c[name] for name in EntityRecord.__struct_fields__]
    found: list[EntityRecord] = []
    for library_id in library_ids:
        rows = connection.execute(select(*columns).where(entities.c.library_id == library_id))
        for row in rows:
            named = dict(zip(EntityRecord.__struct_fields__, row, strict=True))
            children = cast("list[str] | None", named["children"])
            named["children"] = None if children is None else tuple(children)
            found.append(EntityRecord(**named))
    return found


def remember(connection: Connection, library_id: str, rows: Iterable[EntityRecord]) -> None:
    """Enter what these are called and what was written; later rows replace earlier ones."""
    values = [
        {
            **msgspec.structs.asdict(row),
            "library_id": library_id,
            "children": None if row.children is None else list(row.children),
        }
        for row in rows
    ]
    if not values:
        return
    key = ("library_id", "origin", "source_key", "kind")
    mine = and_(*(entities.c[name] == bindparam(f"this_{name}") for name in key))
    these = [{f"this_{name}": value[name] for name in key} for value in values]
    connection.execute(delete(entities).where(mine), these)
    connection.execute(insert(entities), values)


def inherit(connection: Connection, library_id: str, from_ids: Sequence[str]) -> None:
    """A library that continues others knows what they know; what it knows itself stays."""
    own = {(row.origin, row.source_key, row.kind) for row in written(connection, [library_id])}
    others = written(connection, [one for one in from_ids if one != library_id])
    latest = {(row.origin, row.source_key, row.kind): row for row in others}
    remember(connection, library_id, [row for key, row in latest.items() if key not in own])


def get(connection: Connection, library_id: str) -> LibraryRecord:
    """The library with this id."""
    columns = [table.c[name] for name in LibraryRecord.__struct_fields__]
    row = connection.execute(select(*columns).where(table.c.id == library_id)).one()
    return LibraryRecord(**dict(zip(LibraryRecord.__struct_fields__, row, strict=True)))


def _at(connection: Connection, to: Address, path: str) -> str | None:
    query = select(table.c.id).where(table.c.org_id == to.org_id)
    if to.connection_id is not None:
        query = query.where(table.c.connection_id == to.connection_id, table.c.key == to.key)
    else:
        query = query.where(table.c.connection_id.is_(None), table.c.path == path)
    return connection.scalar(query.limit(1))


def _is(after: str | None, to: Address) -> bool:
    return after is not None and after == to.base_sha256
