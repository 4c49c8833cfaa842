"""Parts of a page into a document of Qt."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import (
    QColor,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextImageFormat,
    QTextLength,
    QTextList,
    QTextListFormat,
    QTextTableFormat,
)

from courseporter.api.texts import (
    OBJECT,
    Cell,
    Kept,
    ListPart,
    Paragraph,
    Part,
    Run,
    Table,
)
from courseporter.gui import theme
from courseporter.gui.editor import chips
from courseporter.gui.editor.looks import Mark, block_format, char_format, list_at


class Loader:
    """Inserts parts at a cursor.  `fresh`: its block is empty and waits for the first part."""

    def __init__(self, cursor: QTextCursor, *, fresh: bool) -> None:
        self.cursor = cursor
        self.fresh = fresh

    def load(self, parts: Sequence[Part]) -> None:
        """Insert the parts one below the other."""
        for part in parts:
            match part:
                case Paragraph(tag=tag, runs=runs, attributes=attributes):
                    self._block(block_format(tag, attributes), tag)
                    self.insert(runs, tag)
                case Kept():
                    self._block(block_format("p"), "p")
                    self._kept(part)
                case ListPart():
                    self._list(part)
                case Table():
                    self._table(part)

    def insert(self, runs: Sequence[Run], tag: str) -> None:
        """Insert runs where the cursor is."""
        for run in runs:
            style = char_format(run, tag)
            if run.text == OBJECT and (run.raw or run.source is not None):
                picture = chips.name_of(run.raw) if run.raw else run.source or ""
                self.cursor.insertImage(image_format(style, picture))
            else:
                self.cursor.insertText(run.text, style)

    def _block(self, style: QTextBlockFormat, tag: str) -> None:
        plain = char_format(Run(""), tag)
        if self.fresh:
            self.cursor.setBlockFormat(style)
            self.cursor.setBlockCharFormat(plain)
            self.fresh = False
        else:
            leaves_list = list_at(self.cursor.block()) is not None
            self.cursor.insertBlock(style, plain)
            if leaves_list and (current := list_at(self.cursor.block())) is not None:
                current.remove(self.cursor.block())
                self.cursor.setBlockFormat(style)

    def _kept(self, part: Kept) -> None:
        style = char_format(Run(""), "p")
        style.setProperty(Mark.KEPT, part.raw)
        style.setProperty(Mark.NAME, part.name)
        style.setProperty(Mark.TEXT, part.text)
        self.cursor.insertImage(image_format(style, chips.name_of(part.raw)))

    def _list(self, part: ListPart) -> None:
        lists: list[tuple[bool, QTextList]] = []
        for entry in part.entries:
            style = block_format("li", entry.attributes)
            style.setBottomMargin(2)
            style.setProperty(Mark.WRAPPED, entry.wrapped)
            self._block(style, "li")
            del lists[entry.depth :]
            if len(lists) == entry.depth and lists[-1][0] == entry.ordered:
                lists[-1][1].add(self.cursor.block())
            else:
                del lists[entry.depth - 1 :]
                made = self.cursor.createList(
                    list_format(entry.depth, ordered=entry.ordered, attributes=part.attributes)
                )
                lists.append((entry.ordered, made))
            self.insert(entry.runs, "li")

    def _table(self, part: Table) -> None:
        if self.fresh or self.cursor.block().length() > 1 or list_at(self.cursor.block()):
            self._block(filler(), "p")
        self.fresh = False
        table = self.cursor.insertTable(len(part.rows), len(part.rows[0]), table_format(part))
        for row, cells in enumerate(part.rows):
            for column, cell in enumerate(cells):
                at = table.cellAt(row, column).firstCursorPosition()
                at.setBlockFormat(cell_format(cell))
                Loader(at, fresh=False).insert(cell.runs, "th" if cell.head else "td")
        self.cursor.movePosition(QTextCursor.MoveOperation.End)
        self.cursor.setPosition(table.lastPosition() + 1)
        self.cursor.setBlockFormat(filler())
        self.fresh = True


def image_format(style: QTextCharFormat, name: str) -> QTextImageFormat:
    """The format of a picture that means what `style` says."""
    made = QTextImageFormat()
    made.merge(style)
    made.setObjectType(QTextFormat.ObjectTypes.ImageObject.value)  # `merge` takes that of text
    made.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
    made.setName(name)
    return made


def list_format(depth: int, *, ordered: bool, attributes: str = "") -> QTextListFormat:
    """The format of a list at this depth."""
    styles = QTextListFormat.Style
    made = QTextListFormat()
    made.setStyle(styles.ListDecimal if ordered else styles.ListDisc)
    made.setIndent(depth)
    if attributes:
        made.setProperty(Mark.ATTRIBUTES, attributes)
    return made


def table_format(part: Table) -> QTextTableFormat:
    """The format of a table."""
    made = QTextTableFormat()
    made.setBorder(1)
    made.setBorderCollapse(True)
    made.setBorderStyle(QTextTableFormat.BorderStyle.BorderStyle_Solid)
    made.setBorderBrush(QColor(theme.tokens().line))
    made.setCellPadding(6)
    made.setTopMargin(4)
    made.setBottomMargin(8)
    made.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    made.setProperty(Mark.ATTRIBUTES, part.attributes)
    made.setProperty(Mark.HEADS, part.heads)
    return made


def cell_format(cell: Cell) -> QTextBlockFormat:
    """The format of the text in a cell."""
    made = block_format("td", cell.attributes)
    made.setBottomMargin(0)
    made.setProperty(Mark.HEAD, cell.head)
    made.setProperty(Mark.WRAPPED, cell.wrapped)
    return made


def filler() -> QTextBlockFormat:
    """An empty block beside a table; it becomes a paragraph when somebody types into it."""
    made = block_format("p")
    made.setProperty(Mark.FILLER, True)
    return made
