"""The buttons above a page, and the line below them for a link or a picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from courseporter.errors import Message, _, gettext
from courseporter.gui import theme
from courseporter.gui.course.setting_fields import QuietComboBox
from courseporter.gui.icons import icon

TAGS: Final[tuple[tuple[str, Message], ...]] = (
    ("p", _("Text")),
    ("h2", _("Heading")),
    ("h3", _("Subheading")),
    ("h4", _("Small heading")),
    ("pre", _("Code")),
)
TAGS_WIDTH: Final = 116
NATIVE: Final = QKeySequence.SequenceFormat.NativeText


class Toolbar(QFrame):
    """`tag_chosen`: another kind of paragraph; `pressed`: the name of a button."""

    tag_chosen = Signal(str)
    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        self.tags = QuietComboBox(self)
        self.tags.set_name(gettext("Kind of paragraph"))
        for tag, words in TAGS:
            self.tags.addItem(str(words), tag)
        self.tags.activated.connect(self._chosen)
        row = QHBoxLayout(self)
        self.tags.setMinimumWidth(TAGS_WIDTH)
        row.setContentsMargins(4, 8, 4, 8)
        row.setSpacing(0)
        row.addWidget(self.tags)
        row.addSpacing(8)
        self._add(row, "bold", "bold", _("Bold"), "Ctrl+B", lit=True)
        self._add(row, "italic", "italic", _("Italic"), "Ctrl+I", lit=True)
        self._add(row, "code", "code", _("Code"), "", lit=True)
        self._add(row, "link", "link", _("Link"), "Ctrl+K", lit=True)
        row.addSpacing(4)
        self._add(row, "list", "list", _("Bulleted list"), "", lit=True)
        self._add(row, "numbers", "list-numbers", _("Numbered list"), "", lit=True)
        row.addSpacing(4)
        self._add(row, "image", "image", _("Image…"), "")
        self._add(row, "table", "table", _("Table"), "")
        row.addStretch(1)
        self._add(row, "source", "", _("HTML source"), "", lit=True)

    def _add(
        self,
        row: QHBoxLayout,
        name: str,
        glyph: str,
        words: Message,
        keys: str,
        *,
        lit: bool = False,
    ) -> None:
        button = QToolButton(self)
        if glyph:
            theme.set_class(button, "tool")
            button.setIcon(icon(glyph, "text"))
        else:
            button.setText(gettext("HTML"))
        button.setIconSize(QSize(16, 16))
        button.setCheckable(lit)
        text = str(words)
        shown = QKeySequence(keys).toString(NATIVE) if keys else ""
        button.setToolTip(f"{text} ({shown})" if shown else text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda: self.pressed.emit(name))
        self.buttons[name] = button
        row.addWidget(button)

    def menu(self, name: str, entries: tuple[tuple[Message, Callable[[], None]], ...]) -> None:
        """Show a menu below a button."""
        menu = QMenu(self)
        for words, run in entries:
            action = QAction(str(words), menu)
            action.triggered.connect(partial(_run, run))
            menu.addAction(action)
        button = self.buttons[name]
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def show_state(self, tag: str, lit: dict[str, bool]) -> None:
        """Show what is at the cursor."""
        with QSignalBlocker(self.tags):
            at = self.tags.findData(tag)
            self.tags.setCurrentIndex(max(at, 0))
        for name, on in lit.items():
            self.buttons[name].setChecked(on)

    def show_source(self, *, on: bool) -> None:
        """Only the button that leads back works in the source."""
        self.tags.setEnabled(not on)
        for name, button in self.buttons.items():
            button.setEnabled(not on or name == "source")
        self.buttons["source"].setChecked(on)

    def _chosen(self) -> None:
        self.tag_chosen.emit(str(self.tags.currentData()))


def _run(run: Callable[[], None], checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's slot
    del checked
    run()
