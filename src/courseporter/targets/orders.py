"""What a target is asked to do, and what it answers: orders, receipts, states of the other side."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Literal

import msgspec

from courseporter.errors import Phrase
from courseporter.targets.settings import Values

Cursor = Mapping[str, object] | None


class Policy(StrEnum):
    """What happens to something that already exists at the destination."""

    SKIP = "skip"  # keep it; for a whole course: raise ConflictError
    OVERWRITE = "overwrite"
    NEW_VERSION = "new_version"


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """Where to write: a file, or a course (library, table …) behind a connection.

    `connection` is the id of a stored connection, `key` the name of what is written there, such as
    a course key; None where the target derives it from the draft.
    """

    path: str | None = None
    connection: str | None = None
    key: str | None = None

    @property
    def file(self) -> Path:
        """The file to write.  For targets that write files."""
        return Path(self.path or "")

    @property
    def where(self) -> str:
        """What identifies it: two jobs never write to the same one at the same time."""
        return self.path or "/".join(part for part in (self.connection, self.key) if part)


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One job's order.

    `job` is the same in every attempt; `attempt` differs, also from a worker that hung and wakes.
    """

    to: Destination
    job: str = ""
    attempt: int = 0
    policy: Policy = Policy.SKIP
    settings: Values = msgspec.field(default_factory=dict[str, str | bool])


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is written now.  It is saved in one transaction with `cursor`, from which
    `write` continues after a crash.

    `key` names the part of the draft, or the step ("package", "upload", "read_back").  `ref` is
    the name over there: a path, a course key, a block.  `facts` are plain JSON: size and hash,
    `course_url`, `studio_url`, `task_id`; those of the last receipt become the job's summary.
    """

    key: str
    state: Literal["staged", "done", "skipped", "failed"] = "done"
    ref: str | None = None
    cursor: Cursor = None
    facts: Mapping[str, object] = msgspec.field(default_factory=dict[str, object])
    message: Phrase | None = None  # for the job's log
    done: int | None = None  # progress in `unit`s
    total: int | None = None
    unit: str = ""


class CourseStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the destination has now (seed 001, section 11: CourseStatus)."""

    exists: bool
    published: bool = False
    ours: bool | None = None  # None: unknown
    last_modified: str | None = None
    enrollment_count: int | None = None
    lms_url: str | None = None
    studio_url: str | None = None


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a connection test."""

    name: str
    state: Literal["ok", "failed", "skipped"]
    ms: int = 0
    message: Phrase = ""
    hint: Phrase | None = None


class ConnectionTest(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a connection works (seed 001, section 11: TestConnectionResult)."""

    success: bool
    latency_ms: int
    message: Phrase
    lms_version: str | None = None
    api_version: str | None = None
    checks: tuple[Check, ...] = ()
    can: Mapping[str, bool] = msgspec.field(default_factory=dict[str, bool])
