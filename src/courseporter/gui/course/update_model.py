"""The items that a second import would change, each with a check mark."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from courseporter.api.values import UpdateItem
from courseporter.errors import gettext
from courseporter.gui.course.update_words import class_of, default
from courseporter.gui.icons import icon, kind_icon

Index = QModelIndex | QPersistentModelIndex
NOWHERE: Final = QModelIndex()
TITLE, CLASS = 0, 1
CHECKED: Final = Qt.CheckState.Checked
UNCHECKED: Final = Qt.CheckState.Unchecked
ROLE: Final = Qt.ItemDataRole


class UpdateModel(QAbstractTableModel):
    """`toggled`: another choice was made.  `chosen`: keys of items."""

    toggled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.items: tuple[UpdateItem, ...] = ()
        self.chosen: set[str] = set()

    def show_items(self, items: tuple[UpdateItem, ...]) -> None:
        """Show items; what was edited here is left as it is unless it is chosen."""
        self.beginResetModel()
        self.items = items
        self.chosen = {one.key for one in items if default(one)}
        self.endResetModel()
        self.toggled.emit()

    def choose(self, *, all_of_them: bool) -> None:
        """Check all items that aren't edited here, or none."""
        self.chosen = {one.key for one in self.items if all_of_them and default(one)}
        if self.items:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.items) - 1, CLASS))
        self.toggled.emit()

    def is_default(self) -> bool:
        """Whether what is chosen is what an update takes unless told otherwise."""
        return self.chosen == {one.key for one in self.items if default(one)}

    # ---- Qt

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of items."""
        return 0 if parent.isValid() else len(self.items)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Title and what happened to it."""
        return 0 if parent.isValid() else 2

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole
    ) -> Any:
        """Return the heads of the columns."""
        if orientation != Qt.Orientation.Horizontal or role != ROLE.DisplayRole:
            return None
        return gettext("Item") if section == TITLE else gettext("What changed")

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let the first column be checked."""
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsUserCheckable if index.column() == TITLE else found

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        """Return what is shown of an item."""
        item = self.items[index.row()]
        if index.column() == CLASS:
            return class_of(item) if role in (ROLE.DisplayRole, ROLE.ToolTipRole) else None
        match role:
            case ROLE.DisplayRole:
                return item.title or gettext("Untitled")
            case ROLE.ToolTipRole:
                return item.title[:600]
            case ROLE.DecorationRole:
                return icon(kind_icon(item.kind, None), "muted")
            case ROLE.CheckStateRole:
                return CHECKED if item.key in self.chosen else UNCHECKED
            case _:
                return None

    def setData(self, index: Index, value: Any, role: int = ROLE.EditRole) -> bool:
        """Check or uncheck an item."""
        if role != ROLE.CheckStateRole:
            return False
        key = self.items[index.row()].key
        if Qt.CheckState(value) == CHECKED:
            self.chosen.add(key)
        else:
            self.chosen.discard(key)
        self.dataChanged.emit(index, index)
        self.toggled.emit()
        return True
