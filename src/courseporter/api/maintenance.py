"""Care of the job store: how it is, and what to do when it is damaged."""

from __future__ import annotations

from pathlib import Path

import msgspec
from sqlalchemy import Connection, Select, exists, func, select

from courseporter.api.actor import Actor, Caller
from courseporter.errors import PorterError
from courseporter.jobs import overview
from courseporter.store import open_sqlite, repair
from courseporter.store.clock import now_ms
from courseporter.store.location import doubts
from courseporter.store.schema import SCHEMA_REVISION, asset, draft, draft_asset, job, worker


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """How the store is.  Sizes in bytes, times in seconds."""

    database: str
    where: str
    schema: str
    integrity: str  # "ok", or what was found; "not checked" on a server
    size: int
    jobs: dict[str, int]
    oldest_lease: float | None  # since the last sign of life of the worker that was silent longest
    workers: int
    drafts: int
    assets: int
    asset_bytes: int
    orphaned_assets: int  # needed by no draft: collected a day after they were stored
    backups: int
    newest_backup: str | None
    doubts: tuple[str, ...]


class BackupRow(msgspec.Struct, frozen=True):
    """A good backup; `at` in milliseconds since 1970."""

    path: str
    at: int


def store_health(actor: Actor) -> Health:
    """Look at the whole store; it takes a moment when it is large."""
    store, home = actor.store, actor.home
    local = store.dialect == "sqlite"
    backups = good_backups(actor) if local else ()
    with store.read() as connection:
        silent = connection.execute(
            select(func.min(job.c.heartbeat_at)).where(job.c.status == "running")
        ).scalar_one()
        now = connection.execute(select(now_ms())).scalar_one()
        orphaned = ~exists().where(draft_asset.c.sha256 == asset.c.sha256)
        return Health(
            database=store.dialect,
            where=str(store.path) if local else store.url,
            schema=SCHEMA_REVISION,
            integrity=open_sqlite.integrity(store.path) if local else "not checked",
            size=store.path.stat().st_size if local else _database_size(connection),
            jobs=overview.counts(connection, actor.organisation),
            oldest_lease=None if silent is None else max(0, now - silent) / 1000,
            workers=_count(connection, select(func.count()).select_from(worker)),
            drafts=_count(connection, select(func.count()).select_from(draft)),
            assets=_count(connection, select(func.count()).select_from(asset)),
            asset_bytes=_count(connection, select(func.coalesce(func.sum(asset.c.size), 0))),
            orphaned_assets=_count(
                connection, select(func.count()).select_from(asset).where(orphaned)
            ),
            backups=len(backups),
            newest_backup=backups[0].path if backups else None,
            doubts=tuple(doubts(home)),
        )


def _count(connection: Connection, query: Select[int]) -> int:
    return int(connection.scalar(query) or 0)


def _database_size(connection: Connection) -> int:
    return int(
        connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
    )


def is_damaged(error: BaseException) -> bool:
    """Whether it says that the job store is damaged, so that `restore_store` may help."""
    return isinstance(error, PorterError) and bool(error.metadata.get("damaged"))


def diagnose(actor: Actor, error: Exception) -> PorterError | None:
    """What an error that nobody foresaw says of the store: that it is damaged, or None when it is
    sound and the error a bug.  It takes a moment when the store is large.
    """
    return actor.store.diagnose(error)


def good_backups(caller: Caller) -> tuple[BackupRow, ...]:
    """Backups that were read through and found whole, the newest first."""
    found = repair.good_backups(caller.home)
    return tuple(BackupRow(str(one.path), int(one.at * 1000)) for one in found)


def restore_store(caller: Caller, backup: Path | None) -> Path | None:
    """Set the job store aside and put this backup in its place; None: begin with an empty one.

    Nothing is deleted: gives the folder in which the old files lie.  Raises PorterError.
    """
    return repair.restore(caller.home, backup)
