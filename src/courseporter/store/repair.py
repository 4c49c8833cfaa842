"""A damaged job store: set aside with all its files, and the newest good backup put in its place.

Nothing is deleted: what was set aside is in `damaged-<time>` in the data folder.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from courseporter.disk.private import FOLDER, create_private
from courseporter.errors import SettingsError, TransientError, _
from courseporter.store.damage import look
from courseporter.store.locks import exclusive, is_held
from courseporter.store.store import FILE_NAME
from courseporter.store.versions import KNOWN

_SIDE_FILES = ("", "-journal", "-wal", "-shm")
_BLOCK = 1 << 20


class Backup(NamedTuple):
    """A copy of the database that was read through and found whole."""

    path: Path
    at: float  # seconds since 1970


def good_backups(home: Path) -> Iterator[Backup]:
    """Backups that can be used, the newest first; damaged ones are passed over."""
    found = sorted((home / "backups").glob("*.sqlite3"), key=_time, reverse=True)
    return (Backup(path, _time(path)) for path in found if _is_whole(path))


def restore(home: Path, backup: Path | None) -> Path | None:
    """Set the store aside and put a backup in its place; None: begin with an empty one.

    Gives the folder in which the old files lie; None when there were none.  Raises TransientError
    `store_busy` while a program has the store open, SettingsError when the backup is no good one.
    """
    if backup is not None and not _is_whole(backup):
        raise SettingsError(
            _("“{name}” is damaged, or it isn't a backup.", name=backup.name)
            if backup.is_file()
            else _("“{name}” doesn't exist.", name=backup.name),
            hint=_("Choose another backup from “backups”."),
            where=str(backup),
            code="store_unreadable",
        )
    with exclusive(home / "locks" / "opening"):
        if any(is_held(path) for path in (home / "locks").glob("open-*")):
            raise TransientError(
                _("Another program has the job store open."),
                hint=_(
                    "Quit every copy of CoursePorter that uses this data folder, then try again."
                ),
                where=str(home / FILE_NAME),
                code="store_busy",
            )
        aside = _set_aside(home)
        if backup is not None:
            _put_in_place(backup, home / FILE_NAME)
    return aside


def _set_aside(home: Path) -> Path | None:
    names = [name for end in _SIDE_FILES if (home / (name := FILE_NAME + end)).exists()]
    if not names:
        return None
    aside = home / f"damaged-{time.strftime('%Y%m%d-%H%M%S')}"
    number = 1
    while aside.exists():
        number += 1
        aside = aside.with_name(f"{aside.name.partition('.')[0]}.{number}")
    aside.mkdir(FOLDER)
    for name in reversed(names):  # the journal first: it must never meet another database
        (home / name).replace(aside / name)
    return aside


def _put_in_place(backup: Path, path: Path) -> None:
    fresh = path.with_suffix(".restored")
    create_private(fresh)
    with backup.open("rb") as source, fresh.open("wb") as out:
        while block := source.read(_BLOCK):
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)


def _time(path: Path) -> float:
    return path.stat().st_mtime


def _is_whole(path: Path) -> bool:
    """Whether nothing is wrong when all is read, and the schema is one that we know."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as raw:
            if look(raw) is not None:
                return False
            row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, UnicodeDecodeError):
        return False
    return row is not None and row[0] in KNOWN
