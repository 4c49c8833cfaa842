"""Searching the titles of a course."""

from __future__ import annotations

from typing import Final, NamedTuple

from courseporter import api
from courseporter.api.values import TreeNode
from courseporter.errors import gettext
from courseporter.gui.words import number, quoted

LIMIT: Final = 500


class SearchResult(NamedTuple):
    """The result of a search; `cut`: there are more than `nodes`."""

    draft_id: str
    asked: tuple[str, bool]
    nodes: tuple[TreeNode, ...]
    cut: bool = False


def find(actor: api.Actor, draft_id: str, asked: tuple[str, bool]) -> SearchResult:
    """Off the GUI thread: find the items whose titles contain the text."""
    text, only = asked
    nodes = api.find(actor, draft_id, text, only_problems=only, limit=LIMIT)
    return SearchResult(draft_id, asked, without_echoes(nodes), len(nodes) == LIMIT)


def summary(found: SearchResult) -> str:
    """Return why nothing is listed, or that not everything is; else an empty text."""
    text, only = found.asked
    if found.cut:
        shown = number(len(found.nodes))
        return gettext("The first {number} items. Type more to narrow the search.", number=shown)
    if found.nodes:
        return ""
    if not text:
        return gettext("No items have problems.")
    wanted = quoted(text, 40)
    if only:
        return gettext("No titles of items with problems match {text}.", text=wanted)
    return gettext("No titles match {text}.", text=wanted)


def without_echoes(nodes: tuple[TreeNode, ...]) -> tuple[TreeNode, ...]:
    """Return the nodes without units and blocks that only repeat the title of their lesson."""
    titles = {node.key: node.title for node in nodes}
    return tuple(
        node
        for node in nodes
        if node.kind not in {"unit", "block"}
        or node.problems
        or titles.get(node.parent or "") != node.title
    )
