"""Courses as cards: title, source, state."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from courseporter.api.values import DraftRow
from courseporter.errors import gettext
from courseporter.gui import theme, words
from courseporter.gui.covers import Covers
from courseporter.gui.icons import icon
from courseporter.gui.tokens import Role
from courseporter.gui.words import Badge

Index = QModelIndex | QPersistentModelIndex
HEIGHT: Final = 128
WIDEST: Final = 320
GAP: Final = 12
PAD: Final = 16
COVER: Final = 48
NOWHERE: Final = QModelIndex()


def draft_badge(row: DraftRow) -> Badge:
    """Return the state of a course, as icon and word."""
    if (badge := unready(row.state)) is not None:
        return badge
    if row.errors:
        return Badge("error", words.errors(row.errors), "error")
    if row.state == "exported":
        if row.changed_since_export:
            return Badge("edit", gettext("Changed since export"), "warning")
        return Badge("done", gettext("Exported"), "success")
    if row.problems:
        look: tuple[str, Role] = ("warning", "warning") if row.warnings else ("done", "success")
        word = gettext("Ready with {problems}", problems=words.problems(row.problems))
        return Badge(look[0], word, look[1])
    return Badge("done", gettext("Ready"), "success")


def unready(state: str) -> Badge | None:
    """Return the badge of a course that is not imported completely; None for others."""
    match state:
        case "preparing":
            return Badge("running", gettext("Importing"), "link")
        case "paused":
            return Badge("pause", gettext("Import paused"), "muted")
        case "stopped":
            return Badge("stopped", gettext("Import stopped"), "muted")
        case "failed":
            return Badge("failed", gettext("Import failed"), "error")
        case _:
            return None


def origin(row: DraftRow) -> str:
    """Return such as “SCORM 1.2 · golf.zip”: the format and the file."""
    parts = [row.source_label or row.source, PurePath(row.source_path).name]
    return " · ".join(part for part in parts if part)


def imported_at(row: DraftRow, *, again: bool) -> str:
    """Return when it was imported: “14:05”, and “14:05, again” for the same file once more."""
    at = words.moment(row.created_at)
    return gettext("{time}, again", time=at) if again else at


def repeated(rows: Iterable[DraftRow]) -> frozenset[str]:
    """Return the ids of courses that come from the same file as an older one."""
    seen: set[tuple[str, str]] = set()
    found: set[str] = set()
    for row in sorted(rows, key=lambda row: row.created_at):
        same = row.title, PurePath(row.source_path).name
        if same in seen:
            found.add(row.id)
        seen.add(same)
    return frozenset(found)


class DraftModel(QAbstractListModel):
    """The courses, newest first, narrowed by a text."""

    def __init__(self, limit: int | None = None, covers: Covers | None = None) -> None:
        super().__init__()
        self.covers = covers
        self.again: frozenset[str] = frozenset()
        self.all: tuple[DraftRow, ...] = ()
        self.rows: tuple[DraftRow, ...] = ()
        self.limit = limit
        self.wanted = ""

    def put(self, rows: tuple[DraftRow, ...]) -> None:
        """Show other rows; the selection stays when only their content changed."""
        self.all = rows
        self.again = repeated(rows)
        self.narrow()

    def search(self, text: str) -> None:
        """Show only titles that contain `text`."""
        self.wanted = text.strip().casefold()
        self.narrow()

    def narrow(self) -> None:
        """Work out what is shown."""
        rows = tuple(row for row in self.all if self.wanted in row.title.casefold())[: self.limit]
        if rows == self.rows:
            return
        if [row.id for row in rows] == [row.id for row in self.rows]:
            self.rows = rows
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many cards there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Title for eyes and for screen readers."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.title[:600]}\n{row.source_path}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            at = imported_at(row, again=row.id in self.again)
            return f"{row.title}, {origin(row)}, {draft_badge(row).word}, {at}"
        return None


class CardDelegate(QStyledItemDelegate):
    """Paints one card."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The cell of the grid."""
        del index
        view = option.widget
        return view.gridSize() if isinstance(view, QListView) else QSize(WIDEST, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Cover, title, origin and state."""
        model = index.model()
        if not isinstance(model, DraftModel):
            return
        row = model.rows[index.row()]
        use = theme.tokens()
        state: QStyle.StateFlag = option.state
        place: QRect = option.rect
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        place = place.adjusted(GAP if rtl else 0, 0, 0 if rtl else -GAP, -GAP)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(option.direction)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hover = bool(state & QStyle.StateFlag.State_MouseOver)
        outline = use.accent if chosen else use.control if hover else use.line
        painter.setPen(QPen(QColor(outline), 1))
        painter.setBrush(QColor(use.surface if hover else use.raised))
        painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        inner = place.adjusted(PAD, PAD, -PAD, -PAD)
        cover = QRect(inner.left(), inner.top(), COVER, COVER)
        beside = inner.adjusted(COVER + 12, 4, 0, 0)
        if rtl:
            cover.moveRight(inner.right())
            beside = inner.adjusted(0, 4, -COVER - 12, 0)
        picture = model.covers.of(row) if model.covers else None
        paint_cover(painter, cover, picture)
        paint_words(painter, beside, row)
        bottom = QRect(inner.left(), inner.bottom() - 20, inner.width(), 20)
        at = imported_at(row, again=row.id in model.again)
        taken = paint_time(painter, bottom, at)
        room = bottom.adjusted(taken if rtl else 0, 0, 0 if rtl else -taken, 0)
        paint_state(painter, room, draft_badge(row), rtl=rtl)
        painter.restore()


def paint_time(painter: QPainter, place: QRect, text: str) -> int:
    """Paint a time at the end of its line; return the width it takes, with a gap."""
    painter.setFont(theme.font(theme.SMALL))
    painter.setPen(QColor(theme.tokens().muted))
    painter.drawText(place, END, text)
    return painter.fontMetrics().horizontalAdvance(text) + GAP if text else 0


def paint_cover(
    painter: QPainter, place: QRect, picture: QPixmap | None, tint: str | None = None
) -> None:
    """Paint the cover of the course, else a tinted square with a glyph."""
    if picture is not None:
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(place), 6, 6)
        painter.save()
        painter.setClipPath(outline)
        painter.drawPixmap(place, picture)
        painter.restore()
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tint or theme.tokens().accent_tint))
    painter.drawRoundedRect(place, 6, 6)
    icon("course", "link").paint(painter, place.adjusted(12, 12, -12, -12))


def paint_words(painter: QPainter, place: QRect, row: DraftRow) -> None:
    """Title and origin."""
    line = QRect(place.left(), place.top(), place.width(), 20)
    strong = theme.font(strong=True)
    painter.setFont(strong)
    painter.setPen(QColor(theme.tokens().text))
    painter.drawText(line, START, elided(strong, row.title, line.width()))
    small = theme.font(theme.SMALL)
    painter.setFont(small)
    painter.setPen(QColor(theme.tokens().muted))
    line.translate(0, 20)
    painter.drawText(line, START, elided(small, origin(row), line.width()))


def paint_state(painter: QPainter, place: QRect, badge: Badge, *, rtl: bool) -> None:
    """Icon and word."""
    glyph = QRect(place.left(), place.top() + 2, 16, 16)
    rest = place.adjusted(24, 0, 0, 0)
    if rtl:
        glyph.moveRight(place.right())
        rest = place.adjusted(0, 0, -24, 0)
    icon(badge.icon, badge.role).paint(painter, glyph)
    painter.setPen(QColor(theme.tokens().colour(badge.role)))
    painter.drawText(rest, START, elided(painter.font(), badge.word, rest.width()))


START: Final = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
END: Final = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter


def elided(font: QFont, text: str, width: int) -> str:
    """The text cut at its end to fit, isolated: it keeps its own direction."""
    short = text[:300].replace("\n", " ")
    fit = QFontMetrics(font).elidedText(short, Qt.TextElideMode.ElideRight, width)
    return f"\u2068{fit}\u2069"


class Cards(QListView):
    """A grid of cards that fills the width evenly."""

    def __init__(self, model: DraftModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(CardDelegate(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(gettext("Courses"))

    def chosen(self) -> DraftRow | None:
        """The selected course; the one that only has the keyboard's attention is not."""
        model, chosen = self.model(), self.selectedIndexes()
        if isinstance(model, DraftModel) and chosen:
            return model.rows[chosen[0].row()]
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many columns as fit, all equally wide."""
        bar = self.style().pixelMetric(
            QStyle.PixelMetric.PM_ScrollBarExtent, None, self.verticalScrollBar()
        )
        # QListView keeps the room of the scroll bar free, and breaks a row that fills it exactly.
        width = self.maximumViewportSize().width() - bar - 1
        columns = max(1, -(-width // (WIDEST + GAP)))
        self.setGridSize(QSize(width // columns, HEIGHT + GAP))
        super().resizeEvent(event)
