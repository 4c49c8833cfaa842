"""The toast: what just happened, bottom left for ten seconds, with Undo or another button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.icons import icon

SHOWN_MS: Final = 10_000
EDGE: Final = 16
UNDO: Final = "Undo"


class Content(NamedTuple):
    """What a toast shows."""

    text: str
    label: str
    press: Callable[[], None] | None


class Toast(QFrame):
    """One sentence, one button at most; the newest replaces the one before.

    A toast without Undo does not replace one with Undo, but follows it.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.corner_of = parent
        theme.set_class(self, "toast")
        self.words = QLabel(self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setMaximumWidth(560)
        self.words.setWordWrap(True)
        self.button = QPushButton(self)
        theme.set_class(self.button, "link")
        self.shut = QPushButton(self)
        theme.set_class(self.shut, "quiet", "icon")
        self.shut.setIcon(icon("close", "muted"))
        self.shut.setAccessibleName(gettext("Close"))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(16)
        for part in (self.words, self.button, self.shut):
            row.addWidget(part)
        self.press: Callable[[], None] | None = None
        self.undoes = False
        self.next: Content | None = None
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self.dismiss)
        self.button.clicked.connect(self.pressed)
        self.shut.clicked.connect(self.dismiss)
        parent.installEventFilter(self)
        self.hide()

    def say(
        self,
        text: str,
        label: str = UNDO,
        press: Callable[[], None] | None = None,
    ) -> None:
        """Show `text`; `press` runs on the button."""
        if self.offers_undo() and (press is None or label != UNDO):
            self.next = Content(text, label, press)
            return
        self.next = None
        self.dismiss()
        self.words.setText(text)
        self.words.setMinimumWidth(min(560, self.words.fontMetrics().horizontalAdvance(text) + 8))
        self.setAccessibleName(text)
        self.button.setText(gettext("Undo") if label == UNDO else label)
        self.undoes = label == UNDO
        self.button.setVisible(press is not None)
        self.press = press
        self.timer.start(SHOWN_MS)
        self.show()
        self.place()
        self.raise_()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def offers_undo(self) -> bool:
        """Whether the toast offers to undo something."""
        return self.press is not None and self.undoes

    def pressed(self) -> None:
        """Close the toast and do what its button says."""
        press = self.press
        self.dismiss()
        if press is not None:
            press()

    def withdraw(self) -> None:
        """Stop offering to undo: it has been undone by other means."""
        if self.offers_undo():
            self.dismiss()

    def finish(self) -> None:
        """Show nothing more: the window closes."""
        self.next = None
        self.dismiss()

    def dismiss(self) -> None:
        """Close the toast and show the one that waits."""
        self.timer.stop()
        self.hide()
        self.press = None
        waiting, self.next = self.next, None
        if waiting is not None:
            self.say(*waiting)

    def place(self) -> None:
        """Place it at the bottom of the leading edge, above the buttons of the page."""
        self.adjustSize()
        bottom = self.corner_of.height()
        for footer in self.corner_of.findChildren(QFrame, "footer"):
            if footer.isVisible():
                bottom = min(bottom, footer.mapTo(self.corner_of, QPoint()).y())
        left = EDGE
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            left = self.corner_of.width() - self.width() - EDGE
        self.move(left, bottom - self.height() - EDGE)

    def place_soon(self) -> None:
        """Place it again once another page is laid out."""
        if self.isVisible():
            QTimer.singleShot(0, self.place)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Wait while the pointer rests on it: reading takes time."""
        self.timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Start counting again."""
        if self.isVisible():
            self.timer.start(SHOWN_MS)
        super().leaveEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the corner when the window is resized."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)
