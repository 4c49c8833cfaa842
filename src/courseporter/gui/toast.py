"""The toast: what just happened, bottom left for ten seconds, with Undo or another button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from courseporter.gui import theme
from courseporter.gui.icons import icon

SHOWN_MS: Final = 10_000
EDGE: Final = 16
UNDO: Final = "Undo"


class Said(NamedTuple):
    """What a toast shows."""

    text: str
    label: str
    press: Callable[[], None] | None


class Toast(QFrame):
    """One sentence, one button at most; the newest replaces the one before.

    A toast with Undo is not cut short by one without: what is said meanwhile follows it.
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
        self.shut.setAccessibleName("Dismiss")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(16)
        for part in (self.words, self.button, self.shut):
            row.addWidget(part)
        self.press: Callable[[], None] | None = None
        self.next: Said | None = None
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
            self.next = Said(text, label, press)
            return
        self.next = None
        self.dismiss()
        self.words.setText(text)
        self.words.setMinimumWidth(min(560, self.words.fontMetrics().horizontalAdvance(text) + 8))
        self.setAccessibleName(text)
        self.button.setText(label)
        self.button.setVisible(press is not None)
        self.press = press
        self.timer.start(SHOWN_MS)
        self.show()
        self.place()
        self.raise_()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def offers_undo(self) -> bool:
        """Whether something that is shown can be undone here."""
        return self.press is not None and self.button.text() == UNDO

    def pressed(self) -> None:
        """The button: the toast has done its work."""
        press = self.press
        self.dismiss()
        if press is not None:
            press()

    def withdraw(self) -> None:
        """What can be undone here has been undone elsewhere: it is not offered any longer."""
        if self.offers_undo():
            self.dismiss()

    def finish(self) -> None:
        """The window closes: nothing more is said."""
        self.next = None
        self.dismiss()

    def dismiss(self) -> None:
        """Go away, and make room for what was said meanwhile."""
        self.timer.stop()
        self.hide()
        self.press = None
        said, self.next = self.next, None
        if said is not None:
            self.say(*said)

    def place(self) -> None:
        """Bottom at the leading edge, above the buttons of the page and the jobs strip."""
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
        """Another page is on top: find the place again when it is laid out."""
        if self.isVisible():
            QTimer.singleShot(0, self.place)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Reading takes time: wait while the pointer rests here."""
        self.timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Go on counting."""
        if self.isVisible():
            self.timer.start(SHOWN_MS)
        super().leaveEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the corner when the window changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)
