"""A second click never undoes the first: what has just appeared takes no click for half a second.

A button that slides in under a resting pointer, or one that changes its words there, was not what
the user aimed at.  The same holds for the second of two quick presses of Enter or Space when the
focus has moved to another button in between.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, NamedTuple

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QCursor, QKeyEvent, QMouseEvent, QWindow
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

GUARD_SECONDS: Final = 0.5
SUBJECT: Final = "subject"  # a property: what a button is about, such as the id of a job
REST: Final = 8  # pixels: a pointer that moves no further is resting
PRESSES: Final = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
ACTIVATING: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class Target(NamedTuple):
    """What a click or key would press: a widget, and the words on it."""

    widget: int
    words: str


class ClickGuard(QObject):
    """Watches one window; install it when the window is shown for the first time."""

    def __init__(self, window: QWidget, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(window)
        self.window = window
        self.clock = clock
        self.target: Target | None = None
        self.pointer = QPoint()
        self.since = 0.0  # when the target appeared under the resting pointer
        self.swallowing = False  # the release that belongs to a swallowed press
        self.activated: tuple[Target, float] | None = None  # by the keyboard, and when
        window.installEventFilter(self)  # tells of each repaint
        window.windowHandle().installEventFilter(self)  # gets the input before any widget does

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look again after each repaint; keep back clicks and keys that came too early."""
        kind = event.type()
        if kind == QEvent.Type.UpdateRequest:
            self.look(QCursor.pos())
        elif not isinstance(watched, QWindow):
            return False
        elif kind in PRESSES and isinstance(event, QMouseEvent):
            return self.press(event.globalPosition().toPoint())
        elif kind == QEvent.Type.MouseButtonRelease and self.swallowing:
            self.swallowing = False
            return True
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self.key(event)
        return False

    def look(self, pointer: QPoint) -> None:
        """Note what is under the pointer, and since when unless the pointer moved onto it."""
        target = target_at(pointer)
        if target != self.target:
            appeared = pointer == self.pointer or (
                (pointer - self.pointer).manhattanLength() <= REST
                and target_at(self.pointer) != self.target
            )
            self.since = self.clock() if appeared else 0.0
        self.target, self.pointer = target, pointer

    def press(self, pointer: QPoint) -> bool:
        """Return whether the click comes too early for what it would hit."""
        self.look(pointer)
        self.swallowing = self.clock() - self.since < GUARD_SECONDS
        return self.swallowing

    def key(self, event: QKeyEvent) -> bool:
        """Return whether Enter or Space would press another button than a moment ago."""
        button = QApplication.focusWidget()
        if event.key() not in ACTIVATING or not isinstance(button, QAbstractButton):
            self.activated = None
            return False
        now, target, before = self.clock(), target_of(button), self.activated
        if before is not None and before[0] != target and now - before[1] < GUARD_SECONDS:
            return True
        self.activated = target, now
        return False


def target_at(pointer: QPoint) -> Target | None:
    """Return what a click at this point of the screen would hit."""
    widget = QApplication.widgetAt(pointer)
    return None if widget is None else target_of(widget)


def target_of(widget: QWidget) -> Target:
    """Return a widget with its words and its SUBJECT; their change makes another target of it."""
    words = widget.text() if isinstance(widget, QAbstractButton) else ""
    address = int(shiboken6.getCppPointer(widget)[0])
    return Target(address, f"{words}\0{widget.property(SUBJECT) or ''}")
