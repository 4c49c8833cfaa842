"""How a problem is shown: wrapping sentences, links to items, icons and counts."""

from __future__ import annotations

import re
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel

from courseporter.api.values import ProblemRow
from courseporter.errors import gettext
from courseporter.gui import theme, words
from courseporter.gui.tokens import Role


class PlaceLink(QLabel):
    """A link to an item, and one stop of the Tab key; Qt would make two of label and link."""

    def __init__(self, where: str) -> None:
        super().__init__(f'<a href="place">{escape(breakable(where))}</a>')
        self.setWordWrap(True)
        self.setMinimumSize(40, 24)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(gettext("Go to {place}", place=where))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Follow the link by Enter and Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.linkActivated.emit("place")
        else:
            super().keyPressEvent(event)


def sentence(text: str, *classes: str) -> QLabel:
    """Return a label that wraps, also within file names."""
    made = QLabel(breakable(text))
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setMinimumWidth(40)
    if classes:
        theme.set_class(made, *classes)
    return made


def breakable(text: str) -> str:
    """Return a text, shortened, that can break within paths and file names."""
    return re.sub(r"([/_.\-])(?=\S)", "\\1\u200b", text[:1000])


def nothing() -> QLabel:
    """Return what the panel says without any problem."""
    return sentence(gettext("No problems. This course is ready to export."), "muted")


def severity_of(problem: ProblemRow) -> tuple[str, Role, str]:
    """Return the icon, color and word of a severity."""
    match problem.severity:
        case "error":
            return "error", "error", gettext("Error")
        case "warning":
            return "warning", "warning", gettext("Warning")
        case _:
            return "info", "muted", gettext("Info")


def heading(found: tuple[ProblemRow, ...]) -> str:
    """Return such as “3 warnings” or “16 problems: 2 errors, 12 warnings”."""
    if not found:
        return gettext("No problems")
    errors = sum(problem.severity == "error" for problem in found)
    warnings = sum(problem.severity == "warning" for problem in found)
    if errors == len(found):
        return words.errors(errors)
    if warnings == len(found):
        return words.warnings(warnings)
    parts = [words.errors(errors)] if errors else []
    parts += [words.warnings(warnings)] if warnings else []
    total = words.problems(len(found))
    return f"{total}: {', '.join(parts)}" if parts else total
