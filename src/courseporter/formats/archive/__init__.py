"""The one safe reader of archives: ZIP files and folders as a flat list of members, streamed, never unpacked to disk."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

from courseporter.errors import Problem
from courseporter.formats.context import Limits


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One file: `path` is normalised (`/` separators, no leading slash, NFC), sizes in bytes."""

    path: str
    size: int
    packed_size: int
    crc: int | None = None
    index: int = 0  # order in the archive


class Archive(Protocol):
    """Read-only view of an archive or folder.  `problems` tells what was odd but tolerable."""

    name: str
    members: dict[str, Member]  # path → member, files only, in archive order, system clutter left out
    problems: tuple[Problem, ...]

    def find(self, path: str) -> Member | None:
        """Exact, else the same after Unicode normalisation, else the only one that differs in letter case; else None."""
        ...

    def open(self, member: Member) -> BinaryIO:
        """The member's bytes, inflated and checked (size, ratio, CRC) while read.  Raises InputError."""
        ...

    def read(self, member: Member, most: int) -> bytes:
        """The whole member; InputError `too_large` beyond `most` bytes."""
        ...

    def close(self) -> None:
        """Give back the file handle."""
        ...


def open_archive(path: Path, limits: Limits) -> Archive:
    """Open a ZIP file or a folder.  Raises InputError naming the file or the entry."""
    raise NotImplementedError
