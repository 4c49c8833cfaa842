"""The course tree; rows are read from the store when they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import ClassVar

import msgspec
from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from courseporter.api.values import TreeNode
from courseporter.errors import gettext
from courseporter.gui.course import kinds
from courseporter.gui.course.tree_branch import (
    MIME,
    NODE,
    Branch,
    Target,
    key_of,
    keys_of,
    renumber,
    rows_of,
    target_in,
)
from courseporter.gui.words import problems

Index = QModelIndex | QPersistentModelIndex
Levels = dict[str | None, tuple[TreeNode, ...]]
NOWHERE = QModelIndex()
MANY = 16  # levels that arrive together


class TreeModel(QAbstractItemModel):
    """Rows of one draft.  `wanted` asks for the rows below a key ("" for the sections).

    `put` brings them.
    """

    wanted = Signal(str)
    renamed = Signal(str, str)
    dropped = Signal(tuple, object, object)  # keys, parent and following key, or None
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
            self._rearrange(branch, here, views)

    def _rearrange(self, branch: Branch, here: QModelIndex, views: Sequence[TreeNode]) -> None:
        """Remove, move and insert single rows, so that the others stay expanded."""
        children = rows_of(branch)
        wanted = {view.key: place for place, view in enumerate(views)}
        self._drop_gone(branch, here, wanted)
        for place, view in enumerate(views):
            if place < len(children) and key_of(children[place]) == view.key:
                continue
            known = self._by_key.get(view.key)
            if known is None or known.parent is not branch:
                self._insert_one(branch, here, place, view)
            elif place + 1 < len(children) and key_of(children[place + 1]) == view.key:
                self._move_row(branch, here, place, wanted[key_of(children[place])])
                if key_of(children[place]) != view.key:
                    self._move_row(branch, here, known.row, place)
            else:
                self._move_row(branch, here, known.row, place)
        self._update(children, views)

    def _drop_gone(self, branch: Branch, here: QModelIndex, wanted: dict[str, int]) -> None:
        children = rows_of(branch)
        first = len(children)
        while first > 0:
            last = first
            while first > 0 and key_of(children[first - 1]) not in wanted:
                first -= 1
            if first < last:
                self.beginRemoveRows(here, first, last - 1)
                self._forget(children[first:last])
                del children[first:last]
                renumber(children, first)
                self.endRemoveRows()
            first -= 1

    def _insert_one(self, branch: Branch, here: QModelIndex, place: int, view: TreeNode) -> None:
        children = rows_of(branch)
        self.beginInsertRows(here, place, place)
        made = Branch(next(self._numbers), view, branch, place)
        children.insert(place, made)
        renumber(children, place + 1)
        self._by_number[made.number] = made
        self._by_key[view.key] = made
        self.endInsertRows()

    def _move_row(self, branch: Branch, here: QModelIndex, row: int, place: int) -> None:
        """Move a row so that it is at `place` afterwards."""
        children = rows_of(branch)
        place = max(0, min(place, len(children) - 1))
        if row == place:
            return
        self.beginMoveRows(here, row, row, here, place + (1 if place > row else 0))
        children.insert(place, children.pop(row))
        renumber(children, min(row, place))
        self.endMoveRows()

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

    def _forget(self, branches: Iterable[Branch]) -> None:
        for branch in branches:
            self._by_number.pop(branch.number, None)
            if branch.view is not None and self._by_key.get(branch.view.key) is branch:
                del self._by_key[branch.view.key]
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
        """Return that rows can be selected, renamed and dragged, and what can be dropped on."""
        drop = Qt.ItemFlag.ItemIsDropEnabled
        if not index.isValid():
            return drop
        own = Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled
        view = self._branch(index).view
        inside = drop if view is not None and view.kind != "block" else Qt.ItemFlag.NoItemFlags
        return super().flags(index) | own | inside

    # ---- dragging

    def mimeTypes(self) -> list[str]:
        """Return what rows are dragged as."""
        return [MIME]

    def mimeData(self, indexes: Sequence[Index]) -> QMimeData:
        """Return the keys of rows."""
        nodes = (self.node(index) for index in indexes)
        keys = "\n".join(node.key for node in nodes if node is not None)
        data = QMimeData()
        data.setData(MIME, keys.encode())
        return data

    def supportedDropActions(self) -> Qt.DropAction:
        """Return that rows are moved."""
        return Qt.DropAction.MoveAction

    def canDropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Whether all dragged rows may stand there."""
        del action, column
        return self._target(keys_of(data), row, parent) is not None

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Report the drop; the rows move when the store has them."""
        del action, column
        keys = keys_of(data)
        target = self._target(keys, row, parent)
        if target is not None:
            self.dropped.emit(keys, target.parent, target.before)
        return False

    def _target(self, keys: tuple[str, ...], row: int, parent: Index) -> Target | None:
        dragged = [self._by_key[key] for key in keys if key in self._by_key]
        kinds_dragged = {one.view.kind for one in dragged if one.view is not None}
        if len(kinds_dragged) != 1 or len(dragged) != len(keys):
            return None
        return target_in(self._branch(parent), kinds_dragged.pop(), row)

    def beside(self, keys: Sequence[str], by: int) -> Target | None:
        """Where neighbors go when they move one row up (-1) or down (1)."""
        branches = [self._by_key.get(key) for key in keys]
        above = {one.parent for one in branches if one is not None}
        if None in branches or len(above) != 1:
            return None
        parent = above.pop()
        children = parent.children or [] if parent is not None else []
        rows = [one.row for one in branches if one is not None]
        place = min(rows) - 1 if by < 0 else max(rows) + 2
        if not 0 <= place <= len(children):
            return None
        before = children[place] if place < len(children) else None
        own = branches[0].view.parent if branches[0] and branches[0].view else None
        return Target(own, None if before is None else key_of(before))

    def shift(self, keys: Sequence[str], target: Target) -> None:
        """Show rows at another place below their parent, while that is being saved."""
        first = self._by_key.get(keys[0])
        parent = first.parent if first is not None else None
        if parent is None or parent.children is None:
            return
        moving = [one.view for one in map(self._by_key.get, keys) if one is not None and one.view]
        rest = [one.view for one in parent.children if one.view and one.view.key not in keys]
        at = next((n for n, one in enumerate(rest) if one.key == target.before), len(rest))
        self._rearrange(parent, self._index(parent), [*rest[:at], *moving, *rest[at:]])

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
