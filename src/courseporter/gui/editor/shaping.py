"""What buttons and keys do to the paragraphs, lists and tables at the cursor."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from msgspec.structs import replace
from PySide6.QtGui import QTextBlock, QTextBlockFormat, QTextCursor, QTextListFormat, QTextTable

from courseporter.api.texts import OBJECT, Cell, Run, Table
from courseporter.gui.editor.load import Loader, list_format
from courseporter.gui.editor.looks import (
    Mark,
    block_format,
    char_format,
    flag_of,
    list_at,
    run_of,
    table_at,
    text_of,
)

DEEPEST = 6
Change = Callable[[Run], Run]


def tag_at(cursor: QTextCursor) -> str:
    """The kind of paragraph at the cursor."""
    style = cursor.blockFormat()
    if table_at(cursor.block()) is not None:
        return "th" if flag_of(style, Mark.HEAD) else "td"
    return text_of(style, Mark.TAG) or "p"


def selected_blocks(cursor: QTextCursor) -> list[QTextBlock]:
    """The blocks that the selection touches."""
    document = cursor.document()
    block = document.findBlock(cursor.selectionStart())
    last = document.findBlock(cursor.selectionEnd())
    found = [block]
    while block.blockNumber() < last.blockNumber():
        block = block.next()
        found.append(block)
    return found


def set_tag(cursor: QTextCursor, tag: str) -> None:
    """Make paragraphs headings, code, or plain ones."""
    cursor.beginEditBlock()
    for block in selected_blocks(cursor):
        if table_at(block) is None and not _is_card(block):
            _leave_list(block)
            QTextCursor(block).setBlockFormat(block_format(tag))
            restyle(block)
    cursor.endEditBlock()


def change_runs(cursor: QTextCursor, change: Change) -> None:
    """Change how the selected text looks."""
    start, end = cursor.selectionStart(), cursor.selectionEnd()
    cursor.beginEditBlock()
    for block in selected_blocks(cursor):
        _change_block(block, change, start, end)
    cursor.endEditBlock()


def restyle(block: QTextBlock) -> None:
    """Give the text of a block the size that its kind of paragraph has."""
    cursor = QTextCursor(block)
    cursor.setBlockCharFormat(char_format(Run(""), tag_at(cursor)))
    _change_block(block, lambda run: run, block.position(), block.position() + block.length())


def _change_block(block: QTextBlock, change: Change, start: int, end: int) -> None:
    tag = tag_at(QTextCursor(block))
    spans: list[tuple[int, int, Run]] = []
    at = block.begin()
    while not at.atEnd():
        fragment = at.fragment()
        first = max(start, fragment.position())
        last = min(end, fragment.position() + fragment.length())
        style = fragment.charFormat()
        if first < last and not style.isImageFormat() and not style.hasProperty(Mark.KEPT):
            spans.append((first, last, run_of(fragment.text(), style)))
        at += 1
    for first, last, run in spans:
        cursor = QTextCursor(block)
        cursor.setPosition(first)
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(char_format(change(run), tag))


def selected_runs(cursor: QTextCursor) -> list[Run]:
    """The runs that the selection touches, without pictures."""
    found: list[Run] = []
    start, end = cursor.selectionStart(), cursor.selectionEnd()
    for block in selected_blocks(cursor):
        at = block.begin()
        while not at.atEnd():
            fragment = at.fragment()
            overlap = fragment.position() < end and start < fragment.position() + fragment.length()
            if overlap and not fragment.charFormat().isImageFormat():
                found.append(run_of(fragment.text(), fragment.charFormat()))
            at += 1
    return found


def toggle_list(cursor: QTextCursor, *, ordered: bool) -> None:
    """Make paragraphs entries of a list, or entries paragraphs."""
    blocks = [one for one in selected_blocks(cursor) if table_at(one) is None and not _is_card(one)]
    if not blocks:
        return
    cursor.beginEditBlock()
    if all(_in_list(block, ordered=ordered) for block in blocks):
        for block in blocks:
            _leave_list(block)
            restyle(block)
    else:
        _make_list(blocks, ordered=ordered)
    cursor.endEditBlock()


def _make_list(blocks: list[QTextBlock], *, ordered: bool) -> None:
    made = None
    for block in blocks:
        depth = 1
        if (current := list_at(block)) is not None:
            depth = current.format().indent()
            current.remove(block)
        at = QTextCursor(block)
        at.setBlockFormat(entry_format())
        if made is None or made.format().indent() != depth:
            made = at.createList(list_format(depth, ordered=ordered))
        else:
            made.add(block)
        restyle(block)


def entry_format() -> QTextBlockFormat:
    """The format of an entry of a list."""
    style = block_format("li")
    style.setBottomMargin(2)
    return style


def change_depth(cursor: QTextCursor, by: int) -> None:
    """Move the entry deeper into its list, or out of it."""
    block = cursor.block()
    current = list_at(block)
    if current is None:
        return
    style = current.format()
    depth = style.indent() + by
    if depth > DEEPEST or (by > 0 and list_at(block.previous()) is None):
        return
    cursor.beginEditBlock()
    if depth < 1:
        _leave_list(block)
        restyle(block)
    else:
        ordered = style.style() == QTextListFormat.Style.ListDecimal
        current.remove(block)
        beside = _list_before(block, depth)
        if beside is not None:
            beside.add(block)
        else:
            QTextCursor(block).createList(list_format(depth, ordered=ordered))
    cursor.endEditBlock()


def _list_before(block: QTextBlock, depth: int):  # noqa: ANN202
    before = block.previous()
    while (found := list_at(before)) is not None:
        if found.format().indent() == depth:
            return found
        if found.format().indent() < depth:
            return None
        before = before.previous()
    return None


def leave_list_at_start(cursor: QTextCursor) -> bool:
    """Whether Backspace at the start of an entry took it out of its list."""
    if cursor.hasSelection() or not cursor.atBlockStart() or list_at(cursor.block()) is None:
        return False
    change_depth(cursor, -1)
    return True


def insert_table(cursor: QTextCursor, rows: int = 3, columns: int = 2) -> None:
    """Insert a table with one row of heads."""
    head = tuple(Cell((), head=True) for _ in range(columns))
    body = tuple(tuple(Cell(()) for _ in range(columns)) for _ in range(rows - 1))
    cursor.beginEditBlock()
    empty = cursor.block().length() == 1 and list_at(cursor.block()) is None
    start = cursor.position()
    Loader(cursor, fresh=empty).load((Table((head, *body), heads=1),))
    cursor.endEditBlock()
    block = cursor.document().findBlock(start)
    while block.isValid() and table_at(block) is None:
        block = block.next()
    if block.isValid():
        cursor.setPosition(block.position())


def next_cell(cursor: QTextCursor, table: QTextTable, *, back: bool) -> QTextCursor:
    """The cursor in the next cell; behind the last one is a new row."""
    cell = table.cellAt(cursor)
    number = cell.row() * table.columns() + cell.column() + (-1 if back else 1)
    if number < 0:
        return cursor
    if number >= table.rows() * table.columns():
        add_row(table, table.rows())
    row, column = divmod(number, table.columns())
    return table.cellAt(row, column).firstCursorPosition()


def add_row(table: QTextTable, before: int) -> None:
    """Add a row of plain cells."""
    table.insertRows(before, 1)
    for column in range(table.columns()):
        at = table.cellAt(before, column).firstCursorPosition()
        style = block_format("td")
        style.setBottomMargin(0)
        at.setBlockFormat(style)
        at.setBlockCharFormat(char_format(Run(""), "td"))


def add_column(table: QTextTable, before: int) -> None:
    """Add a column; its cells are heads where those beside it are."""
    beside = before - 1 if before else 0
    heads = [
        flag_of(table.cellAt(row, beside).firstCursorPosition().blockFormat(), Mark.HEAD)
        for row in range(table.rows())
    ]
    table.insertColumns(before, 1)
    for row, head in enumerate(heads):
        at = table.cellAt(row, before).firstCursorPosition()
        style = block_format("td")
        style.setBottomMargin(0)
        style.setProperty(Mark.HEAD, head)
        at.setBlockFormat(style)


def paragraphs_of(text: str) -> str:
    """Plain text as HTML: a paragraph per line, as it is copied from other programs."""
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    if len(lines) == 1:
        return f"<p>{_spaces(lines[0])}</p>"
    return "".join(f"<p>{_spaces(line)}</p>" for line in lines if line.strip())


def _spaces(line: str) -> str:
    """Text whose spaces at the ends stay."""
    inner = line.strip(" ")
    start = len(line) - len(line.lstrip(" "))
    end = len(line) - len(line.rstrip(" ")) if inner else 0
    return "&nbsp;" * start + escape(inner, quote=False) + "&nbsp;" * end


def with_link(href: str | None) -> Change:
    """A change that links text, or removes its link."""
    return lambda run: replace(run, href=href, more=run.more if href is not None else "")


def toggled(name: str, *, on: bool) -> Change:
    """A change that sets a look."""
    return lambda run: replace(run, **{name: on})


def _in_list(block: QTextBlock, *, ordered: bool) -> bool:
    current = list_at(block)
    decimal = QTextListFormat.Style.ListDecimal
    return current is not None and (current.format().style() == decimal) == ordered


def _leave_list(block: QTextBlock) -> None:
    current = list_at(block)
    if current is not None:
        current.remove(block)
        QTextCursor(block).setBlockFormat(block_format("p"))


def _is_card(block: QTextBlock) -> bool:
    """Whether the block holds a part that is kept word for word."""
    at = block.begin()
    while not at.atEnd():
        if at.fragment().charFormat().hasProperty(Mark.KEPT) and OBJECT in at.fragment().text():
            return True
        at += 1
    return False
