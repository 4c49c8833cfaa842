"""The history of imports into content libraries: what each did, and Undo."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from courseporter.api import libraries
from courseporter.api.libraries import LibraryImport, LibraryResult
from courseporter.errors import PorterError, _, gettext
from courseporter.gui import background, theme
from courseporter.gui.actions import Actions
from courseporter.gui.course.rows import plain
from courseporter.gui.icons import icon
from courseporter.gui.libraries.items_view import ItemsView
from courseporter.gui.libraries.library_words import STATES
from courseporter.gui.words import number

HEADS = (_("Course"), _("Library"), _("State"), _("Items"), _("Time"))
COURSE, LIBRARY, STATE, ITEMS, TIME = range(5)
UNDOABLE = ("imported", "partial")


class HistoryPage(QWidget):
    """Table above, the items of the selected import below."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.actions_of_app = actions
        self.imports: tuple[LibraryImport, ...] = ()
        self.title = plain(gettext("Content libraries"), "title")
        self.nothing = plain(
            gettext(
                "No courses have been imported into a library yet. Choose “Content library” "
                "as a course's destination."), "muted")  # fmt: skip
        self.table = QTableWidget(0, len(HEADS), self)
        self.items = ItemsView(self, decisions=False)
        self.message = plain("", "error")
        self.undo = QPushButton(icon("undo"), gettext("Undo this import"), self)
        self.undo_row = QPushButton(gettext("Undo this item"), self)
        self._set_up_table()
        self._lay_out()
        self.undo.clicked.connect(self.take_back)
        self.undo_row.clicked.connect(self.take_row_back)
        self.items.tree.selectionModel().currentChanged.connect(self._row_chosen)
        actions.news.changed.connect(self.refresh)

    def _set_up_table(self) -> None:
        table = self.table
        table.setAccessibleName(gettext("Imports into libraries"))
        table.setHorizontalHeaderLabels([str(one) for one in HEADS])
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        head = table.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        for column in (COURSE, LIBRARY):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        for column, width in ((STATE, 136), (ITEMS, 72), (TIME, 144)):
            table.setColumnWidth(column, width)
        table.currentCellChanged.connect(self._chosen)

    def _lay_out(self) -> None:
        theme.set_class(self.undo, "secondary")
        theme.set_class(self.undo_row, "secondary")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        for part in (self.title, self.nothing):
            column.addWidget(part)
        column.addWidget(self.table, 1)
        column.addWidget(self.items, 2)
        row = QHBoxLayout()
        row.addWidget(self.message, 1)
        row.addWidget(self.undo_row)
        row.addWidget(self.undo)
        column.addLayout(row)
        self._fill(())

    def first(self) -> QWidget:
        """Return the table."""
        return self.table

    def opened(self) -> None:
        """Read again: the page has come to the front."""
        self.refresh()

    def refresh(self) -> None:
        """Read the history, if the page is visible."""
        if self.isVisible():
            work = partial(libraries.library_imports, self.actions_of_app.actor)
            background.run(work, self._fill, self._failed)

    def _fill(self, found: tuple[LibraryImport, ...]) -> None:
        chosen = self.current()
        if found == self.imports and found:
            return
        self.imports = found
        self.table.setRowCount(len(found))
        for row, one in enumerate(found):
            self._fill_row(row, one)
        for part in (self.table, self.items, self.undo, self.undo_row):
            part.setVisible(bool(found))
        self.nothing.setVisible(not found)
        if found:
            keys = [one.import_id for one in found]
            at = keys.index(chosen.import_id) if chosen and chosen.import_id in keys else 0
            self.table.setCurrentCell(at, 0)
            self._chosen(at)

    def _fill_row(self, row: int, one: LibraryImport) -> None:
        badge = STATES[one.status]
        title = gettext("Undo: {title}", title=one.title) if one.undo_of else one.title
        moment = QDateTime.fromMSecsSinceEpoch(one.at)
        when = QLocale().toString(moment, QLocale.FormatType.ShortFormat)
        cells = (title, Path(one.target).name, str(badge.word),
                 number(sum(one.counts.values())), when)  # fmt: skip
        for column, words in enumerate(cells):
            cell = QTableWidgetItem(words)
            cell.setToolTip(one.target if column == LIBRARY else words)
            if column == STATE:
                cell.setIcon(icon(badge.icon, badge.role))
            if column == ITEMS:
                cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, column, cell)
        self.table.setRowHeight(row, theme.row_height())

    def current(self) -> LibraryImport | None:
        """The selected import."""
        row = self.table.currentRow()
        return self.imports[row] if 0 <= row < len(self.imports) else None

    def _chosen(self, row: int, *_more: int) -> None:
        del row
        one = self.current()
        self.message.setText("")
        self.undo.setEnabled(one is not None and one.status in UNDOABLE)
        self.undo_row.setEnabled(False)
        if one is not None:
            work = partial(libraries.library_items, self.actions_of_app.actor, one.import_id)
            background.run(work, self._show_items, self._failed)

    def _show_items(self, result: LibraryResult) -> None:
        one = self.current()
        if one is not None and result.import_id == one.import_id:
            self.items.show_result(result)

    def _row_chosen(self) -> None:
        one, item = self.current(), self.items.current()
        able = one is not None and one.status in UNDOABLE
        self.undo_row.setEnabled(bool(able and item and item.outcome == "done"))

    def take_back(self) -> None:
        """Undo the selected import."""
        self._undo(None)

    def take_row_back(self) -> None:
        """Undo the selected item alone."""
        item = self.items.current()
        if item is not None:
            self._undo((item.seq,))

    def _undo(self, rows: tuple[int, ...] | None) -> None:
        one = self.current()
        if one is None:
            return
        work = partial(libraries.start_library_undo, self.actions_of_app.actor, one.import_id, rows)
        background.run(work, self.actions_of_app.poke, self._failed)

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, PorterError):
            self.actions_of_app.notice(error)
            return
        self.message.setText(f"{error.message} {error.hint or ''}".strip())
