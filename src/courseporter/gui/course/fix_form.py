"""What a fix asks: the text of a picture, or the files that a course misses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from courseporter.api.fix_values import FixAnswer, FixPreview, FixUnclear
from courseporter.api.values import ProblemRow
from courseporter.errors import gettext, ngettext
from courseporter.gui import theme
from courseporter.gui.course.problem_words import breakable, sentence
from courseporter.gui.words import items, number

LONGEST: Final = 500  # characters of a text: screen readers read it in one go
MISSING: Final = 4  # names without a file that are listed


class Order(NamedTuple):
    """A fix that a person wants: of one problem or all like it, with an answer if it asks."""

    problem: ProblemRow
    every: bool = False
    answer: FixAnswer | None = None


class FixForm(QWidget):
    """`wanted`: an Order to perform; `preview_wanted`: one to look at; `left`: go to the next
    problem.
    """

    wanted = Signal(object)
    preview_wanted = Signal(object)
    left = Signal()

    def __init__(self, problem: ProblemRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem = problem
        self.stops: list[QWidget] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)

    def add_button(self, words: str, *classes: str) -> QPushButton:
        """Add a button below."""
        made = QPushButton(words, self)
        made.setMinimumWidth(40)  # never wider than the panel
        if classes:
            theme.set_class(made, *classes)
        self.column.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        self.stops.append(made)
        return made

    def show_preview(self, order: Order, seen: FixPreview) -> None:
        """Show what the fix will change."""


class TextForm(FixForm):
    """The alternative text of an image."""

    def __init__(self, problem: ProblemRow, parent: QWidget | None = None) -> None:
        super().__init__(problem, parent)
        self.picture = QLabel(self)
        self.picture.hide()
        self.column.addWidget(self.picture)
        self.text = QLineEdit(self)
        self.text.setMaxLength(LONGEST)
        self.text.setPlaceholderText(gettext("Describe the image"))
        self.text.setAccessibleName(gettext("Alternative text"))
        self.column.addWidget(self.text)
        self.stops.append(self.text)
        self.add = self.add_button(self._words())
        self.add.setEnabled(False)
        decorative = self.add_button(gettext("It's decorative"), "link", "small")
        if problem.alike > 1:
            words = gettext("All {number} are decorative", number=number(problem.alike))
            self.add_button(words, "link", "small").clicked.connect(partial(self._send, "", True))
        decorative.clicked.connect(partial(self._send, "", False))
        self.text.textChanged.connect(self._typed)
        self.add.clicked.connect(self._add)

    def show_picture(self, picture: QImage) -> None:
        """Show the picture that is asked about."""
        self.picture.setPixmap(QPixmap.fromImage(picture))
        self.picture.show()

    def _words(self) -> str:
        if self.problem.same > 1:
            return gettext("Add text to all {number} uses", number=number(self.problem.same))
        return self.problem.fix_label or gettext("Add text")

    def _typed(self, text: str) -> None:
        self.add.setEnabled(bool(text.strip()))

    def press(self) -> None:
        """Use the text by Enter; without one, continue."""
        if self.text.text().strip():
            self._add()
        else:
            self.left.emit()

    def _add(self) -> None:
        self._send(self.text.text().strip(), self.problem.same > 1)

    def _send(self, text: str, every: bool, checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's slot
        del checked
        self.wanted.emit(Order(self.problem, every, FixAnswer(text=text)))


class FilesForm(FixForm):
    """A file or a folder to take files from, and which of them when several have the same name."""

    def __init__(self, problem: ProblemRow, parent: QWidget | None = None) -> None:
        super().__init__(problem, parent)
        self.order: Order | None = None
        self.seen: FixPreview | None = None
        self.choices: dict[str, QComboBox] = {}
        self.folder = self.add_button(gettext("Choose a folder…"))  # for all that are alike
        self.file = self.add_button(gettext("Choose a file…"), "link", "small")
        self.folder.clicked.connect(self._choose_folder)
        self.file.clicked.connect(self._choose_file)
        self.found = QWidget(self)
        self.found.hide()
        self.column.addWidget(self.found)
        self.apply: QPushButton | None = None

    def look_in(self, place: str, *, every: bool) -> None:
        """Ask what a file or folder has."""
        order = Order(self.problem, every, FixAnswer(place=place))
        self.preview_wanted.emit(order)

    def show_preview(self, order: Order, seen: FixPreview) -> None:
        """Show the files that were found, and let the person choose between equal names."""
        self.order, self.seen = order, seen
        self.choices = {one.name: self._choice(one) for one in seen.unclear}
        old, self.found = self.found, QWidget(self)
        self.column.replaceWidget(old, self.found)
        old.hide()
        old.deleteLater()
        column = QVBoxLayout(self.found)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        for line in seen.lines:
            column.addWidget(sentence(line, "muted", "small"))
        for one in seen.unclear:
            column.addWidget(sentence(gettext("Which “{name}”?", name=one.name), "small"))
            column.addWidget(self.choices[one.name])
        for line in lacking(seen.missing):
            column.addWidget(sentence(line, "warning", "small"))
        self.apply = QPushButton(self._apply_words(), self.found)
        self.apply.setEnabled(bool(seen.changed or seen.unclear))
        self.apply.clicked.connect(self._apply)
        column.addWidget(self.apply, 0, Qt.AlignmentFlag.AlignLeft)
        self.found.show()
        (self.apply if self.apply.isEnabled() else self.folder).setFocus()

    def _choice(self, one: FixUnclear) -> QComboBox:
        made = QComboBox(self)
        made.setAccessibleName(gettext("The file for “{name}”", name=one.name))
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for label, file in labels(one.files):
            made.addItem(label, file)
            made.setItemData(made.count() - 1, file, Qt.ItemDataRole.ToolTipRole)
        made.addItem(gettext("None of them"), "")
        made.activated.connect(self._chosen)
        return made

    def _chosen(self) -> None:
        if self.apply is not None:
            self.apply.setText(self._apply_words())

    def _files(self) -> dict[str, str]:
        found: Mapping[str, str] = self.seen.files if self.seen is not None else {}
        chosen = {name: str(box.currentData()) for name, box in self.choices.items()}
        return {**found, **chosen}

    def _apply_words(self) -> str:
        amount = sum(bool(file) for file in self._files().values())
        return gettext("Add {files}", files=file_count(amount))

    def _apply(self) -> None:
        if self.order is not None and self.order.answer is not None:
            answer = FixAnswer(place=self.order.answer.place, files=self._files())
            self.wanted.emit(Order(self.problem, self.order.every, answer))

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, gettext("Choose a folder"))
        if name:
            self.look_in(name, every=True)

    def _choose_file(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, gettext("Choose a file"))
        if name:
            self.look_in(name, every=False)


def lacking(names: Iterable[str]) -> list[str]:
    """Sentences for names that no file fits."""
    found = list(names)
    lines = [gettext("No file found for “{name}”.", name=breakable(one)) for one in found[:MISSING]]
    if len(found) > MISSING:
        more = items(len(found) - MISSING)
        lines.append(gettext("No file found for {items} more.", items=more))
    return lines


def labels(files: Iterable[str]) -> list[tuple[str, str]]:
    """Files with what tells them apart: their folder and name."""
    return [("/".join(Path(one).parts[-2:]), one) for one in files]


def file_count(amount: int) -> str:
    """Return such as “1 file”."""
    return str(ngettext("{number} file", "{number} files", amount, number=number(amount)))
