"""Targets write a draft: one class per target.  The draft is read-only here; the caller saves the
receipts.

A target is a file format or a service.  `registry` lists them; nothing else names one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Literal, Protocol

from courseporter.context import Context, Limits
from courseporter.errors import LISTED, Problem, SettingsError, _
from courseporter.model import Asset, Course, Entry, Node, OutlineRow
from courseporter.targets.orders import (
    Check,
    ConnectionTest,
    CourseStatus,
    Cursor,
    Destination,
    Order,
    Policy,
    Receipt,
)
from courseporter.targets.settings import Asks, FieldError, Fix, FixRequest, Setting

__all__ = [
    "Ability",
    "Asks",
    "Check",
    "Checker",
    "ConnectionTest",
    "CourseStatus",
    "Cursor",
    "Destination",
    "Draft",
    "FieldError",
    "Fix",
    "FixRequest",
    "Order",
    "Policy",
    "ReadBack",
    "Receipt",
    "Setting",
    "Target",
]

Ability = Literal["find", "undo", "delete", "test", "read_back"]


class Draft(Protocol):
    """A draft as targets see it; every call starts a fresh pass in document order, streamed from
    the store.
    """

    @property
    def course(self) -> Course:
        """What is above the tree; org, number and run may be None."""
        ...

    def nodes(self, *, pages: bool = True) -> Iterator[Node]:
        """Every node in document order: section, its lessons, their units, their blocks.

        Without `pages`, texts come empty, which is quicker when only the outline matters.
        """
        ...

    def assets(self) -> Iterator[Asset]:
        """Every asset, sorted by path."""
        ...


class Checker(Protocol):
    """A check of a draft that is still being read, so that it need not be read a second time."""

    @property
    def misses_files(self) -> bool:
        """Whether a node referred to a file that was unknown then: the draft must be read again."""
        ...

    def know(self, paths: Iterable[str]) -> None:
        """These files are part of the draft."""
        ...

    def take(self, nodes: Iterable[Node]) -> None:
        """Check the next nodes in document order."""
        ...

    def problems(self, course: Course) -> Iterable[Problem]:
        """What was found, after the last node."""
        ...


class ReadBack(Protocol):
    """A written course that was read again: from its blocks, never from a copy of its outline."""

    @property
    def course(self) -> Course:
        """What it says of itself."""
        ...

    @property
    def assets(self) -> int:
        """How many files it carries."""
        ...

    def rows(self) -> Iterator[OutlineRow]:
        """Its outline."""
        ...

    def entries(self) -> Iterator[Entry]:
        """One ledger entry per block; one that would be lost has failed."""
        ...

    def problems(self) -> Sequence[Problem]:
        """What is wrong with it."""
        ...


class Target(ABC):
    """One format or service to write to.  Instances hold no state.

    `suffix` is that of the files it writes, "" for a service.  `can` lists what it supports beyond
    writing.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    suffix: ClassVar[str] = ""
    can: ClassVar[frozenset[Ability]] = frozenset()
    settings: ClassVar[tuple[Setting, ...]] = ()
    fixes: ClassVar[Mapping[str, Fix]] = {}

    @abstractmethod
    def outline(self, draft: Draft) -> Iterator[OutlineRow]:
        """The course as it will be written, depth first, streamed."""

    @abstractmethod
    def check(self, draft: Draft, limit: int = LISTED) -> Iterable[Problem]:
        """What is wrong with the draft for this target, before anything is written.

        Of one code, `limit` problems are listed one by one; the others may be counted.
        """

    @abstractmethod
    def write(self, draft: Draft, order: Order, cursor: Cursor, ctx: Context) -> Iterator[Receipt]:
        """Write the draft, a receipt for each part, from `cursor` on (None: from the start).

        The caller saves each receipt with its cursor before it asks for the next one.  What was
        written after the last saved receipt may be asked for again: writing it must end the same.
        Where saving fails, the error is thrown in at the `yield`.
        """

    def checker(self) -> Checker | None:
        """A check that works while the draft is being read; None: `check` reads it again."""
        return None

    def require(self, to: Destination, policy: Policy) -> None:  # noqa: ARG002 - for those who can
        """Raise SettingsError or ConflictError where it is already certain that nothing can be
        written there.  Looks at this computer only.
        """
        return

    def identity(self, course: Course) -> Mapping[str, str]:  # noqa: ARG002 - for those who can
        """How the course will be called: the course's settings with defaults filled in."""
        return {}

    def validate(self, values: Mapping[str, str | bool]) -> tuple[FieldError, ...]:
        """What is wrong with these settings; empty values mean the default."""
        return tuple(
            FieldError(field=one.name, message=_("{setting} is required.", setting=one.label))
            for one in self.settings
            if one.required and one.name in values and not values[one.name]
        )

    def parts(self, counts: Mapping[str, int], megabytes: float) -> Mapping[str, float]:  # noqa: ARG002
        """The units that `write` counts in, in their order, and how much work each is.

        `counts`: nodes by kind, blocks by type.  `megabytes`: of files.
        """
        return {}

    def find(self, to: Destination, ctx: Context) -> CourseStatus:
        """What exists at the destination."""
        raise self._cannot("find", to, ctx)

    def undo(self, receipt: Receipt, order: Order, ctx: Context) -> Receipt:
        """Take back what a receipt stands for; the last one first."""
        raise self._cannot("undo", receipt, order, ctx)

    def delete(self, to: Destination, ctx: Context) -> None:
        """Delete the course at the destination."""
        raise self._cannot("delete", to, ctx)

    def test(self, connection: str, ctx: Context) -> ConnectionTest:
        """Try a connection and list what works."""
        raise self._cannot("test", connection, ctx)

    def read_back(self, path: Path, limits: Limits, *, strict: bool = False) -> ReadBack:
        """Read a written file; `strict`: list what only strict sites refuse, too.

        Raises InputError.
        """
        raise self._cannot("read_back", path, limits, strict)

    def _cannot(self, ability: Ability, *_asked: object) -> SettingsError:
        return SettingsError(
            _("“{target}” doesn't support “{ability}”.", target=self.title, ability=ability),
            _("Choose another target."),
            code="usage",
        )
