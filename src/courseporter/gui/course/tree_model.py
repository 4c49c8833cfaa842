"""The course tree; rows are read from the store when they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import ClassVar

import msgspec
from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from courseporter.api.values import TreeNode
from courseporter.errors import gettext
from courseporter.gui.course import kinds
from courseporter.gui.words import problems

Index = QModelIndex | QPersistentModelIndex
Levels = dict[str | None, tuple[TreeNode, ...]]
NODE = Qt.ItemDataRole.UserRole  # the TreeNode of a row
NOWHERE = QModelIndex()
MANY = 16  # levels that arrive together


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


class TreeModel(QAbstractItemModel):
    """Rows of one draft.  `wanted` asks for the rows below a key ("" for the sections).

    `put` brings them.
    """

    wanted = Signal(str)
    renamed = Signal(str, str)
    roles: ClassVar[tuple[int, ...]] = (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        NODE,
    )

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = Branch(0)
        self._by_key: dict[str, Branch] = {}
        # An index carries a number, not a pointer: a stale one finds nothing, not freed memory.
        self._by_number: dict[int, Branch] = {0: self._root}
        self._numbers = count(1)

    # ---- filling

    def clear(self) -> None:
        """Remove all rows, for another draft."""
        self.beginResetModel()
        self._root = Branch(0)
        self._by_key = {}
        self._by_number = {0: self._root}
        self.endResetModel()

    def put(self, levels: Levels) -> None:
        """Update rows; parents come before their children."""
        new: list[tuple[Branch, Sequence[TreeNode]]] = []
        for parent, views in levels.items():
            branch = self._root if parent is None else self._by_key.get(parent)
            if branch is None:
                continue
            if len(levels) > MANY and branch.children is None and branch is not self._root:
                new.append((branch, views))
            else:
                self._put_level(branch, views)
        if new:
            self._put_many(new)

    def change(self, key: str, **fields: object) -> None:
        """Show a change immediately, while it is being saved; a refresh confirms it."""
        branch = self._by_key.get(key)
        if branch is not None and branch.view is not None:
            branch.view = msgspec.structs.replace(branch.view, **fields)
            here = self._index(branch)
            self.dataChanged.emit(here, here, list(self.roles))

    def loaded(self) -> tuple[str | None, ...]:
        """The parents whose rows are here, upper ones first: what a refresh has to read again."""
        found: list[str | None] = []
        level = [self._root]
        while level:
            open_ones = [branch for branch in level if branch.children is not None]
            found += [branch.view.key if branch.view else None for branch in open_ones]
            level = [child for branch in open_ones for child in branch.children or ()]
        return tuple(found)

    def index_of(self, key: str) -> QModelIndex:
        """Return the index of a key; invalid when it has not been read."""
        branch = self._by_key.get(key)
        return self._index(branch) if branch else QModelIndex()

    def node(self, index: Index) -> TreeNode | None:
        """Return the node of a row."""
        return self._branch(index).view

    def _put_level(self, branch: Branch, views: Sequence[TreeNode]) -> None:
        here = self._index(branch)
        if branch.children is None:
            self._insert(branch, here, views)
        elif [child.view.key for child in branch.children if child.view] == [v.key for v in views]:
            self._update(branch.children, views)
        else:
            self._remove(branch, here)
            self._insert(branch, here, views)

    def _put_many(self, new: Sequence[tuple[Branch, Sequence[TreeNode]]]) -> None:
        """Tell views once: they lay everything out afresh for each insertion they hear of."""
        self.layoutAboutToBeChanged.emit()
        for branch, views in new:
            self._grow(branch, views)
        self.layoutChanged.emit()

    def _insert(self, branch: Branch, here: QModelIndex, views: Sequence[TreeNode]) -> None:
        if views:
            self.beginInsertRows(here, 0, len(views) - 1)
        self._grow(branch, views)
        if views:
            self.endInsertRows()

    def _grow(self, branch: Branch, views: Sequence[TreeNode]) -> None:
        branch.children = children = [
            Branch(next(self._numbers), view, branch, row) for row, view in enumerate(views)
        ]
        self._by_number.update((child.number, child) for child in children)
        self._by_key.update((v.key, child) for v, child in zip(views, children, strict=True))

    def _remove(self, branch: Branch, here: QModelIndex) -> None:
        children = branch.children or []
        if children:
            self.beginRemoveRows(here, 0, len(children) - 1)
        self._forget(children)
        branch.children = []
        if children:
            self.endRemoveRows()

    def _forget(self, branches: Iterable[Branch]) -> None:
        for branch in branches:
            self._by_number.pop(branch.number, None)
            if branch.view is not None:
                self._by_key.pop(branch.view.key, None)
            self._forget(branch.children or ())

    def _update(self, children: Sequence[Branch], views: Sequence[TreeNode]) -> None:
        changed = [
            child.row for child, view in zip(children, views, strict=True) if child.view != view
        ]
        for child, view in zip(children, views, strict=True):
            child.view = view
            if child.children == [] and view.children:  # it has got its first children
                child.children, child.asked = None, False
        if changed:
            first, last = self._index(children[changed[0]]), self._index(children[changed[-1]])
            self.dataChanged.emit(first, last, list(self.roles))

    # ---- what views ask

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        """Return the index of a row below its parent."""
        children = self._branch(parent).children or ()
        if column != 0 or not 0 <= row < len(children):
            return QModelIndex()
        return self._index(children[row])

    def parent(self, index: Index = NOWHERE) -> QModelIndex:  # pyright: ignore[reportIncompatibleMethodOverride]  # Qt overloads it
        """Return the index of the parent."""
        parent = self._branch(index).parent
        return self._index(parent) if parent is not None else QModelIndex()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many rows have been read below an item."""
        return len(self._branch(parent).children or ())

    def columnCount(self, parent: Index = NOWHERE) -> int:  # noqa: ARG002
        """Return one: the delegate paints everything else."""
        return 1

    def hasChildren(self, parent: Index = NOWHERE) -> bool:
        """Whether an item can be expanded, read or not."""
        branch = self._branch(parent)
        if branch.children is not None:
            return bool(branch.children)
        return branch.view is None or branch.view.children > 0

    def canFetchMore(self, parent: Index) -> bool:
        """Whether the rows below have not been requested yet."""
        branch = self._branch(parent)
        return branch.children is None and not branch.asked and self.hasChildren(parent)

    def fetchMore(self, parent: Index) -> None:
        """Request the rows below; they arrive by `put`."""
        branch = self._branch(parent)
        if not branch.asked:
            branch.asked = True
            self.wanted.emit(branch.view.key if branch.view else "")

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that rows can be selected and renamed."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return title, tooltip, text for screen readers, or the whole TreeNode."""
        view = self._branch(index).view
        if view is None:
            return None
        if role == NODE:
            return view
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            return view.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return kinds.spoken(view)
        return tool_tip(view) if role == Qt.ItemDataRole.ToolTipRole else None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Report that the user typed another title."""
        view = self._branch(index).view
        title = str(value).strip()
        if view is None or role != Qt.ItemDataRole.EditRole or title in {"", view.title}:
            return False
        self.change(view.key, title=title)
        self.renamed.emit(view.key, title)
        return True

    def _branch(self, index: Index) -> Branch:
        return self._by_number.get(index.internalId(), self._root)  # an invalid index has number 0

    def _index(self, branch: Branch) -> QModelIndex:
        if branch.view is None:
            return QModelIndex()
        return self.createIndex(branch.row, 0, branch.number)


def tool_tip(view: TreeNode) -> str:
    """Return the whole title, what is below it, and its state."""
    rest = [kinds.below(view)]
    rest.append(gettext("hidden from learners") if view.hidden else "")
    rest.append(problems(view.problems) if view.problems else "")
    facts = " · ".join(part for part in rest if part)
    title = view.title[:600]  # a tool tip as high as the screen helps nobody
    return f"{title}\n{facts}" if facts else title
