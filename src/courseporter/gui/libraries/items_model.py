"""The items of a plan or an import as a tree: containers with their children, and class badges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from courseporter.api.libraries import LibraryItem
from courseporter.errors import gettext
from courseporter.gui.icons import icon, kind_icon
from courseporter.gui.libraries.library_words import CLASSES, happens, needs_decision

Index = QModelIndex | QPersistentModelIndex
NOWHERE: Final = QModelIndex()
TITLE, CLASS, HAPPENS = range(3)
KINDS: Final = {"subsection": "lesson"}
TYPES: Final = {"html": "text", "problem": "quiz", "video": "video"}


class TreeItem:
    """An item at its place in the tree."""

    def __init__(self, item: LibraryItem) -> None:
        self.item = item
        self.parent: TreeItem | None = None
        self.row = 0
        self.children: list[TreeItem] = []
        self.chosen = True

    def state(self) -> Qt.CheckState:
        """Whether it is to be imported: all of it, some of it, or nothing."""
        if not self.children:
            return Qt.CheckState.Checked if self.chosen else Qt.CheckState.Unchecked
        states = {child.state() for child in self.children}
        return states.pop() if len(states) == 1 else Qt.CheckState.PartiallyChecked

    def choose(self, on: bool) -> None:  # noqa: FBT001 - the value of a box
        """Take it, with everything in it, or leave it out."""
        self.chosen = on
        for child in self.children:
            child.choose(on)


class ItemsModel(QAbstractItemModel):
    """Three columns: title, class, what happens.

    `choices`: titles have boxes; `left_out`: source keys of the blocks whose box is empty.
    `toggled`: a box was clicked.
    """

    toggled = Signal()

    def __init__(self, parent: QObject | None = None, *, choices: bool = False) -> None:
        super().__init__(parent)
        self.choices = choices
        self.boxes = choices
        self.items: tuple[LibraryItem, ...] = ()
        self.left_out: set[str] = set()
        self.roots: list[TreeItem] = []
        self.places: list[TreeItem] = []

    def show(self, items: Iterable[LibraryItem], *, decisions: bool = False) -> None:
        """Show these items; with `decisions`, only those that somebody must look at, as a list."""
        self.beginResetModel()
        self.boxes = self.choices and not decisions
        self.items = tuple(items)
        chosen = [one for one in self.items if not decisions or needs_decision(one)]
        self.places = [TreeItem(one) for one in chosen]
        self.roots = self.places if decisions else grown(self.places)
        for place in self.places:
            place.chosen = place.item.source_key not in self.left_out
        for row, place in enumerate(self.roots):
            place.row = row
        self.endResetModel()

    def item(self, index: Index) -> LibraryItem | None:
        """The item at an index."""
        return self._place(index).item if index.isValid() else None

    def _place(self, index: Index) -> TreeItem:
        return index.internalPointer()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Children of an item."""
        return len(self._place(parent).children if parent.isValid() else self.roots)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Three."""
        del parent
        return 3

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        """The index of a child."""
        places = self._place(parent).children if parent.isValid() else self.roots
        if not 0 <= row < len(places):
            return QModelIndex()
        return self.createIndex(row, column, places[row])

    def parent(self, index: Index = NOWHERE) -> QModelIndex:  # type: ignore[override]
        """The container of an item."""
        above = self._place(index).parent if index.isValid() else None
        return QModelIndex() if above is None else self.createIndex(above.row, 0, above)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Names of the columns."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (gettext("Item"), gettext("State"), gettext("What happens"))[section]

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Titles have boxes where something can be chosen."""
        flags = super().flags(index)
        if self.boxes and index.isValid() and index.column() == TITLE:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Choose an item with everything in it, or leave it out."""
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        place = self._place(index)
        place.choose(Qt.CheckState(value) == Qt.CheckState.Checked)
        self.left_out = {
            one.item.source_key for one in self.places if not one.children and not one.chosen
        }
        self.layoutChanged.emit()
        self.toggled.emit()
        return True

    def wanted(self) -> tuple[str, ...] | None:
        """Source keys of the blocks that are chosen; None for all."""
        if not self.left_out:
            return None
        blocks = (one for one in self.items if one.kind == "component")
        return tuple(one.source_key for one in blocks if one.source_key not in self.left_out)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Title with the icon of its kind, class with its badge, what happens."""
        item, column = self._place(index).item, index.column()
        badge = CLASSES[item.entity_class]
        if role == Qt.ItemDataRole.CheckStateRole:
            return self._place(index).state() if self.boxes and column == TITLE else None
        if role == Qt.ItemDataRole.DisplayRole:
            return (item.title or item.entity_key, str(badge.word), happens(item))[column]
        if role == Qt.ItemDataRole.DecorationRole and column != HAPPENS:
            glyph = glyph_of(item)
            return icon(glyph) if column == TITLE else icon(badge.icon, badge.role)
        if role == Qt.ItemDataRole.ToolTipRole:
            return item.reason if item.reason and item.reason != "identical" else item.title
        if role == Qt.ItemDataRole.AccessibleTextRole and column == TITLE:
            return f"{item.title}, {badge.word}, {happens(item)}"
        return None


def glyph_of(item: LibraryItem) -> str:
    """The icon of an item: that of its kind, or of the block's type."""
    if item.kind != "component":
        return kind_icon(KINDS.get(item.kind, item.kind))
    return kind_icon("block", TYPES.get(item.block_type, "foreign"))


def grown(places: list[TreeItem]) -> list[TreeItem]:
    """Put children into their containers; returns the places at the top.

    What a library can't hold is in the container that comes next, where it would have been.
    """
    by_key = {place.item.entity_key: place for place in places if place.item.entity_key}
    waiting: list[TreeItem] = []
    for place in places:
        if not place.item.entity_key:
            waiting.append(place)
        elif place.item.kind != "component" and place.item.entity_class != "gone_here":
            below = [by_key[key] for key in place.item.children if key in by_key]
            fresh = [one for one in below if one.parent is None and one is not place]
            place.children = [*fresh, *waiting] if place.item.kind == "unit" else fresh
            waiting = [] if place.item.kind == "unit" else waiting
            for row, child in enumerate(place.children):
                child.parent, child.row = place, row
    return [place for place in places if place.parent is None]
