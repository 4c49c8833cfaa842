"""Workers that are stopped inside a transaction: what they hold is not held for ever."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest
from sqlalchemy import select

from courseporter.errors import TransientError
from courseporter.jobs import queue
from courseporter.jobs.job import NewJob
from courseporter.store import open_sqlite, open_store
from courseporter.store.schema import job
from torture.oracle import violations
from torture.test_zombies import until_stopped, wake
from torture.toil import (
    LEASE_MS,
    LIMIT,
    PATIENCE_MS,
    PROCESSES,
    Task,
    attend,
    convert,
    convert_and_stand_still,
    convert_with_a_pause,
    finish,
    start,
)

TAKEOVER = 2.0  # seconds beyond lease and patience, on a machine that is not busy
LOOK = 0.02


def holder(store):
    """Which job is held under which fence; None when none is."""
    with store.read() as connection:
        query = select(job.c.id, job.c.fence).where(job.c.leased_by.is_not(None))
        return connection.execute(query).one_or_none()


def taken_over(store, before, limit):
    """Seconds until somebody else has the job."""
    began = time.monotonic()
    while time.monotonic() - began < limit:
        with store.read() as connection:
            fence = connection.scalar(
                select(job.c.fence).where(
                    job.c.id == before.id,
                    job.c.leased_by.is_not(None) | (job.c.status == "completed"),
                )
            )
        if fence is not None and fence > before.fence:
            return time.monotonic() - began
        time.sleep(LOOK)
    raise AssertionError("nobody took the job over")


@pytest.mark.slow
@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_a_worker_stopped_in_a_transaction_loses_it_and_then_its_job(task, calm, note, long):
    whole, broken, waits = task("whole"), [], []
    assert finish(convert, whole) == 0
    boundaries, _ = json.loads(whole.boundaries.read_text())
    commits = [n for n, name in enumerate(boundaries, 1) if n > 6 and name == "commit"]
    for pause in commits if long else commits[3:9:5]:
        one = task(pause)
        stop = PROCESSES.Event()
        zombie = start(convert_and_stand_still, one, pause)
        attendant = None
        try:
            until_stopped(zombie)
            with open_store(one.home, one.url) as store:
                held = holder(store)
                if held is None:  # stopped while it put a job in
                    continue
                attendant = start(attend, one, stop)
                waits.append(taken_over(store, held, LIMIT))
            wake(zombie)
            stop.set()
            attendant.join(LIMIT)
            assert attendant.exitcode == 0
            assert finish(convert, one) == 0
        finally:
            stop.set()
            zombie.kill()
            if attendant is not None:
                attendant.kill()
        broken += violations(one, calm.package)
    most = max(waits)
    seen = f"taken over after {most:.1f} s at the most, lease {LEASE_MS / 1000:.0f} s"
    note("SIGSTOP inside a transaction, PostgreSQL", len(waits), seen, len(broken))
    assert not broken
    assert waits
    assert not long or most <= max(LEASE_MS, PATIENCE_MS) / 1000 + TAKEOVER


@pytest.mark.slow
def test_a_program_stopped_in_a_transaction_lets_others_read_and_tells_who_writes(
    source, scratch, calm, note, long, monkeypatch
):
    monkeypatch.setattr(open_sqlite, "BUSY_SECONDS", 0.3)
    broken, refused = [], 0
    pauses = range(3, len(calm.boundaries), 1 if long else 6)
    for pause in (n for n in pauses if calm.boundaries[n - 1] == "commit"):
        one = Task(scratch / f"home{pause}", source, scratch / f"{pause}.tar.gz")
        sleeper = start(convert_with_a_pause, one, pause, before=True)
        try:
            until_stopped(sleeper)
            with open_store(one.home) as store:
                with store.read() as connection:
                    queue.listing(connection)
                with pytest.raises(TransientError, match="Another program is using") as caught:
                    put_in(store)
                assert caught.value.code == "store_busy"
                refused += 1
                os.kill(sleeper.pid, signal.SIGCONT)
                monkeypatch.setattr(open_sqlite, "BUSY_SECONDS", 10.0)
            with open_store(one.home) as store:
                put_in(store)
            sleeper.join(LIMIT)
            assert sleeper.exitcode == 0
        finally:
            sleeper.kill()
        broken += violations(one, calm.package)
        monkeypatch.setattr(open_sqlite, "BUSY_SECONDS", 0.3)
    seen = f"{refused} others were told, and went on"
    note("SIGSTOP inside a transaction, SQLite", refused, seen, len(broken))
    assert not broken
    assert refused


def put_in(store):
    with store.write() as connection:
        queue.enqueue(connection, NewJob(kind="toy", input={}))
