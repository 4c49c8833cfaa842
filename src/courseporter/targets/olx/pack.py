"""Writes the members as tar.gz in name order, and remembers what was written for the read-back."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator
from typing import BinaryIO

from courseporter.errors import InputError
from courseporter.formats.context import Context
from courseporter.formats.gzip_stream import GzipWriter, crc32
from courseporter.formats.tar import PIECE, TarWriter
from courseporter.targets.olx.members import Member, Members

_STEP = 4 << 20  # bytes between two reports of progress
_GROUP = 256  # members whose assets are read at once,
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


def pack(members: Members, out: BinaryIO, ctx: Context) -> Packed:
    """Write everything to `out`.  Raises InputError when an asset is not what the store says."""
    packed = Packed()
    packed.bytes = members.total
    progress = Progress(ctx, members.total)
    stream = GzipWriter(out)
    tar = TarWriter(stream)
    for group in _groups(members):
        assets = _small_assets(group, ctx)
        waiting = 0  # bytes not yet reported
        for member in group:
            data = assets.get(member.sha256) if member.sha256 else members.read(member)
            if data is None:
                check = _pack_asset(member, str(member.sha256), tar, ctx, progress)
            else:
                tar.add(member.name, data)
                check = crc32(data, crc32(member.name))
                waiting += member.size
            packed.sizes.append(member.size)
            packed.checks.append(check)
        progress.add(waiting)
    tar.close()
    stream.close()
    return packed


def _groups(members: Members) -> Iterator[list[Member]]:
    """All members in name order, as many together as can be held in memory."""
    group: list[Member] = []
    size = 0
    for member in members.ordered():
        group.append(member)
        size += member.size
        if len(group) == _GROUP or size >= _GROUP_BYTES:
            yield group
            group, size = [], 0
    yield group


def _small_assets(group: list[Member], ctx: Context) -> dict[str, bytes]:
    """The bytes of those assets that are rows of the store, compared with their hash.

    They are read together, because a query costs more than their bytes.
    """
    wanted = {one.sha256: one for one in group if one.sha256 and one.size <= PIECE}
    found = dict(ctx.small_assets(list(wanted)))
    for sha256, data in found.items():
        _compare(wanted[sha256], sha256, hashlib.sha256(data).hexdigest())
    return found


def _pack_asset(
    member: Member, sha256: str, tar: TarWriter, ctx: Context, progress: Progress
) -> int:
    """Small assets in one piece, large ones streamed; both hashed on the way."""
    with _opened(member, sha256, ctx) as stream:
        if member.size <= PIECE:
            data = stream.read()
            _compare(member, sha256, hashlib.sha256(data).hexdigest())
            tar.add(member.name, data)
            progress.add(member.size)
            return crc32(data, crc32(member.name))
        watched = _Watched(stream, crc32(member.name), progress)
        try:
            tar.add_stream(member.name, member.size, watched)
        except ValueError as error:
            raise _damaged(member) from error
        _compare(member, sha256, watched.digest.hexdigest())
        return watched.crc


def _opened(member: Member, sha256: str, ctx: Context) -> BinaryIO:
    try:
        return ctx.open_asset(sha256)
    except FileNotFoundError as error:
        raise _damaged(member) from error


class _Watched:
    """A stream whose pieces are hashed and counted while they pass."""

    def __init__(self, stream: BinaryIO, crc: int, progress: Progress) -> None:
        self._stream = stream
        self._progress = progress
        self.crc = crc
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        piece = self._stream.read(size)
        self.digest.update(piece)
        self.crc = crc32(piece, self.crc)
        self._progress.add(len(piece))
        return piece


def _compare(member: Member, wanted: str, found: str) -> None:
    if wanted != found:
        raise _damaged(member)


def _damaged(member: Member) -> InputError:
    name = member.name.decode()
    return InputError(
        f"The stored copy of {name} is not what was imported.",
        "The disk may be failing.  Import the source again.",
        name,
        code="archive_corrupt",
    )
