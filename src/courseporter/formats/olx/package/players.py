"""The players of SCORM lessons in a package: whether all their files are there and fit together
(docs/reference/scorm-player.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from courseporter.formats.gzip_stream import crc32
from courseporter.formats.scorm_player.index import LOCAL_HEADER
from courseporter.formats.scorm_player.names import (
    PREFIX,
    archive_name,
    index_name,
    needed_beside,
    player_of,
)

MAX_INDEX = 32 << 20  # bytes; some 200,000 files


class _Row(msgspec.Struct):
    """A file of a lesson: where it is in the ZIP, or (`n`) the name of its own file."""

    s: int
    n: str = ""
    x: str = ""
    o: int = 0
    c: int = 0
    m: int = 0


class _IndexFile(msgspec.Struct):
    """The index as it is written (cpscorm-ID.json); by path in packages of CoursePorter 1.0."""

    zip: str
    size: int
    sha: str
    files: dict[str, _Row] | list[list[str | int]]


class _PlayerIndex(NamedTuple):
    """An index that was read: name, size and hash of the ZIP, and the row of each file."""

    zip: str
    size: int
    sha: str
    rows: tuple[_Row, ...]


class _Print(NamedTuple):
    """What a file was seen to be: its size and the hash by which an index knows it."""

    size: int
    hash: str


class Players:
    """The files of all players, as they pass by in any order."""

    def __init__(self) -> None:
        self._prints: dict[str, _Print] = {}
        self._indexes: dict[str, _PlayerIndex | None] = {}

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """Take a file by its name below static/; others than those of a player are left unread."""
        if not name.startswith(PREFIX):
            return
        if name.endswith(".json"):
            self._indexes[name] = _read_index(name, pieces)
        elif name.endswith(".zip"):
            self._prints[name] = _print_of(pieces, hashed=True)
        elif not needed_beside(name):
            self._prints[name] = _print_of(pieces, hashed=False)

    def faults(self, statics: Collection[str], referenced: Mapping[str, str]) -> Iterator[_Fault]:
        """What is wrong with the players whose pages are there or are referred to."""
        pages: dict[str, list[str]] = {}
        for name in sorted({name for name in (*statics, *referenced) if needed_beside(name)}):
            pages.setdefault(player_of(name), []).append(name)
        for player, named in pages.items():
            yield from self._faults(player, named, statics)

    def _faults(self, player: str, pages: list[str], statics: Collection[str]) -> Iterator[_Fault]:
        needed = [*pages, *needed_beside(pages[0])]
        name = index_name(player)
        index = self._indexes.get(name)
        if index is not None:
            needed += [row.n for row in index.rows if row.n]
        lost = tuple(one for one in needed if one not in statics)
        if lost:
            yield _Fault("scorm_player_incomplete", lost)
        if index is not None:
            yield from self._differing(index)
        elif name in statics:
            yield _Fault("scorm_index_unreadable", (name,))

    def _differing(self, index: _PlayerIndex) -> Iterator[_Fault]:
        wanted = {index.zip: _Print(index.size, index.sha)}
        wanted |= {row.n: _Print(row.s, row.x) for row in index.rows if row.n}
        differing = tuple(
            name
            for name, one in wanted.items()
            if name in self._prints and self._prints[name] != one
        )
        if differing:
            yield _Fault("scorm_file_differs", differing)


class _Fault(NamedTuple):
    """A problem code and the files that it is about."""

    code: str
    names: tuple[str, ...]


def _print_of(pieces: Iterable[bytes], *, hashed: bool) -> _Print:
    """Size and SHA-256, or else CRC-32, of a file."""
    size = crc = 0
    digest = hashlib.sha256()
    for piece in pieces:
        size += len(piece)
        if hashed:
            digest.update(piece)
        else:
            crc = crc32(piece, crc)
    return _Print(size, digest.hexdigest() if hashed else f"{crc:08x}")


def _read_index(name: str, pieces: Iterable[bytes]) -> _PlayerIndex | None:
    """The index, None when the worker could make nothing of it."""
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > MAX_INDEX:
            return None
    try:
        found = msgspec.json.decode(data, type=_IndexFile)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    files = found.files
    rows = tuple(files.values()) if isinstance(files, dict) else tuple(_long(files))
    fits = found.zip == archive_name(player_of(name)) and all(
        row.n or (row.m in (0, 8) and 0 <= row.o <= row.o + row.c <= found.size) for row in rows
    )
    return _PlayerIndex(found.zip, found.size, found.sha, rows) if fits else None


def _long(files: list[list[str | int]]) -> Iterator[_Row]:
    """Yield the long form of each row; the one of an invalid row fits nowhere."""
    end = 0
    for row in files:
        match row:
            case [str(), int(size), str(name), str(crc)]:
                yield _Row(s=size, n=name, x=crc)
                continue
            case [str(path), int(packed)]:
                size, method = packed, 0
            case [str(path), int(packed), int(size)]:
                method = 8
            case _:
                yield _Row(s=0, o=-1)
                return
        start = end + LOCAL_HEADER + len(path.encode())
        end = start + packed
        yield _Row(s=size, o=start, c=packed, m=method)
