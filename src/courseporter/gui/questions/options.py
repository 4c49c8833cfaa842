"""The options of a question: choices, pairs, or the items of an order."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace
from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.course.rows import clear_layout
from courseporter.gui.icons import icon
from courseporter.gui.questions.fields import MarkupLine
from courseporter.gui.words import number
from courseporter.model import Markup, Option, Question, QuestionType

ONE_RIGHT = frozenset(("single_choice", "true_false", "dropdown"))


class OptionRow(QWidget):
    """One option."""

    edited = Signal()
    moved = Signal(int)
    removed = Signal()

    def __init__(self, place: int, kind: QuestionType, option: Option, markup: Markup) -> None:
        super().__init__()
        self.kind, self.option = kind, option
        shown = number(place + 1)
        self.right = self._mark(shown)
        self.text = MarkupLine(gettext("Option {number}", number=shown), self)
        self.text.fill(option.text, markup)
        self.text.setPlaceholderText(placeholder(kind))
        self.match = MarkupLine(gettext("What belongs to it"), self)
        self.match.fill(option.match, markup)
        self.match.setPlaceholderText(gettext("What belongs to it"))
        self.feedback = MarkupLine(gettext("Feedback for option {number}", number=shown), self)
        self.feedback.fill(option.feedback, markup)
        self.feedback.setPlaceholderText(gettext("Feedback when it's chosen"))
        self._compose()
        for line in (self.text, self.match, self.feedback):
            line.textEdited.connect(self.edited)

    def _mark(self, shown: str) -> QAbstractButton | QLabel:
        if self.kind in ONE_RIGHT or self.kind == "multiple_choice":
            box = QRadioButton(self) if self.kind in ONE_RIGHT else QCheckBox(self)
            box.setChecked(self.option.correct)
            box.setToolTip(gettext("This answer is right"))
            box.setAccessibleName(gettext("Option {number} is right", number=shown))
            box.clicked.connect(self.edited)
            return box
        label = QLabel(f"{shown}." if self.kind == "ordering" else "", self)
        theme.set_class(label, "muted")
        return label

    def _compose(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.right)
        row.addWidget(self.text, 1)
        self.match.setVisible(self.kind == "matching")
        if self.kind == "matching":
            arrow = QLabel("→", self)
            theme.set_class(arrow, "muted")
            row.addWidget(arrow)
            row.addWidget(self.match, 1)
        self.say = button("discussion", gettext("Feedback"), self)
        self.say.setCheckable(True)
        self.say.setChecked(bool(self.option.feedback))
        self.say.setVisible(self.kind in ONE_RIGHT or self.kind == "multiple_choice")
        up = button("chevron-up", gettext("Move up"), self)
        down = button("chevron-down", gettext("Move down"), self)
        remove = button("close", gettext("Remove option"), self)
        for part in (self.say, up, down, remove):
            row.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        below = QHBoxLayout()
        below.setContentsMargins(24, 0, 0, 0)
        below.addWidget(self.feedback)
        column.addLayout(below)
        self.feedback.setVisible(self.say.isChecked())
        self.say.toggled.connect(self.feedback.setVisible)
        up.clicked.connect(lambda: self.moved.emit(-1))
        down.clicked.connect(lambda: self.moved.emit(1))
        remove.clicked.connect(self.removed)

    def value(self) -> Option:
        """The option as it is shown."""
        right = self.right
        correct = right.isChecked() if isinstance(right, QAbstractButton) else self.option.correct
        return replace(
            self.option,
            text=self.text.value(),
            match=self.match.value(),
            feedback=self.feedback.value(),
            correct=correct,
        )


class Options(QWidget):
    """All options of a question."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[OptionRow] = []
        self.kind: QuestionType = "single_choice"
        self.markup: Markup = "text"
        self.group = QButtonGroup(self)
        self.list = QVBoxLayout()
        self.list.setSpacing(8)
        self.add = QPushButton(gettext("Add an option"), self)
        self.add.setIcon(icon("plus", "muted"))
        theme.set_class(self.add, "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self.list)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.add.clicked.connect(self._add)

    def fill(self, question: Question) -> None:
        """Show the options of a question."""
        same = (self.kind, self.markup) == (question.type, question.markup)
        if same and self.value() == question.options and self.rows:
            return
        self.kind, self.markup = question.type, question.markup
        self._show(question.options)

    def value(self) -> tuple[Option, ...]:
        """The options as they are shown."""
        return tuple(row.value() for row in self.rows)

    def _show(self, options: tuple[Option, ...]) -> None:
        with QSignalBlocker(self):
            clear_layout(self.list)
            for one in self.group.buttons():
                self.group.removeButton(one)
            self.rows = [
                OptionRow(place, self.kind, one, self.markup) for place, one in enumerate(options)
            ]
            for place, row in enumerate(self.rows):
                if isinstance(row.right, QRadioButton):
                    self.group.addButton(row.right)
                row.edited.connect(self.edited)
                row.moved.connect(partial(self._move, place))
                row.removed.connect(partial(self._remove, place))
                self.list.addWidget(row)

    def _add(self) -> None:
        self._show((*self.value(), Option(text="")))
        self.rows[-1].text.setFocus()
        self.edited.emit()

    def _move(self, place: int, by: int) -> None:
        options = list(self.value())
        other = place + by
        if 0 <= other < len(options):
            options[place], options[other] = options[other], options[place]
            self._show(tuple(options))
            self.rows[other].text.setFocus()
            self.edited.emit()

    def _remove(self, place: int) -> None:
        options = list(self.value())
        del options[place]
        self._show(tuple(options))
        self.edited.emit()


def button(glyph: str, words: str, parent: QWidget) -> QToolButton:
    """A small button with an icon."""
    made = QToolButton(parent)
    theme.set_class(made, "icon")
    made.setIcon(icon(glyph, "muted"))
    made.setIconSize(QSize(16, 16))
    made.setToolTip(words)
    made.setAccessibleName(words)
    return made


def placeholder(kind: QuestionType) -> str:
    """What an empty option asks for."""
    if kind == "matching":
        return gettext("Term")
    return gettext("Next item in the right order") if kind == "ordering" else gettext("Answer")
