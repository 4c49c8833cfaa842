"""The rows of an import as a table; only the pages on screen are read, by keyset."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from courseporter import api
from courseporter.api import rows as api_rows
from courseporter.api.rows import RowImportView, RowLine
from courseporter.errors import gettext
from courseporter.gui import background, words
from courseporter.gui.rows import wording

Index = QModelIndex | QPersistentModelIndex
PAGE: Final = 200
KEPT: Final = 40
NOWHERE: Final = QModelIndex()
NUMBER, TITLE, DATE, STATE, NOTE = range(5)
END: Final = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter


class PageStart(NamedTuple):
    """Where a page begins: after a row number, leaving some rows out."""

    after: int
    offset: int


class Reading(NamedTuple):
    """What was read at once."""

    job: str
    status: str
    view: RowImportView
    pages: dict[int, tuple[RowLine, ...]]


class RowsModel(QAbstractTableModel):
    """Rows in the order of the file, all of them or those of one status.

    `updated`: counters and pages are up to date.  `lost`: they can't be read.
    """

    updated = Signal()

    def __init__(self, actor: api.Actor) -> None:
        super().__init__()
        self.actor = actor
        self.view: RowImportView | None = None
        self.job = ""
        self.status = ""
        self.total = 0
        self.pages: OrderedDict[int, tuple[RowLine, ...]] = OrderedDict()
        self.begins: dict[int, int] = {0: 0}  # page → the row number before it, where known
        self.asked: set[int] = set()
        self.reading = False
        self.stale = False

    def show_rows(self, job: str, status: str = "") -> None:
        """Show another import, or rows of another status."""
        self.beginResetModel()
        if job != self.job:
            self.view = None
        self.job, self.status, self.total = job, status, 0
        self.forget()
        self.endResetModel()
        self.refresh()

    def forget(self) -> None:
        """Forget what was read."""
        self.pages.clear()
        self.asked.clear()
        self.begins = {0: 0}

    def refresh(self) -> None:
        """Read what is on screen again, off the GUI thread, once at a time."""
        if not self.job:
            return
        if self.reading:
            self.stale = True
            return
        self.reading, self.stale = True, False
        wanted = set(list(self.pages)[-2:]) | self.asked or {0}
        places = {page: self.place_of(page) for page in sorted(wanted)}
        work = partial(read_pages, self.actor, self.job, self.status, places)
        background.run(work, self.take, self.missed)

    def place_of(self, page: int) -> PageStart:
        """Where a page begins; every row is there when no status is asked for."""
        if not self.status:
            return PageStart(page * PAGE, 0)
        near = max(known for known in self.begins if known <= page)
        return PageStart(self.begins[near], (page - near) * PAGE)

    def take(self, reading: Reading) -> None:
        """In the GUI thread."""
        self.reading = False
        if (reading.job, reading.status) == (self.job, self.status):
            moved = self.view is not None and self.view.counts != reading.view.counts
            self.view = reading.view
            if moved and self.status:
                self.begins = {0: 0}  # rows have come or gone before the others
            self.resize_to(total_of(reading.view, self.status))
            for page, lines in reading.pages.items():
                self.keep(page, lines)
            self.updated.emit()
        if self.stale or self.asked:
            self.refresh()

    def missed(self, error: Exception) -> None:
        """The store was busy: the next change reads it again."""
        del error
        self.reading = False
        self.asked.clear()

    def resize_to(self, total: int) -> None:
        """New rows come at the end; fewer are a reset."""
        if total > self.total:
            self.beginInsertRows(NOWHERE, self.total, total - 1)
            self.total = total
            self.endInsertRows()
        elif total < self.total:
            self.beginRemoveRows(NOWHERE, total, self.total - 1)
            self.total = total
            self.endRemoveRows()

    def keep(self, page: int, lines: tuple[RowLine, ...]) -> None:
        """Replace a page."""
        self.asked.discard(page)
        old = self.pages.pop(page, None)
        self.pages[page] = lines
        if len(lines) == PAGE:
            self.begins[page + 1] = lines[-1].row
        while len(self.pages) > KEPT:
            self.pages.popitem(last=False)
        last = min(page * PAGE + len(lines), self.total) - 1
        if lines != old and last >= page * PAGE:
            self.dataChanged.emit(self.index(page * PAGE, 0), self.index(last, NOTE))

    def line(self, row: int) -> RowLine | None:
        """The row at a place; None while its page is being read."""
        if not 0 <= row < self.total:
            return None
        page, place = divmod(row, PAGE)
        lines = self.pages.get(page)
        if lines is None:
            if page not in self.asked:
                self.asked.add(page)
                self.refresh()
            return None
        if next(reversed(self.pages)) != page:
            self.pages.move_to_end(page)
        return lines[place] if place < len(lines) else None

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many rows have this status."""
        return 0 if parent.isValid() else self.total

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """The number of columns."""
        return 0 if parent.isValid() else NOTE + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The words above the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section == NUMBER:
            return END
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        return headers()[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words for eyes and screen readers; the state is painted by a delegate."""
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == NUMBER:
            return END
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        line = self.line(index.row())
        if line is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole and index.column() == TITLE else None
        text = (
            words.number(line.row),
            line.title[:300].replace("\n", " "),
            line.date or "",
            wording.state_badge(line.status).word,
            wording.note(line)[:300],
        )[index.column()]
        return text if role == Qt.ItemDataRole.DisplayRole or len(text) > 20 else None


def headers() -> tuple[str, ...]:
    """The words above the columns."""
    return (
        gettext("Row"), gettext("Title"), gettext("Date"), gettext("State"), gettext("Note"),
    )  # fmt: skip


def total_of(view: RowImportView, status: str) -> int:
    """How many rows have this status."""
    return view.counts[status] if status else view.total


def read_pages(actor: api.Actor, job: str, status: str, places: dict[int, PageStart]) -> Reading:
    """Off the GUI thread."""
    view = api_rows.row_import(actor, job)
    pages = {
        page: api_rows.row_lines(
            actor, job, status or None, after=place.after, offset=place.offset, limit=PAGE
        )
        for page, place in places.items()
    }
    return Reading(job, status, view, pages)
