"""Paints a row of the course tree: glyph, title, and at the end what is hidden, wrong and below."""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from courseporter.api.values import TreeNode
from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.course.tree_model import NODE
from courseporter.gui.icons import kind_icon, pixmap
from courseporter.gui.tokens import Role
from courseporter.gui.words import number

ICON: Final = 16
GAP: Final = 8
TITLE_AT_LEAST: Final = 96  # marks that would leave less than this for the title lose their words
SHORTENED: Final = 400  # characters: no row is wider, and eliding 3,000 costs time at every repaint

Index = QModelIndex | QPersistentModelIndex


class Mark(NamedTuple):
    """Something at the end of a row: icon, words, or both."""

    icon: str | None
    text: str
    role: Role


class TreeDelegate(QStyledItemDelegate):
    """One line per item; its state is always an icon with a word or a number."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the background by the style, then the content from the edges inwards."""
        node = cast("TreeNode | None", index.data(NODE))
        drawn = QStyleOptionViewItem(option)  # as the view made it: asking for each role takes time
        style = drawn.widget.style() if drawn.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, drawn, painter, drawn.widget)
        if node is None:
            return
        painter.save()
        line = Line(painter, drawn)
        line.icon_at_start(kind_icon(node.kind, node.type), "disabled" if node.hidden else "muted")
        for mark in marks(node):
            line.mark_at_end(mark)
        line.title(node.title or gettext("Untitled"), "muted" if node.hidden else "text")
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        """Return the same height for all rows."""
        return QSize(TITLE_AT_LEAST, theme.row_height())

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Place the editor over the title."""
        super().updateEditorGeometry(editor, option, index)
        editor.setGeometry(option.rect.adjusted(ICON + GAP, 1, -4, -1))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return an editor for the title, with a name for screen readers."""
        editor = super().createEditor(parent, option, index)
        if isinstance(editor, QLineEdit):
            editor.setAccessibleName(gettext("Title"))
        return editor


class Line:
    """The space of a row that is still free, and the pen that fills it."""

    def __init__(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        self.painter = painter
        self.whole = option.rect
        self.direction = option.direction
        self.ratio = painter.device().devicePixelRatio() if painter.device() else 1.0
        self.left = option.rect.left() + 4
        self.right = option.rect.right() - GAP
        self.metrics = option.fontMetrics

    def visual(self, left: int, width: int, height: int) -> QRect:
        """Return a part of the row, mirrored for right-to-left languages."""
        top = self.whole.top() + (self.whole.height() - height) // 2
        return QStyle.visualRect(self.direction, self.whole, QRect(left, top, width, height))

    def icon_at_start(self, name: str, role: Role) -> None:
        """Paint the icon of the kind."""
        self.painter.drawPixmap(
            self.visual(self.left, ICON, ICON), pixmap(name, role, ICON, self.ratio)
        )
        self.left += ICON + GAP

    def mark_at_end(self, mark: Mark) -> None:
        """Paint a mark; only its icon if the title needs the space."""
        text = self.metrics.horizontalAdvance(mark.text)
        icon = ICON + (4 if text else 0) if mark.icon else 0
        if self.right - text - icon - self.left < TITLE_AT_LEAST:
            text, icon = 0, ICON if mark.icon else 0
        start = self.right - text - icon
        if mark.icon:
            self.painter.drawPixmap(
                self.visual(start, ICON, ICON), pixmap(mark.icon, mark.role, ICON, self.ratio)
            )
        if text:
            place = self.visual(self.right - text, text, self.whole.height())
            self.words(mark.text, place, mark.role)
        if text or icon:
            self.right = start - GAP - 4

    def title(self, text: str, role: Role) -> None:
        """Paint the title in the remaining space."""
        width = max(0, self.right - self.left)
        shown = text[:SHORTENED].replace("\n", " ")
        shown = self.metrics.elidedText(shown, Qt.TextElideMode.ElideRight, width)
        shown = f"\u2068{shown}\u2069"  # isolated: it keeps its own direction
        self.words(shown, self.visual(self.left, width, self.whole.height()), role)

    def words(self, text: str, place: QRect, role: Role) -> None:
        """Paint text in a color of the theme."""
        self.painter.setPen(QColor(theme.tokens().colour(role)))
        start = QStyle.visualAlignment(self.direction, Qt.AlignmentFlag.AlignLeft)
        flags = start | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        self.painter.drawText(place, flags | Qt.TextFlag.TextSingleLine, text)


def marks(node: TreeNode) -> tuple[Mark, ...]:
    """Return the marks at the end of a row, from the edge inwards."""
    found: list[Mark] = []
    below = node.questions if node.kind == "block" else node.children
    if below and (node.kind == "section" or below > 1 or node.questions):
        found.append(Mark(None, number(below), "muted"))
    if node.problems:
        role: Role = "muted" if node.severity == "info" else (node.severity or "warning")
        found.append(Mark(node.severity or "warning", number(node.problems), role))
    if node.hidden:
        found.append(Mark("eye-off", gettext("Hidden"), "muted"))
    return tuple(found)
