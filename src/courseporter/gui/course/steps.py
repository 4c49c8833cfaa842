"""The bar on top of the course page: Source, Review, Destination, always clickable back."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFont, QFontMetrics, QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from courseporter.gui import theme
from courseporter.gui.icons import icon, pixmap
from courseporter.gui.one_line import OneLine

NAMES: Final = ("Source", "Review", "Destination")


class Step(QPushButton):
    """One step; the text of the current one is strong."""

    def sizeHint(self) -> QSize:
        """Room for the strong text, so that no letter is cut and nothing moves."""
        hint = super().sizeHint()
        strong = QFont(self.font())
        strong.setWeight(QFont.Weight.DemiBold)
        wide = QFontMetrics(strong).horizontalAdvance(self.text())
        hint.setWidth(
            hint.width() + max(0, wide - self.fontMetrics().horizontalAdvance(self.text()))
        )
        return hint


class Steps(QWidget):
    """Three steps; `chosen` names the one that was clicked, from 0."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[Step] = []  # no group: each is a stop of the Tab key
        self.between: list[QLabel] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 24, 8)
        row.setSpacing(4)
        for number, name in enumerate(NAMES):
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
        """Mark the current step; steps after `reachable` cannot be clicked yet."""
        for number, (name, button) in enumerate(zip(NAMES, self.buttons, strict=True)):
            button.setChecked(number == current)
            button.setEnabled(number <= reachable)
            button.setIcon(icon("check", "success") if number < current else QIcon())
            state = "current" if number == current else "done" if number < current else "to come"
            button.setAccessibleName(f"Step {number + 1} of 3, {name}, {state}")

    def _click(self, number: int, _checked: object = None) -> None:
        self.buttons[number].setChecked(True)  # also the current one, which the click has released
        self.chosen.emit(number)

    def _dress(self) -> None:
        rtl = self.isRightToLeft()
        name = "chevron-left" if rtl else "chevron-right"
        for label in self.between:
            label.setPixmap(pixmap(name, "muted", 16, self.devicePixelRatioF()))
