"""A label that cuts its text where the room ends, instead of in the middle of a letter."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QStyle


class OneLine(QLabel):
    """Takes any width; `text()` stays whole, for screen readers and for a tooltip."""

    def minimumSizeHint(self) -> QSize:
        """A long text never makes the window wider."""
        return QSize(0, super().minimumSizeHint().height())

    def shown(self) -> str:
        """The text as it is painted."""
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text up to where the room ends."""
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
