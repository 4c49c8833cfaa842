"""Help: the three steps in a few words, and all shortcuts."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from operator import attrgetter
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.commands import COMMANDS, GROUP_TITLES, Command

NATIVE: Final = QKeySequence.SequenceFormat.NativeText


class HelpPage(QScrollArea):
    """One page of text; F1 opens it."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setAccessibleName(gettext("Help"))
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(label(gettext("Help"), "title"))
        column.addSpacing(8)
        for number, step in enumerate(steps(), 1):
            column.addWidget(label(f"{number}.  {step}"))
        column.addSpacing(16)
        column.addWidget(label(gettext("Shortcuts"), "section"))
        column.addWidget(shortcuts())
        column.addStretch(1)
        self.setWidget(inner)

    def first(self) -> QWidget:
        """Return the page itself: the arrow keys scroll it."""
        return self

    def commands(self) -> dict[str, Callable[[], None]]:
        """Return no commands of its own."""
        return {}


def steps() -> tuple[str, ...]:
    """Return the three steps in a few words."""
    return (
        gettext("Source: drop a SCORM package or a CSV course into the window, or choose a file."),
        gettext("Review: compare each item with its source, and fix what's flagged."),
        gettext("Destination: export the OLX package, then import it in Studio."),
    )


def shortcuts() -> QWidget:
    """Return all commands with their keys, by group."""
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
        grid.addWidget(label(str(GROUP_TITLES[group]), "small", "muted"), row, 0, 1, 2)
        row += 1
        for command in commands:
            grid.addWidget(label(command.words), row, 0)
            grid.addWidget(label(keys_of(command), "muted"), row, 1)
            row += 1
    grid.setColumnStretch(2, 1)
    return table


def keys_of(command: Command) -> str:
    """Return the keys as this system writes them."""
    return ", ".join(QKeySequence(key).toString(NATIVE) for key in command.keys) or gettext("menu")


def label(text: str, *classes: str) -> QLabel:
    """Return plain text in a class of the theme."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap("title" not in classes and "muted" not in classes)
    theme.set_class(made, *classes)
    return made
