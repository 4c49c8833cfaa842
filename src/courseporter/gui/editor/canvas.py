"""The page that is typed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData, Qt, QUrl, Signal
from PySide6.QtGui import QImage, QKeyEvent, QResizeEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextEdit, QWidget

from courseporter.api.texts import (
    BREAK,
    Kept,
    ListPart,
    Paragraph,
    Part,
    Run,
    Table,
    parts_of,
    pasted,
    render,
)
from courseporter.errors import gettext
from courseporter.gui.editor import chips, shaping
from courseporter.gui.editor.load import Loader
from courseporter.gui.editor.looks import block_format, list_at, table_at
from courseporter.gui.editor.save import parts_in

LINE: Final = 760  # pixels: longer lines are hard to read
MIME: Final = "application/x-courseporter-html"
PICTURES: Final = frozenset((".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"))
SMOOTH: Final = Qt.TransformationMode.SmoothTransformation


class Canvas(QTextEdit):
    """A page of parts.  `dropped`: picture files were dropped or pasted at the cursor."""

    dropped = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(gettext("Text"))
        self.setTabChangesFocus(False)
        self.document().setDocumentMargin(16)
        self.pictures: dict[str, bytes] = {}
        self.words: dict[str, tuple[str, bool]] = {}  # what chips say; whether they are cards

    def show_parts(self, parts: Sequence[Part], pictures: Mapping[str, bytes]) -> None:
        """Replace the page; this can't be undone by typing Ctrl+Z."""
        self.pictures = {**self.pictures, **pictures}
        self.learn(parts)
        document = self.document()
        document.setUndoRedoEnabled(False)
        document.clear()
        cursor = QTextCursor(document)
        cursor.setBlockFormat(block_format("p"))
        Loader(cursor, fresh=True).load(parts)
        document.setUndoRedoEnabled(True)
        document.setModified(False)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def parts(self) -> tuple[Part, ...]:
        """Return the page; one that shows nothing has no parts."""
        found = parts_in(self.document())
        if len(found) == 1 and isinstance(found[0], Paragraph) and not found[0].runs:
            return ()
        return found

    def learn(self, parts: Sequence[Part]) -> None:
        """Remember what the chips of these parts say."""
        for part in parts:
            if isinstance(part, Kept):
                words = chips.part_words(part.name, part.raw, part.text)
                self.words[chips.name_of(part.raw)] = (words, True)
            for run in runs_of(part):
                if run.raw:
                    self.words[chips.name_of(run.raw)] = (chips.formula_words(run.raw), False)

    def insert_parts(self, parts: Sequence[Part]) -> None:
        """Insert parts at the cursor: a single paragraph joins the one there."""
        self.learn(parts)
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.removeSelectedText()
        inside = table_at(cursor.block()) is not None
        if len(parts) == 1 and isinstance(parts[0], Paragraph):
            Loader(cursor, fresh=False).insert(parts[0].runs, shaping.tag_at(cursor))
        elif inside:
            for part in parts:
                Loader(cursor, fresh=False).insert(runs_of(part), "td")
        else:
            empty = cursor.block().length() == 1 and list_at(cursor.block()) is None
            Loader(cursor, fresh=empty).load(parts)
        cursor.endEditBlock()
        self.setTextCursor(cursor)

    def room(self) -> int:
        """How wide pictures and cards may be, also when a scroll bar appears beside them."""
        wide = self.contentsRect().width() - self.verticalScrollBar().sizeHint().width()
        return max(120, min(wide, LINE) - 40)

    # ---- what Qt asks

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Draw chips, and show pictures of the course only."""
        address = name.toString() if isinstance(name, QUrl) else name
        ratio = self.devicePixelRatioF()
        if address in self.words:
            words, whole = self.words[address]
            if whole:
                return chips.card(words, self.room(), ratio)
            return chips.inline_chip(words, ratio)
        picture = QImage()
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return None
        if not picture.loadFromData(self.pictures.get(address, b"")):
            return chips.card(Path(QUrl(address).path()).name or address[:80], 240, ratio)
        if picture.width() > self.room():
            return picture.scaledToWidth(self.room(), SMOOTH)
        return picture

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep lines short enough to be read."""
        self.setViewportMargins(0, 0, max(0, self.width() - LINE - 24), 0)
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Tab and Backspace do what a page needs."""
        cursor = self.textCursor()
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and plain == Qt.KeyboardModifier.NoModifier and self._enter(cursor):
            return
        if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            leave = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._tab(cursor, back=shift or event.key() == Qt.Key.Key_Backtab, leave=leave)
            return
        if event.key() == Qt.Key.Key_Backspace and shaping.leave_list_at_start(cursor):
            return
        super().keyPressEvent(event)

    def _enter(self, cursor: QTextCursor) -> bool:
        """Start a new paragraph after a heading, leave a list by its empty entry."""
        block = cursor.block()
        if list_at(block) is not None and block.length() == 1:
            shaping.change_depth(cursor, -1)
            return True
        tag = shaping.tag_at(cursor)
        if tag == "pre" or table_at(block) is not None:
            cursor.insertText(BREAK)
        elif tag.startswith("h") and cursor.atBlockEnd():
            cursor.beginEditBlock()
            cursor.insertBlock(block_format("p"))
            shaping.restyle(cursor.block())
            cursor.endEditBlock()
        else:
            return False
        self.setTextCursor(cursor)
        self.ensureCursorVisible()
        return True

    def _tab(self, cursor: QTextCursor, *, back: bool, leave: bool) -> None:
        """Go to the next cell, make an entry deeper, or (elsewhere, and with Ctrl) leave."""
        table = table_at(cursor.block())
        if leave or (table is None and list_at(cursor.block()) is None):
            self.focusNextPrevChild(not back)
        elif table is not None:
            self.setTextCursor(shaping.next_cell(cursor, table, back=back))
        else:
            shaping.change_depth(cursor, -1 if back else 1)

    # ---- clipboard

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy parts as they are, and as the text that others can read."""
        data = super().createMimeDataFromSelection()
        part = QTextDocument()
        QTextCursor(part).insertFragment(self.textCursor().selection())
        html = "".join(map(render, parts_in(part)))
        data.setData(MIME, html.encode())
        data.setHtml(html)
        return data

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Take text, pages and picture files."""
        return source.hasUrls() or source.hasText() or source.hasHtml() or source.hasFormat(MIME)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste without foreign styles; pictures become files of the course."""
        paths = [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
        pictures = [path for path in paths if path.suffix.lower() in PICTURES]
        if pictures:
            self.dropped.emit(pictures)
        elif source.hasFormat(MIME):
            self.insert_parts(parts_of(bytes(source.data(MIME).data()).decode()))
        elif source.hasHtml():
            self.insert_parts(pasted(source.html()))
        elif source.hasText():
            self.insert_parts(pasted(shaping.paragraphs_of(source.text())))

    def redraw(self) -> None:
        """Draw the page in the colors of the theme, at the place where it is read."""
        place, at = self.verticalScrollBar().value(), self.textCursor().position()
        self.show_parts(self.parts(), {})
        cursor = self.textCursor()
        cursor.setPosition(min(at, self.document().characterCount() - 1))
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(place)


def runs_of(part: Part) -> list[Run]:
    """All runs in a part."""
    match part:
        case Paragraph(runs=runs):
            return list(runs)
        case ListPart(entries=entries):
            return [run for entry in entries for run in entry.runs]
        case Table(rows=rows):
            return [run for row in rows for cell in row for run in cell.runs]
        case Kept():
            return []
