"""A package packed again: what is packed already is copied as it lies, and proved on the way.

Every entry can be unpacked by a browser afterwards: deflated streams end where they should, sizes
and checksums fit.  What cannot be read is skipped; the import has told of it.
"""

from __future__ import annotations

import zlib
from typing import Any, Protocol, cast

from courseporter.errors import InputError
from courseporter.formats.archive import Archive, Member, Raw
from courseporter.formats.gzip_stream import DAMAGE, RAW_DEFLATE, crc32, new_deflater
from courseporter.formats.scorm_player.content_types import is_dense
from courseporter.formats.scorm_player.zip_writer import DEFLATED, STORED, Stored, ZipWriter

try:
    from isal import isal_zlib as fast_zlib
except ImportError:  # pragma: no cover - platforms without a wheel
    fast_zlib = zlib
_FAST = cast(Any, fast_zlib)  # isal's own annotations are incomplete

STEP = 64 << 10
SMALL = 1 << 20  # bytes that are packed in memory
UNREADABLE = {"archive_corrupt", "archive_encrypted", "archive_unsupported"}


class _Inflater(Protocol):
    eof: bool
    unconsumed_tail: bytes
    unused_data: bytes

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class Repacker:
    """Appends members of an archive to a ZIP."""

    def __init__(self, archive: Archive, out: ZipWriter) -> None:
        self._archive = archive
        self._out = out

    def take(self, path: str, member: Member, *, plain: bool) -> Stored | None:
        """Append one file, unpacked when `plain`; None for one that cannot be read."""
        try:
            raw = self._archive.raw(member)
            copied = None
            if raw and raw.method == DEFLATED and member.packed_size < member.size and not plain:
                copied = self._copy(path, member, raw)
            return copied or self._pack(path, member, store=plain or is_dense(path))
        except InputError as error:
            if error.code not in UNREADABLE:
                raise
            self._out.undo()
            return None

    def _copy(self, path: str, member: Member, raw: Raw) -> Stored | None:
        """The deflated bytes as they lie; None when they are not quite what they should be."""
        proof = _Proof(member)
        if member.packed_size <= SMALL:
            data = _all(raw)
            if not proof.take(data) or not proof.holds():
                return None
            return self._out.add(path, data, DEFLATED, member.crc or 0, member.size)
        self._out.begin(path)
        while piece := raw.packed.read(STEP):
            if not proof.take(piece):
                break
            self._out.file.write(piece)
        if not proof.holds():
            self._out.undo()
            return None
        return self._out.end(path, member.packed_size, member.size, DEFLATED, member.crc or 0)

    def _pack(self, path: str, member: Member, *, store: bool) -> Stored:
        if member.size > SMALL:
            return self._pack_large(path, member, store=store)
        with self._archive.open(member) as stream:
            data = stream.read()
        crc = crc32(data)
        if not store:
            packer = new_deflater()
            packed = packer.compress(data) + packer.flush()
            if len(packed) < len(data):
                return self._out.add(path, packed, DEFLATED, crc, len(data))
        return self._out.add(path, data, STORED, crc, len(data))

    def _pack_large(self, path: str, member: Member, *, store: bool) -> Stored:
        self._out.begin(path)
        packer = None if store else new_deflater()
        crc = size = packed = 0
        with self._archive.open(member) as stream:
            while piece := stream.read(STEP):
                crc, size = crc32(piece, crc), size + len(piece)
                data = packer.compress(piece) if packer else piece
                packed += len(data)
                self._out.file.write(data)
        if packer:
            data = packer.flush()
            packed += len(data)
            self._out.file.write(data)
            if packed >= size:
                self._out.undo()
                return self._pack_large(path, member, store=True)
        return self._out.end(path, packed, size, DEFLATED if packer else STORED, crc)


class _Proof:
    """Whether packed bytes give what the archive promises of a member, all of it and no more."""

    def __init__(self, member: Member) -> None:
        self._inflater = cast(_Inflater, _FAST.decompressobj(RAW_DEFLATE))
        self._member = member
        self._crc = self._size = 0

    def take(self, data: bytes) -> bool:
        """More packed bytes; false as soon as they cannot be right."""
        step = min(STEP, self._member.size + 1)
        while True:
            try:
                plain = self._inflater.decompress(data, step)
            except DAMAGE:
                return False
            self._size += len(plain)
            self._crc = crc32(plain, self._crc)
            if self._size > self._member.size or self._inflater.unused_data:
                return False
            data = self._inflater.unconsumed_tail
            if not data and len(plain) < step:
                return True

    def holds(self) -> bool:
        """Whether this was all of it."""
        fits = (self._size, self._crc) == (self._member.size, self._member.crc)
        return self._inflater.eof and fits


def _all(raw: Raw) -> bytes:
    parts: list[bytes] = []
    while piece := raw.packed.read(SMALL):
        parts.append(piece)
    return parts[0] if len(parts) == 1 else b"".join(parts)
