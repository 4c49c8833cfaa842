"""The only way out for sources and targets: files, assets and progress come through a `Context`.

A source or target never opens the store, the network or the keychain itself; so it runs in a test
without any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from courseporter.limits import Limits
from courseporter.model import Asset

__all__ = ["Answer", "Context", "Http", "Limits"]


class Answer(Protocol):
    """What a site answered (net.Answer)."""

    @property
    def status(self) -> int:
        """The HTTP status: 2xx, or one that the caller accepts."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers, names in lower case."""
        ...

    @property
    def body(self) -> bytes:
        """The whole body."""
        ...

    @property
    def url(self) -> str:
        """The address without its query."""
        ...

    def json(self) -> object:
        """The body as JSON.  Raises RejectedError `response_invalid`."""
        ...


class Http(Protocol):
    """A client for one site of a connection: paced, retried, its answers kept for a resume.

    Every call raises AuthError, TransientError or RejectedError, and what ends the job.
    """

    def get(
        self,
        path: str,
        *,
        params: Mapping[str, str] = ...,
        accept: tuple[int, ...] = ...,
        keep: Callable[[Answer], bool] = ...,
        journal: bool = ...,
    ) -> Answer:
        """Ask; statuses other than 2xx and `accept` raise.

        With `keep`, only answers it is true for are kept for a resume.  With `journal` false the
        site is asked even if its answer is kept, for addresses that have expired since.
        """
        ...

    def post(
        self,
        path: str,
        *,
        json: object = None,
        repeat: bool = False,
        accept: tuple[int, ...] = ...,
        keep: Callable[[Answer], bool] = ...,
    ) -> Answer:
        """Send JSON; `repeat` says that asking twice does no harm (GraphQL queries).

        With `keep`, the answers it is true for are kept for a resume, as those of `get` are.
        """
        ...

    def pause(self, seconds: float) -> None:
        """Send nothing to this site for so long: for limits that are in an answer's body."""
        ...

    def download(self, address: str, path: Path, *, cap: int, size: int | None = None) -> object:
        """Stream a file to `path`, which appears only when whole; an interrupted one continues."""
        ...

    def ahead(
        self, address: str, path: Path, *, cap: int, size: int | None = None
    ) -> Callable[[], object]:
        """Begin the same in the background, a few at once; the result waits for its end."""
        ...


class Context(Protocol):
    """What a source or target may ask for while it works."""

    @property
    def limits(self) -> Limits:
        """The limits of input."""
        ...

    @property
    def scratch(self) -> Path:
        """A folder for private temporary files; what is in it may vanish at any time."""
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

    def http(self, site: str = "") -> Http:
        """The client for a site of the place's connection: the first by default, `media` for files
        on any host, which never see the connection's key.  Raises SettingsError.
        """
        ...

    def tick(self, done: int, total: int | None, unit: str) -> None:
        """Say how far the work is ("lessons", "MB").  Raises Canceled or LeaseLost when the work
        must stop; cheap to call.
        """
        ...
