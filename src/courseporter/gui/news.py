"""The state of jobs and courses, for strip, sidebar and messages: read after each change."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from courseporter import api
from courseporter.api.connections import ConnectionView
from courseporter.api.values import DraftRow, JobRow
from courseporter.errors import PorterError, gettext
from courseporter.gui import background, words
from courseporter.gui.deleted import Deleted
from courseporter.gui.pace import Pace
from courseporter.gui.watcher import Watcher

ACTIVE: Final = ("pending", "running")
OPEN: Final = (*ACTIVE, "paused")  # as they are counted: paused jobs are pending ones
MAX_WAITING: Final = 200
IDLE_FACTOR: Final = 3  # wait three times as long as reading took: a quarter of a core at most
RETRY_MS: Final = 200
AWAY_MS: Final = 2000  # between looks for a store that is away


class Reading(NamedTuple):
    """What was read at once."""

    active: tuple[JobRow, ...]
    ended: tuple[JobRow, ...]  # were active the last time
    counts: dict[str, int]
    drafts: tuple[DraftRow, ...]
    connections: tuple[ConnectionView, ...]
    took: float  # seconds


class News(QObject):
    """`changed`: something is different; `ended`: the jobs in `latest` have just ended;
    `reached`: the store can't be read, for the reason in `trouble`, or it can again (None).
    """

    changed = Signal()
    ended = Signal()
    reached = Signal()

    def __init__(self, actor: api.Actor, watcher: Watcher, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.actor = actor
        self.active: tuple[JobRow, ...] = ()
        self.latest: tuple[JobRow, ...] = ()
        self.counts: dict[str, int] = {}
        self.all_drafts: tuple[DraftRow, ...] = ()
        self.all_connections: tuple[ConnectionView, ...] = ()
        self.row_imports = 0  # the page Rows knows how many there are
        self.deleted = Deleted(actor, self)
        self.deleted.changed.connect(self.changed)
        self.paces: dict[str, Pace] = {}
        self.stopping: set[str] = set()
        self.pausing: set[str] = set()
        self.reading = False
        self.stale = False
        self.trouble: Exception | None = None
        self.pause_timer = QTimer(self)
        self.pause_timer.setSingleShot(True)
        self.pause_timer.timeout.connect(self.paused_long_enough)
        watcher.changed.connect(self.read)

    @property
    def drafts(self) -> tuple[DraftRow, ...]:
        """Return the courses; deleted ones are hidden."""
        return self.deleted.without(self.all_drafts)

    def connections(self, *groups: str) -> tuple[ConnectionView, ...]:
        """The connections to schools, targets or services, by name."""
        return tuple(one for one in self.all_connections if one.group in groups)

    @property
    def takes_rows(self) -> bool:
        """Whether there is a service that rows can be sent to."""
        return any(one.kind == "http_api" for one in self.all_connections)

    @property
    def running(self) -> int:
        """Return how many jobs are running."""
        return self.counts.get("running", 0)

    @property
    def open_jobs(self) -> int:
        """Return how many jobs run, wait or are paused: the number in the sidebar."""
        return sum(self.counts.get(state, 0) for state in OPEN)

    def read(self) -> None:
        """Read the store, once at a time."""
        if self.reading or self.pause_timer.isActive():
            self.stale = True
            return
        self.reading, self.stale = True, False
        known = frozenset(job.id for job in self.active)
        background.run(partial(look, self.actor, known), self.take, self.missed)

    def take(self, reading: Reading) -> None:
        """In the GUI thread: keep what was read and tell the views."""
        self.reading = False
        if self.trouble is not None:
            self.trouble = None
            self.reached.emit()
        self.active, self.counts, self.all_drafts = reading.active, reading.counts, reading.drafts
        self.all_connections = reading.connections
        now = time.monotonic()
        self.paces = {job.id: self.paces.get(job.id) or Pace() for job in reading.active}
        for job in reading.active:
            if job.state == "running":
                stage = f"{job.stage} {job.unit}"
                self.paces[job.id].see(now, stage, job.done, job.total, job.percent)
        self.stopping &= set(self.paces)
        self.pausing &= {job.id for job in reading.active if job.state == "running"}
        self.changed.emit()
        if reading.ended:
            self.latest = reading.ended
            self.ended.emit()
        self.pause_timer.start(round(reading.took * IDLE_FACTOR * 1000))

    def paused_long_enough(self) -> None:
        """Read again if something has changed meanwhile."""
        if self.stale:
            self.read()

    def missed(self, error: Exception) -> None:
        """Read again: soon if the store was busy; for any other reason, say so."""
        busy = isinstance(error, PorterError) and error.code == "store_busy"
        if not busy and str(error) != str(self.trouble):
            self.trouble = error
            self.reached.emit()
        self.reading = False
        self.pause_timer.start(RETRY_MS if busy else AWAY_MS)
        self.stale = True

    def progress(self, job: JobRow) -> str:
        """Return the progress of a job, or what it waits for."""
        if job.state in ACTIVE and self.stops(job):
            return gettext("Stopping…")
        if self.pauses(job):
            return gettext("Pausing…")
        return words.waiting(job) or words.progress(job, self.paces.get(job.id), time.monotonic())

    def stops(self, job: JobRow) -> bool:
        """Whether it was asked to stop, here or somewhere else."""
        return job.cancel_requested or job.id in self.stopping

    def pauses(self, job: JobRow) -> bool:
        """Whether it is running and was asked to pause, here or somewhere else."""
        asked = job.pause_requested or job.id in self.pausing
        return asked and job.state == "running"

    def unasked(self, job_id: str, tell: Callable[[Exception], None], error: Exception) -> None:
        """Enable the button again: the request to stop or pause could not be saved."""
        self.stopping.discard(job_id)
        self.pausing.discard(job_id)
        self.changed.emit()
        tell(error)

    def share(self, job: JobRow) -> float | None:
        """Return how much of the job is done, 0 to 1; None while the total is unknown."""
        pace = self.paces.get(job.id)
        if pace is not None:
            return pace.share
        return job.percent / 100 if job.total else None


def look(actor: api.Actor, known: frozenset[str]) -> Reading:
    """Off the GUI thread: return the active jobs, and those of `known` that have ended since.

    Running jobs are read separately: an old one would be cut off behind many newer waiting ones.
    """
    began = time.monotonic()
    waiting = api.jobs(actor, states=("pending",), limit=MAX_WAITING)
    running = api.jobs(actor, states=("running",))
    begun = {job.id for job in running}  # some of them between the two queries
    active = (*running, *(job for job in waiting if job.id not in begun))
    gone = known - {job.id for job in active}
    ended = tuple(job for job in map(partial(find, actor), sorted(gone)) if job is not None)
    return Reading(
        active,
        tuple(job for job in ended if job.state not in ACTIVE),
        api.job_counts(actor),
        tuple(map(partial(settled, actor, {job.id: job for job in active}), api.drafts(actor))),
        api.connections(actor),
        time.monotonic() - began,
    )


def settled(actor: api.Actor, active: dict[str, JobRow], row: DraftRow) -> DraftRow:
    """Return a course with the state of its import: paused, stopped or failed."""
    if row.state != "preparing" or row.job_id is None:
        return row
    if row.job_id in active:
        paused = active[row.job_id].waiting_for == "user"
        return msgspec.structs.replace(row, state="paused") if paused else row
    job = find(actor, row.job_id)
    if job is None or job.state in ACTIVE or job.state == "completed":
        return row
    return msgspec.structs.replace(row, state="failed" if job.state == "failed" else "stopped")


def find(actor: api.Actor, job_id: str) -> JobRow | None:
    """Return a job; None when it has been cleared meanwhile."""
    try:
        return api.job(actor, job_id)
    except PorterError:
        return None
