"""Taking nodes out of a course and putting them back: until then they rest in a table of their own.

The ledger follows (workspace/ledger.py): entries of the source are skipped while they are removed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, literal, null, select

from courseporter.errors import ConflictError, _
from courseporter.model import Node, Question, Quiz
from courseporter.store.clock import now_ms
from courseporter.store.schema import node, removed_node
from courseporter.workspace.edits import rows
from courseporter.workspace.edits.changes import Removed, Restored

_SAME = ("draft_id", "key", "seq", "kind", "parent", "position", "body")


def remove(connection: Connection, draft_id: str, change: Removed) -> None:
    """Take nodes out of the course.  Raises ConflictError where one isn't in it."""
    for root in change.keys:
        keys = rows.subtree(connection, draft_id, root)
        for some in rows.batches(keys):
            mine = (node.c.draft_id == draft_id, node.c.key.in_(some))
            more: dict[str, ColumnElement[Any]] = {
                "root": literal(root),
                "into": literal(change.into) if change.into else null(),
                "actor": literal(change.actor) if change.actor else null(),
                "at": now_ms(),
            }
            moved = select(*(node.c[name] for name in _SAME), *more.values()).where(*mine)
            result = connection.execute(insert(removed_node).from_select([*_SAME, *more], moved))
            if root in some and not result.rowcount:
                raise _missing(root)
            connection.execute(delete(node).where(*mine))


def restore(connection: Connection, draft_id: str, change: Restored, rev: int) -> None:
    """Put removed nodes back with all that was removed together with them."""
    for root in change.keys:
        mine = (
            removed_node.c.draft_id == draft_id,
            removed_node.c.root == root,
            removed_node.c.kind != "question",
        )
        found = connection.execute(select(removed_node).where(*mine)).all()
        nodes = {row.key: rows.decode(row.body) for row in found}
        if root not in nodes or not _has_parent(connection, draft_id, nodes[root]):
            raise _missing(root)
        connection.execute(delete(removed_node).where(*mine))
        values = [
            {
                **{name: getattr(row, name) for name in _SAME},
                **rows.column_values(nodes[row.key], ("title", "hidden", "type", "questions")),
                "rev": rev,
            }
            for row in found
        ]
        for at in range(0, len(values), rows.BATCH):
            connection.execute(insert(node), values[at : at + rows.BATCH])


def note_questions(
    connection: Connection, draft_id: str, old: Node, new: Node, actor: str | None
) -> bool:
    """Keep questions that leave a quiz, forget those that come back; whether there are any."""
    before, after = _questions(old), _questions(new)
    lost = [before[key] for key in before.keys() - after.keys()]
    found = list(after.keys() - before.keys())
    mine = removed_node.c.draft_id == draft_id, removed_node.c.kind == "question"
    for some in rows.batches([*found, *(one.key for one in lost)]):
        connection.execute(delete(removed_node).where(*mine, removed_node.c.key.in_(some)))
    for one in lost:
        values = {"draft_id": draft_id, "key": one.key, "seq": -1, "kind": "question"}
        more = {"parent": old.key, "root": one.key, "actor": actor, "at": now_ms()}
        connection.execute(insert(removed_node).values(**values, **more, body=rows.encode(one)))
    return bool(lost or found)


def roots(connection: Connection, draft_id: str, keys: Sequence[str]) -> dict[str, str]:
    """Key → the key that it was removed with, of those of the keys that are removed."""
    found: dict[str, str] = {}
    for some in rows.batches(keys):
        query = select(removed_node.c.key, removed_node.c.root).where(
            removed_node.c.draft_id == draft_id,
            removed_node.c.key.in_(some),
            removed_node.c.kind != "question",
        )
        found.update((row.key, row.root) for row in connection.execute(query))
    return found


def all_keys(connection: Connection, draft_id: str) -> set[str]:
    """Keys of all removed nodes and questions."""
    query = select(removed_node.c.key, removed_node.c.kind, removed_node.c.body)
    found: set[str] = set()
    for row in connection.execute(query.where(removed_node.c.draft_id == draft_id)):
        found.add(row.key)
        if row.kind == "block":
            found |= set(_questions(rows.decode(row.body)))
    return found


def _questions(one: Node) -> dict[str, Question]:
    block = one.block
    return {q.key: q for q in block.questions} if isinstance(block, Quiz) else {}


def _has_parent(connection: Connection, draft_id: str, one: Node) -> bool:
    return one.parent is None or rows.get(connection, draft_id, one.parent) is not None


def _missing(key: str) -> ConflictError:
    return ConflictError(
        _("An item that this change needs is no longer in the course."),
        _("Undo the later changes first."),
        key,
    )


def removed(connection: Connection, draft_id: str, key: str) -> Node:
    """A removed node."""
    query = select(removed_node.c.body).where(
        removed_node.c.draft_id == draft_id, removed_node.c.key == key
    )
    return rows.decode(connection.execute(query).scalar_one())


def terms(connection: Connection, draft_id: str, key: str) -> dict[str, str | None]:
    """Who removed a node, and what has taken over its content."""
    query = select(removed_node.c.into, removed_node.c.actor).where(
        removed_node.c.draft_id == draft_id, removed_node.c.key == key
    )
    row = connection.execute(query).one()
    return {"into": row.into, "actor": row.actor}
