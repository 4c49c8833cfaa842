"""Settings of a lesson: when it opens, when it is due, and whether it is graded."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.course.setting_fields import QuietComboBox
from courseporter.gui.questions.question_form import labeled
from courseporter.model import LessonSettings, Node

UNSET, NO, YES = "unset", "no", "yes"


class LessonForm(QWidget):
    """`edited`: the settings that have changed, by name; None: as in the source."""

    edited = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.settings = LessonSettings()
        self.start = QLineEdit(self)
        self.due = QLineEdit(self)
        for line, words in ((self.start, gettext("Opens on")), (self.due, gettext("Due on"))):
            line.setPlaceholderText(gettext("YYYY-MM-DD"))
            line.setAccessibleName(words)
            line.editingFinished.connect(self._done)
        self.graded = QuietComboBox(self)
        self.graded.set_name(gettext("Graded"))
        for value, words in (
            (UNSET, gettext("If it has questions")),
            (YES, gettext("Yes")),
            (NO, gettext("No")),
        ):
            self.graded.addItem(words, value)
        self.format = QuietComboBox(self)
        self.format.set_name(gettext("Assignment type"))
        self.graded.activated.connect(self._done)
        self.format.activated.connect(self._done)
        self.error = QLabel(self)
        self.error.setWordWrap(True)
        theme.set_class(self.error, "error", "small")
        self.error.hide()
        self.type_part = labeled(gettext("Assignment type"), self.format)
        self._compose()

    def _compose(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        for parts in (
            (labeled(gettext("Opens on"), self.start), labeled(gettext("Due on"), self.due)),
            (labeled(gettext("Graded"), self.graded), self.type_part),
        ):
            row = QHBoxLayout()
            row.setSpacing(16)
            for part in parts:
                part.setMaximumWidth(240)
                row.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
            row.addStretch(1)
            column.addLayout(row)
        column.addWidget(self.error)
        column.addStretch(1)

    def show_lesson(self, node: Node, formats: tuple[str, ...]) -> None:
        """Show the settings of a lesson."""
        self.settings = node.settings or LessonSettings()
        for line, text in ((self.start, self.settings.start), (self.due, self.settings.due)):
            if not line.hasFocus():
                line.setText(text or "")
        graded = {None: UNSET, True: YES, False: NO}[self.settings.graded]
        with QSignalBlocker(self.graded), QSignalBlocker(self.format):
            self.graded.setCurrentIndex(self.graded.findData(graded))
            self.format.clear()
            self.format.addItem(gettext("Default"), None)
            for name in formats:
                self.format.addItem(name, name)
            self.format.setCurrentIndex(max(0, self.format.findData(self.settings.format)))
        self.type_part.setVisible(bool(formats))

    def values(self) -> dict[str, object]:
        """The settings as they are shown."""
        graded = {UNSET: None, YES: True, NO: False}[str(self.graded.currentData())]
        return {
            "start": self.start.text().strip() or None,
            "due": self.due.text().strip() or None,
            "graded": graded,
            "format": self.format.currentData(),
        }

    def _done(self) -> None:
        old = {name: getattr(self.settings, name) for name in ("start", "due", "graded", "format")}
        changed = {name: value for name, value in self.values().items() if value != old[name]}
        if changed:
            self.edited.emit(changed)
