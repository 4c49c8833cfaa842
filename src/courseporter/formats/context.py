"""The only way out for sources and targets: files, assets and progress come through a `Context`.

A source or target never opens the store, the network or the keychain itself; so it runs in a test
without any of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

from courseporter.model import Asset


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of input; settings may change them (docs/reference/settings.md).  Sizes in bytes."""

    archive: int = 4 << 30
    unpacked: int = 20 << 30
    ratio: int = 200
    entries: int = 200_000
    manifest: int = 64 << 20
    depth: int = 64
    cell: int = 16 << 20


class Context(Protocol):
    """What a source or target may ask for while it works."""

    @property
    def limits(self) -> Limits:
        """The limits of input."""
        ...

    @property
    def scratch(self) -> Path:
        """A folder for private temporary files; what lies in it may vanish at any time."""
        ...

    def asset(self, path: str, stream: BinaryIO) -> Asset:
        """Keep the stream's bytes as the draft's asset `path`; read once, stored once under their
        SHA-256.
        """
        ...

    def open_asset(self, sha256: str) -> BinaryIO:
        """The bytes of a stored asset, from the start."""
        ...

    def small_assets(self, wanted: Sequence[str]) -> Mapping[str, bytes]:
        """The bytes of those of these assets that the store keeps as rows, by SHA-256, at once.

        The others must be opened.
        """
        ...

    def tick(self, done: int, total: int | None, unit: str) -> None:
        """Say how far the work is ("lessons", "MB").  Raises Canceled or LeaseLost when the work
        must stop; cheap to call.
        """
        ...
