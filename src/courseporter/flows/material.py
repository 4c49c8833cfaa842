"""The way out that sources and targets get while a job runs them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from courseporter.context import Limits
from courseporter.disk.private import make_private
from courseporter.errors import refused_home
from courseporter.jobs.run import Run
from courseporter.model import Asset
from courseporter.settings import read_preferences
from courseporter.store import Store
from courseporter.store.assets import Stored

BLOCK = 1 << 20


class Material:
    """A `Context` on top of a running job.

    Assets wait for `take` until their chunk is saved; `keep=False` (inspect) only measures them.
    """

    def __init__(self, run: Run, *, keep: bool = True) -> None:
        self._run = run
        self._keep = keep
        self._stored: dict[str, Stored] = {}
        self.limits = limits_of(run.store)

    @property
    def scratch(self) -> Path:
        """Private temporary files of this data folder."""
        return scratch_of(self._run.store)

    def asset(self, path: str, stream: BinaryIO) -> Asset:
        """Keep the bytes once under their SHA-256; small ones ride with the chunk's transaction."""
        kept = self._run.store.assets.put(stream) if self._keep else measured(stream)
        self._stored[path] = kept
        return Asset(path=path, sha256=kept.sha256, size=kept.size)

    def take(self) -> dict[str, Stored]:
        """The assets since the last call by path, to be saved with their chunk."""
        stored, self._stored = self._stored, {}
        return stored

    def open_asset(self, sha256: str) -> BinaryIO:
        """The bytes of a stored asset."""
        return self._run.store.assets.open(sha256)

    def small_assets(self, wanted: Sequence[str]) -> Mapping[str, bytes]:
        """The bytes of those assets that are rows."""
        return self._run.store.assets.small(wanted)

    def tick(self, done: int, total: int | None, unit: str) -> None:
        """Progress and the question whether to stop."""
        self._run.tick(done, total, unit)


class Sketch:
    """A `Context` for a first look: it keeps nothing and nobody waits for it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.limits = limits_of(store)

    @property
    def scratch(self) -> Path:
        """Private temporary files of this data folder."""
        return scratch_of(self._store)

    def asset(self, path: str, stream: BinaryIO) -> Asset:
        """Measure the bytes."""
        kept = measured(stream)
        return Asset(path=path, sha256=kept.sha256, size=kept.size)

    def open_asset(self, sha256: str) -> BinaryIO:
        """The bytes of a stored asset."""
        return self._store.assets.open(sha256)

    def small_assets(self, wanted: Sequence[str]) -> Mapping[str, bytes]:
        """The bytes of those assets that are rows."""
        return self._store.assets.small(wanted)

    def tick(self, done: int, total: int | None, unit: str) -> None:
        """Nobody looks."""


def limits_of(store: Store) -> Limits:
    """The limits of input that the settings of this data folder say."""
    return read_preferences(store.home).limits


def scratch_of(store: Store) -> Path:
    """The folder for private temporary files.  Raises SettingsError where nobody may write."""
    folder = store.home / "scratch"
    try:
        make_private(folder)
    except OSError as error:
        raise refused_home(error, folder) from error
    return folder


def measured(stream: BinaryIO) -> Stored:
    """Size and SHA-256 of a stream, in blocks of 1 MiB, nothing kept."""
    digest, size = hashlib.sha256(), 0
    while block := stream.read(BLOCK):
        digest.update(block)
        size += len(block)
    return Stored(digest.hexdigest(), size, None)
