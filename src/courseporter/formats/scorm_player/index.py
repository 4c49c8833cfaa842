"""The index of a player: where each file of a lesson lies (docs/reference/scorm-player.md).

A row takes few bytes, since a package may have thousands of files: the types are in one table by
the ending of the name, and where a file begins follows from the files before it in the ZIP.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from courseporter.formats.scorm_player.content_types import TYPES, ending_of
from courseporter.formats.scorm_player.zip_writer import DEFLATED, Stored

# Path and size; path, packed size and size; or path, size, name and CRC-32 of a file of its own.
Row = tuple[str, int] | tuple[str, int, int] | tuple[str, int, str, str]
LOCAL_HEADER: Final = 30  # bytes in front of a file in the ZIP, besides its name (APPNOTE 4.3.7)
_encode = msgspec.json.encode


def in_archive(path: str, stored: Stored) -> Row:
    """Return the row of a file in the ZIP; rows are in the order of the ZIP."""
    if stored.method == DEFLATED:
        return path, stored.packed, stored.size
    return path, stored.size


def beside(path: str, size: int, name: str, crc: int) -> Row:
    """Return the row of a file that is an asset called `name`."""
    return path, size, name, f"{crc:08x}"


def encode(rows: Iterable[Row]) -> bytes:
    """Return the fields `types` and `files` of the index as JSON, one file a line."""
    rows = tuple(rows)
    endings = sorted({ending_of(row[0]) for row in rows})
    types = {ending: TYPES[ending] for ending in endings if ending in TYPES}
    lines = b",\n".join(map(_encode, rows))
    return b'"types":%b,"files":[\n%b\n]' % (_encode(types), lines)
