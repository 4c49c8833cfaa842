"""Reads the written package back and compares it with what should have been written: every member,
and the course as its blocks describe it.
"""

from __future__ import annotations

import hashlib
import io
from array import array
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

from courseporter.context import Context
from courseporter.errors import Message, Phrase, RejectedError, _
from courseporter.formats.gzip_stream import GzipReader, crc32
from courseporter.formats.olx.package import Index, Walk
from courseporter.formats.tar import PIECE, TarMember, TarReader
from courseporter.model import OutlineRow
from courseporter.targets.olx.outline import fingerprint
from courseporter.targets.olx.pack import Packed, Progress

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_NAME = "the written package"
Outline = Callable[[], Iterator[OutlineRow]]


def verify(
    raw: BinaryIO,
    packed: Packed,
    rows: array[int],
    outline: Outline,
    ctx: Context,
    *,
    foreign: bool = False,
) -> str:
    """The SHA-256 of the package on disk.

    Raises RejectedError `package_differs` naming the first member or outline row that is not as it
    was to be;
    `outline` is asked again only to name that row; `foreign`: files that pages name may be missing,
    as they were in the source.
    """
    hashed = _Hashed(raw)
    index = Index(_NAME, rules=False)
    progress = Progress(ctx, packed.bytes, "MB checked")
    sizes, checks = packed.sizes, packed.checks
    count = waiting = 0
    for member in TarReader(GzipReader(cast("BinaryIO", hashed), _NAME), _NAME):
        size, name = member.size, member.name
        wanted = index.wants(name, 0)
        data = member.read() if wanted or size <= PIECE else None
        check = crc32(name.encode())
        check = _crc_of(member, check, progress) if data is None else crc32(data, check)
        if count >= len(sizes) or size != sizes[count] or check != checks[count]:
            raise _differs(_("The file {name} differs from what was written.", name=name), name)
        index.add(name, data if wanted else None)
        count += 1
        waiting += size if data is not None else 0
        if waiting > PIECE:
            progress.add(waiting)
            waiting = 0
    progress.add(waiting)
    if count != len(sizes):
        message = _("It has {count} files instead of {wanted}.", count=count, wanted=len(sizes))
        raise _differs(message, _("the end of the archive"))
    _compare_outline(index, rows, outline, ctx)
    if not foreign:
        _require_files(index)
    return hashed.digest.hexdigest()


def _crc_of(member: TarMember, check: int, progress: Progress) -> int:
    """The CRC-32 of a large file, continued from `check`."""
    for piece in member.pieces():
        check = crc32(piece, check)
        progress.add(len(piece))
    return check


class _Hashed(io.RawIOBase):
    """The file while it is read, hashed on the way."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        size = cast("io.BufferedIOBase", self._raw).readinto(buffer)
        self.digest.update(memoryview(buffer)[:size])
        return size


def _compare_outline(index: Index, rows: array[int], outline: Outline, ctx: Context) -> None:
    index.find_root()
    number = 0
    for found in Walk(index):
        if not found.rows:
            raise _differs(_("{name} is lost.", name=found.name), found.name)
        for row in found.rows:
            if number >= len(rows) or fingerprint(row) != rows[number]:
                _name_row(number, row, outline)
            number += 1
            if not number % 2000:
                ctx.tick(number, len(rows), "rows compared")
    if number != len(rows):
        _name_row(number, None, outline)


def _require_files(index: Index) -> None:
    missing = index.missing_statics()
    if missing:
        name, path = next(iter(missing.items()))
        message = _("{path} refers to static/{name}, which is missing.", path=path, name=name)
        raise _differs(message, path)


def _name_row(number: int, found: OutlineRow | None, outline: Outline) -> None:
    wanted = next((row for at, row in enumerate(outline()) if at == number), None)
    known = found or wanted
    message = _(
        "Row {number} of the outline is {found} instead of {wanted}.",
        number=number + 1,
        found=_described(found),
        wanted=_described(wanted),
    )
    raise _differs(message, known.key if known else "outline")


def _described(row: OutlineRow | None) -> str:
    if row is None:
        return "–"
    hidden = ", hidden" if row.hidden else ""
    questions = f", {row.questions} questions" if row.questions else ""
    return f"{row.type or row.kind} “{row.title}”, level {row.depth}{questions}{hidden}"


def _differs(why: Message, where: Phrase) -> RejectedError:
    return RejectedError(
        _("The written package differs from the draft. {why}", why=why),
        _("Nothing was saved. Try again. If that doesn't help, please report it."),
        where,
        code="package_differs",
    )
