"""Media downloaded a few at a time, ahead of their turn, and never twice after a kill.

What a killed import had downloaded is found again: a file stays until the chunk that names it is
saved, a large one as a note of its SHA-256 in the asset store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from courseporter.context import Context
from courseporter.errors import PorterError

WAITING = 8  # files that are downloaded before their turn comes
SMALL = 1 << 20  # what the asset store may keep with its chunk alone


class Wanted(NamedTuple):
    """A file to download: from where, to which path, and its size if the school says it."""

    address: str
    path: Path
    size: int | None = None


class _Note(msgspec.Struct):
    sha256: str
    size: int


class Downloads:
    """The downloads of one import; `fetch` in the order of `expect` overlaps them."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._expected: dict[Path, tuple[Wanted, int]] = {}
        self._begun: dict[Path, Callable[[], object]] = {}
        self._kept: list[Path] = []  # until their chunk is saved

    def scratch(self, address: str, name: str) -> Path:
        """Where a file waits until it is an asset."""
        mark = f"{address.partition('?')[0]}\n{name}".encode()
        return self._ctx.scratch / f"media-{hashlib.sha256(mark).hexdigest()[:24]}"

    def expect(self, wanted: Wanted, cap: int) -> None:
        """`fetch` will ask for this file soon."""
        if wanted.path not in self._begun and not self._is_there(wanted):
            self._expected[wanted.path] = wanted, cap
            self._begin()

    def fetch(self, wanted: Wanted, cap: int) -> int:
        """Have the file at its path; returns its size.  Raises PorterError."""
        self._expected.pop(wanted.path, None)
        begun = self._begun.pop(wanted.path, None)
        self._begin()
        if begun is not None:
            begun()
        elif not self._is_whole(wanted):
            self._ctx.http("media").download(wanted.address, wanted.path, cap=cap, size=wanted.size)
        return wanted.path.stat().st_size

    def stored(self, path: Path) -> BinaryIO | None:
        """The bytes of a file that an earlier run made an asset of; None when it has to be had."""
        try:
            note = msgspec.json.decode(_note_of(path).read_bytes(), type=_Note)
            return self._ctx.open_asset(note.sha256)
        except (OSError, msgspec.MsgspecError, PorterError):
            return None

    def keep(self, path: Path, sha256: str, size: int) -> None:
        """The file is an asset now, whose chunk is not saved yet."""
        self._kept.append(path)
        if size > SMALL:
            _note_of(path).write_bytes(msgspec.json.encode(_Note(sha256, size)))
            path.unlink(missing_ok=True)

    def saved(self) -> None:
        """The chunk is saved."""
        for path in self._kept:
            path.unlink(missing_ok=True)
            _note_of(path).unlink(missing_ok=True)
        self._kept.clear()

    def _begin(self) -> None:
        while self._expected and len(self._begun) < WAITING:
            wanted, cap = self._expected.pop(next(iter(self._expected)))
            self._begun[wanted.path] = self._ctx.http("media").ahead(
                wanted.address, wanted.path, cap=cap, size=wanted.size
            )

    def _is_there(self, wanted: Wanted) -> bool:
        return _note_of(wanted.path).exists() or self._is_whole(wanted)

    def _is_whole(self, wanted: Wanted) -> bool:
        path, size = wanted.path, wanted.size
        return path.exists() and (size is None or path.stat().st_size == size)


def _note_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.kept")
