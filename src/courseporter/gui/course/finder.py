"""What a search in the course finds, and the sentence that says how much that is."""

from __future__ import annotations

from typing import Final, NamedTuple

from courseporter import api
from courseporter.api.values import TreeNode
from courseporter.gui.words import number, quoted

LIMIT: Final = 500


class Found(NamedTuple):
    """What a search brought, and for which words; `cut`: there is more than `nodes`."""

    draft_id: str
    asked: tuple[str, bool]
    nodes: tuple[TreeNode, ...]
    cut: bool = False


def find(actor: api.Actor, draft_id: str, asked: tuple[str, bool]) -> Found:
    """Off the GUI thread: the places whose titles hold the words."""
    text, only = asked
    nodes = api.find(actor, draft_id, text, only_problems=only, limit=LIMIT)
    return Found(draft_id, asked, without_echoes(nodes), len(nodes) == LIMIT)


def told(found: Found) -> str:
    """Why nothing is listed, or that not everything is; else nothing needs to be said."""
    text, only = found.asked
    if found.cut:
        return f"The first {number(len(found.nodes))} places. Type more to find fewer."
    if found.nodes:
        return ""
    if not text:
        return "No place has notes."
    kind = "title with notes" if only else "title"
    return f"No {kind} has {quoted(text, 40)} in it."


def without_echoes(nodes: tuple[TreeNode, ...]) -> tuple[TreeNode, ...]:
    """What was found, without units and blocks that only repeat the title of their lesson."""
    titles = {node.key: node.title for node in nodes}
    return tuple(
        node
        for node in nodes
        if node.kind not in {"unit", "block"}
        or node.problems
        or titles.get(node.parent or "") != node.title
    )
