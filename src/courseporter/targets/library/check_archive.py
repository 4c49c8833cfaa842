"""Reads a written archive back and refuses it where a restore would lose something silently."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from courseporter.context import Context
from courseporter.errors import Phrase, RejectedError, _
from courseporter.targets.library.entities import LEVELS, MAX_TITLE
from courseporter.targets.library.reader import Existing, LibraryArchive

MAX_KEY = 255
STEP = 100


def check_archive(stream: BinaryIO, name: str, ctx: Context, expected: Mapping[str, str]) -> None:
    """Every expected entity is there with its fingerprint, and nothing of it would get lost.

    Raises RejectedError `package_differs` naming the first that isn't as it was to be.
    """
    stream.seek(0)
    left, kinds, containers = dict(expected), dict[str, str](), list[Existing]()
    with LibraryArchive(Path(name), ctx.limits, cast("BinaryIO", _Unclosed(stream))) as archive:
        for number, one in enumerate(archive.entities()):
            kinds[one.key] = one.kind
            if one.key in left:
                _check_entity(one, left.pop(one.key))
                if one.kind != "component":
                    containers.append(one)
            if not number % STEP:
                ctx.tick(number, None, "items checked")
        collected = {key for one in archive.collections() for key in one.entities}
    for key in sorted(collected - kinds.keys()):
        raise _differs(_("“{key}” is in a collection but missing.", key=key), key)
    for key in left:
        raise _differs(_("“{key}” is missing from what was written.", key=key), key)
    _check_children(containers, kinds)


def _check_entity(one: Existing, wanted: str) -> None:
    if one.draft is None or one.draft.fingerprint != wanted:
        raise _differs(_("“{key}” differs from what was written.", key=one.key), one.key)
    for why in _broken(one):
        raise _differs(why, one.key)


def _broken(one: Existing) -> Iterator[Phrase]:
    if len(one.key.rpartition(":")[2]) > MAX_KEY:
        yield _("The key “{key}” is too long.", key=one.key)
    version = one.draft
    if version is None:
        return
    if not version.title.strip() or len(version.title) > MAX_TITLE:
        yield _("The title of “{key}” is empty or too long.", key=one.key)
    for path in version.files:
        if path.lower().endswith(".toml") or f"v{version.number}/" in path:
            yield _("A restore would misplace the file “{path}”.", path=path)


def _check_children(containers: Sequence[Existing], kinds: Mapping[str, str]) -> None:
    for one in containers:
        below = LEVELS[LEVELS.index(one.kind) + 1]
        for child in one.draft.children if one.draft else ():
            if kinds.get(child) != below:
                why = _("“{key}” lists “{child}”, which it can't hold.", key=one.key, child=child)
                raise _differs(why, one.key)


def _differs(message: Phrase, where: str) -> RejectedError:
    return RejectedError(
        message, _("Nothing was written. Please report it."), where, code="package_differs"
    )


class _Unclosed(io.RawIOBase):
    """The stream of somebody else: closing this leaves it open."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """Where it is."""
        return self._stream.tell()

    def read(self, size: int = -1, /) -> bytes:
        """Bytes."""
        return self._stream.read(size)
