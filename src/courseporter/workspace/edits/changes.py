"""What an operation did to a draft, as values that can be undone and redone.

Each change has the state before and after; `reverse` exchanges them.  A step of the history is a
list of changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from courseporter.model import Block, Course, Entry, LessonSettings, Node, PackageMode

Values = dict[str, object]
FIELDS: Final = ("parent", "title", "hidden", "description", "block", "settings")
POSITION: Final = "position"


class Change(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Base of all changes."""


class NodeChange(Change, frozen=True, tag="node"):
    """Fields of a node before and after; None where the node doesn't exist."""

    key: str
    before: Values | None
    after: Values | None


class Positions(Change, frozen=True, tag="positions"):
    """Siblings that moved apart to make room between them."""

    before: dict[str, int | None]
    after: dict[str, int | None]


class Removed(Change, frozen=True, tag="removed"):
    """Nodes that were taken out with all that is in them; `into` has taken over their content."""

    keys: tuple[str, ...]
    into: str | None = None
    actor: str | None = None


class Restored(Change, frozen=True, tag="restored"):
    """Removed nodes that were put back."""

    keys: tuple[str, ...]
    into: str | None = None
    actor: str | None = None


class CourseChange(Change, frozen=True, tag="course"):
    """Settings of the course."""

    before: Values
    after: Values


class File(msgspec.Struct, frozen=True, gc=False):
    """Bytes of an asset: SHA-256 and size."""

    sha256: str
    size: int


class FileChange(Change, frozen=True, tag="file"):
    """The file at a path of the course; None where there is none."""

    path: str
    before: File | None
    after: File | None


class ScormChange(Change, frozen=True, tag="scorm"):
    """Keys of SCORM blocks by how they work."""

    before: dict[PackageMode, list[str]]
    after: dict[PackageMode, list[str]]


class SourceNode(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A node of the source as it was imported: where it is, and a digest of what it holds."""

    parent: str | None
    seq: int
    digest: str


class SourceChange(Change, frozen=True, tag="source"):
    """Nodes of the source, as far as the course has seen them; None: there is none."""

    before: dict[str, SourceNode | None]
    after: dict[str, SourceNode | None]


class LedgerChange(Change, frozen=True, tag="ledger"):
    """What was found in the source, and what became of it."""

    before: tuple[Entry, ...]
    after: tuple[Entry, ...]


AnyChange = (
    NodeChange | Positions | Removed | Restored | CourseChange | FileChange | ScormChange
    | SourceChange | LedgerChange
)  # fmt: skip
encode: Final = msgspec.json.Encoder().encode
decode: Final = msgspec.json.Decoder(list[AnyChange]).decode


def reverse(change: AnyChange) -> AnyChange:
    """The change that takes this one back."""
    if isinstance(change, Removed):
        return Restored(keys=change.keys, into=change.into, actor=change.actor)
    if isinstance(change, Restored):
        return Removed(keys=change.keys, into=change.into, actor=change.actor)
    return replace(change, before=change.after, after=change.before)


def reversed_all(changes: Sequence[AnyChange]) -> list[AnyChange]:
    """The changes that take these back, the last one first."""
    return [reverse(one) for one in reversed(changes)]


def values_of(node: Node) -> Values:
    """A whole node as values of a change."""
    return {"kind": node.kind, **{name: _plain(getattr(node, name)) for name in FIELDS}}


def differences(old: Node, new: Node) -> tuple[Values, Values]:
    """Fields that differ, before and after."""
    names = [name for name in FIELDS if getattr(old, name) != getattr(new, name)]
    return (
        {name: _plain(getattr(old, name)) for name in names},
        {name: _plain(getattr(new, name)) for name in names},
    )


def plain_course(course: Course) -> Values:
    """All settings of a course as values of a change, defaults too."""
    names = Course.__struct_fields__
    return {name: _plain(getattr(course, name)) for name in names if name != "key"}


def typed(values: Values) -> Values:
    """Values of a change as attributes of a node; its position is none of them."""
    return {name: _typed(name, values[name]) for name in FIELDS if name in values}


def _plain(value: object) -> object:
    return msgspec.to_builtins(value)


def _typed(name: str, value: object) -> object:
    if name == "block":
        return msgspec.convert(value, Block | None)
    if name == "settings":
        return msgspec.convert(value, LessonSettings | None)
    return value
