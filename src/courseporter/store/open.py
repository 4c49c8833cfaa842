"""Opens a store: the folder, the schema, and what a killed process left behind."""

from __future__ import annotations

from pathlib import Path

from courseporter.store import open_sqlite, versions
from courseporter.store.clock import Clock, system_clock
from courseporter.store.damage import SUSPECT
from courseporter.store.identity import new_id
from courseporter.store.locks import Presence, exclusive, is_held, make_usable
from courseporter.store.store import FILE_NAME, PrivateStore, Store


def open_store(
    home: Path,
    url: str | None = None,
    *,
    assets: str | None = None,
    clock: Clock = system_clock,
) -> Store:
    """Open the store of a data folder, created if it doesn't exist.

    `url` names a shared database, `assets` the folder or bucket for its larger files; None means
    the SQLite file in `home`.  An older schema is upgraded after a backup; after an unclean exit
    the file is checked first.
    Raises SettingsError `store_unreadable`, TransientError `store_busy`.
    """
    if url is not None:
        return _open_shared(home, url, assets)
    path = home / FILE_NAME
    make_usable(home)
    with exclusive(home / "locks" / "opening"):
        dead = _dead(home / "locks", "open-*")
        if dead and path.exists():
            open_sqlite.check(path, thoroughly=any(left.name == SUSPECT for left in dead))
        _tidy(home, dead)  # only now: a damaged store is refused each time
        presence = Presence(home / "locks" / f"open-{new_id()}")
        try:
            open_sqlite.create(path)
            open_sqlite.settle_journal(path)
            versions.bring_up_to_date(path, clock)
        except BaseException:
            presence.leave()
            raise
    engines = open_sqlite.engines(path, clock)
    store = Store(home, f"sqlite:///{path}", engines, open_sqlite.Counter(path), presence)
    store.keep_reserve()
    return store


def _open_shared(home: Path, url: str, assets: str | None) -> Store:
    from courseporter.store import asset_location, open_postgres
    from courseporter.store.shared import SharedStore

    make_usable(home)
    store = SharedStore(home, open_postgres.address(url))
    try:
        versions.bring_shared_up_to_date(store.engine, store.url)
        store.assets = asset_location.settle(store, assets)
    except BaseException:
        store.close()
        raise
    return store


def _dead(locks: Path, pattern: str) -> list[Path]:
    """The lock files of processes that ended without removing them."""
    return [path for path in locks.glob(pattern) if not is_held(path)]


def _tidy(home: Path, dead: list[Path]) -> None:
    """Remove what killed processes left: their marks, and large files they had half stored."""
    for left in [*dead, *_dead(home / "locks", "worker-*")]:
        for part in (home / "assets").glob(f"new-{left.name}-*"):
            part.unlink(missing_ok=True)
        left.unlink(missing_ok=True)


def temporary_store(scratch: Path, *, clock: Clock = system_clock) -> Store:
    """A private store, gone with the process even when it is killed."""
    return PrivateStore(scratch, clock)
