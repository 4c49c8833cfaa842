"""A place: the file, folder or connection that courses are read from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Literal

from courseporter.context import Limits
from courseporter.errors import InputError, _
from courseporter.formats.archive import Archive, fingerprint, open_archive

PlaceKind = Literal["file", "folder", "connection"]
CONNECTION = "connection:"


class Place:
    """A file, archive or folder, opened once and looked at by every source.

    In `memo` a source may keep between two calls what it has read of the place.  `choices` are what
    whoever imports chose, by the source's own names (docs/reference/sources).
    """

    def __init__(
        self,
        path: Path,
        limits: Limits | None = None,
        choices: Mapping[str, str] | None = None,
    ) -> None:
        self.path = path
        self.limits = limits or Limits()
        self.choices = choices or {}
        self.memo: dict[str, object] = {}

    @property
    def kind(self) -> PlaceKind:
        """What sort of place it is."""
        return "folder" if self.path.is_dir() else "file"

    @property
    def name(self) -> str:
        """The name to show to people."""
        return self.path.name

    @property
    def address(self) -> str:
        """What is kept of the place, to find it again."""
        return str(self.path)

    def require(self) -> None:
        """Raise InputError `not_found` when the place doesn't exist."""
        if not self.path.exists():
            raise InputError(
                _("Can't find “{name}”. It may have been moved or renamed.", name=self.name),
                _("Check the path."),
                self.address,
                code="not_found",
            )

    def fingerprint(self, tick: Callable[[int], None] = lambda _bytes: None) -> str:
        """SHA-256 of what is there now: another one means that it is another import."""
        return fingerprint(self.path, self.limits, tick)

    @cached_property
    def archive(self) -> Archive:
        """The members of the archive or folder.  Raises InputError when it is none or is not safe
        to read.
        """
        return open_archive(self.path, self.limits)

    def close(self) -> None:
        """Give back the file handle, if there is one."""
        if "archive" in self.__dict__:
            self.archive.close()


class ConnectionPlace(Place):
    """A school or site behind a stored connection; `provider` is the connection's kind.

    Sources reach it through `Context.http`; there is no path and no archive.
    """

    def __init__(
        self,
        provider: str,
        connection_id: str,
        name: str,
        limits: Limits | None = None,
        choices: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(Path(name), limits, choices)
        self.provider = provider
        self.connection_id = connection_id

    @property
    def kind(self) -> PlaceKind:
        """Always a connection."""
        return "connection"

    @property
    def address(self) -> str:
        """The id of the connection: its name may change."""
        return CONNECTION + self.connection_id

    def require(self) -> None:
        """Nothing to look for on this computer."""

    def fingerprint(self, tick: Callable[[int], None] = lambda _bytes: None) -> str:  # noqa: ARG002
        """The connection itself: what a school holds may change at any time."""
        return sha256(f"{self.provider}:{self.connection_id}".encode()).hexdigest()
