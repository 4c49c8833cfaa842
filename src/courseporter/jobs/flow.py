"""Flows: what a kind of job does, as a tuple of named steps that survive a crash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from courseporter.jobs.job import DONE, Job, Json
from courseporter.jobs.run import Run

FIRST_STEP: Json | None = None


@dataclass(frozen=True)
class Step:
    """One named part of a flow.  `share` is its part of the whole work, for the progress bar."""

    name: str
    run: Callable[[Run], None]
    share: float = 1.0


def _nothing_staged(_connection: Connection, _job: Job) -> None:
    pass


def _not_understood(_checkpoint: Json) -> Json | None:
    return None


@dataclass(frozen=True)
class Flow:
    """A kind of job.

    Raise `version` whenever steps or the meaning of a cursor change.  A checkpoint of another
    version goes through `upgrade`, which gives the checkpoint as this version would have written
    it (`step`, `cursor`) or None; then the job starts over, after `restart` has removed what it
    had staged, in the transaction that forgets the checkpoint.
    """

    kind: str
    version: int
    steps: tuple[Step, ...]
    restart: Callable[[Connection, Job], None] = _nothing_staged
    upgrade: Callable[[Json], Json | None] = _not_understood

    def position(self, step: str) -> int | None:
        """The index of the step of that name; `done` comes after the last one."""
        names = [each.name for each in self.steps]
        if step == DONE:
            return len(names)
        return names.index(step) if step in names else None

    def progress(self, index: int, part: float) -> int:
        """Percent of the whole flow when `part` (0 to 1) of the step at `index` is done."""
        shares = [step.share for step in self.steps]
        reached = sum(shares[:index]) + (shares[index] * part if index < len(shares) else 0.0)
        return min(99, int(100 * reached / sum(shares)))
