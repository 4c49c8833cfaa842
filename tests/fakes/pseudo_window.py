"""What a window shows, and what of it nobody has translated."""

from __future__ import annotations

import re

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QTextBrowser,
    QWidget,
)

from fakes.pseudo import english_in

# Names, file endings, keys and contents of courses: the same in every language.
DATA = re.compile(
    r"CoursePorter|Open edX|OLX|SCORM|XBlock|Studio|Teachable|Thinkific|LMS|CSV|XLSX|YouTube"
    r"|\b(Ctrl|Alt|Shift|Tab|Esc|Enter|Return|Pause|Del|Space|Home|End|PgUp|PgDown|Up|Down|Left"
    r"|Right|Menu|Delete|Backspace|F\d+)\b(?=$|[+ ,/]|\W)"
    r"|[\w-]+\.(zip|csv|tar\.gz|html|xlsx)|\bcourse-\d+|job-\d+|/[\w./…-]+"
    # Qt's own: months, sizes, names of languages
    r"|\b\d+ [A-Z][a-z]{2} \d{4}\b|\b\d+ bytes|^.* \([a-z]{2,3}(-\w+)?\)$"
)

ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)


def texts_of(widget):  # noqa: C901 - one line for each kind of widget
    """What one widget shows or says to a screen reader."""
    yield widget.toolTip()
    yield widget.accessibleName()
    yield widget.accessibleDescription()
    match widget:
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QLineEdit():
            yield widget.placeholderText()
        case QPlainTextEdit() | QTextBrowser():
            yield widget.toPlainText()
        case QComboBox():
            yield from (widget.itemText(at) for at in range(widget.count()))
        case QTabBar():
            yield from (widget.tabText(at) for at in range(widget.count()))
        case QGroupBox():
            yield widget.title()
        case QMenu():
            yield from (action.text() for action in widget.actions())
        case QAbstractItemView():
            yield from model_texts(widget.model())


def model_texts(model):
    if model is None:
        return
    top = QModelIndex()
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(top)
    for column in range(columns):
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        for row in range(min(10, model.rowCount(top))):
            for role in ROLES:
                value = model.data(model.index(row, column, top), role)
                yield value if isinstance(value, str) else ""


def english_left(top: QWidget):
    found = {}
    for widget in (top, *top.findChildren(QWidget)):
        for text in texts_of(widget):
            if left := english_in(text, DATA):
                path = widget.objectName() or type(widget).__name__
                found[path, text] = left
    return found
