"""What is sent: files are streamed from wherever they are, with their progress reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from os import SEEK_CUR, SEEK_END, SEEK_SET
from pathlib import Path
from typing import BinaryIO

BLOCK = 1 << 16

Progress = Callable[[int, int | None], None]
"""Bytes done and bytes in all (None when nobody knows)."""


@dataclass(frozen=True)
class FilePart:
    """A file in a multipart form. `open` is called once for each attempt."""

    open: Callable[[], BinaryIO]
    size: int
    name: str
    type: str = "application/octet-stream"

    @classmethod
    def of(cls, path: Path, name: str = "", kind: str = "application/octet-stream") -> FilePart:
        """A file on disk, under its own name unless another is given."""
        return cls(lambda: path.open("rb"), path.stat().st_size, name or path.name, kind)


@dataclass(frozen=True)
class RawFile:
    """A file that is the whole body of a request."""

    open: Callable[[], BinaryIO]
    size: int
    type: str = "application/octet-stream"

    @classmethod
    def of(cls, path: Path, kind: str = "application/octet-stream") -> RawFile:
        """A file on disk."""
        return cls(lambda: path.open("rb"), path.stat().st_size, kind)


class Counted:
    """A file for httpx's multipart encoder: a known size, and a count of what was read."""

    def __init__(self, stream: BinaryIO, size: int, count: Callable[[int], None]) -> None:
        self._stream = stream
        self._size = size
        self._count = count
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        piece = self._stream.read(size)
        self._at += len(piece)
        if piece:
            self._count(len(piece))
        return piece

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        """Go back to the start, or say where the end is: all that the encoder asks for."""
        if whence == SEEK_END:
            self._at = self._size + offset
        elif whence == SEEK_CUR or offset != 0:
            self._at = offset
        else:
            self._at = 0
        return self._at


class Tally:
    """Adds up what has been sent in one attempt and reports it."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total = total
        self._progress = progress
        self._done = 0

    def __call__(self, size: int) -> None:
        """Add this many bytes."""
        self._done = min(self._total, self._done + size)
        if self._progress is not None:
            self._progress(self._done, self._total)


def multipart(
    files: Mapping[str, FilePart], progress: Progress | None, stack: ExitStack
) -> dict[str, tuple[str, Counted, str]]:
    """The `files` argument for one attempt; the stack closes them."""
    tally = Tally(sum(part.size for part in files.values()), progress)
    return {
        field: (part.name, Counted(stack.enter_context(part.open()), part.size, tally), part.type)
        for field, part in files.items()
    }


def stream(body: RawFile, progress: Progress | None) -> Iterator[bytes]:
    """The body of one attempt, block by block."""
    tally = Tally(body.size, progress)
    with body.open() as source:
        while piece := source.read(BLOCK):
            yield piece
            tally(len(piece))
