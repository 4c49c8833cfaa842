"""The “+” that appears between two rows of the course tree while the pointer is there."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QToolButton, QTreeView

from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.course.tree_branch import NODE
from courseporter.gui.icons import icon

SIDE: Final = 20
REACH: Final = 6  # pixels around the edge of a row
FROM_END: Final = 56  # the numbers at the end of rows stay in sight


class PlusButton(QToolButton):
    """`wanted`: where to show the kinds that can be added, and the key of the row above."""

    wanted = Signal(QPoint, str)

    def __init__(self, tree: QTreeView) -> None:
        super().__init__(tree.viewport())
        self.tree = tree
        self.key = ""
        theme.set_class(self, "plus")
        self.setIcon(icon("plus", "on_accent"))
        self.setIconSize(QSize(12, 12))
        self.setFixedSize(SIDE, SIDE)
        self.setToolTip(gettext("Add an item here"))
        self.setAccessibleName(gettext("Add an item here"))
        self.hide()
        tree.viewport().setMouseTracking(True)
        tree.viewport().installEventFilter(self)
        tree.verticalScrollBar().valueChanged.connect(self.hide)
        self.clicked.connect(self._clicked)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer."""
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            if not event.buttons():
                self._follow(event.position().toPoint())
        elif event.type() == QEvent.Type.Leave:
            inside = self.tree.viewport().mapFromGlobal(self.cursor().pos())
            if not self.geometry().contains(inside):
                self.hide()
        elif event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.DragEnter):
            self.hide()
        return super().eventFilter(watched, event)

    def _follow(self, place: QPoint) -> None:
        """Show the button below the row whose lower edge is near."""
        above = self.tree.indexAt(place - QPoint(0, REACH))
        below = self.tree.indexAt(place + QPoint(0, REACH))
        node = above.data(NODE) if above.isValid() and above != below else None
        if node is None:
            self.hide()
            return
        row = self.tree.visualRect(above)
        self.key = node.key
        left = self.tree.viewport().width() - FROM_END - SIDE
        self.move(left, row.bottom() - SIDE // 2 + 1)
        self.show()
        self.raise_()

    def _clicked(self) -> None:
        self.hide()
        self.wanted.emit(self.mapToGlobal(self.rect().bottomLeft()), self.key)
