"""Writes members as tar.gz while they are rendered, and remembers what was written for the
read-back.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from courseporter.context import Context
from courseporter.errors import InputError, _
from courseporter.formats.gzip_stream import GzipWriter, crc32
from courseporter.formats.tar import PIECE, TarWriter
from courseporter.model import Asset

TOP = "course/"
_STEP = 4 << 20  # bytes between two reports of progress
_GROUP = 256  # files that are read at once,
_GROUP_BYTES = 4 << 20  # or fewer when they are large


class Packed:
    """What was written: per member, in order, its size and the CRC-32 of name and content."""

    def __init__(self) -> None:
        self.sizes = array("Q")
        self.checks = array("L")
        self.bytes = 0


class Progress:
    """Reports bytes as whole megabytes, not too often."""

    def __init__(self, ctx: Context, total: int, unit: str = "MB") -> None:
        self._ctx = ctx
        self._total = total
        self._unit = unit
        self._done = 0
        self._next = 0

    def add(self, size: int) -> None:
        """Count bytes; raises what the context raises when the work must stop."""
        self._done += size
        if self._done >= self._next:
            self._next = self._done + _STEP
            self._ctx.tick(self._done >> 20, self._total >> 20, self._unit)


class _File(NamedTuple):
    """A file that waits to be read: its name in the archive, what it must be (None: whoever opens
    it sees to that), where it lies.
    """

    name: str
    sha256: str | None
    size: int
    opened: Callable[[], BinaryIO] | None  # None: in the store


class Packer:
    """Takes members in any order and writes them in that order; the same calls, the same bytes."""

    def __init__(self, out: BinaryIO, ctx: Context) -> None:
        self._ctx = ctx
        self._stream = GzipWriter(out)
        self._tar = TarWriter(self._stream)
        self._names: set[int] = set()
        self._waiting: list[_File] = []
        self._waiting_bytes = 0
        self._progress = Progress(ctx, 0)
        self.packed = Packed()

    def add(self, name: str, data: bytes) -> None:
        """Write a member; `name` is its path below the course.  Raises InputError when it comes
        twice.
        """
        name = TOP + name
        self._once(name)
        self._add(name.encode(), data)

    def has(self, name: str) -> bool:
        """Whether a member of this path below the course was added."""
        return hash(TOP + name) in self._names

    def expect(self, size: int) -> None:
        """Say how many bytes of files will come, for the report of progress."""
        self._progress = Progress(self._ctx, size)

    def add_file(
        self,
        name: str,
        sha256: str | None,
        size: int,
        opened: Callable[[], BinaryIO] | None = None,
    ) -> None:
        """Write a file of the store, or what `opened` gives; it is compared with its hash, if any.

        Raises InputError when it is not what it should be.
        """
        name = TOP + name
        self._once(name)
        self._waiting.append(_File(name, sha256, size, opened))
        self._waiting_bytes += size
        if len(self._waiting) >= _GROUP or self._waiting_bytes >= _GROUP_BYTES:
            self._flush()

    def open_asset(self, name: str, asset: Asset) -> BinaryIO:
        """The bytes of an asset, for the member `name` that is made from them.  Raises InputError
        when they're gone.
        """
        return self._open(_File(name, asset.sha256, asset.size, None))

    def close(self) -> Packed:
        """Write what waits and the end of the archive; the stream below stays open."""
        self._flush()
        self._tar.close()
        self._stream.close()
        return self.packed

    def _once(self, name: str) -> None:
        mark = hash(name)
        if mark in self._names:
            raise InputError(
                _("Two parts of the course would become the same file: {name}.", name=name),
                _("Import the source again. If that doesn't help, please report it."),
                name,
                code="duplicate_entry",
            )
        self._names.add(mark)

    def _add(self, name: bytes, data: bytes) -> None:
        self._tar.add(name, data)
        self._note(len(data), crc32(data, crc32(name)))

    def _note(self, size: int, check: int) -> None:
        self.packed.sizes.append(size)
        self.packed.checks.append(check)
        self.packed.bytes += size

    def _flush(self) -> None:
        """Write the files that wait.  Small ones of the store are read together, because a query
        costs more than their bytes.
        """
        files, self._waiting, self._waiting_bytes = self._waiting, [], 0
        small = [str(one.sha256) for one in files if one.opened is None and one.size <= PIECE]
        found = dict(self._ctx.small_assets(small))
        waiting = 0  # bytes not yet reported
        for file in files:
            data = found.get(str(file.sha256)) if file.opened is None else None
            if data is None:
                self._add_opened(file)
            else:
                _compare(file, data)
                self._add(file.name.encode(), data)
                waiting += file.size
        self._progress.add(waiting)

    def _add_opened(self, file: _File) -> None:
        """Small files in one piece, large ones streamed; hashed on the way."""
        name = file.name.encode()
        with self._open(file) as stream:
            if file.size <= PIECE:
                data = stream.read()
                _compare(file, data)
                self._add(name, data)
                self._progress.add(file.size)
                return
            watched = _Watched(stream, crc32(name), self._progress, hashed=bool(file.sha256))
            try:
                self._tar.add_stream(name, file.size, watched)
            except ValueError as error:
                raise _damaged(file) from error
            if watched.digest and watched.digest.hexdigest() != file.sha256:
                raise _damaged(file)
            self._note(file.size, watched.crc)

    def _open(self, file: _File) -> BinaryIO:
        if file.opened is not None:
            return file.opened()
        try:
            return self._ctx.open_asset(str(file.sha256))
        except FileNotFoundError as error:
            raise _damaged(file) from error


class _Watched:
    """A stream whose pieces are counted, and hashed if wanted, while they pass."""

    def __init__(self, stream: BinaryIO, crc: int, progress: Progress, *, hashed: bool) -> None:
        self._stream = stream
        self._progress = progress
        self.crc = crc
        self.digest = hashlib.sha256() if hashed else None

    def read(self, size: int) -> bytes:
        piece = self._stream.read(size)
        if self.digest:
            self.digest.update(piece)
        self.crc = crc32(piece, self.crc)
        self._progress.add(len(piece))
        return piece


def _compare(file: _File, data: bytes) -> None:
    if file.sha256 and file.sha256 != hashlib.sha256(data).hexdigest():
        raise _damaged(file)


def _damaged(file: _File) -> InputError:
    return InputError(
        _("The stored copy of {name} differs from the imported file.", name=file.name),
        _("The disk may be failing. Import the source again."),
        file.name,
        code="archive_corrupt",
    )
