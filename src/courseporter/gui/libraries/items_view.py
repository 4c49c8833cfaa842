"""The items of a plan or an import, the filter for those that need a decision, and both sides."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from courseporter.api.libraries import LibraryDifference, LibraryItem, LibraryResult
from courseporter.errors import gettext, ngettext
from courseporter.gui import theme
from courseporter.gui.course.rows import plain
from courseporter.gui.libraries.items_model import CLASS, HAPPENS, TITLE, ItemsModel
from courseporter.gui.libraries.library_words import ROW_POLICIES, counts_line, needs_decision

TREE_HEIGHT, SIDE_HEIGHT = 320, 160


class ItemsView(QWidget):
    """`chosen`: another item is selected; `decided`: a policy for one item (key, policy)."""

    chosen = Signal(str)
    decided = Signal(str, str)

    def __init__(self, parent: QWidget | None = None, *, decisions: bool = True) -> None:
        super().__init__(parent)
        self.result: LibraryResult | None = None
        self.rows: dict[str, str] = {}
        self.model = ItemsModel(self, choices=decisions)
        self.counts = plain("")
        self.only = QCheckBox(gettext("Only items that need a decision"), self)
        self.tree = QTreeView(self)
        self.tree.setModel(self.model)
        self.tree.setAccessibleName(gettext("Library items"))
        self.tree.setUniformRowHeights(True)
        self.tree.setMinimumHeight(TREE_HEIGHT)
        head = self.tree.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(TITLE, QHeaderView.ResizeMode.Stretch)
        self.tree.setColumnWidth(CLASS, 180)
        self.tree.setColumnWidth(HAPPENS, 144)
        self.tree.setIndentation(16)
        self.reason = plain("", "muted")
        self.policy = QComboBox(self)
        for part in (self.policy, self.policy.view()):
            part.setAccessibleName(gettext("What to do with this item"))
        for value, words in ROW_POLICIES:
            self.policy.addItem(str(words), value)
        self.there, self.here = (
            self._side(gettext("In the library")),
            self._side(gettext("In the course")),
        )
        self.sides = QWidget(self)
        self._lay_out(decisions=decisions)
        self.only.toggled.connect(self._fill)
        self.model.toggled.connect(self._count)
        self.policy.activated.connect(self._decide)
        self.tree.selectionModel().currentChanged.connect(self._choose)

    def _side(self, name: str) -> QPlainTextEdit:
        made = QPlainTextEdit(self)
        made.setReadOnly(True)
        made.setAccessibleName(name)
        made.setFixedHeight(SIDE_HEIGHT)
        made.setTabChangesFocus(True)
        theme.set_class(made, "log")
        return made

    def _lay_out(self, *, decisions: bool) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self.counts, self.only, self.tree, self.reason):
            column.addWidget(part)
        self.row = QWidget(self)
        row = QHBoxLayout(self.row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(plain(gettext("This item:")))
        row.addWidget(self.policy)
        row.addStretch(1)
        column.addWidget(self.row)
        both = QHBoxLayout(self.sides)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(8)
        for name, side in ((gettext("In the library"), self.there),
                           (gettext("In the course"), self.here)):  # fmt: skip
            half = QVBoxLayout()
            half.setSpacing(4)
            half.addWidget(plain(name, "small", "muted"))
            half.addWidget(side)
            both.addLayout(half)
        column.addWidget(self.sides)
        self.decisions = decisions
        for part in (self.only, self.row, self.sides):
            part.setVisible(False)

    # ---- showing

    def show_result(self, result: LibraryResult) -> None:
        """Show a plan, or what an import did."""
        self.result = result
        self._count()
        asked = sum(needs_decision(one) for one in result.items)
        self.only.setVisible(self.decisions and bool(asked))
        words = ngettext("Only the {count} item that needs a decision",
                         "Only the {count} items that need a decision", asked)  # fmt: skip
        self.only.setText(str(words))
        if not asked:
            self.only.setChecked(False)
        self._fill()

    def _count(self) -> None:
        """The line of counts, and how many items are excluded."""
        if self.result is None:
            return
        words = counts_line(self.result.counts, self.result.held)
        out = len(self.model.left_out)
        if out:
            left = ngettext("{count} item excluded", "{count} items excluded", out)
            words = f"{words} · {left}"
        self.counts.setText(words)

    def forget(self) -> None:
        """Forget what was decided and excluded: there will be another plan."""
        self.rows.clear()
        self.model.left_out.clear()

    def _fill(self) -> None:
        key = self.current_key()
        items = self.result.items if self.result else ()
        self.model.show(items, decisions=self.only.isChecked())
        self.tree.setRootIsDecorated(not self.only.isChecked())
        self.tree.expandToDepth(0)
        self._select(key)

    def _select(self, key: str) -> None:
        place = next((one for one in self.model.places if one.item.entity_key == key), None)
        index = self.model.createIndex(place.row, 0, place) if place and key else QModelIndex()
        self.tree.setCurrentIndex(index)
        self._choose(index, QModelIndex())

    def current(self) -> LibraryItem | None:
        """The selected item."""
        return self.model.item(self.tree.currentIndex())

    def current_key(self) -> str:
        """Its key; "" without one."""
        item = self.current()
        return item.entity_key if item else ""

    def _choose(self, now: QModelIndex, before: QModelIndex) -> None:
        del before
        item = self.model.item(now)
        reason = item.reason if item and item.reason != "identical" else None
        self.reason.setText(reason or "")
        self.reason.setVisible(bool(reason))
        asks = bool(item and self.decisions and item.entity_class not in _PLAIN)
        self.row.setVisible(asks)
        self.sides.setVisible(asks)
        if item is None or not asks:
            return
        at = self.policy.findData(self.rows.get(item.entity_key, ""))
        self.policy.setCurrentIndex(max(0, at))
        self.there.clear()
        self.here.clear()
        self.chosen.emit(item.entity_key)

    def show_difference(self, key: str, found: LibraryDifference) -> None:
        """Show both sides of the selected item."""
        if key == self.current_key():
            self.there.setPlainText(found.there)
            self.here.setPlainText(found.here)

    # ---- doing

    def _decide(self, at: int) -> None:
        key = self.current_key()
        policy = str(self.policy.itemData(at, Qt.ItemDataRole.UserRole) or "")
        if not key:
            return
        if policy:
            self.rows[key] = policy
        else:
            self.rows.pop(key, None)
        self.decided.emit(key, policy)


_PLAIN = ("new", "same", "unsupported", "failed", "gone_here")
