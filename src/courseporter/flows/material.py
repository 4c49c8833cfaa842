"""The way out that sources and targets get while a job runs them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from courseporter.connections.kinds import kind_named
from courseporter.connections.using import open_connection
from courseporter.context import Http, Limits
from courseporter.disk.private import make_private
from courseporter.errors import SettingsError, _, refused_home
from courseporter.jobs.run import Run
from courseporter.model import Asset
from courseporter.net import Client, Policy
from courseporter.settings import read_preferences
from courseporter.store import Store
from courseporter.store.assets import Stored

BLOCK = 1 << 20
MEDIA = "media"
MEDIA_POLICY = Policy(total=3600.0, tries=5, patience=60.0)


class Material:
    """A `Context` on top of a running job.

    Assets wait for `take` until their chunk is saved; `keep=False` (inspect) only measures them.
    """

    def __init__(self, run: Run, *, keep: bool = True) -> None:
        self._run = run
        self._sites: Sites | None = None
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

    def http(self, site: str = "") -> Http:
        """The client for a site of the job's connection."""
        if self._sites is None:
            run = self._run
            self._sites = Sites(
                run.store,
                run.job.org_id,
                run.job.connection_id,
                tick=run.tick,
                job_id=run.job.id,
            )
        return self._sites.http(site)

    def close(self) -> None:
        """Close the clients."""
        if self._sites is not None:
            self._sites.close()

    def tick(self, done: int, total: int | None, unit: str) -> None:
        """Progress and the question whether to stop."""
        self._run.tick(done, total, unit)


class Sites:
    """The clients of a connection, one for each of its sites, opened on first use.

    With `job_id`, answers are kept for that job, so that a resume asks for none of them again.
    """

    def __init__(
        self,
        store: Store,
        org_id: str,
        connection_id: str | None,
        *,
        tick: Callable[[], None] | None = None,
        job_id: str | None = None,
    ) -> None:
        self._store = store
        self._org_id = org_id
        self._connection_id = connection_id
        self._tick = tick
        self._job_id = job_id
        self._open: dict[str, Client] = {}

    def http(self, site: str = "") -> Client:
        """The client for a site; `media` for files on any host.  Raises SettingsError."""
        found = self._open.get(site)
        if found is None:
            found = self._open[site] = self._client(site)
        return found

    def close(self) -> None:
        """Close all of them."""
        while self._open:
            self._open.popitem()[1].close()

    def _client(self, site: str) -> Client:
        if site == MEDIA:
            return Client(policy=MEDIA_POLICY, tick=self._tick)
        if not self._connection_id:
            raise SettingsError(_("This course isn't read over a connection."))
        opened = open_connection(
            self._store, self._org_id, self._connection_id, tick=self._tick, job_id=self._job_id
        )
        make = kind_named(opened.kind).clients.get(site)
        client = make(opened) if make else None
        if client is None:
            what = site or opened.kind
            raise SettingsError(
                _("“{name}” has no access to “{site}”.", name=opened.name, site=what),
                _("Add the missing key to the connection."),
                code="secret_missing",
            )
        return client


class Sketch:
    """A `Context` for a first look: it keeps nothing and nobody waits for it."""

    def __init__(self, store: Store, sites: Sites | None = None) -> None:
        self._store = store
        self._sites = sites
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

    def http(self, site: str = "") -> Http:
        """The client for a site of the connection, if there is one."""
        sites = self._sites or Sites(self._store, "", None)
        return sites.http(site)

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
