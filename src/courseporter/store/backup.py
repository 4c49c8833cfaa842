"""Backups of the job store: one before each migration, one a day, the newest five of each kept."""

from __future__ import annotations

import time
from pathlib import Path

from courseporter.disk.private import make_private
from courseporter.store import open_sqlite

KEPT = 5
DAY = 24 * 3600


def before_migration(path: Path, revision: str) -> Path:
    """Copy the database as it was under `revision`; gives the copy's path."""
    return _copy(path, f"schema-{revision}")


def daily(path: Path) -> Path | None:
    """Copy the database unless that was done within a day; gives the copy's path."""
    copies = (path.parent / "backups").glob("daily-*.sqlite3")
    # one that a clock set wrong put into the future is no reason to wait until then
    if any(abs(time.time() - copy.stat().st_mtime) < DAY for copy in copies):
        return None
    return _copy(path, "daily")


def _copy(path: Path, kind: str) -> Path:
    folder = path.parent / "backups"
    make_private(folder)
    target = folder / f"{kind}-{time.strftime('%Y%m%d-%H%M%S')}.sqlite3"
    open_sqlite.copy(path, target)
    for old in sorted(folder.glob(f"{kind.partition('-')[0]}-*.sqlite3"))[:-KEPT]:
        old.unlink()
    return target
