"""Targets write a draft: one class per target.  The draft is read-only here; whoever calls keeps
the receipts.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar, Protocol

import msgspec

from courseporter.context import Context
from courseporter.errors import Problem
from courseporter.model import Asset, Course, Node, OutlineRow


class Draft(Protocol):
    """A draft as targets see it; every call starts a fresh pass in document order, streamed from
    the store.
    """

    @property
    def course(self) -> Course:
        """What stands above the tree; org, number and run may be None."""
        ...

    def nodes(self, *, pages: bool = True) -> Iterator[Node]:
        """Every node in document order: section, its lessons, their units, their blocks.

        Without `pages`, texts come empty, which is quicker when only the outline matters.
        """
        ...

    def assets(self) -> Iterator[Asset]:
        """Every asset, sorted by path."""
        ...


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A finished, verified package: size in bytes, SHA-256 in hex."""

    path: str
    bytes: int
    sha256: str


class Target(ABC):
    """One format or service to write to."""

    name: ClassVar[str]
    title: ClassVar[str]

    @abstractmethod
    def outline(self, draft: Draft) -> Iterator[OutlineRow]:
        """The course as it will be written, depth first, streamed."""

    @abstractmethod
    def check(self, draft: Draft) -> Iterable[Problem]:
        """What is wrong with the draft for this target, before anything is written."""

    @abstractmethod
    def write(self, draft: Draft, out: Path, ctx: Context) -> Written:
        """Write the package beside `out`, read it back, compare it with the draft, then rename it
        to `out`.

        Raises RejectedError `package_differs` when the read-back is not what the draft says; `out`
        is then not there.
        """
