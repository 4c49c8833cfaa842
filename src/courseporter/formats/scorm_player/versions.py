"""Which versions of the SCORM API travel with a package: a tiny one must not grow by both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from courseporter.errors import InputError
from courseporter.formats.archive import Archive
from courseporter.formats.scorm_player.repack import UNREADABLE

ALL: Final = ("1.2", "2004")
SMALL: Final = 4 << 20  # bytes of all files; below it, a third of the player is worth a look
# What content must call, or look for, before it can use a version.
_SIGNS: Final = {"1.2": b"LMSInitialize", "2004": b"API_1484_11"}


def version_name(version: str) -> str:
    """The player's name for the version of a manifest."""
    return "2004" if version.startswith("2004") else "1.2"


def versions_of(archive: Archive, version: str) -> tuple[str, ...]:
    """The version of the manifest, and any that the files of the package know of; all of them when
    the manifest tells none, or when the package is not small.
    """
    if not version or sum(one.size for one in archive.members.values()) > SMALL:
        return ALL
    sought = {_SIGNS[name]: name for name in ALL if name != version_name(version)}
    found = {version_name(version)}
    for text in _texts(archive):
        found |= {name for sign, name in sought.items() if sign in text}
    return tuple(name for name in ALL if name in found)


def _texts(archive: Archive) -> Iterator[bytes]:
    for member in archive.members.values():
        try:
            with archive.open(member) as stream:
                yield stream.read()
        except InputError as error:
            if error.code not in UNREADABLE:
                raise
