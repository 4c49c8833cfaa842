"""Once a day, when a worker has nothing else to do: backup, assets nobody needs, old history."""

from __future__ import annotations

import logging

from sqlalchemy import Connection, delete, select, update

from courseporter.errors import PorterError
from courseporter.jobs.job import FINISHED
from courseporter.settings import read_preferences
from courseporter.store import Store, backup, responses
from courseporter.store.clock import now_ms
from courseporter.store.rows import bury, insert_missing
from courseporter.store.schema import job, library_asset, library_import, meta
from courseporter.store.sweep import sweep

log = logging.getLogger(__name__)
DAY_MS = 24 * 3600 * 1000
UNDO_DAYS = 180  # how long bytes are kept by which an import into a library can be undone
CARED = "cared_at"


def keep_house(store: Store) -> None:
    """Do what is due; what cannot be done now is left for another time."""
    if store.private:
        return
    try:
        if _is_due(store):
            days = read_preferences(store.home).keep_jobs_days
            with store.write() as connection:
                thin(connection, days)
                responses.drop_old(connection)
                forget_undo(connection)
            sweep(store)
    except (PorterError, OSError) as error:
        log.warning("The daily maintenance of the store was skipped. %s", error)


def thin(connection: Connection, days: int | None) -> int:
    """Delete jobs that ended this many days ago, with their logs; None keeps all."""
    if days is None:
        return 0
    old = job.c.finished_at < now_ms() - days * DAY_MS
    gone = connection.scalars(
        delete(job).where(job.c.status.in_(FINISHED), old).returning(job.c.id)
    ).all()
    bury(connection, job, gone)
    return len(gone)


def forget_undo(connection: Connection) -> None:
    """Let go of what was in a library before an import that is older than `UNDO_DAYS`."""
    limit = now_ms() - UNDO_DAYS * DAY_MS
    old = select(library_import.c.id).where(library_import.c.finished_at < limit)
    connection.execute(delete(library_asset).where(library_asset.c.import_id.in_(old)))


def _is_due(store: Store) -> bool:
    if store.dialect == "sqlite":
        return backup.daily(store.path) is not None
    with store.write() as connection:
        return _is_my_turn(connection)


def _is_my_turn(connection: Connection) -> bool:
    """Many workers share a store: the first of the day does it."""
    now = connection.execute(select(now_ms())).scalar_one()
    query = select(meta.c.value).where(meta.c.name == CARED).with_for_update()
    last = connection.execute(query).scalar_one_or_none()
    if last is None:
        insert_missing(connection, meta, ("name", "value"), [(CARED, str(now))])
        return True
    if now - int(last) < DAY_MS:
        return False
    connection.execute(update(meta).where(meta.c.name == CARED).values(value=str(now)))
    return True
