"""The result of a container: a lesson as learners read it, the lessons of a section."""

from __future__ import annotations

from html import escape
from typing import Final, NamedTuple

import msgspec

from courseporter import api
from courseporter.api.values import NodeView, TreeNode

BLOCKS: Final = 12  # of a lesson; the preview is cut soon after anyway
LESSONS: Final = 200  # of a section


class LookedUp(NamedTuple):
    """One item of one draft."""

    draft_id: str
    node: NodeView
    content: api.Content


def item_view(actor: api.Actor, draft_id: str, key: str) -> NodeView:
    """Off the GUI thread: read one item; the result of a container is made from its contents."""
    node = api.node(actor, draft_id, key)
    if not node.source:
        node = with_source(actor, draft_id, node)
    if node.kind == "block":
        return node
    below = api.tree(actor, draft_id, key)
    if node.kind == "section":
        html = node.result_html + titles(below)
    else:
        html = node.result_html + pages(actor, draft_id, node.title, below)
    return msgspec.structs.replace(node, result_html=html)


def with_source(actor: api.Actor, draft_id: str, node: NodeView) -> NodeView:
    """Return a node with the source of the item that it is a part of."""
    for key in reversed(api.path(actor, draft_id, node.key)[:-1]):
        above = api.node(actor, draft_id, key)
        if above.source:
            return msgspec.structs.replace(
                node, source=above.source, outcome=above.outcome, reason=above.reason
            )
    return node


def titles(lessons: tuple[TreeNode, ...]) -> str:
    """Return the lessons of a section as a list; many titles have numbers of their own."""
    rows = "".join(f"<li>{escape(lesson.title)}</li>" for lesson in lessons[:LESSONS])
    return f"<ul>{rows}</ul>" if rows else ""


def pages(actor: api.Actor, draft_id: str, title: str, below: tuple[TreeNode, ...]) -> str:
    """Return the blocks of a lesson or unit, each below its title unless that repeats."""
    blocks = [node for node in below if node.kind == "block"]
    units = tuple(node.key for node in below if node.kind == "unit")[:BLOCKS]
    for inside in api.branches(actor, draft_id, units).values():
        blocks += inside
    parts: list[str] = []
    for block in blocks[:BLOCKS]:
        if block.title not in {"", title}:
            parts.append(f"<h2>{escape(block.title)}</h2>")
        title = block.title
        parts.append(api.node(actor, draft_id, block.key).result_html)
    return "".join(parts)


def look(actor: api.Actor, draft_id: str, key: str) -> LookedUp:
    """Off the GUI thread: read one item."""
    content = api.content(actor, draft_id, key)
    return LookedUp(draft_id, item_view(actor, draft_id, key), content)
