"""What every archive looks like from outside: members by path, opened as streams."""

from __future__ import annotations

from typing import BinaryIO, NamedTuple, Protocol

import msgspec

from courseporter.errors import Problem


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One file: `path` is normalised (`/`, no leading slash, NFC), sizes in bytes."""

    path: str
    size: int
    packed_size: int
    crc: int | None = None
    index: int = 0  # order in the archive


class Packed(Protocol):
    """The packed bytes of a member, from their start."""

    def read(self, limit: int, /) -> bytes:
        """The next bytes, at most `most`; empty at the end."""
        ...


class Raw(NamedTuple):
    """A member as it is in a ZIP file: how it is packed (0 stored, 8 deflated, 12 bzip2)."""

    method: int
    packed: Packed


class Archive(Protocol):
    """Read-only view of an archive or folder.  `problems` tells what was odd but tolerable.

    `members`: path → member, files only, in archive order, system clutter skipped.
    `doubled`: paths that two entries with different contents share (the last one counts).
    `clutter`: how many files of operating systems were skipped.
    """

    name: str
    members: dict[str, Member]
    problems: tuple[Problem, ...]
    doubled: frozenset[str]
    clutter: int

    def find(self, path: str) -> Member | None:
        """Exact, else the same after Unicode normalisation or in an old code page, else the
        only one that differs in letter case; else None.
        """
        ...

    def open(self, member: Member) -> BinaryIO:
        """The member's bytes, inflated and checked (size, CRC) while read.  Raises InputError."""
        ...

    def read(self, member: Member, limit: int) -> bytes:
        """The whole member; InputError `too_large` beyond `most` bytes."""
        ...

    def raw(self, member: Member) -> Raw | None:
        """The member as it is in the file, unchecked; None where nothing is packed.

        Raises InputError for what cannot be read at all.
        """
        ...

    def close(self) -> None:
        """Give back the file handle."""
        ...
