"""The problems of a draft: a sentence each, the item it is about, and a button to fix it."""

from __future__ import annotations

import re
from html import escape
from itertools import chain, pairwise
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from courseporter.api.values import ProblemRow
from courseporter.errors import gettext
from courseporter.gui import theme, words
from courseporter.gui.course.rows import clear_layout
from courseporter.gui.forms.course_problems import Ui_course_problems
from courseporter.gui.icons import pixmap
from courseporter.gui.tokens import Role
from courseporter.gui.words import clicked, number

PAGE: Final = 40  # rows made at once: widgets cost time
ORDER: Final = ("error", "warning", "info")


class Problems(QWidget):
    """The panel at the end of the review."""

    jump_wanted = Signal(str)
    fix_wanted = Signal(int, bool)
    preview_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = Ui_course_problems()
        self.form.setupUi(self)  # pyright: ignore[reportUnknownMemberType]  # uic writes no types
        self.problems: tuple[ProblemRow, ...] = ()
        self.rows: list[Row] = []
        self.current = -1
        self.shown = PAGE
        self.form.more.clicked.connect(self._show_more)
        theme.watch.changed.connect(self._lay_out)  # links and icons have the colours of the theme

    def show_problems(self, problems: tuple[ProblemRow, ...]) -> None:
        """Show these problems, the most severe first."""
        ordered = tuple(sorted(problems, key=lambda problem: ORDER.index(problem.severity)))
        if ordered == self.problems and self.form.rows.count():
            return
        self.problems = ordered
        self._lay_out()

    def next_key(self) -> str | None:
        """Return the key of the next problem that has an item; after the last, the first."""
        for step in range(1, len(self.problems) + 1):
            at = (self.current + step) % len(self.problems)
            if self.problems[at].key:
                self.current = at
                return self.problems[at].key
        return None

    def show_preview(self, problem_id: int, lines: tuple[str, ...]) -> None:
        """Show what a fix will change, below its buttons."""
        for row in self.rows:
            if row.problem.id == problem_id:
                row.show_preview(lines)

    def _show_more(self) -> None:
        self.shown += PAGE
        self._lay_out()

    def _lay_out(self) -> None:
        at = self._keyboard_at()
        clear_layout(self.form.rows)
        rows = self.rows = [Row(problem, self) for problem in self.problems[: self.shown]]
        for row in rows:
            row.jump_wanted.connect(self.jump_wanted)
            row.fix_wanted.connect(self.fix_wanted)
            row.preview_wanted.connect(self.preview_wanted)
            self.form.rows.addWidget(row)
        if not self.problems:
            self.form.rows.addWidget(nothing())
        self._order(rows)
        left = len(self.problems) - self.shown
        self.form.more.setVisible(left > 0)
        shown, rest = number(min(left, PAGE)), number(left)
        self.form.more.setText(gettext("Show {number} more of {total}", number=shown, total=rest))
        self.form.heading.setText(heading(self.problems))
        if at is not None:
            self._keyboard_to(*at)

    def _keyboard_at(self) -> tuple[int, int] | None:
        """Return which row and which of its controls has the focus."""
        focus = QApplication.focusWidget()
        for at, row in enumerate(self.rows):
            if focus in row.stops:
                return at, row.stops.index(focus)
        return None

    def _keyboard_to(self, row: int, stop: int) -> None:
        """Focus the row that is at this position now: the one before was fixed, or all are new."""
        stops = self.rows[min(row, len(self.rows) - 1)].stops if self.rows else []
        for widget in self.rows:
            widget.show()  # now, not with the next layout: only visible widgets take the focus
        (stops[min(stop, len(stops) - 1)] if stops else self.form.scroll).setFocus()

    def _order(self, rows: list[Row]) -> None:
        """Let the Tab key go from row to row before it leaves the panel."""
        way = (self.form.scroll, *chain.from_iterable(row.stops for row in rows), self.form.more)
        for first, second in pairwise(way):
            QWidget.setTabOrder(first, second)


class Row(QFrame):
    """One problem."""

    jump_wanted = Signal(str)
    fix_wanted = Signal(int, bool)
    preview_wanted = Signal(int)

    def __init__(self, problem: ProblemRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem = problem
        self.stops: list[QWidget] = []  # for the Tab key
        self.preview = QLabel(self)
        self.preview.hide()
        icon, role, word = severity_of(problem)
        self.setAccessibleName(f"{word}: {problem.message}")
        glyph = QLabel(self)
        glyph.setPixmap(pixmap(icon, role, 16, self.devicePixelRatioF()))
        glyph.setAccessibleName(word)
        glyph.setToolTip(word)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 0, 8)
        row.setSpacing(8)
        row.addWidget(glyph, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(sentence(problem.message))
        if problem.hint:
            column.addWidget(sentence(clicked(problem.hint), "muted", "small"))
        if problem.key or (problem.where and problem.where not in problem.message):
            column.addWidget(self._place(problem.where or gettext("Show in the course")))
        if problem.fix:
            column.addLayout(self._fixes())
        row.addLayout(column, 1)

    def sizeHint(self) -> QSize:
        """Allow any width of the panel."""
        return QSize(200, super().sizeHint().height())

    def _place(self, where: str) -> QWidget:
        if not self.problem.key:
            return sentence(where, "muted", "small")
        link = PlaceLink(where)
        link.linkActivated.connect(self._jump)
        theme.set_class(link, "small")
        self.stops.append(link)
        return link

    def _fixes(self) -> QVBoxLayout:
        column = QVBoxLayout()  # side by side they'd be wider than the panel
        column.setSpacing(4)
        fix = QPushButton(self.problem.fix_label or gettext("Fix"), self)
        fix.clicked.connect(self._fix)
        self.stops.append(fix)
        column.addWidget(fix, 0, Qt.AlignmentFlag.AlignLeft)
        if self.problem.alike > 1:
            every = QPushButton(
                gettext("Fix all {number}", number=number(self.problem.alike)), self
            )
            every.clicked.connect(self._fix_all)
            self.stops.append(every)
            column.addWidget(every, 0, Qt.AlignmentFlag.AlignLeft)
        ask = QPushButton(gettext("What will change?"), self)
        theme.set_class(ask, "link", "small")
        ask.clicked.connect(self._preview)
        self.stops.append(ask)
        self.preview = sentence("", "muted", "small")
        self.preview.hide()
        column.addWidget(ask, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.preview)
        return column

    def show_preview(self, lines: tuple[str, ...]) -> None:
        """Show what the fix will change; once more hides it."""
        text = "\n".join(lines) or gettext("Nothing changes.")
        self.preview.setText(breakable(text))
        self.preview.setVisible(self.preview.isHidden())

    def _preview(self) -> None:
        self.preview_wanted.emit(self.problem.id)

    def _jump(self) -> None:
        self.jump_wanted.emit(self.problem.key or "")

    def _fix(self) -> None:
        self.fix_wanted.emit(self.problem.id, False)

    def _fix_all(self) -> None:
        self.fix_wanted.emit(self.problem.id, True)


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
