"""All jobs as a table; only the pages on screen are read."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from enum import IntEnum
from functools import partial
from pathlib import PurePath
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from courseporter import api
from courseporter.api.values import JobRow
from courseporter.errors import gettext
from courseporter.gui import background, words
from courseporter.gui.news import News

Index = QModelIndex | QPersistentModelIndex
PAGE: Final = 200
KEPT: Final = 40
FRESH: Final = 2  # the most recently shown pages are read again when the store changes
NOWHERE: Final = QModelIndex()
COLUMNS: Final = 4
VIEWS: Final[dict[str, tuple[str, ...]]] = {
    "all": (),
    "active": ("pending", "running", "paused"),
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
    """The pages that were read."""

    view: str
    pages: dict[int, tuple[JobRow, ...]]


class JobsModel(QAbstractTableModel):
    """Newest first.  `updated`: what is shown is up to date."""

    updated = Signal()

    def __init__(self, actor: api.Actor, news: News) -> None:
        super().__init__()
        self.actor = actor
        self.news = news
        self.view = "all"
        self.counts: dict[str, int] = {}
        self.total = 0
        self.pages: OrderedDict[int, tuple[JobRow, ...]] = OrderedDict()
        self.asked: set[int] = set()
        self.again: frozenset[str] = frozenset()
        self.reading = False
        self.stale = False

    def show_view(self, view: str) -> None:
        """Show jobs in other states: a key of VIEWS."""
        self.beginResetModel()
        self.view, self.total = view, 0
        self.pages.clear()
        self.asked.clear()
        self.endResetModel()
        self.refresh()

    def refresh(self) -> None:
        """Read what is on screen again, off the GUI thread, once at a time."""
        if self.reading:
            self.stale = True
            return
        self.reading, self.stale = True, False
        wanted = set(list(self.pages)[-FRESH:]) | self.asked or {0}
        work = partial(read_pages, self.actor, self.view, frozenset(wanted))
        background.run(work, self.take, self.missed)

    def take(self, reading: Reading) -> None:
        """In the GUI thread: set the number of rows, then replace the pages."""
        self.reading = False
        if reading.view == self.view:
            self.counts = self.news.counts  # counting 100,000 jobs costs more than reading a page
            self.resize_to(total_of(self.counts, self.view))
            for page, rows in reading.pages.items():
                self.keep(page, rows)
            self.updated.emit()
        if self.stale or self.asked or reading.view != self.view:
            self.refresh()

    def missed(self, error: Exception) -> None:
        """The store was busy: the next change reads it again."""
        del error
        self.reading = False
        self.asked.clear()

    def resize_to(self, total: int) -> None:
        """Insert new jobs at the top; reset when the list has become shorter."""
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
        """Replace a page."""
        self.asked.discard(page)
        old = self.pages.pop(page, None)
        self.pages[page] = rows
        while len(self.pages) > KEPT:
            self.pages.popitem(last=False)
        if rows != old:
            self.again = repeated(job for kept in self.pages.values() for job in kept)
        if rows and rows != old:
            last = min(page * PAGE + len(rows), self.total) - 1
            if last >= page * PAGE:
                self.dataChanged.emit(
                    self.index(page * PAGE, 0), self.index(last, JobsColumn.STARTED)
                )

    def job(self, row: int) -> JobRow | None:
        """Return the job in a row; None while its page is being read."""
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
        """Return the row of a job; None when its page has not been read."""
        for page, rows in self.pages.items():
            for place, job in enumerate(rows):
                if job.id == job_id:
                    return page * PAGE + place
        return None

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many jobs there are in this view."""
        return 0 if parent.isValid() else self.total

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else COLUMNS

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the words above the columns."""
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return headers()[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignTrailing if section == JobsColumn.STARTED else LEADING
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return words for eyes and screen readers; the delegate paints from `job`."""
        if role not in (Qt.ItemDataRole.DisplayRole, ACCESSIBLE, Qt.ItemDataRole.ToolTipRole):
            return None
        job = self.job(index.row())
        if job is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole else None
        text = (
            " · ".join(filter(None, (words.headline(job), self.file_of(job)))),
            words.badge(job).word,
            words.outcome(job) or self.news.progress(job),
            words.moment(job.started_at or job.created_at),
        )[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip(job, text) if len(text) > SHORT or index.column() == 0 else None
        return text

    def file_of(self, job: JobRow) -> str:
        """Return the file a job reads or writes, unless its title says it, and “again”."""
        path = PurePath(job.out_path or job.source_path or "")
        parts = [path.name if path.name != job.title else ""]
        parts.append(gettext("again") if job.id in self.again else "")
        return ", ".join(part for part in parts if part)


SHORT: Final = 30  # characters that fit into every column
SHOWN: Final = 600  # characters of a tooltip
LEADING: Final = Qt.AlignmentFlag.AlignLeading
ACCESSIBLE: Final = Qt.ItemDataRole.AccessibleTextRole


def headers() -> tuple[str, ...]:
    """Return the words above the columns."""
    return gettext("Job"), gettext("State"), gettext("Progress"), gettext("Started")


def tool_tip(job: JobRow, text: str) -> str:
    """Return the whole text, and the paths of its files."""
    return "\n".join(part for part in (text[:SHOWN], job.source_path, job.out_path) if part)


def repeated(jobs: Iterable[JobRow]) -> frozenset[str]:
    """Return the ids of jobs that do again what an older one of these did."""
    seen: set[tuple[str, str, str | None]] = set()
    found: set[str] = set()
    for job in sorted(jobs, key=lambda job: job.created_at):
        same = job.kind, job.title, job.out_path or job.source_path
        if same in seen:
            found.add(job.id)
        seen.add(same)
    return frozenset(found)


def total_of(counts: dict[str, int], view: str) -> int:
    """Return how many jobs a view has."""
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
