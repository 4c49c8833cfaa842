"""The fingerprint of a file or folder: SHA-256 of its contents, refused before it costs hours."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from courseporter.context import Limits
from courseporter.errors import InputError, _
from courseporter.formats.archive.directory import too_many

BLOCK = 1 << 20


def fingerprint(
    path: Path, limits: Limits, tick: Callable[[int], None] = lambda _bytes: None
) -> str:
    """Return the SHA-256 of a file, or of names and contents of all files of a folder, by name.

    `tick` gets the bytes read so far, after each block.  Links that lead out of the folder aren't
    followed.  Raises InputError `too_large` or `too_many_entries` before anything is read: a sparse
    file costs its maker nothing and its reader hours.
    """
    hashing = _Hashing(tick)
    if not path.is_dir():
        _refuse_large(path, path.stat().st_size, limits.archive)
        return hashing.of(path)
    files = _listed(path, limits)
    digest = hashlib.sha256()
    for part in sorted(files):
        line = f"{part.relative_to(path).as_posix()}\0{hashing.of(part)}\n"
        digest.update(line.encode("utf-8", "surrogatepass"))  # names may be no text at all
    return digest.hexdigest()


class _Hashing:
    """Hashes files one after the other, and counts their bytes together."""

    def __init__(self, tick: Callable[[int], None]) -> None:
        self._tick = tick
        self._done = 0

    def of(self, path: Path) -> str:
        digest = hashlib.sha256()
        with path.open("rb") as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
                self._done += len(block)
                self._tick(self._done)
        return digest.hexdigest()


def _listed(folder: Path, limits: Limits) -> list[Path]:
    """All files of the folder, counted and measured."""
    found = list[Path]()
    total = 0
    for part in _inside(folder):
        found.append(part)
        total += part.stat().st_size
        if len(found) > limits.entries:
            raise too_many(folder.name, len(found), limits.entries)
        _refuse_large(folder, total, limits.unpacked)
    return found


def _inside(folder: Path) -> Iterator[Path]:
    """Plain files below the folder, and links to such."""
    root = folder.resolve()
    for part in folder.rglob("*"):
        if part.is_file() and (not part.is_symlink() or part.resolve().is_relative_to(root)):
            yield part


def _refuse_large(path: Path, size: int, limit: int) -> None:
    if size > limit:
        raise InputError(
            _(
                "“{name}” has {size:,} bytes; the limit is {limit:,}.",
                name=path.name,
                size=size,
                limit=limit,
            ),
            _("Reduce its size, or raise the limit in the settings."),
            str(path),
            code="too_large",
        )
