"""The player's files as values: name below `static/`, size, hash, and where their bytes lie."""

from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from courseporter.formats.gzip_stream import crc32

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

STEP = 1 << 20
_BUFFER = 64 << 10  # larger reads pass it by
_PREADV = getattr(os, "preadv", None)  # not on Windows


class PlayerFile(NamedTuple):
    """One file: its name, size in bytes; `open` gives its bytes from the start.

    `sha256` in hex; None for a member of the uploaded archive, whose checksum is proved while read.
    """

    name: str
    size: int
    sha256: str | None
    open: Callable[[], BinaryIO]


def file_of(name: str, data: bytes) -> PlayerFile:
    """A file whose bytes are at hand."""
    return PlayerFile(name, len(data), hashlib.sha256(data).hexdigest(), lambda: io.BytesIO(data))


def scratch_of(name: str, file: BinaryIO, size: int, lock: threading.Lock) -> PlayerFile:
    """A file that fills an open scratch file, hashed; several threads may open it at once."""

    def opened() -> BinaryIO:
        return cast("BinaryIO", io.BufferedReader(_Stretch(file, size, lock), _BUFFER))

    digest = hashlib.sha256()
    with opened() as stream:
        while piece := stream.read(STEP):
            digest.update(piece)
    return PlayerFile(name, size, digest.hexdigest(), opened)


def shared(opened: Callable[[], BinaryIO], lock: threading.Lock) -> Callable[[], BinaryIO]:
    """The same stream for several threads at once, when all of them read one file by turns."""

    def turn() -> BinaryIO:
        with lock:
            stream = opened()
        return cast("BinaryIO", _Turn(stream, lock))

    return turn


def prove(opened: Callable[[], BinaryIO]) -> int:
    """Read a file once, for its CRC-32.  Raises InputError when it is damaged."""
    crc = 0
    with opened() as stream:
        while piece := stream.read(STEP):
            crc = crc32(piece, crc)
    return crc


class _Turn(io.BufferedIOBase):
    """A stream that is read while nobody else reads."""

    def __init__(self, stream: BinaryIO, lock: threading.Lock) -> None:
        self._stream, self._lock = stream, lock

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        with self._lock:
            return self._stream.read(-1 if size is None else size)

    def read1(self, size: int = -1, /) -> bytes:
        return self.read(STEP if size < 0 else size)


class _Stretch(io.RawIOBase):
    """A file read by position, so that readers do not disturb each other."""

    def __init__(self, file: BinaryIO, size: int, lock: threading.Lock) -> None:
        self._file, self._size, self._lock = file, size, lock
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")[: max(0, self._size - self._at)]
        count = self._read_into(view)
        self._at += count
        return count

    def _read_into(self, view: memoryview) -> int:
        if _PREADV is not None:
            return _PREADV(self._file.fileno(), [view], self._at)
        with self._lock:
            self._file.seek(self._at)
            return cast("io.BufferedIOBase", self._file).readinto(view)
