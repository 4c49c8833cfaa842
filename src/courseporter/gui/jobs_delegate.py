"""Paints the cells of the jobs table: icon and title, state, progress."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from courseporter.api.values import JobRow
from courseporter.gui import theme, words
from courseporter.gui.icons import icon
from courseporter.gui.jobs_model import JobsColumn, JobsModel
from courseporter.gui.tokens import Role

GLYPH: Final = 16
PAD: Final = 8
BAR: Final = 4
MORE_AT_LEAST: Final = 48  # pixels for what comes after the title
START: Final = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
END: Final = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter


class JobsDelegate(QStyledItemDelegate):
    """One delegate for all columns; it highlights the whole row under the pointer."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self.table = table
        self.hovered = -1
        table.entered.connect(self.hover)
        table.viewport().installEventFilter(self)

    def hover(self, index: QModelIndex) -> None:
        """Highlight another row."""
        if index.row() != self.hovered:
            self.hovered = index.row()
            self.table.viewport().update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Highlight no row when the pointer leaves the table."""
        if event.type() == QEvent.Type.Leave:
            self.hovered = -1
            self.table.viewport().update()
        return super().eventFilter(watched, event)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the row height of the chosen density."""
        del option, index
        return QSize(80, theme.row_height() + 8)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint the background by the style, then the content."""
        model = index.model()
        if not isinstance(model, JobsModel):
            return
        job = model.job(index.row())
        blank = QStyleOptionViewItem(option)
        style = QApplication.style()
        style.drawPrimitive(
            QStyle.PrimitiveElement.PE_PanelItemViewItem,
            blank,
            painter,
            option.widget,
        )
        rect: QRect = option.rect
        if index.row() == self.hovered and not option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(theme.tokens().surface))
        if job is None:
            return
        place = rect.adjusted(PAD, 0, -PAD, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font())
        painter.setPen(QColor(theme.tokens().text))
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        painter.setLayoutDirection(option.direction)
        match index.column():
            case JobsColumn.TITLE:
                glyph = "export" if job.kind == "publish" else "import"
                with_glyph(painter, place, glyph, "muted", job.title, model.file_of(job), rtl=rtl)
            case JobsColumn.STATE:
                paint_badge(painter, place, words.badge(job), rtl=rtl)
            case JobsColumn.PROGRESS:
                paint_progress(painter, place, job, model, rtl=rtl)
            case _:
                small(painter)
                painter.drawText(place, END, words.moment(job.started_at or job.created_at))
        painter.restore()


def with_glyph(
    painter: QPainter, place: QRect, glyph: str, role: Role, text: str, more: str, *, rtl: bool
) -> None:
    """Paint an icon, the title, and in muted color what tells it from others."""
    left = place.right() - GLYPH if rtl else place.left()
    square = QRect(left, place.center().y() - GLYPH // 2 + 1, GLYPH, GLYPH)
    icon(glyph, role).paint(painter, square)
    rest = place.adjusted(0, 0, -GLYPH - PAD, 0) if rtl else place.adjusted(GLYPH + PAD, 0, 0, 0)
    title = cut(painter, text, rest.width())
    painter.drawText(rest, START, title)
    taken = painter.fontMetrics().horizontalAdvance(title) + PAD
    if more and rest.width() - taken > MORE_AT_LEAST:
        rest = rest.adjusted(0, 0, -taken, 0) if rtl else rest.adjusted(taken, 0, 0, 0)
        small(painter)
        painter.drawText(rest, START, cut(painter, more, rest.width()))


def paint_badge(painter: QPainter, place: QRect, badge: words.Badge, *, rtl: bool) -> None:
    """Paint a rounded tint, the icon in its color, the word in the color of text."""
    small(painter)
    color = QColor(theme.tokens().colour(badge.role))
    wide = QFontMetrics(painter.font()).horizontalAdvance(badge.word) + GLYPH + 6 + 2 * PAD
    wide = min(wide, place.width())
    left = place.right() - wide if rtl else place.left()
    pill = QRect(left, place.center().y() - 11, wide, 24)
    tint = QColor(color)
    tint.setAlpha(26)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint)
    painter.drawRoundedRect(QRectF(pill), 12, 12)
    painter.setPen(QColor(theme.tokens().text))
    inner = pill.adjusted(PAD, 0, -PAD, 0)
    side = inner.right() - GLYPH if rtl else inner.left()
    square = QRect(side, pill.center().y() - GLYPH // 2 + 1, GLYPH, GLYPH)
    icon(badge.icon, badge.role).paint(painter, square)
    rest = inner.adjusted(0, 0, -GLYPH - 4, 0) if rtl else inner.adjusted(GLYPH + 4, 0, 0, 0)
    painter.drawText(rest, START, cut(painter, badge.word, rest.width()))


def paint_progress(
    painter: QPainter, place: QRect, job: JobRow, model: JobsModel, *, rtl: bool
) -> None:
    """Paint words, and a thin bar below them while the job runs."""
    small(painter)
    text = words.outcome(job) or model.news.progress(job)
    if job.state != "running":
        painter.drawText(place, START, cut(painter, text, place.width()))
        return
    upper = QRect(place.left(), place.center().y() - 16, place.width(), 18)
    painter.drawText(upper, START, cut(painter, text, place.width()))
    track = QRectF(place.left(), place.center().y() + 6, place.width(), BAR)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.tokens().line))
    painter.drawRoundedRect(track, 2, 2)
    share = model.news.share(job)
    if share:
        wide = max(BAR, track.width() * share)
        left = track.right() - wide if rtl else track.left()
        painter.setBrush(QColor(theme.tokens().accent))
        painter.drawRoundedRect(QRectF(left, track.top(), wide, BAR), 2, 2)


def small(painter: QPainter) -> None:
    """Use the font and color of secondary text."""
    painter.setFont(theme.font(theme.SMALL))
    painter.setPen(QColor(theme.tokens().muted))


def cut(painter: QPainter, text: str, width: int) -> str:
    """Return the text, cut at its end to fit; isolated, so it keeps its own direction."""
    short = text[:300].replace("\n", " ")
    fit = QFontMetrics(painter.font()).elidedText(short, Qt.TextElideMode.ElideRight, width)
    return f"\u2068{fit}\u2069" if fit else ""
