"""A label that shortens its text with dots, instead of cutting a letter."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QStyle


class OneLine(QLabel):
    """Takes any width; `text()` is the whole text, for screen readers and tooltips."""

    def minimumSizeHint(self) -> QSize:
        """Allow any width: a long text never makes the window wider."""
        return QSize(0, super().minimumSizeHint().height())

    def shown(self) -> str:
        """Return the text as it is painted."""
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the shortened text."""
        del event
        painter = QPainter(self)
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            QStyle.visualAlignment(self.layoutDirection(), self.alignment()),
            self.palette(),
            self.isEnabled(),
            self.shown(),
            self.foregroundRole(),
        )
        painter.end()
