"""The only way out for sources and targets: files, assets and progress come through a `Context`.

A source or target never opens the store, the network or the keychain itself; so it runs in a test
without any of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from courseporter.limits import Limits
from courseporter.model import Asset

__all__ = ["Context", "Limits"]


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
