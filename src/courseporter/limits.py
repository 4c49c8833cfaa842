"""The limits of input: what a file may ask of this machine before it is refused."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Limits with their defaults; settings may change them (docs/reference/settings.md).

    Sizes in bytes; `ratio` is unpacked to packed size, `depth` folders above a file.
    """

    archive: int = 4 << 30
    unpacked: int = 20 << 30
    ratio: int = 200
    entries: int = 200_000
    manifest: int = 64 << 20
    depth: int = 64
    table: int = 256 << 20
    cell: int = 16 << 20
