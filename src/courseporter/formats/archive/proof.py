"""The proof of an archive: every member read once, so that lies come out early."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from courseporter.errors import InputError, Problem
from courseporter.formats.archive.listing import Tally
from courseporter.formats.archive.member import Archive, Member

Reader = Callable[[bytes], None]  # gets a member's bytes in pieces, an empty piece at the end
_STEP = 64 << 10
_OFTEN = 20  # bits: progress is told once in a MiB
_KNOWN = {"archive_encrypted", "archive_unsupported"}  # told when the archive was opened


def check_members(
    archive: Archive,
    tick: Callable[[int, int], None] | None = None,
    watch: Callable[[Member], Reader | None] | None = None,
) -> tuple[Problem, ...]:
    """Read every member and throw the bytes away; what is damaged becomes a problem.

    `tick(done, total)` counts plain bytes; `watch` may name a reader of the member's bytes.
    Raises InputError `too_large` for sizes that lie.
    """
    tally = Tally(archive.name)
    total = sum(member.size for member in archive.members.values())
    done = 0
    for member in archive.members.values():
        reader = watch(member) if watch else None
        if member.crc is None and reader is None:
            continue  # a file of a folder promises nothing
        try:
            stream = archive.open(member)
        except InputError as error:
            if error.code in _KNOWN:
                continue
            raise
        try:
            done = _read_through(stream, done, total, tick, reader)
        except InputError as error:
            if error.code != "archive_corrupt":
                raise
            tally.add("archive_damaged_entry", member.path)
    return tally.problems()


def _read_through(
    stream: BinaryIO,
    done: int,
    total: int,
    tick: Callable[[int, int], None] | None,
    reader: Reader | None,
) -> int:
    with stream:
        while True:
            piece = stream.read(_STEP)
            before, done = done, done + len(piece)
            if tick and done >> _OFTEN != before >> _OFTEN:
                tick(done, total)
            if reader and piece:
                reader(piece)
            if len(piece) < _STEP:
                break
    if reader:
        reader(b"")
    return done
