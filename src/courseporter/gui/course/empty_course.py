"""What the tree shows of a course without any content: how to begin."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.course.rows import plain
from courseporter.gui.icons import icon


class EmptyCourse(QWidget):
    """`wanted`: the kind of item to add."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = plain(gettext("This course is empty. Add a section, then lessons to it."), "muted")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.section = QPushButton(gettext("Add a section"), self)
        self.section.setIcon(icon("plus", "muted"))
        self.text = QPushButton(gettext("Add a lesson with a text"), self)
        theme.set_class(self.text, "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(words)
        column.addWidget(self.section, 0, Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.text, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(2)
        self.section.clicked.connect(partial(self._clicked, "section"))
        self.text.clicked.connect(partial(self._clicked, "text"))

    def _clicked(self, kind: str, checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's slot
        del checked
        self.wanted.emit(kind)
