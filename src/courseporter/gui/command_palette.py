"""The command palette: type a few letters, press Enter, and the command runs.

It lists every command that works at the moment and every course.  Pages can offer more through
`Actions.offer_entries`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final, NamedTuple

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from courseporter.errors import gettext
from courseporter.gui import theme, words
from courseporter.gui.actions import Actions, Entry
from courseporter.gui.commands import COMMANDS, GROUP_TITLES
from courseporter.gui.icons import icon

Index = QModelIndex | QPersistentModelIndex
WIDTH: Final = 560
TOP: Final = 72  # from the upper edge of the window: below the top bar
SHOWN_ROWS: Final = 10
ICON: Final = 16
GAP: Final = 8
NOWHERE: Final = QModelIndex()
FORWARDED: Final = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
NATIVE: Final = QKeySequence.SequenceFormat.NativeText
START: Final = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
END: Final = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter


class Match(NamedTuple):
    """An entry with its rank: lower is better."""

    rank: tuple[int, int]
    entry: Entry


class EntryModel(QAbstractListModel):
    """The entries that match the typed text, best first."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()

    def show_entries(self, entries: tuple[Entry, ...]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many entries match."""
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the words for eyes and for screen readers."""
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.words
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(filter(None, (entry.words, entry.group, entry.keys)))
        return None


class EntryDelegate(QStyledItemDelegate):
    """Paints a row: icon, words, and at the end the shortcut or the group."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a row of the theme."""
        del option, index
        return QSize(1, theme.row_height())  # the list is as wide as the palette

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        model = index.model()
        if not isinstance(model, EntryModel):
            return
        entry = model.entries[index.row()]
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawPrimitive(
            QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget
        )
        place: QRect = option.rect.adjusted(12, 0, -12, 0)
        painter.save()
        painter.setLayoutDirection(option.direction)
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(theme.tokens().muted))
        at_end = entry.keys or entry.group
        painter.drawText(place, END, at_end)
        taken = painter.fontMetrics().horizontalAdvance(at_end) + 2 * GAP
        glyph = QRect(place.left(), place.center().y() - ICON // 2 + 1, ICON, ICON)
        icon(entry.icon, "muted").paint(painter, QStyle.visualRect(option.direction, place, glyph))
        painter.setFont(theme.font())
        painter.setPen(QColor(theme.tokens().text))
        title = place.adjusted(ICON + GAP, 0, -taken, 0)
        shown = painter.fontMetrics().elidedText(
            entry.words, Qt.TextElideMode.ElideRight, title.width()
        )
        painter.drawText(QStyle.visualRect(option.direction, place, title), START, shown)
        painter.restore()


class CommandPalette(QFrame):
    """Floats above the window; Escape or a click elsewhere closes it."""

    def __init__(self, window: QWidget, actions: Actions) -> None:
        super().__init__(window)
        self.covered = window
        self.actions_of_app = actions
        self.returns_to: QWidget | None = None
        theme.set_class(self, "toast")
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(gettext("Type a command or the name of a course"))
        self.field.setAccessibleName(gettext("Command palette"))
        self.field.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.nothing = QLabel(gettext("No commands or courses match."), self)
        theme.set_class(self.nothing, "muted")
        self.nothing.setContentsMargins(12, 8, 12, 8)
        self.model = EntryModel(self)
        self.list = QListView(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(EntryDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(gettext("Matching commands"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        for part in (self.field, self.nothing, self.list):
            column.addWidget(part)
        self.field.textChanged.connect(self.narrow)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self.run)
        self.hide()

    def open(self) -> None:
        """Show it with an empty field, or close it when it is open already."""
        if self.isVisible():
            self.dismiss()
            return
        self.returns_to = QApplication.focusWidget()
        self.field.clear()
        self.narrow()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def dismiss(self) -> None:
        """Close it; the keyboard returns to where it was."""
        had_focus = self.field.hasFocus()
        self.hide()
        if had_focus and self.returns_to is not None:
            self.returns_to.setFocus(Qt.FocusReason.OtherFocusReason)
        self.returns_to = None

    def narrow(self) -> None:
        """Show the entries that match what is typed."""
        text = self.field.text().casefold().split()
        found = (Match(rank, entry) for entry in self.all() if (rank := ranked(entry, text)))
        matches = sorted(found, key=lambda match: match.rank)
        self.model.show_entries(tuple(match.entry for match in matches))
        self.nothing.setVisible(not matches)
        self.list.setVisible(bool(matches))
        self.list.setCurrentIndex(self.model.index(0))
        self.place()

    def all(self) -> Iterator[Entry]:
        """Yield commands that work now, then what pages offer, then the courses."""
        for command in COMMANDS:
            item = self.actions_of_app.items[command.name]
            if item.isEnabled() and command.name != "palette":
                group = str(GROUP_TITLES[command.group])
                keys = QKeySequence(command.keys[0]).toString(NATIVE) if command.keys else ""
                yield Entry(command.words, command.icon, group, item.trigger, keys)
        for offer in self.actions_of_app.entry_offers:
            yield from offer()
        for row in self.actions_of_app.news.drafts:
            press = partial(self.actions_of_app.open_draft, row.id)
            yield Entry(words.shortened(row.title), "course", gettext("Open course"), press)

    def place(self) -> None:
        """Center it below the top bar, as high as its rows."""
        wide = min(WIDTH, self.covered.width() - 48)
        rows = min(SHOWN_ROWS, self.model.rowCount())
        self.list.setFixedHeight(rows * max(theme.row_height(), self.list.sizeHintForRow(0)))
        self.setFixedWidth(wide)
        self.adjustSize()
        self.move((self.covered.width() - wide) // 2, TOP)

    def run(self, index: Index) -> None:
        """Close the palette, then run the chosen entry."""
        entry = self.model.entries[index.row()]
        self.dismiss()
        entry.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close when the focus leaves; take the keys of the list."""
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            if not self.list.underMouse():
                self.hide()
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self.take_key(event)
        return super().eventFilter(watched, event)

    def take_key(self, event: QKeyEvent) -> bool:
        """Arrow keys move in the list while the field keeps the focus."""
        if event.key() in FORWARDED:
            QApplication.sendEvent(self.list, event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.list.currentIndex().isValid():
                self.run(self.list.currentIndex())
        elif event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            return False
        return True


def ranked(entry: Entry, wanted: list[str]) -> tuple[int, int] | None:
    """Return how well an entry matches all typed words (lower is better); None: not at all."""
    title = entry.words.casefold()
    text = f"{title} {entry.group.casefold()}"
    if not all(word in text for word in wanted):
        return None
    starts = sum(title.startswith(word) or f" {word}" in title for word in wanted)
    return -starts, len(title) if wanted else 0
