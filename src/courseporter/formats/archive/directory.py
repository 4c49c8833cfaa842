"""The central directory of a ZIP file, found and read without trusting any number in it.

APPNOTE 6.3.10: 4.3.12 (central directory), 4.3.14 and 4.3.15 (zip64), 4.3.16 (end record).
"""

from __future__ import annotations

import struct
from array import array
from typing import BinaryIO, NamedTuple

from courseporter.errors import InputError, _
from courseporter.formats.archive.kind import advise_file, describe_file

LARGEST_DIRECTORY = 256 << 20  # bytes; 200,000 entries with long names need about 40 MiB

_END = struct.Struct("<4sHHHHIIH")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR = struct.Struct("<4sIQI")
_ENTRY = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END_SIGNATURE = b"PK\5\6"
_ENTRY_SIGNATURE = b"PK\1\2"
_TAIL = 22 + 65_535 + (128 << 10)  # end record, its comment, and bytes that mail gateways add
_MAX_ENDS = 64  # end records looked at
_FULL16, _FULL32 = 0xFFFF, 0xFFFF_FFFF


class Entry(NamedTuple):
    """One central directory entry; `offset` is where its local header is in the file."""

    raw: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    mode: int  # Unix file type and rights, 0 when written on another system
    folder: bool  # marked as a folder by MS-DOS attributes
    extra: bytes


class End(NamedTuple):
    """An end record that fits its file: where the directory lies and how many entries it tells."""

    position: int
    start: int
    size: int
    shift: int  # bytes put before the archive (self-extracting program)
    entries: int
    exact: bool  # nothing but its comment follows


class Directory:
    """The entries of a ZIP file: kept as the packed bytes they are, unpacked when asked for."""

    def __init__(self, file: BinaryIO, size: int, name: str, limit: int) -> None:
        self._name = name
        end, self.several_ends = _find_end(file, size, name)
        if end.entries > limit:
            raise too_many(name, end.entries, limit)
        if end.size > LARGEST_DIRECTORY:
            raise InputError(
                _("The list of entries of “{name}” is too large.", name=name), code="too_large"
            )
        file.seek(end.start)
        self._bytes = file.read(end.size)
        self._shift = end.shift
        self.start = end.start
        self._positions = array("Q")
        self._index(limit)
        self.count_lies = len(self) & _FULL16 != end.entries & _FULL16

    def __len__(self) -> int:
        return len(self._positions)

    def __getitem__(self, index: int) -> Entry:
        """The entry number `index`.  Raises IndexError."""
        data, position = self._bytes, self._positions[index]
        (
            _,
            made_by,
            _,
            flags,
            method,
            _,
            _,
            crc,
            packed,
            size,
            name,
            extra,
            *_,
            attributes,
            offset,
        ) = _ENTRY.unpack_from(data, position)
        position += _ENTRY.size
        raw = data[position : position + name]
        more = data[position + name : position + name + extra] if extra else b""
        if _FULL32 in (packed, size, offset):
            size, packed, offset = _wide(more, size, packed, offset)
        unix = made_by >> 8 in (3, 19)
        return Entry(
            raw,
            flags,
            method,
            crc,
            packed,
            size,
            offset + self._shift,
            attributes >> 16 if unix else 0,
            bool(attributes & 0x10),
            more,
        )

    def _index(self, limit: int) -> None:
        data, position, positions = self._bytes, 0, self._positions
        while position + _ENTRY.size <= len(data):
            if not data.startswith(_ENTRY_SIGNATURE, position):
                break
            if len(positions) >= limit:
                raise too_many(self._name, len(positions) + 1, limit)
            positions.append(position)
            name, extra, comment = struct.unpack_from("<HHH", data, position + 28)
            position += _ENTRY.size + name + extra + comment
        if position > len(data) or (position < len(data) and not _is_signed(data, position)):
            raise corrupt(self._name, f"its list breaks off after {len(positions):,} entries")


def _is_signed(data: bytes, position: int) -> bool:
    """A digital signature may end the directory (4.3.13)."""
    return data.startswith(b"PK\5\5", position)


def _wide(extra: bytes, *fields: int) -> list[int]:
    """Sizes and offset with those that are full replaced from the zip64 extra field (4.5.3)."""
    position, wide = 0, list(fields)
    while position + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, position)
        if tag == 1:
            at, end = position + 4, min(position + 4 + length, len(extra))
            for number, field in enumerate(fields):
                if field == _FULL32 and at + 8 <= end:
                    wide[number] = int.from_bytes(extra[at : at + 8], "little")
                    at += 8
            break
        position += 4 + length
    return wide


def _find_end(file: BinaryIO, size: int, name: str) -> tuple[End, bool]:
    """The end record to trust, and whether another one that fits could mislead other readers."""
    from_ = max(0, size - _TAIL)
    file.seek(from_)
    tail = file.read(_TAIL)
    ends: list[End] = []
    position, seen = len(tail), 0
    while seen < _MAX_ENDS:
        position = tail.rfind(_END_SIGNATURE, 0, position)
        if position < 0:
            break
        seen += 1
        if position + _END.size <= len(tail):
            end = _read_end(file, from_ + position, tail[position : position + _END.size], size)
            ends += [end] if end else []
    if not ends:
        raise _no_end(file, size, name, found=seen > 0)
    best = max(ends, key=lambda end: (end.size > 0, end.exact, end.position))
    others = (end for end in ends if end is not best)
    return best, any(end.position > best.start or end.exact for end in others)


def _read_end(file: BinaryIO, position: int, record: bytes, size: int) -> End | None:
    """The end record at `position` when the directory it names is there."""
    _, disk, first_disk, _, count, length, offset, comment = _END.unpack(record)
    exact, edge = position + _END.size + comment == size, position
    if _FULL16 in (count, disk) or _FULL32 in (length, offset):
        wide = _read_end64(file, position)
        if wide:
            edge, count, length, offset = wide
            disk = first_disk = 0
    if disk or first_disk or length > edge:
        return None
    for start in (edge - length, offset):  # the second: padding between directory and end record
        file.seek(start)
        fits = length == 0 or file.read(4) == _ENTRY_SIGNATURE
        if fits and start >= offset and start + length <= edge:
            return End(position, start, length, start - offset, count, exact)
    return None


def _read_end64(file: BinaryIO, position: int) -> tuple[int, int, int, int] | None:
    """Position, count, size and offset from the zip64 end record, when there is one."""
    if position < _LOCATOR.size:
        return None
    file.seek(position - _LOCATOR.size)
    signature, _, at, _ = _LOCATOR.unpack(file.read(_LOCATOR.size))
    if signature != b"PK\6\7":
        return None
    for place in (at, position - _LOCATOR.size - _END64.size):
        if 0 <= place <= position - _LOCATOR.size - _END64.size:
            file.seek(place)
            record = _END64.unpack(file.read(_END64.size))
            if record[0] == b"PK\6\6":
                return place, record[7], record[8], record[9]
    return None


def _no_end(file: BinaryIO, size: int, name: str, *, found: bool) -> InputError:
    file.seek(0)
    head = file.read(1024)
    if head.startswith(b"PK\7\x08PK") or (found and head.startswith(b"PK00PK")):
        return InputError(
            _("“{name}” is one part of a split ZIP archive.", name=name),
            _("Join the parts with the program that created them, then import the whole archive."),
            name,
            code="archive_corrupt",
        )
    if found:
        return corrupt(name, "its list of entries does not lie where it says, a part is missing")
    if head.startswith(b"PK\3\4"):
        return corrupt(name, "its end with the list of entries is missing")
    return InputError(
        _(
            "“{name}” isn't a ZIP archive: it's {what}.",
            name=name,
            what=describe_file(head, size),
        ),
        advise_file(head, name),
        name,
        code="not_a_package",
    )


def corrupt(name: str, why: str, entry: str | None = None) -> InputError:
    """The refusal of a damaged archive, with what to do about it."""
    return InputError(
        _("“{name}” is damaged: {why}.", name=name, why=why),
        _("The download may have been interrupted. Download it again."),
        f"{name}: {entry}" if entry else name,
        code="archive_corrupt",
    )


def too_many(name: str, count: int, limit: int) -> InputError:
    """The refusal of an archive with too many entries."""
    return InputError(
        _(
            "“{name}” contains {count:,} entries; the limit is {limit:,}.",
            name=name,
            count=count,
            limit=limit,
        ),
        _("Split the package, or raise the limit in the settings."),
        name,
        code="too_many_entries",
    )


def too_deep(name: str, path: str, limit: int) -> InputError:
    """The refusal of an archive with folders in folders in folders."""
    return InputError(
        _(
            "“{name}” contains a file nested more than {limit:,} folders deep.",
            name=name,
            limit=limit,
        ),
        _("Move it higher up, or raise the limit in the settings."),
        f"{name}: {path[:80]}…",
        code="too_deep",
    )
