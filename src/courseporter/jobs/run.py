"""What a step gets to work with: its job, and the only ways to save, report and stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn, Protocol

import msgspec
from sqlalchemy import Connection

from courseporter.errors import Canceled, LeaseLost, Phrase, _
from courseporter.jobs import lease as leases
from courseporter.jobs import queue
from courseporter.jobs.job import DONE, Job, Json, Level
from courseporter.jobs.progress import part_of
from courseporter.store import Store

LOOK_SECONDS = 0.05  # how soon a request to cancel is seen
BEAT_SECONDS = 0.25  # how often progress is written
QUIET_SECONDS = 15.0  # how often a heartbeat is written when nothing else is


class Paused(Exception):  # noqa: N818 - control flow, not an error
    """The user asked this job to wait."""


class Stopped(Exception):  # noqa: N818 - control flow, not an error
    """This worker is ending; the job continues elsewhere or later."""


class Snoozed(Exception):  # noqa: N818 - control flow, not an error
    """The job has nothing to do until some time has passed."""

    def __init__(self, seconds: float, waiting_for: str) -> None:
        super().__init__(waiting_for)
        self.seconds = seconds
        self.waiting_for = waiting_for


class NamedStep(Protocol):
    """One step of a flow, as a run sees it."""

    @property
    def name(self) -> str:
        """The name in checkpoints and on pages."""
        ...


class Plan(Protocol):
    """What a run needs of its flow (`jobs.flow.Flow`)."""

    @property
    def version(self) -> int:
        """The version of steps and cursors."""
        ...

    @property
    def steps(self) -> Sequence[NamedStep]:
        """The steps in order."""
        ...

    @property
    def restart(self) -> Callable[[Connection, Job], None]:
        """Remove what was staged, before the job starts over."""
        ...

    def progress(self, index: int, part: float) -> int:
        """Return the percentage of the whole flow."""
        ...


class Run:
    """One claimed job at work.  Belongs to one thread."""

    def __init__(
        self, store: Store, job: Job, flow: Plan, stop: threading.Event | None = None
    ) -> None:
        self.store = store
        self.job = job
        self.flow = flow
        self.lease = leases.lease_of(job)
        self.cursor: Json | None = None
        self.memory: dict[str, object] = {}  # from step to step, gone with the process
        self.stage = ""
        self.lost = threading.Event()  # set by the heart when the lease is gone
        self.stop = stop or threading.Event()
        self.alive_at = time.monotonic()  # the last sign of the step: the heart watches it
        self._index = 0
        self._percent = job.progress_percent
        self._progress: tuple[int | None, int | None, str] = (None, None, "")
        self._parts: Mapping[str, float] = {}
        self._position, self._count, self._each = 0, 1, ""
        self._unwritten = False
        self._left = False
        self._lines: list[dict[str, object]] = []
        self._result: dict[str, object] = {}
        self._look_at = 0.0
        self._beat_at = 0.0
        self._quiet_at = 0.0

    @property
    def args(self) -> Json:
        """What the job was asked to do."""
        return self.job.input

    def plan(
        self, parts: Mapping[str, float], *, position: int = 0, count: int = 1, each: str = ""
    ) -> None:
        """Say in which units this step will count, in their order, and how much work each is.

        A step that does the same for `count` things calls this before each: `each` names one, such
        as “course”, and the counts that follow are of the one at `position` (from 0).
        """
        self._parts, self._position, self._count, self._each = parts, position, count, each

    def save(
        self,
        cursor: Json | None,
        write: Callable[[Connection], None] | None = None,
        *,
        done: int | None = None,
        total: int | None = None,
        unit: str = "",
        final: bool = False,
        **columns: object,
    ) -> None:
        """One transaction: what `write` does, the cursor behind it, progress, log lines, `columns`.

        `columns` are those of `lease.SETTABLE`, such as draft_id.  Whatever happens, all of it is
        stored or nothing.  Raises LeaseLost, Canceled, Paused, Stopped: then nothing was.

        A step that dies after a save begins again with that cursor, also after its last save.
        `final` ends the step in the same transaction: it never runs again, and should now return.
        """
        self._note(done, total, unit)
        if final:
            self._commit(self._following(), None, write, {**self._result, **columns})
            self._left = True
        else:
            self._commit(self.stage, cursor, write, columns)

    def tick(self, done: int | None = None, total: int | None = None, unit: str = "") -> None:
        """Say how far the work is, and ask whether to continue.  Costs nothing most of the time.

        Raises LeaseLost, Canceled, Paused, Stopped.
        """
        now = self.alive_at = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + LOOK_SECONDS
        self._check_worker()
        self._note(done, total, unit)
        if (self._unwritten and now >= self._beat_at) or now >= self._quiet_at:
            with self.store.write() as connection:
                request = leases.heartbeat(connection, self.lease, **self._columns())
            self._rest(now)
        else:
            with self.store.read() as connection:
                request = leases.stop_request(connection, self.lease)
        self._raise_if_requested(request)

    def log(self, level: Level, code: str, message: Phrase, **meta: object) -> None:
        """Write a line into the job's log; it is stored with the next `save` or at the end."""
        self._lines.append(queue.log_row(self.job.id, level, code, message, meta))

    def snooze(self, seconds: float, waiting_for: str) -> NoReturn:
        """Let go of the job for a while, without counting the attempt; save the cursor before."""
        raise Snoozed(seconds, waiting_for)

    def finish(
        self,
        *,
        summary: Json | None = None,
        warnings: list[object] | None = None,
        links: Json | None = None,
        **columns: object,
    ) -> None:
        """What the finished job shall show.  `links`: course_url, studio_url."""
        given: dict[str, object] = {"summary": summary, "warnings": warnings, **(links or {})}
        self._result |= {name: value for name, value in given.items() if value is not None}
        self._result |= columns

    def begin(self, index: int, cursor: Json | None) -> None:
        """Enter the step at `index`; for the worker."""
        step = self.flow.steps[index]
        self._index, self.cursor, self._left = index, cursor, False
        self.plan({})
        self._progress = (None, None, "")
        if self.stage != step.name:
            self.stage = step.name
            with self.store.write() as connection:
                request = leases.heartbeat(connection, self.lease, **self._columns())
            self._raise_if_requested(request)
            self._rest(time.monotonic())

    def end(self) -> None:
        """Leave the step for the next one; for the worker.  Completion is the end of the last."""
        following = self._following()
        self._index += 1
        self._progress = (None, None, "")
        if following != DONE and not self._left:
            self._commit(following, None, None, {})
        self.stage = following

    def start_over(self) -> None:
        """Forget a checkpoint that this version does not understand; for the worker."""
        self._percent = 0
        with self.store.write() as connection:
            leases.save(connection, self.lease, None, self.flow.version, progress_percent=0)
            self.flow.restart(connection, self.job)
            message = _("Another version of CoursePorter started this job; it starts over.")
            queue.log(connection, self.job.id, "warning", "checkpoint_restarted", message)
        self._changed({"checkpoint": None})

    def complete(self) -> None:
        """End the job well; for the worker."""
        with self.store.write() as connection:
            leases.complete(connection, self.lease, stage=DONE, **self._result)
            queue.log_lines(connection, self._lines)

    def pending_lines(self) -> list[dict[str, object]]:
        """Log lines that no save has stored yet; for the worker."""
        return self._lines

    def _following(self) -> str:
        steps = self.flow.steps
        return steps[self._index + 1].name if self._index + 1 < len(steps) else DONE

    def _commit(
        self,
        stage: str,
        cursor: Json | None,
        write: Callable[[Connection], None] | None,
        columns: dict[str, object],
    ) -> None:
        unknown = columns.keys() - leases.SETTABLE
        if unknown:
            raise TypeError(f"a step may not set {', '.join(sorted(unknown))}")
        self._check_worker()
        version = self.flow.version
        checkpoint: Json = {"flow_version": version, "step": stage, "cursor": cursor}
        values = {**self._columns(), "stage": stage, **columns}
        with self.store.write() as connection:
            self._raise_if_requested(
                leases.save(connection, self.lease, checkpoint, version, **values)
            )
            if write is not None:
                write(connection)
            queue.log_lines(connection, self._lines)
        self._lines.clear()
        self.cursor = cursor
        self._changed({"checkpoint": checkpoint, **columns})
        self._rest(time.monotonic())

    def _changed(self, columns: dict[str, object]) -> None:
        self.job = msgspec.structs.replace(self.job, **columns)

    def _note(self, done: int | None, total: int | None, unit: str) -> None:
        named = (
            unit
            if self._count == 1
            else f"{unit} of {self._each} {self._position + 1} of {self._count}"
        )
        if done is None or (done, total, named) == self._progress:
            return
        self._unwritten = True
        self._progress = (done, total, named)
        part = part_of(self._parts, unit, min(1.0, done / total) if total else 0.0)
        step = (self._position + part) / self._count
        self._percent = max(self._percent, self.flow.progress(self._index, step))

    def _columns(self) -> dict[str, object]:
        self._percent = max(self._percent, self.flow.progress(self._index, 0.0))
        done, total, unit = self._progress
        return {
            "stage": self.stage,
            "progress_percent": self._percent,
            "progress_done": done,
            "progress_total": total,
            "progress_unit": unit,
        }

    def _rest(self, now: float) -> None:
        self.alive_at = now
        self._unwritten = False
        self._look_at = now + LOOK_SECONDS
        self._beat_at = now + BEAT_SECONDS
        self._quiet_at = now + QUIET_SECONDS

    def _check_worker(self) -> None:
        if self.lost.is_set():
            raise LeaseLost(f"job {self.job.id} has another owner")
        if self.stop.is_set():
            raise Stopped

    def _raise_if_requested(self, request: leases.StopRequest) -> None:
        if request.cancel:
            raise Canceled
        if request.pause:
            raise Paused
