"""The focus ring: 2 px of accent, 2 px away from whatever the keyboard has chosen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QLineEdit,
    QMainWindow,
    QMenu,
    QWidget,
)

from courseporter.gui import theme

WIDTH: Final = 2
OFFSET: Final = 2
KEYS: Final = {Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_F6}
MOVES: Final = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show)


class FocusRing(QWidget):
    """Floats above the window and follows the focus, from the first Tab until the next click."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.followed: QWidget | None = None
        self.path: list[QWidget] = []  # from it up to the window: each of them may move it
        self.keyboard = False
        self.hide()
        window.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self.follow)

    def follow(self, before: QWidget | None, now: QWidget | None) -> None:
        """Go to the widget that has the focus; only the way to it is listened to."""
        del before
        for widget in self.path:
            if shiboken6.isValid(widget):
                widget.removeEventFilter(self)
        mine = now is not None and now.window() is self.window() and not isinstance(now, QMenu)
        self.followed = now if mine else None
        self.path = list(self.way(self.followed))
        for widget in self.path:
            widget.installEventFilter(self)
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self.keyboard = False
        self.place()

    def way(self, widget: QWidget | None) -> Iterator[QWidget]:
        """The widget and those it lies in, below the window."""
        while widget is not None and widget is not self.window():
            yield widget
            widget = widget.parentWidget()

    def place(self) -> None:
        """Around the widget, or away; also when it was scrolled out of sight."""
        widget = self.followed
        if widget is None or not self.keyboard or widget.visibleRegion().isEmpty():
            self.hide()
            return
        close = isinstance(widget, QAbstractScrollArea | QLineEdit)
        gap = WIDTH if close else OFFSET + WIDTH
        corner = widget.mapTo(self.window(), QPoint(0, 0))
        around = QRect(corner, widget.size()).adjusted(-gap, -gap, gap, gap)
        self.setGeometry(around.intersected(self.window().rect()))
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keyboard brings the ring, the mouse takes it away, moving takes it along."""
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in KEYS and not self.keyboard:
                self.keyboard = True
                self.place()
        elif kind == QEvent.Type.MouseButtonPress:
            if self.keyboard:
                self.keyboard = False
                self.hide()
        elif kind in MOVES and watched is not self.window():
            self.place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """A rounded line."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.tokens().link), WIDTH))
        half = WIDTH / 2
        inner = isinstance(self.followed, QAbstractItemView)
        radius = 4 if inner else 8
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(half, half, -half, -half), radius, radius
        )
        painter.end()
