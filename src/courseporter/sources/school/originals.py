"""Videos and files that the creator still has, matched by name and size (`--media-files`)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from courseporter.errors import InputError, _
from courseporter.formats.names import static_name

DEEPEST = 8
MOST = 100_000


class Originals:
    """The files of a folder and the folders in it, by their names."""

    def __init__(self, folder: str | None) -> None:
        self._files: dict[str, list[Path]] = {}
        for file in _listed(Path(folder)) if folder else ():
            for name in {file.name.casefold(), static_name(file.name)}:
                self._files.setdefault(name, []).append(file)

    def find(self, name: str, size: int | None) -> Path | None:
        """Return the file of this name; one of another size is another file.

        Without a size, several files of one name can't be told apart, so none is taken.
        """
        found = self._files.get(name.casefold()) or self._files.get(static_name(name)) or []
        if size:
            found = [one for one in found if one.stat().st_size == size]
            return found[0] if found else None
        return found[0] if len(found) == 1 else None


def _listed(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise InputError(
            _("The folder “{name}” doesn't exist.", name=folder.name),
            _("Check the path."),
            str(folder),
            code="not_found",
        )
    root, amount = len(folder.parts), 0
    for here, folders, files in os.walk(folder):
        folders.sort()
        if len(Path(here).parts) - root >= DEEPEST:
            folders.clear()
        for name in sorted(files):
            amount += 1
            if amount > MOST:
                return
            if not name.startswith("."):
                yield Path(here, name)
