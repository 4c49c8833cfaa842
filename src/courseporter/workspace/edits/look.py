"""Finding what an operation names; whatever the course doesn't have is an invalid operation."""

from __future__ import annotations

from typing import Final

from courseporter.errors import _
from courseporter.model import Kind
from courseporter.workspace.edits import order, rows
from courseporter.workspace.edits.changes import POSITION, NodeChange, Positions, Values
from courseporter.workspace.edits.ops import Invalid
from courseporter.workspace.edits.step import Step

ABOVE: Final[dict[Kind, Kind | None]] = {
    "section": None, "lesson": "section", "unit": "lesson", "block": "unit",
}  # fmt: skip


def node(step: Step, key: str) -> rows.Row:
    """The node with this key.  Raises Invalid."""
    found = rows.get(step.connection, step.draft, key)
    if found is None:
        raise Invalid(_("The course has no item with the key “{key}”.", key=key))
    return found


def nodes(step: Step, keys: tuple[str, ...]) -> list[rows.Row]:
    """The nodes with these keys, each once.  Raises Invalid."""
    if not keys:
        raise Invalid(_("Name at least one item."))
    if len(set(keys)) < len(keys):
        raise Invalid(_("An item is named twice."))
    return [node(step, key) for key in keys]


def require_place(step: Step, kind: Kind, parent: str | None, before: str | None) -> None:
    """Raise Invalid unless a node of this kind may stand there."""
    wanted = ABOVE[kind]
    above = None if parent is None else node(step, parent).node.kind
    if above != wanted:
        inside = wanted or "course"
        raise Invalid(_("A {kind} belongs in a {parent}.", kind=kind, parent=inside))
    if before is not None and node(step, before).node.parent != parent:
        raise Invalid(_("“{key}” isn't in the item to insert into.", key=before))


def positions(
    step: Step, parent: str | None, before: str | None, count: int, moving: tuple[str, ...] = ()
) -> list[int]:
    """Numbers for `count` nodes below `parent` in front of `before`; its siblings move apart when
    there is no room left.
    """
    found = order.siblings(step.connection, step.draft, parent)
    free = order.between(found, before, count, moving)
    if free is not None:
        return free
    rest = [one for one in found if one.key not in moving]
    own = {one.key: one.own for one in rest}
    step.do(Positions(before=own, after=dict(order.spread(rest))))
    found = order.siblings(step.connection, step.draft, parent)
    return order.between(found, before, count, moving) or []


def following(step: Step, key: str, parent: str | None) -> str | None:
    """The sibling behind this one; None for the last."""
    live = [
        one.key for one in order.siblings(step.connection, step.draft, parent) if not one.removed
    ]
    at = live.index(key) + 1
    return live[at] if at < len(live) else None


def children(step: Step, key: str | None) -> list[str]:
    """The keys below, in order."""
    return [one.key for one in order.siblings(step.connection, step.draft, key) if not one.removed]


def move(step: Step, found: rows.Row, parent: str | None, position: int) -> None:
    """Let a node stand elsewhere."""
    before: Values = {POSITION: found.position}
    after: Values = {POSITION: position}
    if found.node.parent != parent:
        before["parent"], after["parent"] = found.node.parent, parent
    step.do(NodeChange(key=found.node.key, before=before, after=after))
