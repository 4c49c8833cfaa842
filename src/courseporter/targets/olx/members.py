"""The members of a package on their way from document order to name order.

Their bytes wait in one private file, deleted the moment it is made; in memory is only a short
record for each.
"""

from __future__ import annotations

import os
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from courseporter.errors import InputError

TOP = b"course/"
_RECORD = struct.Struct(">QQ")
_PREAD = getattr(os, "pread", None)  # one system call instead of two, where there is one
_HELD = 1 << 20  # bytes that wait in memory before they are written


class Member(NamedTuple):
    """One member: its name in the archive, its size; an asset has its SHA-256, anything else its
    place in the file.
    """

    name: bytes
    size: int
    offset: int
    sha256: str | None


class Members:
    """Collects members in any order, gives them back sorted by name.  A context manager."""

    def __init__(self, scratch: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=scratch, prefix="olx-", buffering=0)  # noqa: SIM115
        self._records: list[bytes] = []
        self._held: list[bytes] = []
        self._offset = 0  # where the held bytes begin
        self._length = 0
        self.total = 0

    def __len__(self) -> int:
        return len(self._records)

    def add(self, name: str, data: bytes) -> None:
        """Take a member's bytes; `name` is its path below the course."""
        size = len(data)
        place = self._offset + self._length
        self._records.append(b"".join((TOP, name.encode(), b"\0", _RECORD.pack(place, size))))
        self._held.append(data)
        self._length += size
        self.total += size
        if self._length >= _HELD:
            self._write()

    def add_asset(self, name: str, sha256: str, size: int) -> None:
        """Take an asset, whose bytes stay in the store."""
        record = (TOP, name.encode(), b"\0", _RECORD.pack(0, size), bytes.fromhex(sha256))
        self._records.append(b"".join(record))
        self.total += size

    def ordered(self) -> Iterator[Member]:
        """All members sorted by name.  Raises InputError when a name comes twice."""
        self._write()
        self._records.sort()
        before = b""
        for record in self._records:
            name, _, rest = record.partition(b"\0")
            if name == before:
                raise InputError(
                    f"Two parts of the course would become the same file {name.decode()}.",
                    "Import the source again; if that does not help, report it.",
                    name.decode(),
                    code="duplicate_entry",
                )
            before = name
            offset, size = _RECORD.unpack_from(rest)
            yield Member(name, size, offset, rest[16:].hex() if len(rest) > 16 else None)

    def read(self, member: Member) -> bytes:
        """The bytes of a member that is no asset."""
        if not member.size:
            return b""
        if _PREAD is not None:
            return _PREAD(self._file.fileno(), member.size, member.offset)
        self._file.seek(member.offset)
        return self._file.read(member.size)

    def close(self) -> None:
        """Drop everything."""
        self._records = []
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _write(self) -> None:
        data = b"".join(self._held)
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]
        self._offset += len(data)
        self._held = []
        self._length = 0
