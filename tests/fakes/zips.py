"""ZIP files made by hand, so that tests can lie in every field."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

REGULAR = 0o100644 << 16


class HandmadeZip:
    """Writes entries and a directory as told, sound or not."""

    def __init__(self) -> None:
        self.out = io.BytesIO()
        self.directory: list[bytes] = []

    def add(
        self,
        name: str | bytes,
        data: bytes = b"x",
        *,
        method: int = 8,
        flags: int = 0,
        crc: int | None = None,
        size: int | None = None,
        packed: bytes | None = None,
        local_name: bytes | None = None,
        mode: int = REGULAR,
        extra: bytes = b"",
        host: int = 3,
    ) -> int:
        """One file; returns where its local header lies."""
        raw = name if isinstance(name, bytes) else name.encode()
        if isinstance(name, str) and not name.isascii():
            flags |= 0x800
        if packed is None:
            packed = deflated(data) if method == 8 else data
        crc = zlib.crc32(data) if crc is None else crc
        size = len(data) if size is None else size
        offset = self.out.tell()
        local = raw if local_name is None else local_name
        self.out.write(
            struct.pack(
                "<4sHHHHHIIIHH", b"PK\3\4", 20, flags, method, 0, 33,
                crc, len(packed), size, len(local), len(extra),
            )
            + local + extra + packed
        )  # fmt: skip
        self.directory.append(
            struct.pack(
                "<4sHHHHHHIIIHHHHHII", b"PK\1\2", host << 8 | 20, 20, flags, method, 0, 33,
                crc, len(packed), size, len(raw), len(extra), 0, 0, 0, mode, offset,
            )
            + raw + extra
        )  # fmt: skip
        return offset

    def again(self, name: str, number: int, offset: int) -> None:
        """A second line of the directory like line `number`, with another name and place."""
        line = bytearray(self.directory[number])
        old = int.from_bytes(line[28:30], "little")
        line[28:30] = len(name).to_bytes(2, "little")
        line[42:46] = offset.to_bytes(4, "little")
        self.directory.append(bytes(line[:46]) + name.encode() + bytes(line[46 + old :]))

    def done(self, *, comment: bytes = b"", entries: int | None = None) -> bytes:
        """The whole file."""
        start, lines = self.out.tell(), b"".join(self.directory)
        count = len(self.directory) if entries is None else entries
        end = struct.pack(
            "<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(lines), start, len(comment)
        )
        return self.out.getvalue() + lines + end + comment


def deflated(data: bytes) -> bytes:
    """Raw deflate, as ZIP files hold it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def zip_of(files: dict[str, bytes | str], **options) -> bytes:
    """A sound ZIP file."""
    made = HandmadeZip()
    for name, data in files.items():
        made.add(name, data if isinstance(data, bytes) else data.encode(), **options)
    return made.done()


def write(folder: Path, data: bytes, name: str = "course.zip") -> Path:
    """The bytes as a file."""
    path = folder / name
    path.write_bytes(data)
    return path
