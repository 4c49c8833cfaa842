"""Flows: what a kind of job does, as a tuple of named steps that survive a crash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from courseporter.jobs.job import Job, Json

if TYPE_CHECKING:
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
        """The index of the step of that name; `done` stands behind the last one."""
        names = [each.name for each in self.steps]
        if step == DONE:
            return len(names)
        return names.index(step) if step in names else None

    def progress(self, index: int, part: float) -> int:
        """Percent of the whole flow when `part` (0 to 1) of the step at `index` is done."""
        shares = [step.share for step in self.steps]
        reached = sum(shares[:index]) + (shares[index] * part if index < len(shares) else 0.0)
        return min(99, int(100 * reached / sum(shares)))


def part_of(parts: Mapping[str, float], unit: str, part: float) -> float:
    """How much of a step is done (0 to 1) when `part` of what it counts in `unit` is.

    `parts`: the units that the step counts in, in their order, with their shares of its work.
    A unit that is not among them tells nothing; without any, `part` is all there is to know.
    """
    whole = sum(parts.values())
    if not whole:
        return part
    if unit not in parts:
        return 0.0
    names = list(parts)
    before = sum(parts[name] for name in names[: names.index(unit)])
    return (before + parts[unit] * part) / whole


DONE = "done"
