"""Workers that hang, and connections that lead nowhere: no job is held for ever (PostgreSQL)."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time

import pytest
from sqlalchemy import text

from courseporter.jobs import lease as leases
from courseporter.jobs import presence, queue
from courseporter.jobs.flow import Flow, Step
from courseporter.jobs.job import NewJob
from courseporter.jobs.worker import run_one
from courseporter.store import open_postgres, open_store, patient
from fakes.tunnel import Tunnel

PROCESSES = multiprocessing.get_context("forkserver")
PATIENCE = 120.0  # seconds: on a busy machine all comes, only late
WAITING = (
    "SELECT state FROM pg_stat_activity WHERE state = 'active' AND wait_event = 'ClientRead'"
    " AND query LIKE 'INSERT INTO job_log%' AND datname = '{}'"
)


def enqueue(store, **words):
    with store.write() as connection:
        return queue.enqueue(connection, NewJob(**{"kind": "toy", "input": {}, **words}))


def waited_for(condition, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)
    return found


def stop_in_a_bulk_write(home, url):
    """Claim the job, lock its row, and stop between two messages of a pipeline."""
    store = open_store(home, url)
    with presence.join(store) as worker:
        with store.write() as connection:
            lease = leases.lease_of(leases.claim(connection, worker.id))
        with store.write() as connection:
            leases.heartbeat(connection, lease)
            raw = connection.connection.driver_connection
            with raw.pipeline(), raw.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO job_log (job_id, at, level, code, message)"
                    " VALUES (%s, 0, 'info', 'x', 'x')",
                    (lease.job_id,),
                )
                raw.pgconn.send_flush_request()
                raw.pgconn.flush()
                os.kill(os.getpid(), signal.SIGSTOP)
                cursor.execute("SELECT 1")


def name_of(url):
    return "store_" + url.partition("/store_")[2].partition("?")[0]


def test_a_worker_stopped_in_a_bulk_write_loses_its_row_and_then_its_job(
    shared, tmp_path, database, postgres, monkeypatch
):
    job = enqueue(shared)
    monkeypatch.setattr(open_postgres, "STALLED", 0.5)
    zombie = PROCESSES.Process(target=stop_in_a_bulk_write, args=(tmp_path / "far", database))
    zombie.start()
    try:
        waited_for(lambda: postgres.execute(WAITING.format(name_of(database))))

        def rescued():
            postgres.execute(
                "UPDATE job SET lease_expires_at = 0 WHERE id IN"
                " (SELECT id FROM job FOR UPDATE SKIP LOCKED)",
                name_of(database),
            )
            return presence.rescue_lost(shared)

        (saved,) = waited_for(rescued)
        assert (saved.id, saved.status) == (job.id, "pending")
    finally:
        zombie.kill()
        zombie.join()


def test_a_session_that_works_is_left_alone(shared, monkeypatch):
    monkeypatch.setattr(open_postgres, "STALLED", 0)
    with shared.read() as connection:
        connection.execute(text("SELECT pg_sleep(0.01)"))
        assert open_postgres.end_stalled(connection) == 0


@pytest.fixture
def tunnel(postgres, database):
    made = Tunnel(f"{postgres.folder}/.s.PGSQL.{database.rpartition('port=')[2]}")
    yield made
    made.close()


def test_a_job_goes_on_when_a_tunnel_has_lost_its_backend(
    tmp_path, tunnel, database, monkeypatch, shared
):
    """The connection seems to live; the server lives, too, but not for this session."""
    monkeypatch.setattr(patient, "SILENCE", 0.3)
    monkeypatch.setattr(patient, "SURE", 0.1)
    url = f"postgresql://porter@127.0.0.1:{tunnel.port}/{name_of(database)}"
    lost = []

    def chunks(run):
        for number in range((run.cursor or {"n": 0})["n"], 6):
            run.save({"n": number + 1})
            if number == 3 and not lost:
                lost.append(tunnel.lose_backends())

    with open_store(tmp_path / "behind", url) as store:
        job = enqueue(store)
        done = run_one(store, {"toy": Flow("toy", 1, (Step("only", chunks),))}, job_id=job.id)
    assert (done.status, done.attempt, done.crashes) == ("completed", 1, 0)
    assert lost[0] > 0


def test_a_statement_that_waits_for_a_lock_is_not_taken_for_lost(
    tmp_path, database, monkeypatch, shared
):
    monkeypatch.setattr(patient, "SILENCE", 0.05)
    monkeypatch.setattr(patient, "SURE", 0.05)
    held, go = threading.Event(), threading.Event()

    def hold():
        with shared.write() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(7)"))
            held.set()
            go.wait(PATIENCE)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(PATIENCE)
    threading.Timer(0.6, go.set).start()
    with open_store(tmp_path / "far", database) as far, far.write() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(7)"))
        assert connection.scalar(text("SELECT 1")) == 1
    holder.join(PATIENCE)


def test_every_statement_has_a_bound(shared):
    with shared.read() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "5min"
        assert connection.scalar(text("SHOW lock_timeout")) == "5s"


@pytest.mark.parametrize(
    ("given", "seen"), [("", "courseporter"), ("&application_name=team", "courseporter team")]
)
def test_sessions_can_be_told_from_those_of_others(tmp_path, database, given, seen):
    with open_store(tmp_path, database + given) as store, store.read() as connection:
        assert connection.scalar(text("SHOW application_name")) == seen
