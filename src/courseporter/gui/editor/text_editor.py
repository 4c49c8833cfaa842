"""The editor of one text: buttons, page, source, and what is saved by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from msgspec.structs import replace
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import (
    QFileDialog,
    QLabel,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from courseporter.api.texts import Run, check_source, parts_of, rewritten
from courseporter.errors import _, gettext
from courseporter.gui import theme
from courseporter.gui.editor import shaping
from courseporter.gui.editor.canvas import Canvas
from courseporter.gui.editor.load import Loader
from courseporter.gui.editor.looks import list_at, run_of, table_at
from courseporter.gui.editor.strip import LESSON, Strip
from courseporter.gui.editor.toolbar import Toolbar
from courseporter.model import ASSET_SCHEME

SAVE_MS: Final = 800  # after the last key
FILTER: Final = _("Images (*.png *.jpg *.jpeg *.gif *.webp *.svg)")


class TextEditor(QWidget):
    """`edited`: the HTML as it is to be saved; `files_wanted`: picture files to add to the course;
    `lessons_wanted`: lessons whose title holds this text.
    """

    edited = Signal(str)
    files_wanted = Signal(list)
    lessons_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.html = ""  # as it was shown or saved last
        self.toolbar = Toolbar(self)
        self.strip = Strip(self)
        self.canvas = Canvas(self)
        self.source = QPlainTextEdit(self)
        self.refusal = QLabel(self)
        self.stack = QStackedWidget(self)
        self.saving = QTimer(self, singleShot=True, interval=SAVE_MS)
        self.filling = False
        self._compose()
        self._connect()

    def _compose(self) -> None:
        theme.set_class(self.source, "mono")
        theme.set_class(self.canvas, "page")
        theme.set_class(self.refusal, "error", "small")
        self.source.setAccessibleName(gettext("HTML source"))
        self.source.setTabChangesFocus(True)
        self.refusal.setContentsMargins(16, 8, 16, 8)
        self.refusal.setWordWrap(True)
        self.refusal.setTextFormat(Qt.TextFormat.PlainText)
        self.refusal.hide()
        self.stack.addWidget(self.canvas)
        self.stack.addWidget(self.source)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.toolbar, self.strip, self.refusal):
            column.addWidget(part)
        column.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.toolbar.tag_chosen.connect(self._set_tag)
        self.toolbar.pressed.connect(self.press)
        self.strip.done.connect(self._strip_done)
        self.strip.removed.connect(self._remove_link)
        self.strip.lessons_wanted.connect(self.lessons_wanted)
        self.canvas.textChanged.connect(self._changed)
        self.canvas.cursorPositionChanged.connect(self._show_state)
        self.canvas.selectionChanged.connect(self._show_state)
        self.canvas.dropped.connect(self.files_wanted)
        self.source.textChanged.connect(self._source_changed)
        self.saving.timeout.connect(self.flush)
        theme.watch.changed.connect(self._redraw)
        for name, keys in (("bold", "Ctrl+B"), ("italic", "Ctrl+I"), ("link", "Ctrl+K")):
            shortcut = QShortcut(QKeySequence(keys), self.canvas)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(lambda name=name: self.press(name))

    # ---- showing and saving

    def show_html(self, html: str, pictures: Mapping[str, bytes]) -> None:
        """Show a page, unless it is the one that is being edited."""
        if html == self.html and not self._is_new():
            self.canvas.pictures = {**self.canvas.pictures, **pictures}
            return
        self.open_html(html, pictures)

    def open_html(self, html: str, pictures: Mapping[str, bytes]) -> None:
        """Show another page; nothing of the one before is kept."""
        self.saving.stop()
        self.filling = True
        self.html = html
        self.canvas.pictures = {}
        self.canvas.show_parts(parts_of(html), pictures)
        self.source.setPlainText(html)
        self.filling = False
        self._show_source(on=False)
        self.strip.hide()
        self._show_state()

    def pending(self) -> bool:
        """Whether something was typed that has not been saved."""
        return self.saving.isActive()

    def flush(self) -> None:
        """Save what was typed, unless its source would not load."""
        self.saving.stop()
        html = self.current()
        if html is not None and html != self.html:
            self.html = html
            self.edited.emit(html)

    def current(self) -> str | None:
        """The page as HTML; None while its source has a mistake."""
        if self.in_source():
            text = self.source.toPlainText()
            return None if check_source(text) is not None else text
        return rewritten(self.html, self.canvas.parts())

    def in_source(self) -> bool:
        """Whether the HTML is shown."""
        return self.stack.currentWidget() is self.source

    def insert_pictures(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Insert files of the course as pictures, and ask what the last one shows."""
        cursor = self.canvas.textCursor()
        tag = shaping.tag_at(cursor)
        for path, data in files:
            address = ASSET_SCHEME + quote(path)
            self.canvas.pictures[address] = data
            Loader(cursor, fresh=False).insert((Run("\ufffc", source=address),), tag)
        self.canvas.setTextCursor(cursor)
        if files:
            cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor)
            self.canvas.setTextCursor(cursor)
            self.strip.line.setFocus()

    def _is_new(self) -> bool:
        return not self.html and not self.canvas.document().isModified()

    def _changed(self) -> None:
        if not self.filling:
            self.saving.start()

    def _source_changed(self) -> None:
        if self.filling:
            return
        mistake = check_source(self.source.toPlainText())
        self.refusal.setText("" if mistake is None else str(mistake))
        self.refusal.setVisible(mistake is not None)
        self.saving.start()

    def _redraw(self) -> None:
        self.flush()
        self.filling = True
        self.canvas.redraw()
        self.filling = False

    # ---- what buttons do

    def press(self, name: str) -> None:
        """Do what a button says."""
        cursor = self.canvas.textCursor()
        match name:
            case "bold" | "italic" | "code":
                self._toggle(cursor, name)
            case "link":
                self._ask_link(cursor)
            case "list" | "numbers":
                shaping.toggle_list(cursor, ordered=name == "numbers")
            case "image":
                self._choose_pictures()
            case "table":
                self._table(cursor)
            case "source":
                self._toggle_source()
            case _:
                return
        if name not in {"link", "source", "image"}:
            self.canvas.setFocus()
        self._show_state()

    def _toggle(self, cursor: QTextCursor, name: str) -> None:
        if not cursor.hasSelection():
            run = run_of("", self.canvas.currentCharFormat())
            changed = shaping.toggled(name, on=not getattr(run, name))(run)
            self.canvas.setCurrentCharFormat(shaping.char_format(changed, shaping.tag_at(cursor)))
            return
        runs = shaping.selected_runs(cursor)
        on = not all(getattr(run, name) for run in runs)
        shaping.change_runs(cursor, shaping.toggled(name, on=on))

    def _set_tag(self, tag: str) -> None:
        shaping.set_tag(self.canvas.textCursor(), tag)
        self.canvas.setFocus()

    def _ask_link(self, cursor: QTextCursor) -> None:
        self._widen(cursor)
        if not cursor.hasSelection():
            cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        self.canvas.setTextCursor(cursor)
        href = cursor.charFormat().anchorHref() or None
        self.strip.show_link(href)
        self.strip.line.setFocus()
        self.strip.line.selectAll()

    def _widen(self, cursor: QTextCursor) -> None:
        """Select all of the link at the cursor."""
        href = cursor.charFormat().anchorHref()
        if not href or cursor.hasSelection():
            return
        at = cursor.block().begin()
        while not at.atEnd():
            fragment = at.fragment()
            end = fragment.position() + fragment.length()
            same = fragment.charFormat().anchorHref() == href
            if same and fragment.position() <= cursor.position() <= end:
                cursor.setPosition(fragment.position())
                cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                return
            at += 1

    def _strip_done(self, text: str) -> None:
        cursor = self.canvas.textCursor()
        picture = self._picture(cursor)
        if picture is not None:
            self._describe(cursor, picture, text)
        elif address := address_of(text):
            self._link(cursor, address)
        else:
            self._remove_link()
        self.canvas.setFocus()
        self._show_state()

    def _describe(self, cursor: QTextCursor, picture: Run, alt: str) -> None:
        tag = shaping.tag_at(cursor)
        cursor.beginEditBlock()
        cursor.removeSelectedText()
        Loader(cursor, fresh=False).insert((replace(picture, alt=alt),), tag)
        cursor.endEditBlock()
        self.canvas.setTextCursor(cursor)

    def _link(self, cursor: QTextCursor, href: str) -> None:
        if cursor.hasSelection():
            shaping.change_runs(cursor, shaping.with_link(href))
        else:
            run = Run(href.removeprefix(LESSON), href=href)
            cursor.insertText(run.text, shaping.char_format(run, shaping.tag_at(cursor)))
        cursor.clearSelection()
        self.canvas.setTextCursor(cursor)
        self.strip.hide()

    def _remove_link(self) -> None:
        cursor = self.canvas.textCursor()
        self._widen(cursor)
        if cursor.hasSelection():
            shaping.change_runs(cursor, shaping.with_link(None))
        self.strip.hide()
        self.canvas.setFocus()

    def _picture(self, cursor: QTextCursor) -> Run | None:
        """The picture that is selected."""
        if abs(cursor.position() - cursor.anchor()) != 1:
            return None
        at = QTextCursor(cursor)
        at.setPosition(cursor.selectionEnd())
        run = run_of("\ufffc", at.charFormat())
        return run if run.source is not None else None

    def _choose_pictures(self) -> None:
        names, _kind = QFileDialog.getOpenFileNames(self, gettext("Choose images"), "", str(FILTER))
        if names:
            self.files_wanted.emit([Path(name) for name in names])

    def _table(self, cursor: QTextCursor) -> None:
        table = table_at(cursor.block())
        if table is None:
            shaping.insert_table(cursor)
            self.canvas.setTextCursor(cursor)
            return
        cell = table.cellAt(cursor)
        row, column = cell.row(), cell.column()
        self.toolbar.menu(
            "table",
            (
                (_("Add a row below"), lambda: shaping.add_row(table, row + 1)),
                (_("Add a column after"), lambda: shaping.add_column(table, column + 1)),
                (_("Delete the row"), lambda: table.removeRows(row, 1)),
                (_("Delete the column"), lambda: table.removeColumns(column, 1)),
            ),
        )

    def _toggle_source(self) -> None:
        if not self.in_source():
            self.flush()
            self.filling = True
            self.source.setPlainText(self.html)
            self.filling = False
            self._show_source(on=True)
            self.source.setFocus()
            return
        html = self.current()
        if html is None:
            self.toolbar.show_source(on=True)
            return
        self.flush()
        self.filling = True
        self.canvas.show_parts(parts_of(html), {})
        self.filling = False
        self._show_source(on=False)
        self.canvas.setFocus()

    def _show_source(self, *, on: bool) -> None:
        self.stack.setCurrentWidget(self.source if on else self.canvas)
        self.toolbar.show_source(on=on)
        self.strip.hide()
        self.refusal.hide()

    def _show_state(self) -> None:
        if self.filling or self.in_source():
            return
        cursor = self.canvas.textCursor()
        run = run_of("", self.canvas.currentCharFormat())
        entries = list_at(cursor.block())
        ordered = entries is not None and entries.format().style().name == "ListDecimal"
        lit = {
            "bold": run.bold,
            "italic": run.italic,
            "code": run.code,
            "link": run.href is not None,
            "list": entries is not None and not ordered,
            "numbers": ordered,
            "source": False,
        }
        self.toolbar.show_state(shaping.tag_at(cursor), lit)
        if (picture := self._picture(cursor)) is not None:
            self.strip.show_picture(picture.alt)
        elif not self.strip.line.hasFocus():
            self.strip.hide()


def address_of(text: str) -> str:
    """What a person typed as an address; empty for one that runs scripts."""
    scheme = text.split(":", 1)[0].strip().lower() if ":" in text.split("/", 1)[0] else ""
    if scheme in {"javascript", "data", "vbscript"}:
        return ""
    if text.startswith(("#", "/", LESSON)) or scheme:
        return text
    if "@" in text and " " not in text and "/" not in text:
        return f"mailto:{text}"
    return f"https://{text}" if "." in text and " " not in text else text
