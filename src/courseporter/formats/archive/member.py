"""What every archive looks like from outside: members by path, opened as streams."""

from __future__ import annotations

from typing import BinaryIO, Protocol

import msgspec

from courseporter.errors import Problem


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One file: `path` is normalised (`/`, no leading slash, NFC), sizes in bytes."""

    path: str
    size: int
    packed_size: int
    crc: int | None = None
    index: int = 0  # order in the archive


class Archive(Protocol):
    """Read-only view of an archive or folder.  `problems` tells what was odd but tolerable.

    `members`: path → member, files only, in archive order, system clutter left out.
    `doubled`: paths that two entries with different contents share (the last one counts).
    """

    name: str
    members: dict[str, Member]
    problems: tuple[Problem, ...]
    doubled: frozenset[str]

    def find(self, path: str) -> Member | None:
        """Exact, else the same after Unicode normalisation or in an old code page, else the
        only one that differs in letter case; else None.
        """
        ...

    def open(self, member: Member) -> BinaryIO:
        """The member's bytes, inflated and checked (size, CRC) while read.  Raises InputError."""
        ...

    def read(self, member: Member, most: int) -> bytes:
        """The whole member; InputError `too_large` beyond `most` bytes."""
        ...

    def close(self) -> None:
        """Give back the file handle."""
        ...
