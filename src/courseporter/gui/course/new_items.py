"""Where a new item goes, and what it starts with."""

from __future__ import annotations

from typing import Final, NamedTuple

from courseporter import api
from courseporter.api.values import TreeNode
from courseporter.errors import Message, _
from courseporter.model import (
    Assignment,
    Block,
    Discussion,
    Kind,
    Link,
    Quiz,
    Resource,
    Text,
    Video,
)


class NewKind(NamedTuple):
    """Something that can be added: its words, the title it starts with, and its block."""

    words: Message
    title: Message
    block: Block | None = None


KINDS: Final[dict[str, NewKind]] = {
    "section": NewKind(_("Section"), _("New section")),
    "lesson": NewKind(_("Lesson"), _("New lesson")),
    "unit": NewKind(_("Unit"), _("New unit")),
    "text": NewKind(_("Text"), _("New text"), Text(html="")),
    "video": NewKind(_("Video"), _("New video"), Video()),
    "quiz": NewKind(_("Quiz"), _("New quiz"), Quiz(questions=())),
    "assignment": NewKind(_("Assignment"), _("New assignment"), Assignment(html="")),
    "resource": NewKind(_("File"), _("New file"), Resource(file="")),
    "link": NewKind(_("Link"), _("New link"), Link(url="")),
    "discussion": NewKind(_("Discussion"), _("New discussion"), Discussion()),
}
LEVELS: Final[tuple[Kind, ...]] = ("section", "lesson", "unit", "block")


def kind_of(name: str) -> Kind:
    """The kind of item that a name of KINDS stands for."""
    match name:
        case "section" | "lesson" | "unit":
            return name
        case _:
            return "block"


class Spot(NamedTuple):
    """Where an item goes: below `parent`, behind `beside`; `missing` levels come in between."""

    parent: str | None
    beside: str | None
    missing: int = 0


def insertion(actor: api.Actor, draft_id: str, name: str, at: str | None) -> api.ops.Insert:
    """The operation that adds an item behind the item `at`, or in it; None: at the end.

    Levels that are missing in between are added with it: a text in an empty section gets a lesson.
    """
    kind = kind_of(name)
    spot = spot_for(actor, draft_id, kind, at)
    depth = LEVELS.index(kind)
    return api.ops.Insert(
        node=_nested(name, LEVELS[depth - spot.missing : depth + 1]),
        parent=spot.parent,
        before=following(actor, draft_id, spot.parent, spot.beside),
    )


def spot_for(actor: api.Actor, draft_id: str, kind: Kind, at: str | None) -> Spot:
    """Where an item of a kind goes when it is put behind the item `at`."""
    way = _way(actor, draft_id, at)
    depth = LEVELS.index(kind)
    parent: TreeNode | None = None
    for level in range(depth):
        found = way[level] if level < len(way) else _last(actor, draft_id, parent)
        if found is None:
            return Spot(None if parent is None else parent.key, None, depth - level)
        parent = found
    beside = way[depth].key if depth < len(way) else None
    return Spot(None if parent is None else parent.key, beside)


def place_behind(
    actor: api.Actor, draft_id: str, kind: Kind, at: str | None
) -> tuple[str | None, str | None]:
    """The parent and the neighbor of an item of a kind that is put behind the item `at`.

    Levels that are missing are added.
    """
    spot = spot_for(actor, draft_id, kind, at)
    if not spot.missing:
        return spot.parent, spot.beside
    depth = LEVELS.index(kind)
    names = LEVELS[depth - spot.missing : depth]
    made = api.ops.Insert(node=_nested(names[-1], names), parent=spot.parent)
    return api.edit(actor, draft_id, [made], check=False).keys[-1], None


def following(
    actor: api.Actor, draft_id: str, parent: str | None, beside: str | None
) -> str | None:
    """The sibling behind an item; None at the end."""
    if beside is None:
        return None
    keys = [one.key for one in api.tree(actor, draft_id, parent)]
    at = keys.index(beside) + 1
    return keys[at] if at < len(keys) else None


def unit_for(actor: api.Actor, draft_id: str, parent: str) -> str:
    """The unit that blocks moved into an item belong to: of a lesson its last one."""
    way = _way(actor, draft_id, parent)
    last = _last(actor, draft_id, way[-1]) if way[-1].kind == "lesson" else None
    return parent if last is None else last.key


def _way(actor: api.Actor, draft_id: str, key: str | None) -> list[TreeNode]:
    """The items from the section down to one."""
    found: list[TreeNode] = []
    for step in api.path(actor, draft_id, key) if key is not None else ():
        above = found[-1].key if found else None
        here = [one for one in api.tree(actor, draft_id, above) if one.key == step]
        found += here
    return found


def _last(actor: api.Actor, draft_id: str, parent: TreeNode | None) -> TreeNode | None:
    rows = api.tree(actor, draft_id, None if parent is None else parent.key)
    return rows[-1] if rows else None


def _nested(name: str, levels: tuple[Kind, ...]) -> api.ops.NewNode:
    """The new item with the levels above it that are missing."""
    new = KINDS[name]
    made = api.ops.NewNode(
        kind=levels[-1],
        title=str(new.title),
        block=None if new.block is None else api.ops.plain_block(new.block),
    )
    for level in reversed(levels[:-1]):
        title = made.title if level == "unit" else str(KINDS[level].title)
        made = api.ops.NewNode(kind=level, title=title, children=(made,))
    return made
