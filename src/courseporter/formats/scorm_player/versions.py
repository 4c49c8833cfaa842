"""Which versions of the SCORM API a player offers: the one of the manifest, as an LMS would.

Wrappers such as those of pipwerks, Rustici, eXeLearning and H5P look for SCORM 2004 first.  With
both APIs in sight, a SCORM 1.2 lesson would run as 2004: its elements are refused, and its mastery
score doesn't apply.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from courseporter.errors import InputError
from courseporter.formats.archive import Archive, Member
from courseporter.formats.scorm_player.content_types import content_type
from courseporter.formats.scorm_player.repack import UNREADABLE

ALL: Final = ("1.2", "2004")
MAX_TEXT: Final = 64 << 20  # bytes searched in one package
# What content must call, or look for, before it can use a version.
_SIGNS: Final = {
    "1.2": (b"LMSInitialize", b"LMSSetValue", b"LMSGetValue", b"LMSFinish"),
    "2004": (b"API_1484_11",),
}
_INERT: Final = ("audio/", "video/", "image/", "font/", "application/zip", "application/pdf")


def version_name(version: str) -> str:
    """Return the player's name for the version of a manifest."""
    return "2004" if version.startswith("2004") else "1.2"


def versions_of(archive: Archive, version: str) -> tuple[str, ...]:
    """Return the version of the manifest, and both when the files name only the other one.

    Without a version in the manifest, the files decide: those they name, or both if they name none.
    """
    if not version:
        named = _named(archive, ALL)
        return tuple(name for name in ALL if name in named) or ALL
    own = version_name(version)
    named = _named(archive, (own,))
    return (own,) if own in named or not named else ALL


def _named(archive: Archive, enough: tuple[str, ...]) -> set[str]:
    """Return the versions that the files name; the search ends once all of `enough` are found."""
    named: set[str] = set()
    for text in _texts(archive):
        named |= {name for name in ALL if any(sign in text for sign in _SIGNS[name])}
        if named.issuperset(enough):
            break
    return named


def _texts(archive: Archive) -> Iterator[bytes]:
    """Yield files that may hold scripts, without zero bytes: then UTF-16 can be searched, too."""
    left = MAX_TEXT
    for member in archive.members.values():
        if member.size <= left and _may_call(member):
            left -= member.size
            try:
                with archive.open(member) as stream:
                    yield stream.read().replace(b"\0", b"")
            except InputError as error:
                if error.code not in UNREADABLE:
                    raise


def _may_call(member: Member) -> bool:
    kind = content_type(member.path)
    return kind == "image/svg+xml" or not kind.startswith(_INERT)
