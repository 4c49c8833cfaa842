"""The focus ring: 2 px wide, 2 px away from the widget that the keyboard has focused."""

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
        self.path: list[QWidget] = []  # its ancestors: each of them may move it
        self.keyboard = False
        self.hide()
        window.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self.follow)

    def follow(self, before: QWidget | None, now: QWidget | None) -> None:
        """Follow the focus, and listen to the ancestors of the focused widget."""
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
        """Yield the widget and its ancestors, without the window."""
        while widget is not None and widget is not self.window():
            yield widget
            widget = widget.parentWidget()

    def place(self) -> None:
        """Place the ring around the widget; hide it when the widget is scrolled out of view."""
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
        """Show the ring for the keyboard, hide it for the mouse, and follow moves."""
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
        """Paint a rounded line."""
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
