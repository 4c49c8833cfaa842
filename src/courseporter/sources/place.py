"""A place: the file or folder the user pointed at, opened once and looked at by every source."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from courseporter.context import Limits
from courseporter.formats.archive import Archive, open_archive


class Place:
    """A file, archive or folder.  `archive` is opened on first use and then shared.

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
    def name(self) -> str:
        """The name to show to people."""
        return self.path.name

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
