"""A ZIP file written the same way every time: sorted by whoever calls, without times or rights.

APPNOTE 6.3.10: 4.3.7 (local header), 4.3.12 (central directory), 4.3.14 to 4.3.16 (its end, zip64
for more than 65,535 entries).
"""

from __future__ import annotations

import struct
from typing import BinaryIO, NamedTuple

from courseporter.errors import InputError, _

STORED, DEFLATED = 0, 8
LARGEST = 0xFFFF_FFFF  # bytes; the directory and its entries are written without zip64
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_ENTRY = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR = struct.Struct("<4sIQI")
_VERSION, _ZIP64_VERSION, _UTF8 = 20, 45, 0x800
_DAY = 0x21  # 1 January 1980, the first day that a ZIP file can tell
_MOST = 0xFFFF


class Stored(NamedTuple):
    """How a file is in the ZIP: offset of its data, packed size, size, method."""

    offset: int
    packed: int
    size: int
    method: int


class ZipWriter:
    """Appends entries to `file`, which must be seekable and empty; `close` writes the directory."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self._at = 0
        self._directory: list[bytes] = []

    def add(self, path: str, data: bytes, method: int, crc: int, size: int) -> Stored:
        """Append a file whose packed bytes are at hand."""
        name = path.encode("utf-8", "replace")
        head = _local(name, method, crc, len(data), size)
        self.file.write(head)
        self.file.write(data)
        return self._entered(name, head, Stored(0, len(data), size, method), crc)

    def begin(self, path: str) -> None:
        """Leave room for the header of a file whose packed bytes are now written to `file`."""
        self.file.write(bytes(_LOCAL.size + len(path.encode("utf-8", "replace"))))

    def end(self, path: str, packed: int, size: int, method: int, crc: int) -> Stored:
        """Write the header of the file that was begun and has been written."""
        name = path.encode("utf-8", "replace")
        head = _local(name, method, crc, packed, size)
        self.file.seek(self._at)
        self.file.write(head)
        self.file.seek(self._at + len(head) + packed)
        return self._entered(name, head, Stored(0, packed, size, method), crc)

    def undo(self) -> None:
        """Take back what was written since the last entry."""
        self.file.seek(self._at)
        self.file.truncate()

    def close(self) -> int:
        """Write the directory and its end; gives the size of the ZIP."""
        start, count = self._at, len(self._directory)
        for line in self._directory:
            self.file.write(line)
            self._at += len(line)
        _fits(self._at, "")
        length = self._at - start
        tail = b""
        if count > _MOST:
            tail = _END64.pack(
                b"PK\6\6", 44, _ZIP64_VERSION, _ZIP64_VERSION, 0, 0, count, count, length, start
            ) + _LOCATOR.pack(b"PK\6\7", 0, self._at, 1)
        shown = min(count, _MOST)
        tail += _END.pack(b"PK\5\6", 0, 0, shown, shown, length, start, 0)
        self.file.write(tail)
        self.file.flush()
        self._directory = []
        return self._at + len(tail)

    def _entered(self, name: bytes, head: bytes, stored: Stored, crc: int) -> Stored:
        begin = self._at
        self._at += len(head) + stored.packed
        _fits(self._at, name.decode())
        flags = 0 if name.isascii() else _UTF8
        line = _ENTRY.pack(
            b"PK\1\2", _VERSION, _VERSION, flags, stored.method, 0, _DAY,
            crc, stored.packed, stored.size, len(name), 0, 0, 0, 0, 0, begin,
        )  # fmt: skip
        self._directory.append(line + name)
        return stored._replace(offset=begin + len(head))


def _local(name: bytes, method: int, crc: int, packed: int, size: int) -> bytes:
    _fits(max(packed, size), name.decode())
    flags = 0 if name.isascii() else _UTF8
    return (
        _LOCAL.pack(b"PK\3\4", _VERSION, flags, method, 0, _DAY, crc, packed, size, len(name), 0)
        + name
    )


def _fits(size: int, name: str) -> None:
    if size > LARGEST:
        raise InputError(
            _("The SCORM package is larger than 4 GiB, which is too large to play."),
            _("Offer its lessons as a download (--scorm download), or split the package."),
            name or None,
            code="too_large",
        )
