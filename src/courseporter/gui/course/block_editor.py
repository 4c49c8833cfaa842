"""Edits the item in the center: each kind has its editor, and all save by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from courseporter import api
from courseporter.errors import gettext
from courseporter.gui.course.block_form import BlockForm, FormBlock
from courseporter.gui.course.file_fields import NewFile, new_file
from courseporter.gui.course.lesson_form import LessonForm
from courseporter.gui.editor.text_editor import TextEditor
from courseporter.gui.questions.fields import NumberLine
from courseporter.gui.questions.question_form import labeled
from courseporter.gui.questions.quiz_editor import QuizEditor
from courseporter.model import (
    Assignment,
    Audio,
    Discussion,
    Link,
    Node,
    Quiz,
    Resource,
    Text,
    Video,
)


class BlockEditor(QStackedWidget):
    """`changed`: operations to perform, for the course with this id; `pictures_wanted`: picture
    files to add; `lessons_wanted`: lessons with this text in their title.
    """

    changed = Signal(str, list)
    pictures_wanted = Signal(list)
    lessons_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.draft_id = ""
        self.node: Node | None = None
        self.wanted: str | None = None  # the question to open in its quiz
        self.text = TextEditor(self)
        self.quiz = QuizEditor(self)
        self.block = BlockForm(self)
        self.lesson = LessonForm(self)
        self.work = QWidget(self)
        self.points = NumberLine(gettext("Points"), whole=False, parent=self.work)
        self.points.setPlaceholderText(gettext("Default"))
        self.instructions = TextEditor(self.work)
        column = QVBoxLayout(self.work)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        head = labeled(gettext("Points"), self.points)
        head.setContentsMargins(16, 0, 16, 0)
        column.addWidget(head)
        column.addWidget(self.instructions, 1)
        for part in (self.text, self.quiz, self.block, self.lesson, self.work):
            self.addWidget(part)
        for editor in (self.text, self.instructions):
            editor.edited.connect(self._text_edited)
            editor.files_wanted.connect(self.pictures_wanted)
            editor.lessons_wanted.connect(self.lessons_wanted)
        self.quiz.edited.connect(self._block_edited)
        self.quiz.retype_wanted.connect(self._retype)
        self.block.edited.connect(self._files_edited)
        self.lesson.edited.connect(self._lesson_edited)
        self.points.editingFinished.connect(self._points_edited)

    def show_content(self, draft_id: str, content: api.Content) -> bool:
        """Show an item; return whether it can be edited here."""
        other = self.node is None or (draft_id, content.node.key) != (self.draft_id, self.node.key)
        if other:
            self.flush()
        self.draft_id, self.node = draft_id, content.node
        match content.node.block:
            case Text(html=html):
                self._show_text(self.text, html, content.pictures, other=other)
                self.setCurrentWidget(self.text)
            case Assignment(html=html, points=points):
                self._show_text(self.instructions, html, content.pictures, other=other)
                self.points.fill(points)
                self.setCurrentWidget(self.work)
            case Quiz() as quiz:
                (self.quiz.open_quiz if other else self.quiz.show_quiz)(quiz)
                self.setCurrentWidget(self.quiz)
                self.go_to_wanted()
            case Video() | Audio() | Resource() | Link() | Discussion() as block:
                (self.block.open_block if other else self.block.show_block)(block)
                self.setCurrentWidget(self.block)
            case None if content.node.kind == "lesson":
                self.lesson.show_lesson(content.node, content.formats)
                self.setCurrentWidget(self.lesson)
            case _:
                return False
        return True

    def go_to_wanted(self) -> None:
        """Open the question that a problem is about, once its quiz is here."""
        shown = self.currentWidget() is self.quiz  # else it holds the quiz of before
        if self.wanted is not None and shown and self.quiz.go_to(self.wanted):
            self.wanted = None

    def forget(self) -> None:
        """Save, and show nothing."""
        self.flush()
        self.node = None

    def flush(self) -> None:
        """Save what was typed."""
        if self.node is None:
            return
        for part in (self.text, self.instructions, self.quiz, self.block):
            if part is self.currentWidget() or part.parent() is self.currentWidget():
                part.flush()

    def start(self) -> None:
        """Put the cursor where typing starts."""
        current = self.currentWidget()
        if current is self.text:
            self.text.canvas.setFocus()
        elif current is self.quiz:
            self.quiz.form.text.setFocus()
        elif current is self.block:
            self.block.address.setFocus()
        elif current is self.work:
            self.instructions.canvas.setFocus()

    def take_pictures(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Show picture files that the course has got."""
        editor = self.instructions if self.currentWidget() is self.work else self.text
        editor.insert_pictures(files)

    def take_lessons(self, found: Sequence[tuple[str, str]]) -> None:
        """Offer lessons to link to, as title and key."""
        for editor in (self.text, self.instructions):
            editor.strip.show_lessons(found)

    def _show_text(
        self, editor: TextEditor, html: str, pictures: dict[str, bytes], *, other: bool
    ) -> None:
        if other:
            editor.open_html(html, pictures)
        elif not editor.pending():
            editor.show_html(html, pictures)

    def _send(self, *operations: api.ops.Operation) -> None:
        self.changed.emit(self.draft_id, list(operations))

    def _text_edited(self, html: str) -> None:
        if self.node is not None:
            if isinstance(self.node.block, Text | Assignment):
                self.node = replace(self.node, block=replace(self.node.block, html=html))
            self._send(api.ops.SetText(key=self.node.key, html=html))

    def _block_edited(self, block: Quiz) -> None:
        self._files_edited(block, [])

    def _files_edited(self, block: FormBlock | Quiz | Assignment, files: list[NewFile]) -> None:
        if self.node is None:
            return
        self.node = replace(self.node, block=block)
        puts = [api.ops.PutFile(path=one.path, file=one.file) for one in files]
        plain = api.ops.plain_block(block)
        self._send(*puts, api.ops.SetBlock(key=self.node.key, block=plain))

    def _points_edited(self) -> None:
        if self.node is None or not isinstance(self.node.block, Assignment):
            return
        points = self.points.value()
        if points != self.node.block.points:
            self.instructions.flush()
            self._files_edited(replace(self.node.block, points=points), [])

    def _retype(self, question: str, kind: str) -> None:
        if self.node is not None:
            operation = api.ops.Retype(key=self.node.key, question=question, type=kind)  # pyright: ignore[reportArgumentType]  # one of the types
            self._send(operation)

    def _lesson_edited(self, values: dict[str, object]) -> None:
        if self.node is not None:
            self._send(api.ops.SetLesson(key=self.node.key, values=values))


def picture_files(paths: Sequence[Path]) -> list[NewFile]:
    """Picture files of this computer with their paths in the course."""
    return [new_file(path, "pictures") for path in paths]
