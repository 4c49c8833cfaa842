"""The order of siblings: numbers with room between them, so that a move changes one row.

A node has no number of its own until something is edited around it: it then stands where the
import put it (`seq`).
"""

from __future__ import annotations

from array import array
from collections.abc import Collection
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

from sqlalchemy import Connection, FromClause, func, literal, select, union_all

from courseporter.store.hints import unlikely
from courseporter.store.schema import node, removed_node

ROOM: Final = 1 << 20  # between two neighbors of the import
PLACE: Final = func.coalesce(node.c.position, node.c.seq * ROOM)
IN_ORDER: Final = (PLACE, node.c.seq)


class Sibling(NamedTuple):
    """A node below the same parent: `place` is its number, `own` the one that is stored."""

    key: str
    place: int
    own: int | None
    removed: bool


def is_edited(connection: Connection, draft_id: str) -> bool:
    """Whether the order of the draft is another one than that of its import."""
    query = select(node.c.draft_id).where(node.c.draft_id == draft_id, node.c.position.is_not(None))
    return connection.execute(query.limit(1)).first() is not None


def siblings(connection: Connection, draft_id: str, parent: str | None) -> list[Sibling]:
    """All below a parent in order, removed ones too: they come back to where they were."""
    found = union_all(
        _below(node, draft_id, parent, removed=False),
        _below(removed_node, draft_id, parent, removed=True),
    )
    rows = [Sibling(*row[:4]) for row in connection.execute(found)]
    return sorted(rows, key=lambda one: (one.place, one.removed))


def _below(table: FromClause, draft_id: str, parent: str | None, *, removed: bool):  # noqa: ANN202 - a statement
    same = table.c.parent.is_(None) if parent is None else table.c.parent == parent
    place = func.coalesce(table.c.position, table.c.seq * ROOM)
    columns = (table.c.key, place.label("place"), table.c.position, literal(removed))
    return select(*columns).where(
        table.c.draft_id == draft_id, unlikely(same), table.c.kind != "question"
    )


def between(
    found: list[Sibling], before: str | None, count: int, moving: Collection[str] = ()
) -> list[int] | None:
    """Numbers for `count` nodes in front of `before` (None: behind all); None: no room is left."""
    rest = [one for one in found if one.key not in moving]
    at = next((n for n, one in enumerate(rest) if one.key == before), len(rest))
    if at == len(rest):
        last = rest[-1].place if rest else 0
        return [last + ROOM * number for number in range(1, count + 1)]
    upper = rest[at].place
    lower = rest[at - 1].place if at else upper - ROOM * (count + 1)
    step = (upper - lower) // (count + 1)
    return [lower + step * number for number in range(1, count + 1)] if step else None


def spread(found: list[Sibling]) -> dict[str, int]:
    """New numbers for all of these, in their order, with room between them."""
    return {one.key: ROOM * number for number, one in enumerate(found, 1)}


class _Row(NamedTuple):
    seq: int
    key: str
    kind: str
    parent: str | None


def document_order(connection: Connection, draft_id: str) -> array[int]:
    """`seq` of every node of an edited draft, in document order."""
    query = select(node.c.seq, node.c.key, node.c.kind, node.c.parent).where(
        node.c.draft_id == draft_id
    )
    rows = [_Row(*row) for row in connection.execute(query.order_by(node.c.parent, *IN_ORDER))]
    below = {parent: list(part) for parent, part in groupby(rows, key=attrgetter("parent"))}
    order = array("q")
    waiting = below.get(None, [])[::-1]
    while waiting:
        row = waiting.pop()
        order.append(row.seq)
        if row.kind != "block":
            waiting += below.get(row.key, [])[::-1]
    return order
