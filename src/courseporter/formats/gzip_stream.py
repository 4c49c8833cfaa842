"""Gzip as a stream, by isal where it is installed: ten times faster than zlib for three per cent
more bytes.

What is written depends on the bytes alone: no name and no time are in the header (RFC 1952).
"""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from typing import BinaryIO, Protocol, cast

from courseporter.errors import InputError, _

try:
    from isal import igzip, isal_zlib
except ImportError:  # pragma: no cover - platforms without a wheel
    igzip = isal_zlib = None

HEADER = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"  # no name, no time, system unknown
RAW_DEFLATE = -15  # window bits: 32 KiB, no header of its own
LAST_BLOCK = b"\x03\0"  # an empty one, marked as the last
MAX_BLOCK = 0xFFFF
LEAST_STORED = 64 << 10
SAMPLES, SAMPLE = 8, 1024
DENSE = 0.9
_ERROR = cast("type[Exception]", zlib.error if isal_zlib is None else isal_zlib.error)
DAMAGE = (OSError, ValueError, _ERROR)


class Deflater(Protocol):
    """Takes plain bytes, gives packed ones."""

    def compress(self, data: bytes, /) -> bytes:
        """Some packed bytes, perhaps none yet."""
        ...

    def flush(self, mode: int = zlib.Z_FINISH, /) -> bytes:
        """The rest of the packed bytes."""
        ...


class _Zlib(Protocol):
    def crc32(self, data: bytes, value: int = 0, /) -> int: ...
    def compressobj(self, level: int, method: int, wbits: int, /) -> Deflater: ...


_zlib = cast("_Zlib", isal_zlib or zlib)
LEVEL = 2 if isal_zlib else 6
crc32 = _zlib.crc32  # CRC-32 as in gzip and ZIP; a second argument continues an earlier one


def new_deflater() -> Deflater:
    """Raw deflate at the level of all our packages."""
    return _zlib.compressobj(LEVEL, zlib.DEFLATED, RAW_DEFLATE)


class GzipWriter:
    """Compresses into `raw`, which stays open; `close` writes the end of the stream.

    What does not compress (pictures, films) is stored as it is, which costs next to nothing.
    """

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._deflate: Deflater | None = None
        self._sampler = new_deflater()
        self._crc = 0
        self._size = 0
        raw.write(HEADER)

    def write(self, data: bytes) -> None:
        """Append bytes; best in pieces of 256 KiB and more."""
        self._crc = crc32(data, self._crc)
        self._size += len(data)
        if len(data) >= LEAST_STORED and self._is_dense(data):
            self._store(data)
            return
        if self._deflate is None:
            self._deflate = new_deflater()
        self._raw.write(self._deflate.compress(data))

    def close(self) -> None:
        """End the stream with its CRC and size."""
        self._raw.write(LAST_BLOCK if self._deflate is None else self._deflate.flush())
        self._raw.write(struct.pack("<II", self._crc, self._size & 0xFFFFFFFF))

    def _store(self, data: bytes) -> None:
        """Stored blocks (RFC 1951, 3.2.4); a new deflater afterwards knows nothing from before."""
        if self._deflate is not None:
            self._raw.write(self._deflate.flush(zlib.Z_SYNC_FLUSH))
            self._deflate = None
        parts: list[bytes | memoryview] = []
        view = memoryview(data)
        while view:
            block, view = view[:MAX_BLOCK], view[MAX_BLOCK:]
            parts += (struct.pack("<BHH", 0, len(block), len(block) ^ 0xFFFF), block)
        self._raw.write(b"".join(parts))

    def _is_dense(self, data: bytes) -> bool:
        """Whether samples from all over the data hardly compress."""
        step = len(data) // SAMPLES
        sample = b"".join([data[at : at + SAMPLE] for at in range(0, step * SAMPLES, step)])
        packed = len(self._sampler.compress(sample)) + len(self._sampler.flush(zlib.Z_FULL_FLUSH))
        return packed > DENSE * len(sample)


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
        except DAMAGE as error:
            if getattr(error, "errno", None):
                raise
            raise self._corrupt(f"its compressed data is damaged ({error})") from error

    def _corrupt(self, why: str) -> InputError:
        return InputError(
            _("{where} is damaged: {why}.", where=self._where, why=why),
            _("Download or export the package again."),
            self._where,
            code="archive_corrupt",
        )
