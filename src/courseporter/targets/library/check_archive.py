"""Reads a written archive back, and refuses what a restore would lose silently."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from typing import BinaryIO, cast

from courseporter.context import Context
from courseporter.errors import Phrase, RejectedError, _
from courseporter.formats.archive import open_stored
from courseporter.targets.library.entities import LEVELS, MAX_TITLE, Kind
from courseporter.targets.library.writer import Entity

MAX_KEY = 255
BLOCK = 1 << 20
STEP = 100


def check_bytes(stream: BinaryIO, name: str, ctx: Context, checks: Mapping[str, int]) -> None:
    """Every member is on the disk as it was written; `checks`: CRC-32 by name.

    Raises RejectedError `package_differs` naming the first that isn't.
    """
    stream.seek(0)
    with closing(open_stored(name, cast("BinaryIO", _Unclosed(stream)), ctx.limits)) as archive:
        found = archive.members
        for number, (member, check) in enumerate(checks.items()):
            if member not in found:
                raise _differs(_("“{name}” is missing.", name=member), member)
            crc = 0
            with closing(archive.open(found[member])) as data:
                while block := data.read(BLOCK):
                    crc = zlib.crc32(block, crc)
            if crc != check:
                raise _differs(_("“{name}” differs from what was written.", name=member), member)
            if not number % STEP:
                ctx.tick(number, None, "files checked")


def check_entities(entities: Iterable[Entity], kinds: Mapping[str, Kind]) -> None:
    """Nothing of these would get lost; `kinds`: of everything in the library.

    Raises RejectedError `package_differs`.
    """
    for one in entities:
        for why in _broken(one):
            raise _differs(why, one.key)
        if one.kind == "component" or one.draft is None:
            continue
        below = LEVELS[LEVELS.index(one.kind) + 1]
        for child in one.draft.children:
            if kinds.get(child) != below:
                why = _(
                    "“{key}” lists “{child}”, which it can't contain.", key=one.key, child=child
                )
                raise _differs(why, one.key)


def _broken(one: Entity) -> Iterator[Phrase]:
    if len(one.key.rpartition(":")[2]) > MAX_KEY:
        yield _("The key “{key}” is too long.", key=one.key)
    content = one.draft
    if content is None:
        return
    if not content.title.strip() or len(content.title) > MAX_TITLE:
        yield _("The title of “{key}” is empty or too long.", key=one.key)
    for path in content.files:
        if path.lower().endswith(".toml") or f"v{one.version}/" in path:
            yield _("A restore would misplace the file “{path}”.", path=path)


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
