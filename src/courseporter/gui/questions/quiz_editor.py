"""The editor of a quiz: its questions one by one, and its own settings."""

from __future__ import annotations

from secrets import token_hex
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from courseporter.errors import Message, _, gettext
from courseporter.gui import theme
from courseporter.gui.course.setting_fields import QuietComboBox
from courseporter.gui.icons import icon
from courseporter.gui.questions.fields import MarkupText, NumberLine
from courseporter.gui.questions.options import button
from courseporter.gui.questions.question_form import QuestionForm, labeled
from courseporter.gui.questions.tryout import Tryout
from courseporter.gui.questions.wording import headline
from courseporter.model import Option, Question, Quiz

SAVE_MS: Final = 800


class QuizEditor(QWidget):
    """`edited`: the quiz as it is to be saved; `retype_wanted`: make a question (by its key) one
    of another type.
    """

    edited = Signal(object)
    retype_wanted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.quiz = Quiz(questions=())
        self.place = 0
        self.filling = False
        self.saving = QTimer(self, singleShot=True, interval=SAVE_MS)
        self.list = QuietComboBox(self)
        self.list.set_name(gettext("Question"))
        self.list.setSizeAdjustPolicy(
            QuietComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.list.setMinimumContentsLength(16)
        self.back = button("chevron-left", gettext("Previous question"), self)
        self.next = button("chevron-right", gettext("Next question"), self)
        self.more = button("more", gettext("More"), self)
        self.add = QPushButton(gettext("Add a question"), self)
        self.add.setIcon(icon("plus", "muted"))
        self.settings = self._settings()
        self.form = QuestionForm(self)
        self.tryout = Tryout(self)
        self.nothing = QLabel(gettext("This quiz has no questions yet."), self)
        theme.set_class(self.nothing, "muted")
        self._compose()
        self._connect()

    def _settings(self) -> QFrame:
        made = QFrame(self)
        theme.set_class(made, "panel")
        self.attempts = NumberLine(gettext("Attempts per question"), whole=True, parent=made)
        self.points = NumberLine(gettext("Points of the quiz"), whole=False, parent=made)
        self.pick = NumberLine(gettext("Draw at random"), whole=True, parent=made)
        for line, words in (
            (self.attempts, gettext("No limit")),
            (self.points, gettext("Default")),
            (self.pick, gettext("All")),
        ):
            line.setPlaceholderText(words)
        self.shuffle = QCheckBox(gettext("Shuffle the questions"), made)
        self.instructions = MarkupText(gettext("Instructions"), 1, made)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(labeled(gettext("Attempts per question"), self.attempts))
        row.addWidget(labeled(gettext("Points of the quiz"), self.points))
        row.addWidget(labeled(gettext("Questions drawn at random"), self.pick))
        row.addStretch(1)
        column = QVBoxLayout(made)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(labeled(gettext("Instructions"), self.instructions))
        column.addLayout(row)
        column.addWidget(self.shuffle)
        made.hide()
        return made

    def _compose(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 8)
        head.setSpacing(4)
        head.addWidget(self.back)
        head.addWidget(self.next)
        head.addWidget(self.list, 1)
        head.addSpacing(8)
        head.addWidget(self.add)
        head.addWidget(self.more)
        page = QWidget(self)
        inside = QVBoxLayout(page)
        inside.setContentsMargins(16, 8, 16, 24)
        inside.setSpacing(24)
        for part in (self.settings, self.nothing, self.form, self.tryout):
            inside.addWidget(part)
        inside.addStretch(1)
        page.setMaximumWidth(760)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        scroll.setAlignment(Qt.AlignmentFlag.AlignLeft)
        scroll.setAccessibleName(gettext("Quiz"))
        self.area = scroll
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(scroll, 1)

    def _connect(self) -> None:
        self.list.activated.connect(self.go)
        self.back.clicked.connect(lambda: self.go(self.place - 1))
        self.next.clicked.connect(lambda: self.go(self.place + 1))
        self.add.clicked.connect(self.add_question)
        self.more.clicked.connect(self._menu)
        self.form.edited.connect(self._changed)
        self.form.retype_wanted.connect(self._retype)
        for line in (self.attempts, self.points, self.pick):
            line.textEdited.connect(self._changed)
        self.shuffle.clicked.connect(self._changed)
        self.instructions.edited.connect(self._changed)
        self.saving.timeout.connect(self.flush)

    # ---- showing and saving

    def open_quiz(self, quiz: Quiz) -> None:
        """Show another quiz from its first question."""
        self.saving.stop()
        self.place = 0
        self.settings.hide()
        self._show(quiz)

    def show_quiz(self, quiz: Quiz) -> None:
        """Show the same quiz after a change, at the question that is open."""
        if quiz == self.quiz or self.pending():
            return
        self._show(quiz)

    def pending(self) -> bool:
        """Whether something was typed that has not been saved."""
        return self.saving.isActive()

    def flush(self) -> None:
        """Save what was typed."""
        self.saving.stop()
        quiz = self.current()
        if quiz != self.quiz:
            self.quiz = quiz
            self.edited.emit(quiz)

    def current(self) -> Quiz:
        """The quiz as it is shown."""
        questions = list(self.quiz.questions)
        if questions:
            questions[self.place] = self.form.value()
        return replace(
            self.quiz,
            questions=tuple(questions),
            attempts=self.attempts.count(),
            points=self.points.value(),
            pick=self.pick.count(),
            shuffle=self.shuffle.isChecked(),
            instructions=self.instructions.value(),
        )

    def go(self, place: int) -> None:
        """Show another question."""
        if 0 <= place < len(self.quiz.questions):
            self.flush()
            self.place = place
            self._show(self.quiz)
            self.area.verticalScrollBar().setValue(0)

    def go_to(self, key: str) -> bool:
        """Show the question with this key; return whether it is in the quiz."""
        for place, question in enumerate(self.quiz.questions):
            if question.key == key:
                self.go(place)
                return True
        return False

    def _show(self, quiz: Quiz) -> None:
        self.filling = True
        self.quiz = quiz
        self.place = max(0, min(self.place, len(quiz.questions) - 1))
        with QSignalBlocker(self.list):
            self.list.clear()
            self.list.addItems([headline(n + 1, one) for n, one in enumerate(quiz.questions)])
            self.list.setCurrentIndex(self.place if quiz.questions else -1)
        self.attempts.fill(quiz.attempts)
        self.points.fill(quiz.points)
        self.pick.fill(quiz.pick)
        self.shuffle.setChecked(quiz.shuffle)
        self.instructions.fill(quiz.instructions, quiz.instructions_markup)
        filled = bool(quiz.questions)
        for part in (self.form, self.tryout, self.list):
            part.setVisible(filled)
        self.nothing.setVisible(not filled)
        self.back.setEnabled(self.place > 0)
        self.next.setEnabled(self.place + 1 < len(quiz.questions))
        if filled:
            self.form.fill(quiz.questions[self.place])
            self.tryout.show_question(quiz.questions[self.place])
        self.filling = False

    def _changed(self) -> None:
        if self.filling:
            return
        self.saving.start()
        if self.quiz.questions:
            question = self.form.value()
            self.tryout.show_question(question)
            self.list.setItemText(self.place, headline(self.place + 1, question))

    # ---- questions

    def add_question(self) -> None:
        """Add a question behind the one that is open, of the same type."""
        self.flush()
        made = new_question()
        questions = list(self.quiz.questions)
        at = self.place + 1 if questions else 0
        questions.insert(at, made)
        self._rearrange(questions, at)
        self.form.text.setFocus()
        self.form.text.plain.setFocus()

    def _duplicate(self) -> None:
        questions = list(self.quiz.questions)
        questions.insert(self.place + 1, replace(questions[self.place], key=new_key()))
        self._rearrange(questions, self.place + 1)

    def _remove(self) -> None:
        questions = list(self.quiz.questions)
        del questions[self.place]
        self._rearrange(questions, self.place)

    def _move(self, by: int) -> None:
        questions = list(self.quiz.questions)
        other = self.place + by
        if 0 <= other < len(questions):
            questions[self.place], questions[other] = questions[other], questions[self.place]
            self._rearrange(questions, other)

    def _rearrange(self, questions: list[Question], place: int) -> None:
        """Show and save another list of questions."""
        quiz = replace(self.quiz, questions=tuple(questions))
        self.place = place
        self._show(quiz)
        self.edited.emit(quiz)

    def _retype(self, kind: str) -> None:
        self.flush()
        self.retype_wanted.emit(self.quiz.questions[self.place].key, kind)

    def _menu(self) -> None:
        self.flush()
        menu = self.menu()
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def menu(self) -> QMenu:
        """What can be done with the question that is open, and with the quiz."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        entries: tuple[tuple[Message, str, object, bool], ...] = (
            (_("Duplicate question"), "copy", self._duplicate, True),
            (_("Move up"), "chevron-up", lambda: self._move(-1), self.place > 0),
            (
                _("Move down"),
                "chevron-down",
                lambda: self._move(1),
                self.place + 1 < len(self.quiz.questions),
            ),
            (_("Delete question"), "trash", self._remove, True),
        )
        for words, glyph, run, on in entries:
            action = QAction(icon(glyph, "muted"), str(words), menu)
            action.triggered.connect(run)
            action.setEnabled(on and bool(self.quiz.questions))
            menu.addAction(action)
        menu.addSeparator()
        settings = QAction(icon("settings", "muted"), gettext("Quiz settings"), menu)
        settings.setCheckable(True)
        settings.setChecked(not self.settings.isHidden())
        settings.toggled.connect(self.settings.setVisible)
        menu.addAction(settings)
        return menu


def new_key() -> str:
    """A key for a question that no source has named."""
    return f"new-{token_hex(8)}"


def new_question() -> Question:
    """A question to start with."""
    options = (Option(text="", correct=True), Option(text=""))
    return Question(key=new_key(), type="single_choice", text="", options=options)
