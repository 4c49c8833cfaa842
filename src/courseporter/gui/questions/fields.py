"""Fields that hold plain text or HTML, as their question says, and optional numbers."""

from __future__ import annotations

from html import escape
from typing import Final

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from courseporter.api.texts import parts_of, rewritten, to_text
from courseporter.gui import theme
from courseporter.gui.editor.canvas import Canvas
from courseporter.model import Markup

LINE_HEIGHT: Final = 20
PADDING: Final = 20  # of frame and document
MOST_LINES: Final = 12


class MarkupLine(QLineEdit):
    """One line.  HTML with tags is shown as it is written; other HTML reads as its text."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.markup: Markup = "text"
        self.written = ""  # what was shown, word for word
        self.raw = False

    def fill(self, text: str, markup: Markup) -> None:
        """Show a text from its start."""
        self.markup, self.written = markup, text
        shown = to_text(text) if markup == "html" else text
        self.raw = markup == "html" and escape(shown, quote=False) != text
        with QSignalBlocker(self):
            self.setText(text if self.raw else shown)
            self.setCursorPosition(0)
        theme.set_class(self, "mono" if self.raw else "")

    def value(self) -> str:
        """The text as the question holds it; untouched, it is the one that was shown."""
        text = self.text()
        if self.markup == "text":
            return self.written if text == " ".join(self.written.splitlines()) else text
        return text if self.raw else escape(text, quote=False)


class PlainLines(QPlainTextEdit):
    """Some lines of plain text, as high as they need."""

    edited = Signal()

    def __init__(self, name: str, least: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.least = least
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.textChanged.connect(self._changed)
        self._fit()

    def fill(self, text: str) -> None:
        """Show a text; this is not an edit."""
        if text != self.toPlainText():
            with QSignalBlocker(self):
                self.setPlainText(text)
        self._fit()

    def lines(self) -> tuple[str, ...]:
        """The lines that hold something."""
        return tuple(one for one in self.toPlainText().split("\n") if one.strip())

    def sizeHint(self) -> QSize:
        """As high as the text."""
        return QSize(200, self.height())

    def _changed(self) -> None:
        self._fit()
        self.edited.emit()

    def _fit(self) -> None:
        wrapped = round(self.document().documentLayout().documentSize().height())  # in lines
        lines = max(self.least, min(MOST_LINES, max(wrapped, self.document().blockCount())))
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + PADDING)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep all lines in view when they wrap."""
        super().resizeEvent(event)
        self._fit()


class MarkupText(QFrame):
    """A text of several lines: plain, or a small page."""

    edited = Signal()

    def __init__(self, name: str, least: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.markup: Markup = "text"
        self.written = ""
        self.filling = False
        self.plain = PlainLines(name, least, self)
        self.page = Canvas(self)
        self.page.setAccessibleName(name)
        self.page.document().setDocumentMargin(6)
        self.page.setMinimumHeight(least * LINE_HEIGHT + 22)
        self.page.setMaximumHeight(MOST_LINES * LINE_HEIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plain)
        column.addWidget(self.page)
        self.page.hide()
        self.plain.edited.connect(self._changed)
        self.page.textChanged.connect(self._changed)

    def fill(self, text: str, markup: Markup) -> None:
        """Show a text; this is not an edit."""
        if (text, markup) == (self.value(), self.markup):
            return
        self.markup, self.written, self.filling = markup, text, True
        if markup == "html":
            self.page.show_parts(parts_of(text), {})
        else:
            self.plain.fill(text)
        self.page.setVisible(markup == "html")
        self.plain.setVisible(markup == "text")
        self.filling = False

    def value(self) -> str:
        """The text as the question holds it."""
        if self.markup == "html":
            return rewritten(self.written, self.page.parts())
        return self.plain.toPlainText()

    def _changed(self) -> None:
        if not self.filling:
            self.edited.emit()


class NumberLine(QLineEdit):
    """A number, or nothing; anything else counts as nothing and is marked."""

    def __init__(self, name: str, *, whole: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.whole = whole
        self.setAccessibleName(name)
        self.setMaximumWidth(96)
        self.textEdited.connect(self._mark)

    def fill(self, value: float | None) -> None:
        """Show a number."""
        if value == self.value() and (value is not None or not self.text()):
            return
        with QSignalBlocker(self):
            self.setText("" if value is None else f"{value:g}")
        self._mark()

    def value(self) -> float | None:
        """The number; None for nothing and for what is none."""
        text = self.text().strip().replace(",", ".")
        try:
            found = float(text)
        except ValueError:
            return None
        if not 0 <= found < 1e9 or (self.whole and (found != int(found) or found < 1)):
            return None
        return found

    def count(self) -> int | None:
        """The number, if it is a whole one."""
        found = self.value()
        return None if found is None else int(found)

    def _mark(self) -> None:
        wrong = bool(self.text().strip()) and self.value() is None
        wanted = "error" if wrong else ""
        if self.property("class") != wanted:
            theme.set_class(self, wanted)
