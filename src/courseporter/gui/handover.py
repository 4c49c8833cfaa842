"""Keeps the focus among buttons that replace each other, such as Import, Stop and Try again."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

COMES = (QEvent.Type.Show, QEvent.Type.EnabledChange)


class Handover(QObject):
    """Moves the focus from a button that disappears to the one that replaces it.

    Qt moves it to whatever comes next in the window.  Here the next of these buttons that can be
    pressed gets it, unless the user has moved it meanwhile.
    """

    def __init__(self, parent: QObject, *buttons: QPushButton) -> None:
        super().__init__(parent)
        self.buttons = buttons
        self.waiting = False  # a button disappeared with the focus, and the user has not moved it
        self.strayed: QWidget | None = None  # where Qt put it
        for button in buttons:
            button.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self.moved)

    def moved(self, before: QWidget | None, now: QWidget | None) -> None:
        """Note where the focus goes when one of the buttons loses it."""
        gone = before is not None and before in self.buttons and not can_be_pressed(before)
        self.waiting, self.strayed = gone, now

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move the focus when one of the buttons can be pressed again."""
        if self.waiting and event.type() in COMES and isinstance(watched, QPushButton):
            self.give(watched)
        return False

    def give(self, button: QPushButton) -> None:
        """Focus this button, if it can be pressed and the focus is where Qt moved it."""
        if can_be_pressed(button) and QApplication.focusWidget() is self.strayed:
            button.setFocus(Qt.FocusReason.OtherFocusReason)


def can_be_pressed(button: QWidget) -> bool:
    """Whether a button is visible and enabled."""
    return button.isVisible() and button.isEnabled()
