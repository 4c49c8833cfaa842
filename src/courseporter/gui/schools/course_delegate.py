"""Paints one course of a school: check mark, cover, title, counts, state."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from courseporter.api import SchoolCourse
from courseporter.gui import theme
from courseporter.gui.cards import END, START, elided, paint_cover
from courseporter.gui.icons import icon
from courseporter.gui.schools.course_model import CHECKED, CourseModel, Index, state
from courseporter.gui.schools.covers import SchoolCovers

HEIGHT: Final = 56
GROUP: Final = 40
COVER: Final = 40
BOX: Final = 16
PAD: Final = 8
STATE: Final = 104


class CourseDelegate(QStyledItemDelegate):
    """Rows are as high as their kind asks for; right-to-left is mirrored."""

    def __init__(self, covers: SchoolCovers) -> None:
        super().__init__(covers)
        self.covers = covers

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A group is lower than a course."""
        del option
        model = index.model()
        is_group = isinstance(model, CourseModel) and isinstance(model.rows[index.row()], str)
        return QSize(0, GROUP if is_group else HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Background, check mark, then the course or the title of a group."""
        model = index.model()
        if not isinstance(model, CourseModel):
            return
        row, place = model.rows[index.row()], QRect(option.rect)
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        flags: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(option.direction)
        checked = index.data(Qt.ItemDataRole.CheckStateRole) == CHECKED
        hover = bool(flags & QStyle.StateFlag.State_MouseOver)
        current = bool(flags & QStyle.StateFlag.State_HasFocus)
        if checked and isinstance(row, SchoolCourse):
            fill(painter, place, theme.tokens().accent_tint)
        elif hover or current:
            fill(painter, place, theme.tokens().surface)
        box = QRect(place.left() + PAD, place.center().y() - BOX // 2, BOX, BOX)
        paint_box(painter, mirrored(box, place, rtl=rtl), checked=checked)
        inner = place.adjusted(PAD + BOX + 12, 0, -PAD, 0)
        if isinstance(row, str):
            paint_group(painter, mirrored(inner, place, rtl=rtl), row)
        else:
            self.paint_course(painter, inner, place, model, row, rtl=rtl)
        painter.restore()

    def paint_course(
        self,
        painter: QPainter,
        inner: QRect,
        whole: QRect,
        model: CourseModel,
        row: SchoolCourse,
        *,
        rtl: bool,
    ) -> None:
        """Cover, two lines of words, state."""
        use = theme.tokens()
        tint = use.raised if row.id in model.chosen else use.accent_tint
        cover = QRect(inner.left(), inner.center().y() - COVER // 2, COVER, COVER)
        paint_cover(painter, mirrored(cover, whole, rtl=rtl), self.covers.of(row.cover), tint)
        badge = state(row)
        taken = STATE if badge else 0
        lines = inner.adjusted(COVER + 12, 8, -taken - PAD, -8)
        first = QRect(lines.left(), lines.top(), lines.width(), 20)
        strong, small = theme.font(strong=True), theme.font(theme.SMALL)
        painter.setFont(strong)
        painter.setPen(QColor(theme.tokens().text))
        text = elided(strong, row.title, first.width())
        painter.drawText(mirrored(first, whole, rtl=rtl), START, text)
        painter.setFont(small)
        painter.setPen(QColor(theme.tokens().muted))
        second = first.translated(0, 20)
        text = elided(small, model.facts(row), second.width())
        painter.drawText(mirrored(second, whole, rtl=rtl), START, text)
        if badge is None:
            return
        word = QRect(inner.right() - STATE, inner.top(), STATE, inner.height())
        painter.setPen(QColor(theme.tokens().colour(badge.role)))
        painter.drawText(mirrored(word, whole, rtl=rtl), END, badge.word)
        wide = painter.fontMetrics().horizontalAdvance(badge.word)
        glyph = QRect(word.right() - wide - BOX - 6, word.center().y() - BOX // 2, BOX, BOX)
        icon(badge.icon, badge.role).paint(painter, mirrored(glyph, whole, rtl=rtl))


def fill(painter: QPainter, place: QRect, colour: str) -> None:
    """Paint the background of a row."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(QRectF(place).adjusted(0, 1, 0, -1), 6, 6)


def paint_box(painter: QPainter, place: QRect, *, checked: bool) -> None:
    """Paint a check box as style.qss dresses them."""
    use = theme.tokens()
    painter.setPen(QPen(QColor(use.accent if checked else use.control), 1))
    painter.setBrush(QColor(use.accent if checked else use.raised))
    painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    if checked:
        icon("check", "on_accent").paint(painter, place.adjusted(1, 1, -1, -1))


def paint_group(painter: QPainter, place: QRect, title: str) -> None:
    """Paint the title of a bundle."""
    small = theme.font(theme.SMALL, strong=True)
    painter.setFont(small)
    painter.setPen(QColor(theme.tokens().muted))
    painter.drawText(place, START, elided(small, title, place.width()))


def mirrored(place: QRect, whole: QRect, *, rtl: bool) -> QRect:
    """Return the place, seen from the other side where people write from the right."""
    if not rtl:
        return place
    left = whole.left() + whole.right() - place.right()
    return QRect(left, place.top(), place.width(), place.height())
