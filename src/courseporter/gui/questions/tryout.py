"""A question as learners see it, to answer and have graded in place."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from courseporter.api.texts import (
    Given,
    clean_for_preview,
    grade,
    offered,
    right_answer,
    unfit,
)
from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.course.rows import clear_layout
from courseporter.gui.course.setting_fields import QuietComboBox
from courseporter.gui.questions.wording import plain, verdict
from courseporter.gui.words import number
from courseporter.model import Question

_PICTURE: Final = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_GAP: Final = re.compile(r"_{3,}")
LONGEST: Final = 20_000


class Tryout(QFrame):
    """Shows a question and grades what is answered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_class(self, "card")
        self.question: Question | None = None
        self.read: Callable[[], Given] = Given
        self.write: Callable[[Given], None] = lambda _given: None
        self.title = QLabel(gettext("As learners see it"), self)
        theme.set_class(self.title, "muted", "small")
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self.check = QPushButton(gettext("Try this answer"), self)
        self.solve = QPushButton(gettext("Fill in the right answer"), self)
        theme.set_class(self.solve, "quiet")
        self.result = QLabel(self)
        self.result.setWordWrap(True)
        self.result.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.check)
        row.addWidget(self.solve)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addLayout(self.body)
        column.addLayout(row)
        column.addWidget(self.result)
        self.check.clicked.connect(self.grade)
        self.solve.clicked.connect(self.fill_in)

    def show_question(self, question: Question) -> None:
        """Show a question; the answer that was tried is forgotten when it has changed."""
        if question == self.question:
            return
        self.question = question
        clear_layout(self.body)
        self.body.addWidget(prose(question, question.text, gaps=question.type == "fill_in"))
        self.read, self.write = self._fields(question)
        reason = unfit(question)
        graded = question.type not in {"essay", "survey"} and reason is None
        self.check.setVisible(graded)
        self.solve.setVisible(graded)
        if reason is not None:
            text = gettext("Learners can't answer this yet, because {reason}.", reason=str(reason))
            self._say(text, "warning")
        elif question.type == "essay":
            self._say(gettext("A person grades this answer."), "muted")
        elif question.type == "survey":
            self._say(gettext("Every answer counts; nothing is graded."), "muted")
        else:
            self._say("", "muted")

    def grade(self) -> None:
        """Grade what is in the fields."""
        if self.question is None:
            return
        given = self.read()
        graded = grade(self.question, given)
        if graded is None:
            return
        lines = [verdict(self.question, given, graded)]
        lines += [plain(self.question, one) for one in graded.feedback]
        if self.question.explanation:
            lines.append(plain(self.question, self.question.explanation))
        self._say("\n".join(lines), "success" if graded.score >= 1 else "error")

    def fill_in(self) -> None:
        """Answer rightly, and grade it."""
        if self.question is not None:
            self.write(right_answer(self.question))
            self.grade()

    def _say(self, text: str, role: str) -> None:
        theme.set_class(self.result, role)
        self.result.setText(text)
        self.result.setVisible(bool(text))

    def _fields(self, question: Question) -> tuple[Callable[[], Given], Callable[[Given], None]]:
        match question.type:
            case "single_choice" | "true_false" | "multiple_choice" | "survey":
                return self._boxes(question)
            case "dropdown":
                return self._list(question)
            case "matching" | "ordering":
                return self._lists(question)
            case "short_text" | "numerical" | "fill_in":
                return self._lines(question)
            case "essay":
                field = QPlainTextEdit(self)
                field.setAccessibleName(gettext("Answer"))
                field.setFixedHeight(96)
                field.setTabChangesFocus(True)
                self.body.addWidget(field)
                return Given, lambda _given: None

    def _boxes(self, question: Question) -> tuple[Callable[[], Given], Callable[[Given], None]]:
        kind = QCheckBox if question.type == "multiple_choice" else QRadioButton
        group = QWidget(self)
        column = QVBoxLayout(group)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        boxes = [
            kind(plain(question, one.text).replace("&", "&&"), group) for one in question.options
        ]
        for box in boxes:
            column.addWidget(box)
        self.body.addWidget(group)

        def read() -> Given:
            return Given(chosen=tuple(n for n, box in enumerate(boxes) if box.isChecked()))

        def write(given: Given) -> None:
            for place, box in enumerate(boxes):
                box.setChecked(place in given.chosen)

        return read, write

    def _list(self, question: Question) -> tuple[Callable[[], Given], Callable[[Given], None]]:
        box = self._box([plain(question, one.text) for one in question.options], "")
        self.body.addWidget(box)

        def read() -> Given:
            place = box.currentIndex() - 1
            return Given(chosen=(place,) if place >= 0 else ())

        def write(given: Given) -> None:
            box.setCurrentIndex(given.chosen[0] + 1 if given.chosen else 0)

        return read, write

    def _lists(self, question: Question) -> tuple[Callable[[], Given], Callable[[Given], None]]:
        entries = list(offered(question))
        if question.type == "ordering":
            heads = [f"{number(place + 1)}." for place in range(len(question.options))]
        else:
            heads = [plain(question, one.text) for one in question.options if one.text.strip()]
        boxes = [self._box(entries, head) for head in heads]
        for head, box in zip(heads, boxes, strict=True):
            row = QWidget(self)
            inside = QHBoxLayout(row)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.setSpacing(16)
            label = QLabel(head, row)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            inside.addWidget(label, 0 if question.type == "ordering" else 1)
            inside.addWidget(box, 1)
            self.body.addWidget(row)

        def read() -> Given:
            return Given(
                texts=tuple(box.currentText() if box.currentIndex() else "" for box in boxes)
            )

        def write(given: Given) -> None:
            for box, text in zip(boxes, given.texts, strict=False):
                box.setCurrentIndex(entries.index(text) + 1 if text in entries else 0)

        return read, write

    def _box(self, entries: list[str], name: str) -> QuietComboBox:
        box = QuietComboBox(self)
        box.set_name(name or gettext("Answer"))
        with QSignalBlocker(box):
            box.addItem(gettext("Select an option"))
            box.addItems(entries)
        return box

    def _lines(self, question: Question) -> tuple[Callable[[], Given], Callable[[Given], None]]:
        amount = max(1, len(question.gaps)) if question.type == "fill_in" else 1
        lines = [QLineEdit(self) for _ in range(amount)]
        for place, line in enumerate(lines):
            line.setAccessibleName(gettext("Answer {number}", number=number(place + 1)))
            line.setMaximumWidth(320)
            if amount > 1:
                line.setPlaceholderText(gettext("Gap {number}", number=number(place + 1)))
            line.returnPressed.connect(self.grade)
            self.body.addWidget(line)

        def read() -> Given:
            return Given(texts=tuple(line.text() for line in lines))

        def write(given: Given) -> None:
            for line, text in zip(lines, given.texts, strict=False):
                line.setText(text)

        return read, write


def prose(question: Question, text: str, *, gaps: bool) -> QLabel:
    """The text of a question; pictures are named, not loaded."""
    html = question.markup == "html"
    shown = clean_for_preview(text[:LONGEST]) if html else escape(text[:LONGEST])
    shown = _PICTURE.sub(f"[{escape(gettext('Image'))}]", shown)
    if gaps:
        shown = _GAP.sub("<u>&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;</u>", shown)
    label = QLabel(shown if html else shown.replace("\n", "<br>"))
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    label.setMinimumWidth(40)
    return label
