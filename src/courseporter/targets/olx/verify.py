"""Reads the written package back: every member, and the course as its blocks tell it, against what
was to be written.
"""

from __future__ import annotations

import hashlib
import io
from array import array
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

from courseporter.errors import RejectedError
from courseporter.formats.context import Context
from courseporter.formats.gzip_stream import GzipReader, crc32
from courseporter.formats.olx_package import Index, Walk
from courseporter.formats.tar import TarMember, TarReader
from courseporter.model import OutlineRow
from courseporter.targets.olx.outline import fingerprint
from courseporter.targets.olx.pack import Packed, Progress

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Outline = Callable[[], Iterator[OutlineRow]]


def verify(raw: BinaryIO, packed: Packed, rows: array[int], outline: Outline, ctx: Context) -> str:
    """The SHA-256 of the package on disk.

    Raises RejectedError `package_differs` naming the first member or outline row that is not as it
    was to be;
    `outline` is asked again only to name that row.
    """
    hashed = _Hashed(raw)
    index = Index("the written package", rules=False)
    progress = Progress(ctx, packed.bytes, "MB checked")
    count = 0
    for count, member in enumerate(
        TarReader(
            GzipReader(cast("BinaryIO", hashed), "the written package"), "the written package"
        ),
        1,
    ):
        _compare_member(member, count - 1, packed, index, progress)
    if count != len(packed.sizes):
        raise _differs(
            f"it has {count} files instead of {len(packed.sizes)}", "the end of the archive"
        )
    _compare_outline(index, rows, outline, ctx)
    return hashed.digest.hexdigest()


class _Hashed(io.RawIOBase):
    """The file while it is read, hashed on the way."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        data = self._raw.read(len(view))
        view[: len(data)] = data
        self.digest.update(data)
        return len(data)


def _compare_member(
    member: TarMember, number: int, packed: Packed, index: Index, progress: Progress
) -> None:
    check = crc32(member.name.encode())
    if index.wants(member.name, 0):
        data = member.read()
        check = crc32(data, check)
        index.add(member.name, data)
        progress.add(len(data))
    else:
        for piece in member.pieces():
            check = crc32(piece, check)
            progress.add(len(piece))
        index.add(member.name, None)
    if number >= len(packed.sizes) or (member.size, check) != (
        packed.sizes[number],
        packed.checks[number],
    ):
        raise _differs(f"the file {member.name} is not what was written", member.name)


def _compare_outline(index: Index, rows: array[int], outline: Outline, ctx: Context) -> None:
    index.find_root()
    number = 0
    for found in Walk(index):
        if not found.rows:
            raise _differs(f"{found.name} is lost", found.name)
        for row in found.rows:
            if number >= len(rows) or fingerprint(row) != rows[number]:
                _name_row(number, row, outline)
            number += 1
            if not number % 2000:
                ctx.tick(number, len(rows), "rows compared")
    if number != len(rows):
        _name_row(number, None, outline)
    missing = index.missing_statics()
    if missing:
        name, path = next(iter(missing.items()))
        raise _differs(f"{path} refers to static/{name}, which is not there", path)


def _name_row(number: int, found: OutlineRow | None, outline: Outline) -> None:
    wanted = next((row for at, row in enumerate(outline()) if at == number), None)
    known = found or wanted
    raise _differs(
        f"row {number + 1} of the outline is {_said(found)} instead of {_said(wanted)}",
        known.key if known else "outline",
    )


def _said(row: OutlineRow | None) -> str:
    if row is None:
        return "nothing"
    hidden = ", hidden" if row.hidden else ""
    questions = f", {row.questions} questions" if row.questions else ""
    return f"{row.type or row.kind} “{row.title}” at level {row.depth}{questions}{hidden}"


def _differs(why: str, where: str) -> RejectedError:
    return RejectedError(
        f"The written package, read back, is not the draft: {why}.",
        "Nothing was handed over.  Try again; if it stays so, report it.",
        where,
        code="package_differs",
    )
