"""Gzip as a stream, by isal where it is installed: ten times faster than zlib for three per cent more bytes.

What is written depends on the bytes alone: no name and no time stand in the header (RFC 1952).
"""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from typing import BinaryIO, Protocol, cast

from courseporter.errors import InputError

try:
    from isal import igzip, isal_zlib
except ImportError:  # pragma: no cover - platforms without a wheel
    igzip = isal_zlib = None

HEADER = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"  # no name, no time, system unknown
ISAL_LEVEL = 2
ZLIB_LEVEL = 6


class _Deflater(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


def crc32(data: bytes, start: int = 0) -> int:
    """CRC-32 as in gzip and ZIP; `start` continues an earlier one."""
    if isal_zlib is None:  # pragma: no cover
        return zlib.crc32(data, start)
    return cast("int", isal_zlib.crc32(data, start))


def _deflater() -> _Deflater:
    if isal_zlib is None:  # pragma: no cover
        return zlib.compressobj(ZLIB_LEVEL, zlib.DEFLATED, -15)
    return cast("_Deflater", isal_zlib.compressobj(ISAL_LEVEL, isal_zlib.DEFLATED, -15))


class GzipWriter:
    """Compresses into `raw`, which stays open; `close` writes the end of the stream."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._deflate = _deflater()
        self._crc = 0
        self._size = 0
        raw.write(HEADER)

    def write(self, data: bytes) -> None:
        """Append bytes; best in pieces of 256 KiB and more."""
        self._crc = crc32(data, self._crc)
        self._size += len(data)
        self._raw.write(self._deflate.compress(data))

    def close(self) -> None:
        """End the stream with its CRC and size."""
        self._raw.write(self._deflate.flush())
        self._raw.write(struct.pack("<II", self._crc, self._size & 0xFFFFFFFF))


class GzipReader:
    """Inflates `raw`; reading raises InputError `archive_corrupt` that names `where`."""

    def __init__(self, raw: BinaryIO, where: str) -> None:
        self._where = where
        if igzip is None:  # pragma: no cover
            self._stream = cast("io.BufferedIOBase", gzip.GzipFile(fileobj=raw, mode="rb"))
        else:
            self._stream = cast("io.BufferedIOBase", igzip.IGzipFile(fileobj=raw, mode="rb"))

    def read(self, size: int) -> bytes:
        """The next bytes, at most `size`; none at the end."""
        try:
            return self._stream.read(size)
        except EOFError as error:
            raise self._corrupt("it breaks off in the middle") from error
        except (OSError, zlib.error, ValueError) as error:
            if getattr(error, "errno", None):
                raise
            raise self._corrupt(f"its compressed data is damaged ({error})") from error

    def _corrupt(self, why: str) -> InputError:
        return InputError(
            f"{self._where} is damaged: {why}.",
            "Download or export the package again.",
            self._where,
            code="archive_corrupt",
        )
