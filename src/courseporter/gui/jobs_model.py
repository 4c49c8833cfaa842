"""All jobs as a table that reads only the pages that are looked at."""

from __future__ import annotations

from collections import OrderedDict
from enum import IntEnum
from functools import partial
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from courseporter import api
from courseporter.api.values import JobRow
from courseporter.gui import background, words
from courseporter.gui.news import News

Index = QModelIndex | QPersistentModelIndex
PAGE: Final = 200
KEPT: Final = 40
FRESH: Final = 2  # pages looked at last: these are read again when the store changes
NOWHERE: Final = QModelIndex()
HEADERS: Final = ("Job", "State", "Progress", "Started")
VIEWS: Final[dict[str, tuple[str, ...]]] = {
    "all": (),
    "active": ("pending", "running"),
    "failed": ("failed", "canceled"),
    "done": ("completed",),
}


class JobsColumn(IntEnum):
    """The columns."""

    TITLE = 0
    STATE = 1
    PROGRESS = 2
    STARTED = 3


class Reading(NamedTuple):
    """What one look at the store brought."""

    view: str
    pages: dict[int, tuple[JobRow, ...]]


class JobsModel(QAbstractTableModel):
    """Newest first.  `looked` says that what is shown is as fresh as the store."""

    looked = Signal()

    def __init__(self, actor: api.Actor, news: News) -> None:
        super().__init__()
        self.actor = actor
        self.news = news
        self.view = "all"
        self.counts: dict[str, int] = {}
        self.total = 0
        self.pages: OrderedDict[int, tuple[JobRow, ...]] = OrderedDict()
        self.asked: set[int] = set()
        self.reading = False
        self.stale = False

    def show_view(self, view: str) -> None:
        """Show other states: a key of VIEWS."""
        self.beginResetModel()
        self.view, self.total = view, 0
        self.pages.clear()
        self.asked.clear()
        self.endResetModel()
        self.refresh()

    def refresh(self) -> None:
        """Read again what is on screen, off the GUI thread, one look at a time."""
        if self.reading:
            self.stale = True
            return
        self.reading, self.stale = True, False
        wanted = set(list(self.pages)[-FRESH:]) | self.asked or {0}
        look = partial(read_pages, self.actor, self.view, frozenset(wanted))
        background.run(look, self.take, self.missed)

    def take(self, reading: Reading) -> None:
        """In the GUI thread: grow or shrink, then put the fresh pages in place."""
        self.reading = False
        if reading.view == self.view:
            self.counts = self.news.counts  # counting 100,000 jobs costs more than reading a page
            self.resize_to(total_of(self.counts, self.view))
            for page, rows in reading.pages.items():
                self.keep(page, rows)
            self.looked.emit()
        if self.stale or self.asked or reading.view != self.view:
            self.refresh()

    def missed(self, error: Exception) -> None:
        """The store was busy; the next change brings another look."""
        del error
        self.reading = False
        self.asked.clear()

    def resize_to(self, total: int) -> None:
        """New jobs come in at the top; a shorter list starts afresh."""
        grown = total - self.total
        if grown > 0 and self.total:
            self.beginInsertRows(NOWHERE, 0, grown - 1)
            self.total = total
            self.pages.clear()
            self.endInsertRows()
        elif grown:
            self.beginResetModel()
            self.total = total
            self.pages.clear()
            self.endResetModel()

    def keep(self, page: int, rows: tuple[JobRow, ...]) -> None:
        """Put a page in place."""
        self.asked.discard(page)
        old = self.pages.pop(page, None)
        self.pages[page] = rows
        while len(self.pages) > KEPT:
            self.pages.popitem(last=False)
        if rows and rows != old:
            last = min(page * PAGE + len(rows), self.total) - 1
            if last >= page * PAGE:
                self.dataChanged.emit(
                    self.index(page * PAGE, 0), self.index(last, JobsColumn.STARTED)
                )

    def job(self, row: int) -> JobRow | None:
        """The job in a row; None while its page is on the way."""
        page, place = divmod(row, PAGE)
        rows = self.pages.get(page)
        if rows is None:
            if page not in self.asked and row < self.total:
                self.asked.add(page)
                self.refresh()
            return None
        if next(reversed(self.pages)) != page:
            self.pages.move_to_end(page)
        return rows[place] if place < len(rows) else None

    def row_of(self, job_id: str) -> int | None:
        """Where a job stands, when its page is here."""
        for page, rows in self.pages.items():
            for place, job in enumerate(rows):
                if job.id == job_id:
                    return page * PAGE + place
        return None

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many jobs there are in this view."""
        return 0 if parent.isValid() else self.total

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Title, state, progress, start."""
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The words above the columns."""
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return HEADERS[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignTrailing if section == JobsColumn.STARTED else LEADING
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words for eyes and screen readers; painting takes the job itself by `job`."""
        if role not in (Qt.ItemDataRole.DisplayRole, ACCESSIBLE, Qt.ItemDataRole.ToolTipRole):
            return None
        job = self.job(index.row())
        if job is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole else None
        text = (
            words.headline(job),
            words.badge(job).word,
            words.outcome(job) or self.news.progress(job),
            words.moment(job.started_at or job.created_at),
        )[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return text[:TOLD] if len(text) > SHORT else None
        return text


SHORT: Final = 30  # characters that fit into every column
TOLD: Final = 600  # characters that a tooltip shows
LEADING: Final = Qt.AlignmentFlag.AlignLeading
ACCESSIBLE: Final = Qt.ItemDataRole.AccessibleTextRole


def total_of(counts: dict[str, int], view: str) -> int:
    """How many jobs a view has."""
    states = VIEWS[view]
    return sum(amount for state, amount in counts.items() if not states or state in states)


def read_pages(actor: api.Actor, view: str, pages: frozenset[int]) -> Reading:
    """Off the GUI thread."""
    states = VIEWS[view]
    return Reading(
        view,
        {
            page: api.jobs(actor, states=states, limit=PAGE, offset=page * PAGE)
            for page in sorted(pages)
        },
    )
