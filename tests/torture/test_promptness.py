"""How soon: a cancel is seen, a dead worker's job goes on, a claim is made beside many old jobs."""

from __future__ import annotations

import statistics
import threading
import time
from collections import Counter

import pytest
from sqlalchemy import insert, text, update

from contract.test_queue import take_all
from courseporter import api
from courseporter.errors import Canceled
from courseporter.jobs import lease, presence, queue, worker
from courseporter.jobs.flow import Flow, Step
from courseporter.jobs.job import NewJob
from courseporter.store import open_store
from courseporter.store.identity import new_id
from courseporter.store.schema import job as jobs
from torture.toil import LIMIT, PROCESSES

PROCESSES_AT_ONCE = 8
OLD, BATCH, TIMES = 100_000, 5_000, 25
# Seconds.  A figure is held where the machine is ours: in `make torture`.
SEEN, STOPPED, TAKEOVER, PAGE = 0.1, 1.0, 2.0, 0.1
SLOWER = 2.0


@pytest.fixture
def store(scratch, address):
    """An empty store on each database."""
    with open_store(scratch / "home", address()) as opened:
        yield opened


def enqueue(store, **words):
    with store.write() as connection:
        return queue.enqueue(connection, NewJob(**{"kind": "toy", "input": {}, **words}))


def until(condition):
    """What the condition gives as soon as it gives something, and the seconds until then."""
    began = time.monotonic()
    while not (found := condition()):
        assert time.monotonic() - began < LIMIT, "it did not happen"
        time.sleep(0.002)
    return found, time.monotonic() - began


def state(store, made):
    with store.read() as connection:
        return queue.get(connection, made.id)


@pytest.mark.slow
def test_a_cancel_is_seen_and_obeyed_at_once(store, note, kind, long):
    seen_at, stop, at_work = [], threading.Event(), threading.Event()

    def toil(run):
        at_work.set()
        try:
            while True:
                run.tick(1, 10, "rows")
                time.sleep(0.001)
        except Canceled:
            seen_at.append(time.monotonic())
            raise

    flows = {"toy": Flow("toy", 1, (Step("toil", toil),))}
    thread = threading.Thread(target=worker.work, args=(store, flows), kwargs={"stop_event": stop})
    thread.start()
    seen, stopped = [], []
    for _ in range(20 if long else 5):
        at_work.clear()
        made = enqueue(store)
        assert at_work.wait(LIMIT)
        asked = time.monotonic()
        with store.write() as connection:
            queue.cancel(connection, made.id)
        until(lambda made=made: state(store, made).status == "canceled")
        stopped.append(time.monotonic() - asked)
        seen.append(seen_at[-1] - asked)
    stop.set()
    thread.join(LIMIT)
    middle = statistics.median(seen)
    said = f"seen after {middle * 1000:.0f} ms, stopped after {max(stopped) * 1000:.0f} ms at most"
    note(f"cancel while a job runs, {kind}", len(seen), said)
    assert not long or middle < SEEN
    assert not long or max(stopped) < STOPPED


def claim_and_stand(home, url, pipe):
    store = open_store(home, url)
    with presence.join(store) as one:
        with store.write() as connection:
            pipe.send(lease.claim(connection, one.id).id)
        time.sleep(LIMIT)


@pytest.mark.slow
def test_the_job_of_a_killed_worker_goes_on_at_once(store, scratch, address, note, kind, long):
    taken, stop = [], threading.Event()

    def take(run):
        taken.append((run.job.id, time.monotonic()))

    url = store.url if kind == "SQLite" else store.engine.url.render_as_string(hide_password=False)
    flows = {"toy": Flow("toy", 1, (Step("take", take),))}
    waits = []
    for _ in range(10 if long else 3):
        made = enqueue(store)
        ours, theirs = PROCESSES.Pipe()
        home = store.home if kind == "SQLite" else scratch / "far"
        args = (home, None if kind == "SQLite" else url, theirs)
        doomed = PROCESSES.Process(target=claim_and_stand, args=args, daemon=True)
        doomed.start()
        assert ours.poll(LIMIT)
        assert ours.recv() == made.id
        with store.write() as connection:  # its lease is none of the reasons
            connection.execute(update(jobs).values(lease_expires_at=jobs.c.lease_expires_at * 2))
        stop.clear()
        heir = threading.Thread(
            target=worker.work, args=(store, flows), kwargs={"stop_event": stop}
        )
        heir.start()
        time.sleep(0.3)  # it is at rest
        doomed.kill()
        began = time.monotonic()
        until(lambda made=made: taken and taken[-1][0] == made.id)
        waits.append(taken[-1][1] - began)
        stop.set()
        heir.join(LIMIT)
        doomed.join(LIMIT)
    said = f"taken over after {statistics.median(waits):.2f} s, {max(waits):.2f} s at most"
    note(f"SIGKILL of a worker beside an idle one, {kind}", len(waits), said)
    assert not long or max(waits) < TAKEOVER


@pytest.mark.slow
def test_eight_processes_claim_no_job_twice(store, address, scratch, note, kind, long):
    count = 1_500 if long else 80
    made = {enqueue(store).id for _ in range(count)}
    url = None if kind == "SQLite" else store.engine.url.render_as_string(hide_password=False)
    out = PROCESSES.Queue()
    workers = [
        PROCESSES.Process(target=take_all, args=(store.home, url, out))
        for _ in range(PROCESSES_AT_ONCE)
    ]
    for process in workers:
        process.start()
    taken = Counter(job_id for _ in workers for job_id in out.get(timeout=LIMIT * 3))
    for process in workers:
        process.join(LIMIT)
    twice = sum(number > 1 for number in taken.values())
    note(f"claims by {PROCESSES_AT_ONCE} processes, {kind}", count, f"{twice} claimed twice", twice)
    assert set(taken) == made
    assert not twice


def claims(*stores):
    """Milliseconds of a claim in each, the quickest of some, made in turns: others use the machine,
    too, and for any time.
    """
    taken = {store: [] for store in stores}
    for store in stores * TIMES:
        enqueue(store)
        with store.write() as connection:
            began = time.perf_counter()
            assert lease.claim(connection, "w")
            taken[store].append(time.perf_counter() - began)
    return [min(times) * 1000 for times in taken.values()]


def old(number):
    at = 1_700_000_000_000 + number
    times = {"created_at": at, "updated_at": at, "finished_at": at, "run_after": at, "rev": number}
    return {"id": new_id(), "kind": "toy", "status": "completed", "input": {}, **times}


@pytest.mark.slow
def test_a_hundred_thousand_old_jobs_cost_nothing(store, scratch, address, note, kind, long):
    for start in range(0, OLD, BATCH):
        with store.write() as connection:
            rows = [old(number) for number in range(start, start + BATCH)]
            connection.execute(insert(jobs), rows)
    if kind == "PostgreSQL":  # as its server does by itself within a minute
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE job"))
    with open_store(scratch / "empty", address()) as empty:
        before, after = claims(empty, store)
    actor, pages = api.Actor(store, "tester"), []
    for _ in range(TIMES):
        began = time.perf_counter()
        assert len(api.jobs(actor)) == 200
        api.job_counts(actor)
        pages.append(time.perf_counter() - began)
    page = min(pages)
    said = f"at best a claim {before:.1f} → {after:.1f} ms, a page of jobs {page * 1000:.0f} ms"
    note(f"claims beside {OLD:,} finished jobs, {kind}", TIMES, said)
    assert after < before * SLOWER
    assert not long or page < PAGE
