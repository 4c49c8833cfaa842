"""Operations on the tree: move, insert, remove, restore, duplicate, split, merge.

Each performs its changes and returns its label for the history.
"""

from __future__ import annotations

from msgspec.structs import replace

from courseporter.errors import Message, _, ngettext
from courseporter.model import Kind, LessonSettings, Node
from courseporter.workspace.edits import blocks, content, look, removal, rows
from courseporter.workspace.edits.changes import (
    POSITION,
    NodeChange,
    Removed,
    Restored,
    values_of,
)
from courseporter.workspace.edits.ops import (
    Duplicate,
    Insert,
    Invalid,
    Merge,
    Move,
    NewNode,
    Remove,
    Restore,
    Split,
)
from courseporter.workspace.edits.order import ROOM
from courseporter.workspace.edits.step import Step

MOST_NEW = 20_000


def move(step: Step, op: Move) -> Message:
    """Move items below a parent, in the order in which they are named."""
    found = look.nodes(step, op.keys)
    kinds = {one.node.kind for one in found}
    if len(kinds) > 1:
        raise Invalid(_("Items of different kinds can't be moved together."))
    look.require_place(step, found[0].node.kind, op.parent, op.before)
    before = _not_moving(step, op)
    spots = look.positions(step, op.parent, before, len(found), op.keys)
    for key, spot in zip(op.keys, spots, strict=True):
        look.move(step, look.node(step, key), op.parent, spot)
    title = found[0].node.title
    if op.parent == found[0].node.parent or op.parent is None:
        one = _("Moved “{title}”", title=title)
    else:
        to = look.node(step, op.parent).node.title
        one = _("Moved “{title}” to “{parent}”", title=title, parent=to)
    more = ngettext("Moved {count} item", "Moved {count} items", len(found))
    return one if len(found) == 1 else more


def _not_moving(step: Step, op: Move) -> str | None:
    """`before`, or the next sibling that stays when `before` itself is moved."""
    before = op.before
    if before is None or before not in op.keys:
        return before
    live = look.children(step, op.parent)
    return next((key for key in live[live.index(before) :] if key not in op.keys), None)


def insert(step: Step, op: Insert) -> Message:
    """Add an item with all that is in it."""
    look.require_place(step, op.node.kind, op.parent, op.before)
    spot = look.positions(step, op.parent, op.before, 1)[0]
    changes: list[NodeChange] = []
    waiting: list[tuple[NewNode, str | None, int]] = [(op.node, op.parent, spot)]
    while waiting:
        new, parent, position = waiting.pop()
        one = _made(step, new, blocks.new_key(), parent)
        changes.append(_new(one, position))
        for child in new.children:
            if look.ABOVE[child.kind] != new.kind:
                kind, above = child.kind, new.kind
                raise Invalid(_("A {kind} belongs in a {parent}.", kind=kind, parent=above))
        places = enumerate(new.children, 1)
        waiting += [(child, one.key, ROOM * number) for number, child in places][::-1]
        if len(changes) > MOST_NEW:
            raise Invalid(_("More than {count:,} new items in one change.", count=MOST_NEW))
    _add(step, changes)
    return _("Added “{title}”", title=op.node.title)


def _made(step: Step, new: NewNode, key: str, parent: str | None) -> Node:
    if (new.kind == "block") != (new.block is not None):
        raise Invalid(_("Only blocks have content."))
    if new.settings and new.kind != "lesson":
        raise Invalid(_("Only a lesson has these settings."))
    block = None if new.block is None else blocks.block_of(new.block)
    one = Node(
        key=key,
        kind=new.kind,
        title=content.title_of(new.title, new.kind),
        parent=parent,
        hidden=new.hidden,
        description=blocks.text_of(new.description),
        block=block,
        settings=content.lesson_settings(step, LessonSettings(), new.settings or {}),
    )
    content.require_new_questions(step, one, set())
    content.want_files(step, one, None)
    return one


def _new(one: Node, position: int) -> NodeChange:
    return NodeChange(key=one.key, before=None, after={**values_of(one), POSITION: position})


def _add(step: Step, changes: list[NodeChange]) -> None:
    step.add(changes)
    step.keys += [one.key for one in changes]


def remove(step: Step, op: Remove) -> Message:
    """Take items out of the course."""
    found = look.nodes(step, op.keys)
    keys = tuple(one.node.key for one in found if not _is_below(step, one, set(op.keys)))
    step.do(Removed(keys=keys, actor=step.actor))
    return _many(found, "Removed")


def _is_below(step: Step, one: rows.Row, keys: set[str]) -> bool:
    """Whether one of these is above the node."""
    parent = one.node.parent
    while parent is not None:
        if parent in keys:
            return True
        parent = look.node(step, parent).node.parent
    return False


def restore(step: Step, op: Restore) -> Message:
    """Bring removed items back to where they were."""
    if not op.keys or len(set(op.keys)) < len(op.keys):
        raise Invalid(_("Name each removed item once."))
    found = removal.roots(step.connection, step.draft, op.keys)
    for key in op.keys:
        if found.get(key) != key:
            raise Invalid(_restorable(key, found.get(key)))
        removed = removal.removed(step.connection, step.draft, key)
        parent = removed.parent
        if parent is not None and rows.get(step.connection, step.draft, parent) is None:
            raise Invalid(_("Restore the item “{key}” first; this one was in it.", key=parent))
        step.do(Restored(keys=(key,), **removal.terms(step.connection, step.draft, key)))
    return _many([look.node(step, key) for key in op.keys], "Restored")


def _restorable(key: str, root: str | None) -> Message:
    if root is None:
        return _("No removed item has the key “{key}”.", key=key)
    return _("“{key}” was removed together with “{root}”; restore that.", key=key, root=root)


def duplicate(step: Step, op: Duplicate) -> Message:
    """Add a copy behind an item; copies have keys of their own."""
    original = look.node(step, op.key)
    parent = original.node.parent
    spot = look.positions(step, parent, look.following(step, op.key, parent), 1)[0]
    title = str(_("{title} (copy)", title=original.node.title)) if original.node.title else ""
    below: dict[str | None, list[Node]] = {}
    for row in rows.subtree_rows(step.connection, step.draft, op.key):
        below.setdefault(row.node.parent, []).append(row.node)
    changes: list[NodeChange] = []
    waiting: list[tuple[Node, str | None, int]] = [
        (replace(original.node, title=title), parent, spot)
    ]
    while waiting:
        one, above, position = waiting.pop()
        key, block = blocks.new_key(), blocks.with_new_keys(one.block)
        changes.append(_new(replace(one, key=key, parent=above, block=block), position))
        inside = enumerate(below.get(one.key, ()), 1)
        waiting += [(child, key, ROOM * number) for number, child in inside][::-1]
    _add(step, changes)
    return _("Duplicated “{title}”", title=original.node.title)


def split(step: Step, op: Split) -> Message:
    """Divide an item: from `at` on, what is in it goes to a new one behind it."""
    found = look.node(step, op.key)
    if found.node.kind == "block":
        raise Invalid(_("A block can't be split."))
    below = look.children(step, op.key)
    if op.at not in below:
        raise Invalid(_("“{key}” isn't in the item to split.", key=op.at))
    if below[0] == op.at:
        raise Invalid(_("Nothing would be left in front of the split."))
    first = look.node(step, op.at).node.title
    title = op.title or (first if first.strip() else found.node.title)
    parent = found.node.parent
    spot = look.positions(step, parent, look.following(step, op.key, parent), 1)[0]
    new = replace(
        found.node,
        key=blocks.new_key(),
        title=content.title_of(title, found.node.kind),
        description="",
    )
    _add(step, [_new(new, spot)])
    _append(step, below[below.index(op.at) :], new.key)
    return _("Split “{title}” at “{other}”", title=found.node.title, other=first)


def merge(step: Step, op: Merge) -> Message:
    """Put all that is in the further items at the end of the first one."""
    found = look.nodes(step, op.keys)
    if len(found) < 2:
        raise Invalid(_("Name two items to merge."))
    kinds: set[Kind] = {one.node.kind for one in found}
    if len(kinds) > 1 or "block" in kinds:
        raise Invalid(_("Only sections, lessons, or units can be merged, each with its own kind."))
    first, *others = found
    for one in others:
        _append(step, look.children(step, one.node.key), first.node.key)
        if one.node.description:
            into = look.node(step, first.node.key)
            text = into.node.description + one.node.description
            step.rewrite(into, replace(into.node, description=text))
        step.do(Removed(keys=(one.node.key,), into=first.node.key, actor=step.actor))
    content.redirect(step, [one.node.key for one in others], first.node.key)
    if len(found) > 2:
        return ngettext("Merged {count} item", "Merged {count} items", len(found))
    return _("Merged “{first}” and “{second}”", first=first.node.title, second=others[0].node.title)


def _append(step: Step, keys: list[str], parent: str) -> None:
    spots = look.positions(step, parent, None, len(keys))
    for key, spot in zip(keys, spots, strict=True):
        look.move(step, look.node(step, key), parent, spot)


def _many(found: list[rows.Row], verb: str) -> Message:
    title, count = found[0].node.title, len(found)
    if verb == "Removed":
        one = _("Removed “{title}”", title=title)
        more = ngettext("Removed {count} item", "Removed {count} items", count)
    else:
        one = _("Restored “{title}”", title=title)
        more = ngettext("Restored {count} item", "Restored {count} items", count)
    return one if count == 1 else more
