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
    waiting = 0  # bytes not yet reported
    for member, data in _read_ahead(members, ctx):
        if data is not None:
            tar.add(member.name, data)
            check = crc32(data, crc32(member.name))
        else:
            check = _pack_asset(member, str(member.sha256), tar, ctx, progress)
        packed.sizes.append(member.size)
        packed.checks.append(check)
        waiting += member.size if member.sha256 is None or member.size <= PIECE else 0
        if waiting > PIECE:
            progress.add(waiting)
            waiting = 0
    progress.add(waiting)
    tar.close()
    stream.close()
    return packed


def _read_ahead(members: Members, ctx: Context) -> Iterator[tuple[Member, bytes | None]]:
    """Every member with its bytes; None for an asset that must be opened.

    Assets that are rows of the store are read in groups: a query costs more than their bytes.
    """
    group: list[Member] = []
    size = 0
    for member in members.ordered():
        group.append(member)
        size += member.size
        if len(group) == _GROUP or size >= _GROUP_BYTES:
            yield from _read_group(group, members, ctx)
            group, size = [], 0
    yield from _read_group(group, members, ctx)


def _read_group(
    group: list[Member], members: Members, ctx: Context
) -> Iterator[tuple[Member, bytes | None]]:
    wanted = [one.sha256 for one in group if one.sha256 is not None and one.size <= PIECE]
    assets = ctx.small_assets(wanted)
    for member in group:
        if member.sha256 is None:
            yield member, members.read(member)
            continue
        data = assets.get(member.sha256)
        if data is not None:
            _compare(member, member.sha256, hashlib.sha256(data).hexdigest())
        yield member, data


def _pack_asset(
    member: Member, sha256: str, tar: TarWriter, ctx: Context, progress: Progress
) -> int:
    """Small assets in one piece, large ones streamed; both hashed on the way."""
    with _opened(member, sha256, ctx) as stream:
        if member.size <= PIECE:
            data = stream.read()
            _compare(member, sha256, hashlib.sha256(data).hexdigest())
            tar.add(member.name, data)
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
