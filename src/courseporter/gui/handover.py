"""The keyboard stays where the work goes on, though the button that had it goes away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

COMES = (QEvent.Type.Show, QEvent.Type.EnabledChange)


class Handover(QObject):
    """Of some buttons that take turns, such as Import, Stop and Try again.

    Qt gives the focus of a button that is hidden or disabled to whatever comes next in the window.
    Here the next of these buttons that can be pressed gets it, unless somebody moved it meanwhile.
    """

    def __init__(self, parent: QObject, *buttons: QPushButton) -> None:
        super().__init__(parent)
        self.buttons = buttons
        self.waiting = False  # one went away with the focus, and nobody moved it since
        self.strayed: QWidget | None = None  # where Qt put it
        for button in buttons:
            button.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self.moved)

    def moved(self, before: QWidget | None, now: QWidget | None) -> None:
        """See where the focus goes when one of the buttons loses it, and when somebody moves it."""
        gone = before is not None and before in self.buttons and not can_be_pressed(before)
        self.waiting, self.strayed = gone, now

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """One of them can be pressed again."""
        if self.waiting and event.type() in COMES and isinstance(watched, QPushButton):
            self.give(watched)
        return False

    def give(self, button: QPushButton) -> None:
        """The focus goes to this one, if it can be pressed and the focus is where Qt put it."""
        if can_be_pressed(button) and QApplication.focusWidget() is self.strayed:
            button.setFocus(Qt.FocusReason.OtherFocusReason)


def can_be_pressed(button: QWidget) -> bool:
    """Seen and enabled."""
    return button.isVisible() and button.isEnabled()
