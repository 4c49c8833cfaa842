"""What an import into a library was asked to do, and what it knows so far."""

from __future__ import annotations

from pathlib import Path

import msgspec

from courseporter.jobs.run import Run
from courseporter.targets.library.classes import Policy, Publish
from courseporter.targets.library.entities import Level
from courseporter.targets.library.plan import Choices


class Request(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An import job's input.

    To a file: `path`, with `base` as the backup that it continues; a file that exists is continued
    unless `fresh`.  To a site: `connection` and `library` (`lib:ORG:SLUG`).
    `only`: source keys of the subtrees to import.  `rows`: policy by key, for single rows.
    """

    draft: str = ""
    level: Level = "unit"
    policy: Policy = "skip"
    publish: Publish | None = None
    only: tuple[str, ...] | None = None
    rows: dict[str, Policy] = {}
    confirmed: bool | tuple[str, ...] = False
    path: str | None = None
    base: str | None = None
    fresh: bool = False
    connection: str | None = None
    library: str | None = None

    @property
    def choices(self) -> Choices:
        """What was decided, for the planner."""
        confirmed = self.confirmed
        agreed = confirmed if isinstance(confirmed, bool) else frozenset(confirmed)
        return Choices(self.policy, self.publish, self.rows, agreed)

    @property
    def out(self) -> Path:
        """The file to write."""
        return Path(self.path or "")

    @property
    def base_path(self) -> Path | None:
        """The archive that is continued; None for a library from nothing, or one of a site."""
        if self.path is None or self.fresh:
            return None
        if self.base:
            return Path(self.base)
        return self.out if self.out.exists() else None

    @property
    def where(self) -> str:
        """What identifies the library: two jobs never write to the same one at the same time."""
        return self.path or f"{self.connection}/{self.library}"


class UndoRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An undo job's input.  `seqs`: numbers of the items to take back, None for all."""

    undo: str
    seqs: tuple[int, ...] | None = None
    path: str | None = None
    connection: str | None = None
    library: str | None = None


class State(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What earlier steps learned.  Hashes are of files: the continued archive, and what was at the
    destination when the job began.  `mark` changes with the draft.
    """

    library_id: str = ""
    base_sha256: str | None = None
    base_name: str = ""
    present: str | None = None
    mark: str = ""
    facts: dict[str, object] = {}


def load(run: Run) -> State:
    """What earlier steps saved."""
    return msgspec.convert((run.job.metadata or {}).get("library") or {}, State)


def dump(state: State) -> dict[str, object]:
    """The job's metadata."""
    return {"library": msgspec.to_builtins(state)}


def request_of(run: Run) -> Request:
    """What this job was asked."""
    return msgspec.convert(run.args, Request, strict=False)
