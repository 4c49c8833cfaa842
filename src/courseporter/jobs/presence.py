"""Who works: each worker holds a lock that ends with it, so that its death is seen at once."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from courseporter import __version__
from courseporter.errors import _
from courseporter.jobs import lease, queue
from courseporter.jobs.job import Job
from courseporter.store import Store
from courseporter.store.clock import now_ms
from courseporter.store.identity import new_id
from courseporter.store.schema import worker as workers

RETURN_SECONDS = 0.4  # in which a living worker has taken its lock again

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class WorkerIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """A worker: `id` is its own, used once."""

    id: str
    name: str
    host: str
    pid: int
    boot_id: str | None = None
    version: str = __version__


@contextmanager
def join(store: Store, name: str = "worker") -> Generator[WorkerIdentity]:
    """Be a worker of this store: present from here to the end of the block, or of the process."""
    boot_id = None
    with suppress(OSError):
        boot_id = _BOOT_ID.read_text().strip()
    worker = WorkerIdentity(
        id=new_id(), name=name, host=socket.gethostname(), pid=os.getpid(), boot_id=boot_id
    )
    if store.private:
        yield worker
        return
    leave = store.stay(worker.id)
    try:
        yield worker
    finally:
        leave()


def register(connection: Connection, worker: WorkerIdentity) -> None:
    """Show the worker in the list of workers."""
    row = msgspec.structs.asdict(worker)
    connection.execute(insert(workers).values(started_at=now_ms(), seen_at=now_ms(), **row))


def seen(connection: Connection, worker: WorkerIdentity) -> None:
    """Show that the worker is still there."""
    mine = workers.c.id == worker.id
    connection.execute(update(workers).where(mine).values(seen_at=now_ms()))


def unregister(connection: Connection, worker: WorkerIdentity) -> None:
    """Take the worker off the list."""
    connection.execute(delete(workers).where(workers.c.id == worker.id))


def rescue_lost(store: Store) -> list[Job]:
    """Take back the jobs of workers that are dead; looks first, writes only when there are some.

    On SQLite by the lock files alone: a clock that jumps must not take a healthy worker's job.
    On PostgreSQL also by the lease and the server's clock, because a worker there can be hung, or
    cut off, while its connection seems to live.
    """
    store.end_stalled()
    with store.read() as connection:
        holding = lease.holders(connection)
        expired = store.shared and lease.anything_expired(connection)
    gone = _gone(store, holding) if holding else []
    if not gone and not expired:
        return []
    with store.write() as connection:
        saved = lease.rescue(connection, gone, expired=expired)
        for job in saved:
            message = _(
                "The program that ran this job ended, so the job continues where it stopped."
            )
            queue.log(connection, job.id, "warning", "rescued", message, crashes=job.crashes)
        connection.execute(delete(workers).where(workers.c.id.in_(gone)))
    for name in gone:
        store.forget(name)
    return saved


def forget_dead(store: Store) -> None:
    """Take workers that died while they had no job off the list."""
    with store.read() as connection:
        listed = list(connection.scalars(select(workers.c.id)))
    gone = _gone(store, listed)
    if gone:
        with store.write() as connection:
            connection.execute(delete(workers).where(workers.c.id.in_(gone)))
        for name in gone:
            store.forget(name)


def _gone(store: Store, holding: list[str]) -> list[str]:
    """Those that are dead.  A worker whose connection was cut is back before the second look."""
    absent = store.absent(holding)
    if absent and store.shared:
        time.sleep(RETURN_SECONDS)
        absent = store.absent(absent)
    return absent
