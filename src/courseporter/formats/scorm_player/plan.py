"""Which file of a package goes where: into the repacked ZIP, beside it, or nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from courseporter.formats.archive import Archive, Member
from courseporter.formats.scorm_player.content_types import is_media, is_page

MANIFEST = "imsmanifest.xml"
LARGE_MEDIA = 8 << 20  # bytes; larger ones are served by the platform itself, range by range
LARGE_PACKAGE = 100 << 20  # bytes of ZIP; Open edX reads each file into memory
LEAST_BESIDE = 256 << 10  # a smaller file is not worth a place of its own
GROWTH = 0.03  # what storing media plain may add to the package,
FREE_GROWTH = 32 << 10  # and this much in any case


class Plan(NamedTuple):
    """Paths as the lesson knows them, with their members, sorted by path.

    `plain`: media that are stored although they were packed.  `outside`: files that are beside
    the folder of the manifest, where no lesson can reach them.
    """

    zipped: list[tuple[str, Member]]
    beside: list[tuple[str, Member]]
    plain: frozenset[str]
    outside: int


def plan(archive: Archive) -> Plan:
    """The plan for a package whose manifest lies at the root or one folder down."""
    folder = folder_of(archive.members)
    inside = sorted(
        (path[len(folder) :], member)
        for path, member in archive.members.items()
        if path.startswith(folder)
    )
    beside = _beside(inside)
    zipped = [(path, member) for path, member in inside if path not in beside]
    return Plan(
        zipped,
        [(path, member) for path, member in inside if path in beside],
        _plain(zipped),
        len(archive.members) - len(inside),
    )


def folder_of(paths: Iterable[str]) -> str:
    """The folder of the manifest, with its slash; nothing when it lies at the root or nowhere."""
    found = [path for path in paths if path.rpartition("/")[2].lower() == MANIFEST]
    top = min(found, key=lambda path: (path.count("/"), not path.endswith(MANIFEST)), default="")
    return top[: top.rfind("/") + 1] if top.count("/") == 1 else ""


def _beside(inside: list[tuple[str, Member]]) -> set[str]:
    """Large media; and of a package that is still too large the largest files, without pages."""
    beside = {path for path, member in inside if member.size > LARGE_MEDIA and is_media(path)}
    total = sum(member.packed_size for path, member in inside if path not in beside)
    if total <= LARGE_PACKAGE:
        return beside
    for path, member in sorted(inside, key=lambda one: (-one[1].packed_size, one[0])):
        if total <= LARGE_PACKAGE or member.packed_size < LEAST_BESIDE:
            break
        if path not in beside and not is_page(path):
            beside.add(path)
            total -= member.packed_size
    return beside


def _plain(zipped: list[tuple[str, Member]]) -> frozenset[str]:
    """Packed media to be stored plain, those first that grow least, within what it may cost."""
    room = GROWTH * sum(member.packed_size for _, member in zipped) + FREE_GROWTH
    packed = [
        (member.size - member.packed_size, path)
        for path, member in zipped
        if member.size > member.packed_size and is_media(path)
    ]
    chosen: set[str] = set()
    for growth, path in sorted(packed):
        room -= growth
        if room < 0:
            break
        chosen.add(path)
    return frozenset(chosen)
