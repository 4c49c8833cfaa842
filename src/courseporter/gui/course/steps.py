"""The bar above the course page: Source, Review, Destination."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFont, QFontMetrics, QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.icons import icon, pixmap
from courseporter.gui.one_line import OneLine


class Step(QPushButton):
    """One step; the text of the current one is bold."""

    def sizeHint(self) -> QSize:
        """Return the size for bold text, so that nothing is cut or moves."""
        hint = super().sizeHint()
        strong = QFont(self.font())
        strong.setWeight(QFont.Weight.DemiBold)
        wide = QFontMetrics(strong).horizontalAdvance(self.text())
        hint.setWidth(
            hint.width() + max(0, wide - self.fontMetrics().horizontalAdvance(self.text()))
        )
        return hint


class Steps(QWidget):
    """Three steps; `chosen`: the one that was clicked, from 0."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[Step] = []  # no group: each is a stop of the Tab key
        self.between: list[QLabel] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 24, 8)
        row.setSpacing(4)
        for number, name in enumerate(names()):
            if number:
                self.between.append(QLabel(self))
                row.addWidget(self.between[-1])
            button = Step(f"{number + 1} {name}", self)
            button.setCheckable(True)
            theme.set_class(button, "step")
            button.clicked.connect(partial(self._click, number))
            self.buttons.append(button)
            row.addWidget(button)
        row.addStretch(1)
        self.course = OneLine(self)
        theme.set_class(self.course, "muted")
        row.addWidget(self.course)
        theme.watch.changed.connect(self._dress)
        self._dress()

    def show_step(self, current: int, reachable: int) -> None:
        """Mark the current step; steps after `reachable` can't be clicked yet."""
        for number, (name, button) in enumerate(zip(names(), self.buttons, strict=True)):
            button.setChecked(number == current)
            button.setEnabled(number <= reachable)
            button.setIcon(icon("check", "success") if number < current else QIcon())
            button.setAccessibleName(spoken(number, name, current))

    def _click(self, number: int, _checked: object = None) -> None:
        self.buttons[number].setChecked(True)  # also the current one, which the click has released
        self.chosen.emit(number)

    def _dress(self) -> None:
        rtl = self.isRightToLeft()
        name = "chevron-left" if rtl else "chevron-right"
        for label in self.between:
            label.setPixmap(pixmap(name, "muted", 16, self.devicePixelRatioF()))


def names() -> tuple[str, str, str]:
    """Return the names of the steps."""
    return gettext("Source"), gettext("Review"), gettext("Destination")


def spoken(number: int, name: str, current: int) -> str:
    """Return a step as a screen reader says it."""
    if number == current:
        return gettext("Step {number} of 3, {name}, current", number=number + 1, name=name)
    if number < current:
        return gettext("Step {number} of 3, {name}, done", number=number + 1, name=name)
    return gettext("Step {number} of 3, {name}, not done yet", number=number + 1, name=name)
