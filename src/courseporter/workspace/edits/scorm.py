"""How the SCORM lessons of a draft work: blocks, ledger and problems change together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, delete, select, update

from courseporter.formats.names import static_name
from courseporter.formats.scorm_player.choice import CODES, Lesson, mode_problems, with_mode
from courseporter.model import Entry, Node, Package, PackageMode
from courseporter.store.schema import node, problem
from courseporter.workspace import ledger, problems, tree
from courseporter.workspace.edits import order
from courseporter.workspace.edits.changes import ScormChange

BATCH = 500
_encode = msgspec.json.encode
_decode = msgspec.json.Decoder(Node).decode
_PART = "/package"  # what the source puts behind an item's key for its block
Modes = dict[PackageMode, list[str]]


class LaunchBlock(NamedTuple):
    """A block that launches a lesson."""

    seq: int
    node: Node
    package: Package


def choice(
    connection: Connection, draft_id: str, chosen: Sequence[str] | None, mode: PackageMode
) -> ScormChange | None:
    """The change that lets the lessons at and below the chosen nodes (None: all) work like this."""
    before: Modes = {}
    for place in lessons(connection, draft_id, chosen):
        if place.package.mode != mode:
            before.setdefault(place.package.mode, []).append(place.node.key)
    if not before:
        return None
    return ScormChange(
        before=before, after={mode: [key for part in before.values() for key in part]}
    )


def perform(connection: Connection, draft_id: str, change: ScormChange, rev: int) -> None:
    """Let blocks work as the change says; those that aren't in the course any more are ignored."""
    known = {place.node.key: place for place in lessons(connection, draft_id)}
    for mode, keys in change.after.items():
        places = [known[key] for key in keys if key in known]
        _store(connection, draft_id, places, mode, rev)
        _enter(connection, draft_id, places, mode)
    tell(connection, draft_id)


def lessons(
    connection: Connection, draft_id: str, keys: Sequence[str] | None = None
) -> Iterator[LaunchBlock]:
    """Every block at and below these places (None: of the draft) that launches a lesson, in
    document order.
    """
    query = select(node.c.seq, node.c.key, node.c.body).where(
        node.c.draft_id == draft_id, node.c.type == "package"
    )
    rows = connection.execute(query.order_by(node.c.seq)).all()
    if rows and order.is_edited(connection, draft_id):
        rank = {seq: at for at, seq in enumerate(order.document_order(connection, draft_id))}
        rows = sorted(rows, key=lambda row: rank[row.seq])
    below = None if keys is None or not rows else _below(connection, draft_id, keys)
    for seq, key, body in rows:
        if below is None or key in below:
            one = _decode(body)
            if isinstance(one.block, Package):
                yield LaunchBlock(seq, one, one.block)


def modes(
    connection: Connection, draft_id: str, keys: Sequence[str] | None = None
) -> dict[PackageMode, int]:
    """How many lessons (at and below these places) become what; nothing where there are none."""
    counts: dict[PackageMode, int] = {}
    for place in lessons(connection, draft_id, keys):
        mode = place.package.mode
        counts[mode] = counts.get(mode, 0) + 1
    return counts


def _below(connection: Connection, draft_id: str, keys: Sequence[str]) -> set[str]:
    """The places themselves and everything below them."""
    found, above = set(keys), list(keys)
    while above:
        rows = tree.levels(connection, draft_id, above).values()
        above = [row.key for below in rows for row in below if row.key not in found]
        found.update(above)
    return found


def _store(
    connection: Connection,
    draft_id: str,
    places: list[LaunchBlock],
    mode: PackageMode,
    rev: int,
) -> None:
    statement = (
        update(node)
        .where(node.c.draft_id == draft_id, node.c.seq == bindparam("at"))
        .values(body=bindparam("data"), rev=rev)
    )
    rows = [
        {"at": place.seq, "data": _encode(replace(place.node, block=block))}
        for place in places
        for block in (replace(place.package, mode=mode),)
    ]
    for start in range(0, len(rows), BATCH):
        connection.execute(statement, rows[start : start + BATCH])


def _enter(
    connection: Connection, draft_id: str, places: list[LaunchBlock], mode: PackageMode
) -> None:
    """The lines of the ledger say what is lost now."""

    def rewrite(entry: Entry) -> Entry:
        return with_mode(entry, mode)

    keys = {place.node.key.removesuffix(_PART) for place in places}
    if keys:
        ledger.change(connection, draft_id, keys, rewrite)


def tell(connection: Connection, draft_id: str) -> None:
    """Replace the problems about SCORM lessons, where a source has found some."""
    mine = (problem.c.draft_id == draft_id, problem.c.code.in_(CODES))
    known = connection.execute(select(problem.c.where).where(*mine).limit(1)).one_or_none()
    places = list(lessons(connection, draft_id))
    if known is None and not places:
        return
    where = None if known is None else known.where
    connection.execute(delete(problem).where(*mine))
    file = static_name(places[0].package.file) if places else ""
    played = (Lesson(place.node.title, place.node.key, place.package.mode) for place in places)
    problems.add(connection, draft_id, "read", mode_problems(played, where, file))
