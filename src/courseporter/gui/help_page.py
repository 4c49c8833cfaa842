"""Help: the three steps in a few words, and every shortcut."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from operator import attrgetter
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from courseporter.gui import theme
from courseporter.gui.commands import COMMANDS, Command

STEPS: Final = (
    "Source: drop a SCORM package or a CSV course into the window, or choose a file.",
    "Review: look at each item as it was and as it will be, and mend what the notes point at.",
    "Destination: export the OLX package, then import it in Studio.",
)
NATIVE: Final = QKeySequence.SequenceFormat.NativeText


class HelpPage(QScrollArea):
    """One page to read; F1 opens it."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setAccessibleName("Help")
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(label("Help", "title"))
        column.addSpacing(8)
        for number, step in enumerate(STEPS, 1):
            column.addWidget(label(f"{number}.  {step}"))
        column.addSpacing(16)
        column.addWidget(label("Shortcuts", "section"))
        column.addWidget(shortcuts())
        column.addStretch(1)
        self.setWidget(inner)

    def first(self) -> QWidget:
        """The page itself: the arrow keys read on."""
        return self

    def commands(self) -> dict[str, Callable[[], None]]:
        """Nothing beyond what the window can do everywhere."""
        return {}


def shortcuts() -> QWidget:
    """All commands with their keys, by group."""
    table = QFrame()
    grid = QGridLayout(table)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(32)
    grid.setVerticalSpacing(8)
    row = 0
    for group, commands in groupby(COMMANDS, attrgetter("group")):
        if row:
            grid.setRowMinimumHeight(row, 16)
            row += 1
        grid.addWidget(label(group, "small", "muted"), row, 0, 1, 2)
        row += 1
        for command in commands:
            grid.addWidget(label(command.words), row, 0)
            grid.addWidget(label(keys_of(command), "muted"), row, 1)
            row += 1
    grid.setColumnStretch(2, 1)
    return table


def keys_of(command: Command) -> str:
    """The keys as this system writes them."""
    return ", ".join(QKeySequence(key).toString(NATIVE) for key in command.keys) or "menu"


def label(text: str, *classes: str) -> QLabel:
    """Plain text in a class of the theme."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap("title" not in classes and "muted" not in classes)
    theme.set_class(made, *classes)
    return made
