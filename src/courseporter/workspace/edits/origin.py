"""What the nodes of a draft held in its source when they were last imported from there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection, delete, select

from courseporter.formats.media import without_signatures
from courseporter.model import Kind, Node
from courseporter.store.rows import insert_rows
from courseporter.store.schema import draft_asset, node, source_node
from courseporter.workspace.edits import blocks, order, rows
from courseporter.workspace.edits.changes import SourceChange

_COLUMNS: Final = ("draft_id", "key", "parent", "seq", "digest")
_encode: Final = msgspec.json.Encoder().encode


class Item(NamedTuple):
    """A node as it is compared: where it is, and a digest of what it holds."""

    parent: str | None
    digest: str
    kind: Kind = "block"
    title: str = ""


State = dict[str, Item]  # in document order


def state(connection: Connection, draft_id: str) -> State:
    """Every node of a draft in document order."""
    files = _files(connection, draft_id)
    return {
        one.key: Item(one.parent, digest(one, files), one.kind, one.title)
        for one in _nodes(connection, draft_id)
    }


def digest(one: Node, files: Mapping[str, str]) -> str:
    """A digest of what a node holds, with the files it refers to (path → SHA-256)."""
    content = _encode((one.title, one.hidden, one.description, one.block, one.settings))
    found = hashlib.sha256(without_signatures(content))
    paths = set(blocks.paths_in(one.description)) if one.description else set[str]()
    if one.block is not None:
        paths |= blocks.files_in(one.block)
    for path in sorted(paths):
        found.update(files.get(path, "").encode())
    return found.hexdigest()


def known(connection: Connection, draft_id: str) -> State:
    """What the draft's nodes held when they were last imported; empty before the first update."""
    query = select(source_node).where(source_node.c.draft_id == draft_id)
    found = connection.execute(query.order_by(source_node.c.seq))
    return {row.key: Item(row.parent, row.digest) for row in found}


def keep(connection: Connection, draft_id: str, found: State) -> None:
    """Replace what is known of the source."""
    connection.execute(delete(source_node).where(source_node.c.draft_id == draft_id))
    values = [
        (draft_id, key, one.parent, number, one.digest)
        for number, (key, one) in enumerate(found.items())
    ]
    for at in range(0, len(values), rows.BATCH):
        insert_rows(connection, source_node, _COLUMNS, values[at : at + rows.BATCH])


def perform(connection: Connection, draft_id: str, change: SourceChange) -> None:
    """Let nodes hold something else in the source, or be gone from it."""
    for key, one in change.after.items():
        mine = (source_node.c.draft_id == draft_id, source_node.c.key == key)
        connection.execute(delete(source_node).where(*mine))
        if one is not None:
            values = (draft_id, key, one.parent, one.seq, one.digest)
            insert_rows(connection, source_node, _COLUMNS, [values])


def _files(connection: Connection, draft_id: str) -> dict[str, str]:
    query = select(draft_asset.c.path, draft_asset.c.sha256)
    found = connection.execute(query.where(draft_asset.c.draft_id == draft_id))
    return {row.path: row.sha256 for row in found}


def _nodes(connection: Connection, draft_id: str) -> Iterator[Node]:
    order_ = order.document_order(connection, draft_id)
    for at in range(0, len(order_), rows.BATCH):
        some = order_[at : at + rows.BATCH].tolist()
        query = select(node.c.seq, node.c.body).where(
            node.c.draft_id == draft_id, node.c.seq.in_(some)
        )
        found = {row.seq: row.body for row in connection.execute(query)}
        for seq in some:
            yield rows.decode(found[seq])
