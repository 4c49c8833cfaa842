"""The promises of the queue, on both databases."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import event, text

from courseporter.errors import ConflictError, SettingsError
from courseporter.jobs import lease as leases
from courseporter.jobs import presence, queue
from courseporter.jobs.job import NewJob
from courseporter.store import open_sqlite, open_store

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["courseporter.jobs.worker", "courseporter.store.versions"])


FINISHED = """
INSERT INTO job (id, kind, status, run_after, input, created_at, updated_at)
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :most)
SELECT 'j' || n, 'toy', 'completed', n, '{}', n, n FROM numbers
"""


def enqueue(store, **words):
    with store.write() as connection:
        return queue.enqueue(connection, NewJob(**{"kind": "toy", "input": {}, **words}))


def take_all(home: Path, url: str | None, out) -> None:
    """A worker process that claims and completes until nothing is left."""
    open_sqlite.BUSY_SECONDS = 120.0  # it may be served last, again and again
    taken = []
    with open_store(home, url) as store, presence.join(store) as worker:
        while True:
            with store.write() as connection:
                job = leases.claim(connection, worker.id)
            if job is None:
                break
            taken.append(job.id)
            with store.write() as connection:
                leases.complete(connection, leases.lease_of(job), summary={"by": worker.id})
    out.put(taken)


@pytest.mark.slow
def test_many_processes_never_claim_a_job_twice(store, tmp_path, url):
    count = 8 if store.shared else 3  # SQLite has one writer, and serves who waits in any order
    made = {enqueue(store).id for _ in range(25 * count)}
    out = PROCESSES.Queue()
    workers = [PROCESSES.Process(target=take_all, args=(tmp_path, url, out)) for _ in range(count)]
    for process in workers:
        process.start()
    taken = Counter(job_id for _ in workers for job_id in out.get(timeout=300))
    for process in workers:
        process.join()
    assert set(taken) == made
    assert set(taken.values()) == {1}


def test_two_requests_at_once_become_one_job(store):
    first = enqueue(store, idempotency_key="k", input_hash="h", active_key="a")
    again = enqueue(store, idempotency_key="k", input_hash="h", active_key="a")
    assert again.id == first.id
    with pytest.raises(ConflictError):
        enqueue(store, active_key="a")


@pytest.mark.parametrize("column", ["input", "warnings"])
def test_a_row_whose_value_cannot_be_read_is_damage_and_no_bug(store, column):
    made = enqueue(store)
    broken = '{"a": 1' if not store.shared and column == "input" else '"neither map nor list"'
    with store.write() as connection:
        connection.execute(text(f"UPDATE job SET {column} = '{broken}'"))
    with pytest.raises(SettingsError, match="is damaged") as caught, store.read() as connection:
        queue.get(connection, made.id)
    assert caught.value.code == "store_unreadable"
    assert caught.value.hint
    assert caught.value.where


def test_a_claim_returns_all_that_was_stored(store):
    made = enqueue(store, input={"path": "ä.zip", "deep": [1, {"a": None}]}, metadata={"x": 1.5})
    with store.write() as connection:
        claimed = leases.claim(connection, "w")
    assert (claimed.input, claimed.metadata) == (made.input, made.metadata)
    assert abs(claimed.created_at - time.time() * 1000) < 60_000


def test_a_list_of_a_hundred_thousand_jobs_opens_at_once(store):
    with store.write() as connection:
        connection.execute(text(FINISHED), {"most": 100_000})
    waiting = enqueue(store)
    timings = []
    for _ in range(3):
        begun = time.process_time()
        with store.read() as connection:
            listed = queue.listing(connection, limit=200)
        timings.append(time.process_time() - begun)
    assert listed[0].id == waiting.id
    assert len(listed) == 200
    assert min(timings) < 0.1
    begun = time.process_time()
    with store.write() as connection:
        assert leases.claim(connection, "w").id == waiting.id
    assert time.process_time() - begun < 0.1


@pytest.mark.parametrize("url", [None], ids=["sqlite"])
def test_no_look_for_waiting_or_running_jobs_reads_the_finished_ones(store):
    seen = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        seen.append((statement, parameters))

    enqueue(store)
    event.listen(store._writer, "before_cursor_execute", note)
    with store.write() as connection:
        leases.anything_due(connection)
        leases.holders(connection)
        leases.anything_expired(connection)
        leases.rescue(connection, ["dead"], expired=True)
        leases.claim(connection, "w", kinds=("toy",))
    event.remove(store._writer, "before_cursor_execute", note)
    # both indexes hold waiting and running jobs alone
    with store.write() as connection:
        for statement, parameters in seen[1:]:  # the first is BEGIN
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            scans = [row[3] for row in plan if "SCAN" in row[3] and "SUBQUERY" not in row[3]]
            assert all(scan.endswith(("ix_job_claim", "uq_job_active_key")) for scan in scans)
    assert len(seen) == 6
