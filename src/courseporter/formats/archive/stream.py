"""The bytes of one ZIP entry, inflated while read, checked against what the archive promised."""

from __future__ import annotations

import bz2
import io
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, Protocol, cast

from courseporter.errors import InputError, _
from courseporter.formats.archive.directory import corrupt
from courseporter.formats.archive.names import shown

try:
    from isal import isal_zlib as fast_zlib
except ImportError:  # platforms without isal: the same interface, slower
    fast_zlib = zlib
_FAST = cast(Any, fast_zlib)  # isal's own annotations are incomplete

STORED, DEFLATED, BZIP2 = 0, 8, 12
METHOD_NAMES = {
    1: "Shrink",
    6: "Implode",
    9: "Deflate64",
    14: "LZMA",
    93: "Zstandard",
    95: "XZ",
    98: "PPMd",
}
_STEP = 64 << 10  # below 128 KiB, where malloc would ask the system for fresh pages each time


class _Decompressor(Protocol):
    """What zlib and isal give alike."""

    eof: bool
    unconsumed_tail: bytes

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


_decompressor: Callable[[int], _Decompressor] = _FAST.decompressobj
_crc32: Callable[[bytes, int], int] = _FAST.crc32
_ZlibError: type[Exception] = _FAST.error


class Inflater(Protocol):
    """Takes packed bytes, gives at most `most` plain ones."""

    def more(self, packed: bytes, limit: int) -> bytes:
        """Plain bytes; packed ones that are not used yet are kept inside."""
        ...

    @property
    def hungry(self) -> bool:
        """Whether it needs more packed bytes to continue."""
        ...

    @property
    def ended(self) -> bool:
        """Whether the packed stream said that this was all."""
        ...


class _Deflate:
    """Method 8 (APPNOTE 4.4.5), without the zlib envelope."""

    def __init__(self) -> None:
        self._stream = _decompressor(-15)

    def more(self, packed: bytes, limit: int) -> bytes:
        tail = self._stream.unconsumed_tail
        return self._stream.decompress(tail + packed if tail else packed, limit)

    @property
    def hungry(self) -> bool:
        return not self._stream.unconsumed_tail

    @property
    def ended(self) -> bool:
        return self._stream.eof


class _Bzip2:
    """Method 12."""

    def __init__(self) -> None:
        self._stream = bz2.BZ2Decompressor()

    def more(self, packed: bytes, limit: int) -> bytes:
        return b"" if self._stream.eof else self._stream.decompress(packed, limit)

    @property
    def hungry(self) -> bool:
        return self._stream.needs_input

    @property
    def ended(self) -> bool:
        return self._stream.eof


class Slice:
    """A stretch of a file shared by many readers; `first` holds its beginning, read already."""

    def __init__(self, file: BinaryIO, position: int, size: int, first: bytes) -> None:
        self._file = file
        self._position = position
        self._left = size
        self._first = first[:size]

    def read(self, limit: int) -> bytes:
        """The next bytes, at most `most`; empty at the end of the stretch or of the file."""
        if self._first:
            data, self._first = self._first[:limit], self._first[limit:]
        else:
            self._file.seek(self._position)
            data = self._file.read(min(limit, self._left))
        self._position += len(data)
        self._left -= len(data)
        return data


class MemberStream(io.BufferedIOBase):
    """A readable stream of one entry.  Raises InputError when size or CRC is not as promised.

    It never holds more than a few steps, and stops at the promised size.
    """

    def __init__(
        self, packed: Slice, method: int, size: int, crc: int, where: tuple[str, str]
    ) -> None:
        self._packed = packed
        self._inflater: Inflater | None = _INFLATERS[method]() if method in _INFLATERS else None
        self._left = size
        self._crc = 0
        self._wanted_crc = crc
        self._archive, self._entry = where
        self._checked = False

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """`size` bytes, fewer only at the end; all when `size` is negative or None."""
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        parts: list[bytes] = []
        while wanted > 0:
            part = self._step(wanted)
            wanted -= len(part)
            parts.append(part)
        if not self._left and not self._checked:
            self._check()
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def read1(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, with as little work as gives any."""
        return self.read(_STEP if size < 0 else min(size, _STEP))

    def _step(self, limit: int) -> bytes:
        """Some bytes, at least one.  Raises InputError when there are none left."""
        limit = min(limit, _STEP)
        data = self._inflate(limit) if self._inflater else self._packed.read(limit)
        if not data:
            raise self._damaged("ends too early")
        self._crc = _crc32(data, self._crc)
        self._left -= len(data)
        return data

    def _inflate(self, limit: int) -> bytes:
        inflater = self._inflater
        assert inflater
        while not inflater.ended:
            packed = self._packed.read(_STEP) if inflater.hungry else b""
            starved = inflater.hungry and not packed
            try:
                data = inflater.more(packed, limit)
            except (_ZlibError, OSError, ValueError, EOFError) as error:
                raise self._damaged("cannot be unpacked") from error
            if data or starved:
                return data
        return b""

    def _check(self) -> None:
        self._checked = True
        if self._inflater and self._inflate(1):
            raise InputError(
                _(
                    "“{shown}” is larger than “{archive}” says it is.",
                    shown=shown(self._entry),
                    archive=self._archive,
                ),
                _("An archive with false sizes can fill a disk, so nothing was imported."),
                f"{self._archive}: {shown(self._entry)}",
                code="too_large",
            )
        if self._crc != self._wanted_crc:
            raise self._damaged("does not fit its checksum")

    def _damaged(self, why: str) -> InputError:
        entry = shown(self._entry)
        return corrupt(self._archive, f"the file “{entry}” in it {why}", entry)


_INFLATERS: dict[int, type[_Deflate | _Bzip2]] = {DEFLATED: _Deflate, BZIP2: _Bzip2}
