"""Rows of nodes as edits read and write them; what is stored next to the body never gets stale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from courseporter.model import Node, Quiz
from courseporter.store.hints import unlikely
from courseporter.store.schema import node, removed_node
from courseporter.workspace.edits.order import ROOM

BATCH: Final = 500
encode: Final = msgspec.json.Encoder().encode
decode: Final = msgspec.json.Decoder(Node).decode


class Row(NamedTuple):
    """A node and where it is stored; `position` as in the table."""

    seq: int
    position: int | None
    node: Node


def get(connection: Connection, draft_id: str, key: str) -> Row | None:
    """The node with this key, if it is in the course."""
    query = select(node.c.seq, node.c.position, node.c.body)
    row = connection.execute(query.where(*_one(draft_id, key))).one_or_none()
    return None if row is None else Row(row.seq, row.position, decode(row.body))


def children(connection: Connection, draft_id: str, keys: Sequence[str]) -> list[str]:
    """Keys directly below these, in no order."""
    found: list[str] = []
    for some in batches(keys):
        few = unlikely(node.c.parent.in_(some))
        query = select(node.c.key).where(node.c.draft_id == draft_id, few)
        found += connection.scalars(query)
    return found


def subtree(connection: Connection, draft_id: str, key: str) -> list[str]:
    """The key and all below it, level by level."""
    found, level = [key], [key]
    while level:
        level = children(connection, draft_id, level)
        found += level
    return found


def subtree_rows(connection: Connection, draft_id: str, key: str) -> list[Row]:
    """The node and all below it, siblings in order."""
    found: list[Row] = []
    for some in batches(subtree(connection, draft_id, key)):
        query = select(node.c.seq, node.c.position, node.c.body).where(
            node.c.draft_id == draft_id, node.c.key.in_(some)
        )
        found += [Row(seq, at, decode(body)) for seq, at, body in connection.execute(query)]
    return sorted(found, key=lambda row: row.seq * ROOM if row.position is None else row.position)


def is_taken(connection: Connection, draft_id: str, key: str) -> bool:
    """Whether a node has this key, or had it and may come back."""
    return bool(taken(connection, draft_id, (key,)))


def taken(connection: Connection, draft_id: str, keys: Sequence[str]) -> set[str]:
    """Those of the keys that nodes have, or had and may come back with."""
    found = known(connection, draft_id, keys)
    for some in batches(keys):
        gone = select(removed_node.c.key).where(
            removed_node.c.draft_id == draft_id,
            removed_node.c.key.in_(some),
            removed_node.c.kind != "question",
        )
        found.update(connection.scalars(gone))
    return found


def known(connection: Connection, draft_id: str, keys: Sequence[str]) -> set[str]:
    """Those of the keys that nodes of the course have."""
    found: set[str] = set()
    for some in batches(keys):
        query = select(node.c.key).where(node.c.draft_id == draft_id, node.c.key.in_(some))
        found.update(connection.scalars(query))
    return found


def add(
    connection: Connection, draft_id: str, nodes: Sequence[tuple[Node, int | None]], rev: int
) -> None:
    """Store new nodes with their numbers among siblings."""
    seq = _next_seq(connection, draft_id)
    values = [
        {
            "draft_id": draft_id,
            "seq": seq + number,
            "key": one.key,
            "kind": one.kind,
            "position": position,
            **_columns(one),
            "rev": rev,
        }
        for number, (one, position) in enumerate(nodes)
    ]
    for at in range(0, len(values), BATCH):
        connection.execute(insert(node), values[at : at + BATCH])


def store(connection: Connection, draft_id: str, one: Node, position: int | None, rev: int) -> None:
    """Store a node that exists."""
    values = _columns(one)
    connection.execute(
        update(node).where(*_one(draft_id, one.key)).values(**values, position=position, rev=rev)
    )


def drop(connection: Connection, draft_id: str, keys: Sequence[str]) -> None:
    """Delete the rows of nodes."""
    for some in batches(keys):
        mine = (node.c.draft_id == draft_id, node.c.key.in_(some))
        connection.execute(delete(node).where(*mine))


def place(connection: Connection, draft_id: str, key: str, position: int | None, rev: int) -> None:
    """Give a node, or a removed one, another number among its siblings."""
    connection.execute(update(node).where(*_one(draft_id, key)).values(position=position, rev=rev))
    gone = (removed_node.c.draft_id == draft_id, removed_node.c.key == key)
    connection.execute(update(removed_node).where(*gone).values(position=position))


def batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """Batches of keys, as large as a query allows."""
    return (keys[at : at + BATCH] for at in range(0, len(keys), BATCH))


def column_values(one: Node, names: Iterable[str]) -> dict[str, object]:
    """Some columns of a node's row."""
    values = _columns(one)
    return {name: values[name] for name in names}


def _one(draft_id: str, key: str):  # noqa: ANN202 - conditions
    return node.c.draft_id == draft_id, node.c.key == key


def _columns(one: Node) -> dict[str, object]:
    block = one.block
    return {
        "parent": one.parent,
        "title": one.title,
        "hidden": one.hidden,
        "type": None if block is None else block.__struct_config__.tag,
        "questions": len(block.questions) if isinstance(block, Quiz) else 0,
        "body": encode(one),
    }


def _next_seq(connection: Connection, draft_id: str) -> int:
    lasts = (
        select(func.coalesce(func.max(table.c.seq), -1)).where(table.c.draft_id == draft_id)
        for table in (node, removed_node)
    )
    return 1 + max(int(connection.execute(last).scalar_one()) for last in lasts)
