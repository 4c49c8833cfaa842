"""The draft as the package needs it: every level where it belongs, descriptions as pages.

OLX has no descriptions of sections, lessons and units.  Each becomes a text block at the start of
the first unit below it; where there's no unit, one is created for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from courseporter.errors import InputError, _
from courseporter.model import Kind, Node, Text

LEVEL: dict[Kind, int] = {"section": 1, "lesson": 2, "unit": 3, "block": 4}
ABOUT = "about:"


def arrange(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield the nodes in document order, with descriptions as blocks.  Raises InputError when a
    level is missing.
    """
    open_at: list[Node] = []
    waiting: list[Node] = []
    for node in nodes:
        level = LEVEL[node.kind]
        _require(node, level, open_at)
        if level < 4:
            yield from _flush(waiting, level)
            del open_at[level - 1 :]
            open_at.append(node)
            if node.description:
                waiting.append(node)
        yield node
        if level == 3 and waiting:
            for place in waiting:
                yield _about(place, node.key)
            waiting.clear()
    yield from _flush(waiting, 1)


def _require(node: Node, level: int, open_at: list[Node]) -> None:
    """Raise InputError unless the node is a child of the open one of the level above."""
    parent = open_at[level - 2].key if 1 < level <= len(open_at) + 1 else None
    if node.parent == parent and (level == 1 or parent is not None):
        return
    above = ("course", "section", "lesson", "unit")[level - 1]
    raise InputError(
        _("“{title}” ({key}) isn't in a {above}.", title=node.title, key=node.key, above=above),
        _("Import the source again."),
        node.key,
        code="course_not_ready",
    )


def _flush(waiting: list[Node], level: int) -> Iterator[Node]:
    """Yield the descriptions of containers that end without a unit, in a unit of their own."""
    for place in tuple(waiting):
        if LEVEL[place.kind] < level:
            continue
        waiting.remove(place)
        parent = place.key
        missing: tuple[Kind, ...] = ("lesson", "unit") if place.kind == "section" else ("unit",)
        for kind in missing:
            key = f"{ABOUT}{kind}:{place.key}"
            yield Node(key=key, kind=kind, title=place.title, parent=parent)
            parent = key
        yield _about(place, parent)


def _about(place: Node, parent: str) -> Node:
    return Node(
        key=ABOUT + place.key,
        kind="block",
        title=place.title,
        parent=parent,
        block=Text(html=place.description),
    )
