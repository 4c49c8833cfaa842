"""The line below the buttons: the address of a link, or the description of a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from courseporter.errors import gettext
from courseporter.gui import theme

LESSON: Final = "courseporter-lesson:"
TYPING_MS: Final = 150


class Strip(QFrame):
    """`done`: the text was entered; `removed`: the link is taken away; `lessons_wanted`: titles
    that hold this text are asked for.
    """

    done = Signal(str)
    removed = Signal()
    lessons_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_class(self, "surface")
        self.lessons: dict[str, str] = {}  # title → address
        self.label = QLabel(self)
        theme.set_class(self.label, "small", "muted")
        self.line = QLineEdit(self)
        self.line.setAccessibleName(gettext("Link or description"))
        self.label.setBuddy(self.line)
        self.remove = QPushButton(gettext("Remove link"), self)
        theme.set_class(self.remove, "quiet")
        self.titles = QStringListModel(self)
        self.completer = QCompleter(self.titles, self)
        self.completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        for part in (self.label, self.line, self.remove):
            row.addWidget(part)
        row.setStretch(1, 1)
        self.line.returnPressed.connect(self._entered)
        self.line.textEdited.connect(self._edited)
        self.typing.timeout.connect(self._search)
        self.remove.clicked.connect(self.removed)
        self.hide()

    def show_link(self, href: str | None, title: str = "") -> None:
        """Edit the address of a link."""
        self.label.setText(gettext("Link to"))
        self.line.setPlaceholderText(gettext("Address, or the title of a lesson"))
        self.line.setCompleter(self.completer)
        self.line.setText(title or href or "")
        self.remove.setVisible(href is not None)
        self.show()

    def show_picture(self, alt: str) -> None:
        """Edit what a picture shows, for people who can't see it."""
        self.label.setText(gettext("Description"))
        self.line.setPlaceholderText(gettext("What the image shows, for screen readers"))
        self.line.setCompleter(None)  # pyright: ignore[reportArgumentType]  # Qt takes none
        self.line.setText(alt)
        self.remove.hide()
        self.show()

    def show_lessons(self, found: Sequence[tuple[str, str]]) -> None:
        """Offer lessons by title."""
        self.lessons = {title: LESSON + key for title, key in found}
        self.titles.setStringList(list(self.lessons))

    def _edited(self) -> None:
        self.typing.start()

    def _search(self) -> None:
        text = self.line.text().strip()
        if text and self.line.completer() and ":" not in text:
            self.lessons_wanted.emit(text)

    def _entered(self) -> None:
        text = self.line.text().strip()
        if self.line.completer() and text in self.lessons:
            text = self.lessons[text]
        self.done.emit(text)
