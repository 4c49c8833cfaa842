"""The fields of one question."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from courseporter.errors import Message, _, gettext
from courseporter.gui import theme
from courseporter.gui.course.rows import clear_layout
from courseporter.gui.course.setting_fields import QuietComboBox
from courseporter.gui.questions.fields import MarkupText, NumberLine, PlainLines
from courseporter.gui.questions.options import Options
from courseporter.gui.questions.wording import LISTED, TYPES
from courseporter.gui.words import number
from courseporter.model import Question, QuestionType

GAP: Final = "___"
FLAGS: Final[dict[str, tuple[Message, frozenset[str]]]] = {
    "shuffle": (
        _("Shuffle the options"),
        frozenset(("single_choice", "multiple_choice", "true_false")),
    ),
    "partial_credit": (_("Partial credit"), frozenset(("multiple_choice",))),
    "case_sensitive": (_("Capital letters count"), frozenset(("short_text", "fill_in"))),
    "pattern": (_("Answers are regular expressions"), frozenset(("short_text", "fill_in"))),
}


class QuestionForm(QWidget):
    """`edited`: something was changed; `retype_wanted`: another type was chosen."""

    edited = Signal()
    retype_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question: Question | None = None
        self.kinds = QuietComboBox(self)
        self.kinds.set_name(gettext("Type of question"))
        for kind, words in TYPES.items():
            self.kinds.addItem(str(words), kind)
        self.points = NumberLine(gettext("Points"), whole=False, parent=self)
        self.attempts = NumberLine(gettext("Attempts"), whole=True, parent=self)
        self.points.setPlaceholderText(gettext("Default"))
        self.attempts.setPlaceholderText(gettext("Default"))
        self.text = MarkupText(gettext("Question"), 2, self)
        self.options = Options(self)
        self.answers = PlainLines(gettext("Right answers, one per line"), 2, self)
        self.number = QLineEdit(self)
        self.number.setAccessibleName(gettext("Right number"))
        self.number.setPlaceholderText(gettext("3.14 or [1, 3)"))
        self.tolerance = QLineEdit(self)
        self.tolerance.setAccessibleName(gettext("Tolerance"))
        self.tolerance.setPlaceholderText(gettext("0.01 or 5%"))
        self.gaps: list[PlainLines] = []
        self.flags = {name: QCheckBox(str(words), self) for name, (words, _on) in FLAGS.items()}
        self.explanation = MarkupText(gettext("Explanation"), 1, self)
        self.hints = PlainLines(gettext("Hints, one per line"), 1, self)
        self._compose()
        self._connect()

    def _compose(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        row = QHBoxLayout()
        row.setSpacing(16)
        for words, field in (
            (gettext("Type"), self.kinds),
            (gettext("Points"), self.points),
            (gettext("Attempts"), self.attempts),
        ):
            row.addWidget(labeled(words, field))
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(labeled(gettext("Question"), self.text))
        self.option_part = labeled(gettext("Options"), self.options)
        self.answer_part = labeled(gettext("Right answers, one per line"), self.answers)
        self.number_part = QWidget(self)
        numbers = QHBoxLayout(self.number_part)
        numbers.setContentsMargins(0, 0, 0, 0)
        numbers.setSpacing(16)
        numbers.addWidget(labeled(gettext("Right number or interval"), self.number), 2)
        numbers.addWidget(labeled(gettext("Tolerance"), self.tolerance), 1)
        self.gap_part = QWidget(self)
        self.gap_list = QVBoxLayout(self.gap_part)
        self.gap_list.setContentsMargins(0, 0, 0, 0)
        self.gap_list.setSpacing(8)
        flags = QHBoxLayout()
        flags.setSpacing(16)
        for box in self.flags.values():
            flags.addWidget(box)
        flags.addStretch(1)
        for part in (self.option_part, self.number_part, self.answer_part, self.gap_part):
            column.addWidget(part)
        column.addLayout(flags)
        column.addWidget(labeled(gettext("Explanation, shown after the answer"), self.explanation))
        column.addWidget(labeled(gettext("Hints, one per line"), self.hints))

    def _connect(self) -> None:
        self.kinds.activated.connect(self._retype)
        for line in (self.points, self.attempts, self.number, self.tolerance):
            line.textEdited.connect(self.edited)
        for field in (self.explanation, self.answers, self.hints, self.options):
            field.edited.connect(self.edited)
        self.text.edited.connect(self._text_edited)
        for box in self.flags.values():
            box.clicked.connect(self.edited)

    def fill(self, question: Question) -> None:
        """Show a question; fields that show it already are left alone."""
        self.question = question
        with QSignalBlocker(self.kinds):
            self.kinds.setCurrentIndex(self.kinds.findData(question.type))
        self.points.fill(question.points)
        self.attempts.fill(question.attempts)
        self.text.fill(question.text, question.markup)
        self.explanation.fill(question.explanation, question.markup)
        if self.hints.lines() != question.hints:
            self.hints.fill("\n".join(" ".join(one.splitlines()) for one in question.hints))
        self._fill_answers(question)
        for name, box in self.flags.items():
            box.setVisible(question.type in FLAGS[name][1])
            box.setChecked(getattr(question, name))

    def _fill_answers(self, question: Question) -> None:
        kind = question.type
        self.option_part.setVisible(kind in LISTED)
        self.number_part.setVisible(kind == "numerical")
        self.answer_part.setVisible(kind in {"short_text", "numerical"})
        self.gap_part.setVisible(kind == "fill_in")
        if kind in LISTED:
            self.options.fill(question)
        number_first = kind == "numerical"
        title = gettext("Other numbers that are right, one per line")
        label = self.answer_part.findChild(QLabel)
        if label is not None:
            label.setText(title if number_first else gettext("Right answers, one per line"))
        first = question.answers[:1] if number_first else ()
        with QSignalBlocker(self.number), QSignalBlocker(self.tolerance):
            if self.number.text() != "".join(first):
                self.number.setText("".join(first))
            if self.tolerance.text() != question.tolerance:
                self.tolerance.setText(question.tolerance)
        rest = question.answers[1:] if number_first else question.answers
        if self.answers.lines() != rest:
            self.answers.fill("\n".join(rest))
        if kind == "fill_in":
            self._show_gaps(question.gaps)

    def value(self) -> Question:
        """The question as it is shown."""
        question = self.question
        if question is None:
            raise ValueError
        kind = question.type
        hints = self.hints.lines()
        shown = tuple(" ".join(one.splitlines()) for one in question.hints)
        answers = self.answers.lines() if kind in {"short_text", "numerical"} else ()
        if kind == "numerical":
            answers = tuple(one for one in (self.number.text().strip(), *answers) if one)
        return replace(
            question,
            text=self.text.value(),
            points=self.points.value(),
            attempts=self.attempts.count(),
            explanation=self.explanation.value(),
            hints=question.hints if hints == shown else hints,
            options=self.options.value() if kind in LISTED else question.options,
            answers=answers if kind in {"short_text", "numerical"} else question.answers,
            tolerance=self.tolerance.text().strip() if kind == "numerical" else question.tolerance,
            gaps=tuple(one.lines() for one in self.gaps) if kind == "fill_in" else question.gaps,
            **{name: box.isChecked() for name, box in self.flags.items() if kind in FLAGS[name][1]},
        )

    def _show_gaps(self, gaps: tuple[tuple[str, ...], ...]) -> None:
        if len(gaps) != len(self.gaps):
            clear_layout(self.gap_list)
            self.gaps = []
            for place in range(len(gaps)):
                title = gettext(
                    "Gap {number}: right answers, one per line", number=number(place + 1)
                )
                field = PlainLines(title, 1)
                field.edited.connect(self.edited)
                self.gaps.append(field)
                self.gap_list.addWidget(labeled(title, field))
            if not gaps:
                tip = QLabel(gettext("Write ___ in the question where a gap should be."))
                theme.set_class(tip, "muted", "small")
                self.gap_list.addWidget(tip)
        for field, answers in zip(self.gaps, gaps, strict=True):
            if field.lines() != answers:
                field.fill("\n".join(answers))

    def _text_edited(self) -> None:
        """Each `___` in the text is a gap with answers of its own."""
        if self.question is not None and self.question.type == "fill_in":
            gaps = [one.lines() for one in self.gaps]
            wanted = self.text.value().count(GAP)
            if wanted:
                self._show_gaps(tuple((gaps + [()] * wanted)[:wanted]))
        self.edited.emit()

    def _retype(self) -> None:
        kind: QuestionType = self.kinds.currentData()
        if self.question is not None and kind != self.question.type:
            self.retype_wanted.emit(kind)


def labeled(words: str, field: QWidget) -> QWidget:
    """A field below its label."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    label = QLabel(words, made)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setBuddy(field)
    theme.set_class(label, "small", "strong")
    column.addWidget(label)
    column.addWidget(field)
    return made
