"""A folder as an archive: the same view as of a ZIP file, without following links out."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from courseporter.context import Limits
from courseporter.errors import AuthError, InputError, _
from courseporter.formats.archive.directory import too_deep, too_many
from courseporter.formats.archive.listing import Listing, Tally
from courseporter.formats.archive.member import Member, Raw
from courseporter.formats.archive.names import is_clutter, shown


class FolderArchive:
    """All files below a folder, sorted by path so that every reading is the same."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.name = path.name or str(path)
        self._root = path
        self._spelling: dict[str, str] = {}  # normalised path → as it is on the disk
        tally = Tally(self.name)
        self._listing = Listing(tally)
        self._deepest = limits.depth
        self.clutter = 0
        total = 0
        for index, (name, size) in enumerate(self._walk(tally)):
            if index >= limits.entries:
                raise too_many(self.name, index + 1, limits.entries)
            total += size
            if total > limits.unpacked:
                raise self._too_large("The folder", total, limits.unpacked)
            self._add(name, size, index)
        self._listing.look_for_clashes(set())
        self.members = self._listing.members
        self.problems = tally.problems()
        self.doubled = frozenset(self._listing.doubled)

    def find(self, path: str) -> Member | None:
        """See `Archive.find`."""
        return self._listing.find(path)

    def open(self, member: Member) -> BinaryIO:
        """See `Archive.open`."""
        path = self._root / self._spelling.get(member.path, member.path)
        try:
            return path.open("rb")
        except PermissionError as error:
            raise AuthError(
                _("“{shown}” can't be read: permission denied.", shown=shown(member.path)),
                _("Check the file's permissions."),
                str(path),
                code="permission_denied",
            ) from error
        except FileNotFoundError as error:
            raise InputError(
                _(
                    "“{shown}” disappeared from “{name}” while it was being read.",
                    shown=shown(member.path),
                    name=self.name,
                ),
                _("Try again, and don't change the folder during the import."),
                str(path),
                code="not_found",
            ) from error

    def raw(self, member: Member) -> Raw | None:  # noqa: ARG002 - nothing is packed here
        """See `Archive.raw`."""
        return None

    def read(self, member: Member, limit: int) -> bytes:
        """See `Archive.read`."""
        with self.open(member) as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise self._too_large(f"“{shown(member.path)}”", max(member.size, len(data)), limit)
        return data

    def close(self) -> None:
        """Nothing is held open."""

    def _add(self, name: str, size: int, index: int) -> None:
        path = unicodedata.normalize("NFC", name)
        if path != name:
            self._spelling[path] = name
        self._listing.add(Member(path=path, size=size, packed_size=size, index=index))

    def _walk(self, tally: Tally) -> Iterator[tuple[str, int]]:
        """Paths and sizes of plain files, depth first, sorted."""
        root = self._root.resolve()
        todo: list[str] = [""]
        while todo:
            folder = todo.pop()
            with os.scandir(self._root / folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
            below: list[str] = []
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if not _is_utf8(entry.name):
                    tally.add("archive_unreadable_name", path)
                elif entry.is_dir(follow_symlinks=False) and path.count("/") < self._deepest:
                    below.append(path)
                elif entry.is_dir(follow_symlinks=False):
                    raise too_deep(self.name, path, self._deepest)
                elif _is_plain(entry, root):
                    if is_clutter(path):
                        self.clutter += 1
                    else:
                        yield path, entry.stat().st_size
                else:
                    tally.add("archive_special_entry", path)
            todo.extend(reversed(below))

    def _too_large(self, what: str, size: int, limit: int) -> InputError:
        return InputError(
            _(
                "{what} ({name}) has {size:,} bytes; the limit is {limit:,}.",
                what=what,
                name=self.name,
                size=size,
                limit=limit,
            ),
            _("Reduce its size, or raise the limit in the settings."),
            self.name,
            code="too_large",
        )


def _is_plain(entry: os.DirEntry[str], root: Path) -> bool:
    """Whether it is a file and lies inside `root`."""
    try:
        if not entry.is_file():  # nor is a link that leads nowhere, or in a circle
            return False
        return not entry.is_symlink() or Path(entry.path).resolve().is_relative_to(root)
    except OSError:
        return False


def _is_utf8(name: str) -> bool:
    """Whether the name can be written down; Python keeps other bytes as lone surrogates."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
