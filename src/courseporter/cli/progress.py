"""A progress bar on a terminal, nothing in a pipe.  It looks at the store, as every view does."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress

from courseporter import api
from courseporter.api.values import JobRow
from courseporter.cli.say import on_terminal
from courseporter.errors import Canceled, PorterError, _, gettext

LOOK_SECONDS = 0.2
STAGES = {
    "detect": _("Looking at the file"),
    "read": _("Reading"),
    "check": _("Checking"),
    "write": _("Writing and verifying"),
    "done": _("Done"),
}


class Watched:
    """The job that is being watched; the command names it as soon as it begins."""

    def __init__(self, actor: api.Actor) -> None:
        self.actor = actor
        self.job_id: str | None = None
        self._stopping = False

    def watch(self, job_id: str) -> None:
        """Look at this job from now on.  Raises Canceled when the one before was to stop."""
        if self._stopping:
            raise Canceled
        self.job_id = job_id

    def cancel(self) -> bool:
        """Ask the job to stop, and those after it; false when none has begun.

        A signal comes in the middle of anything, a transaction of the store for one: the request
        goes to the store from a thread of its own.
        """
        if self.job_id is None:
            return False
        self._stopping = True
        threading.Thread(target=self._ask, args=(self.job_id,), daemon=True).start()
        return True

    def _ask(self, job_id: str) -> None:
        with suppress(PorterError):
            api.cancel(self.actor, job_id)


@contextmanager
def progress(actor: api.Actor) -> Generator[Watched]:
    """Show the watched job while the block runs."""
    watched = Watched(actor)
    if not on_terminal():
        yield watched
        return
    ended = threading.Event()
    thread = threading.Thread(target=_draw, args=(watched, ended), daemon=True)
    thread.start()
    try:
        yield watched
    finally:
        ended.set()
        thread.join()


def _draw(watched: Watched, ended: threading.Event) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[counted]}"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(gettext("Starting"), total=100, counted="")
        while not ended.wait(LOOK_SECONDS):
            if watched.job_id is None:
                continue
            with suppress(PorterError):
                row = api.job(watched.actor, watched.job_id)
                counted = _counted(row)
                words = str(STAGES.get(row.stage, row.stage))
                bar.update(task, description=words, completed=row.percent, counted=counted)


def _counted(row: JobRow) -> str:
    """How much of the step is done: “412 of 1,000 lessons”."""
    if not row.done or not row.total:
        return ""
    return gettext("{done:,} of {total:,} {unit}", done=row.done, total=row.total, unit=row.unit)
