"""Rows of the course tree that have been read, and where dragged rows may go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QMimeData, Qt

from courseporter.api.values import TreeNode

NODE: Final = Qt.ItemDataRole.UserRole  # the TreeNode of a row
MIME: Final = "application/x-courseporter-items"
CONTAINERS: Final = {"section": "", "lesson": "section", "unit": "lesson", "block": "unit"}


class Branch:
    """One row that has been read; `children` is None until its rows have been."""

    __slots__ = ("asked", "children", "number", "parent", "row", "view")

    def __init__(
        self, number: int, view: TreeNode | None = None, parent: Branch | None = None, row: int = 0
    ) -> None:
        self.number = number
        self.view = view
        self.parent = parent
        self.row = row
        self.children: list[Branch] | None = None
        self.asked = False


class Target(NamedTuple):
    """A place in the tree: below `parent`, in front of `before` (None: at the end)."""

    parent: str | None
    before: str | None


def target_in(parent: Branch, kind: str, row: int) -> Target | None:
    """Where an item of a kind goes when it is dropped at a row below a parent (-1: on it)."""
    children = parent.children or []
    before = key_of(children[row]) if 0 <= row < len(children) else None
    here = parent.view
    if here is None:
        return Target(None, before) if kind == "section" else None
    if here.kind == CONTAINERS[kind]:
        shown = children[0].view.kind if children and children[0].view else kind
        return Target(here.key, before if shown == kind else None)
    if kind == "block" and here.kind == "lesson":
        first = children[0].view if children else None
        if first is not None and first.kind == "block":
            return Target(first.parent, before)  # the lesson's only unit isn't shown
        return Target(here.key, None) if row < 0 else None
    return None


def key_of(branch: Branch) -> str:
    """The key of a row."""
    return branch.view.key if branch.view is not None else ""


def rows_of(branch: Branch) -> list[Branch]:
    """The rows below a branch, to be changed in place."""
    if branch.children is None:
        branch.children = []
    return branch.children


def renumber(children: Sequence[Branch], start: int) -> None:
    """Tell rows where they stand now."""
    for row in range(start, len(children)):
        children[row].row = row


def keys_of(data: QMimeData) -> tuple[str, ...]:
    """The keys of dragged rows."""
    return tuple(bytes(data.data(MIME).data()).decode().split("\n"))
