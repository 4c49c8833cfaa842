"""Files that a person's file or folder has for the names that a course misses."""

from __future__ import annotations

import filecmp
import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple
from urllib.parse import unquote

from courseporter.errors import InputError, _, refused_by_system

MOST_FILES: Final = 200_000
MOST_CHOICES: Final = 20


class Unclear(NamedTuple):
    """A name that several different files have."""

    name: str
    files: tuple[str, ...]


class Matched(NamedTuple):
    """For each name its file; names that several files fit, and those that none fits.

    `skipped`: folders that can't be read.
    """

    found: Mapping[str, Path]
    unclear: tuple[Unclear, ...] = ()
    missing: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


def match(names: Iterable[str], place: Path, chosen: Mapping[str, str]) -> Matched:
    """The files for these names; `chosen` decides for its names.

    Plain and percent-encoded names, any slashes, any letter case.  The folders of a name decide
    between files with the same name.  Raises InputError for what can't be read.
    """
    wanted = list(dict.fromkeys(names))
    found = {name: existing(Path(chosen[name])) for name in wanted if chosen.get(name)}
    rest = [name for name in wanted if name not in chosen]
    listing = Listing(place)
    unclear: list[Unclear] = []
    for name in rest:
        files = [place] if len(wanted) == 1 and listing.single else listing.fitting(name)
        if len(files) == 1:
            found[name] = files[0]
        elif files:
            unclear.append(Unclear(name, tuple(map(str, files[:MOST_CHOICES]))))
    known = found.keys() | {one.name for one in unclear}
    missing = tuple(name for name in wanted if name not in known)
    return Matched(found, tuple(unclear), missing, listing.skipped)


class Listing:
    """The files of a folder by their names; of a file, only itself."""

    def __init__(self, place: Path) -> None:
        self.single = not existing(place, folder=True).is_dir()
        self._refused: list[str] = []
        self._files: dict[str, list[Path]] = {}
        for file in [place] if self.single else self._walk(place):
            self._files.setdefault(plain(file.name), []).append(file)

    @property
    def skipped(self) -> tuple[str, ...]:
        """Folders below that can't be read."""
        return tuple(self._refused)

    def files(self) -> Iterator[Path]:
        """Every file, by name."""
        for name in sorted(self._files):
            yield from sorted(self._files[name])

    def fitting(self, name: str) -> list[Path]:
        """The files that fit a name best: more than one only if they differ."""
        spellings = {plain(one) for one in (name, unquote(name))}
        candidates = [
            (_common(spelling, file), file)
            for spelling in spellings
            for file in self._files.get(spelling.rpartition("/")[2], ())
        ]
        best = max((common for common, _file in candidates), default=0)
        return different(sorted({file for common, file in candidates if common == best}))

    def _walk(self, folder: Path) -> Iterator[Path]:
        count = 0

        def refuse(error: OSError) -> None:
            if error.filename is None or Path(error.filename) == folder:
                raise unreadable(folder, error)
            self._refused.append(str(error.filename))

        for above, _folders, names in os.walk(folder, onerror=refuse):
            count += len(names)
            if count > MOST_FILES:
                raise InputError(
                    _(
                        "“{name}” has more than {count:,} files.",
                        name=str(folder),
                        count=MOST_FILES,
                    ),
                    _("Choose the folder that contains the files themselves."),
                    str(folder),
                    code="too_many_entries",
                )
            yield from (Path(above, name) for name in names)


def existing(path: Path, *, folder: bool = False) -> Path:
    """The path of a file that is there; `folder`: it may be a folder.  Raises InputError."""
    try:
        if path.is_file() or (folder and path.is_dir()):
            return path
    except OSError as error:
        raise unreadable(path, error) from error
    raise InputError(
        _("Can't find “{name}”.", name=str(path)),
        _("It may have been moved or renamed. Choose it again."),
        str(path),
        code="not_found",
    )


def unreadable(path: Path, error: OSError) -> InputError:
    """The error of a file or folder that the system doesn't let us read."""
    refusal = refused_by_system(error)
    why = str(refusal.message) if refusal else error.strerror or str(error)
    return InputError(
        _("“{name}” can't be read: {why}", name=str(path), why=why),
        _("Check its permissions, or choose another one."),
        str(path),
        code="not_found",
    )


def different(files: list[Path]) -> list[Path]:
    """The files without those whose bytes an earlier one has, too."""
    kept: list[Path] = []
    for file in files:
        try:
            if any(filecmp.cmp(one, file, shallow=False) for one in kept):
                continue
        except OSError as error:
            raise unreadable(file, error) from error
        kept.append(file)
    return kept


def plain(name: str) -> str:
    """A name as names are compared."""
    bare = name.replace("\\", "/").split("?")[0].split("#")[0]
    return unicodedata.normalize("NFC", bare).casefold()


def _common(name: str, file: Path) -> int:
    """How many parts of the path, from the end, are those of the name."""
    ours, theirs = PurePosixPath(name).parts, file.parts
    count = 0
    for one, other in zip(reversed(ours), reversed(theirs), strict=False):
        if one != plain(other):
            break
        count += 1
    return count
