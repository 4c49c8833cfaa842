"""What only a store of a team has: workers on many machines, connections that are cut, a server
that is started again.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import socket
import threading
import time
from collections import Counter
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import text, update

from courseporter.errors import LeaseLost, SettingsError, StoreAway
from courseporter.jobs import lease as leases
from courseporter.jobs import presence, queue
from courseporter.jobs.flow import Flow, Step
from courseporter.jobs.job import NewJob
from courseporter.jobs.worker import run_one, work
from courseporter.store import open_postgres, open_store, patient, versions
from courseporter.store.schema import job as jobs

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["courseporter.jobs.worker", "courseporter.store.versions"])
PATIENCE = 120.0  # seconds: on a busy machine all comes, only late


def flows(act, name="toy"):
    return {name: Flow(name, 1, (Step("only", act),))}


def enqueue(store, **words):
    with store.write() as connection:
        return queue.enqueue(connection, NewJob(**{"kind": "toy", "input": {}, **words}))


def get(store, job_id):
    with store.read() as connection:
        return queue.get(connection, job_id)


def waited_for(condition, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)
    return found


def chunks(run):
    """Ten chunks, each a commit; `between` of the input is called after each."""
    for number in range((run.cursor or {"n": 0})["n"], 10):
        run.log("info", "chunk", f"chunk {number}")
        run.save({"n": number + 1}, done=number + 1, total=10, unit="chunks")
        BETWEEN(run, number)


def BETWEEN(_run, _number):  # noqa: N802 - put in its place by tests
    pass


def settled(store):
    """The token when the news of earlier commits has come."""
    token = store.change_token()
    while True:
        store.wait_for_change(token, 0.2)
        if token == (token := store.change_token()):
            return token


def told(store, job_id):
    with store.read() as connection:
        lines = queue.logs(connection, job_id)
    return [line.message for line in lines if line.code == "chunk"]


# ------------------------------------------------------------------------------ news and presence


def test_a_commit_is_heard_of_elsewhere_without_looking(shared, tmp_path, database, monkeypatch):
    from courseporter.store import link

    monkeypatch.setattr(link, "NET_SECONDS", 600)
    with open_store(tmp_path / "other", database) as other:
        waited_for(other.change_token)  # its link is up
        token = settled(other)
        enqueue(shared)
        waited_for(lambda: other.change_token() != token)


def test_a_commit_whose_news_was_lost_is_seen_by_the_slow_look(shared, monkeypatch):
    from courseporter.store import link

    monkeypatch.setattr(link, "NET_SECONDS", 0.05)
    token = waited_for(shared.change_token)
    waited_for(lambda: shared.change_token() > token + 2)


def claim_and_hang(home, url, pipe):
    store = open_store(home, url)
    with presence.join(store) as worker:
        with store.write() as connection:
            pipe.send(leases.claim(connection, worker.id).id)
        time.sleep(600)


def test_a_killed_worker_is_seen_at_once_from_another_machine(shared, tmp_path, database):
    job = enqueue(shared)
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=claim_and_hang, args=(tmp_path / "far", database, theirs))
    process.start()
    assert ours.poll(PATIENCE)
    assert ours.recv() == job.id
    with shared.write() as connection:  # its lease is none of the reasons
        connection.execute(update(jobs).values(lease_expires_at=jobs.c.lease_expires_at * 2))
    assert presence.rescue_lost(shared) == []
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    (saved,) = waited_for(lambda: presence.rescue_lost(shared))
    assert (saved.id, saved.status, saved.attempt) == (job.id, "pending", 0)


def test_a_stopped_worker_loses_its_job_by_the_servers_clock(shared, tmp_path, database):
    job = enqueue(shared)
    with open_store(tmp_path / "far", database) as far, presence.join(far) as worker:
        with far.write() as connection:
            lease = leases.lease_of(leases.claim(connection, worker.id))
        assert presence.rescue_lost(shared) == []
        with shared.write() as connection:
            connection.execute(text("UPDATE job SET lease_expires_at = 0"))
        assert [saved.id for saved in presence.rescue_lost(shared)] == [job.id]
        with pytest.raises(LeaseLost), far.write() as connection:
            leases.save(connection, lease, {"n": 1}, 1)


def test_a_worker_that_hangs_in_a_transaction_is_cut_off_and_loses_its_job(
    shared, tmp_path, database, monkeypatch, postgres
):
    quick = ("SET idle_in_transaction_session_timeout = '300ms'", *open_postgres.SESSION[1:])
    enqueue(shared)
    with open_store(tmp_path / "far", database) as far, presence.join(far) as worker:
        with far.write() as connection:
            lease = leases.lease_of(leases.claim(connection, worker.id))
        monkeypatch.setattr(open_postgres, "SESSION", quick)
        far.engine.dispose()  # the next connection is such a one

        def hang():
            with far.write() as connection:
                leases.heartbeat(connection, lease)  # SKIP LOCKED hides the job from now on
                mine = connection.scalar(text("SELECT pg_backend_pid()"))
                there = f"SELECT 1 FROM pg_stat_activity WHERE pid = {mine}"
                waited_for(lambda: not postgres.execute(there))
                leases.heartbeat(connection, lease)

        with pytest.raises(StoreAway):
            hang()


def test_a_cut_connection_costs_a_living_worker_nothing(
    shared, tmp_path, database, postgres, monkeypatch
):
    job, pauses = enqueue(shared), []
    with open_store(tmp_path / "far", database) as far, presence.join(far) as worker:

        class Clock:
            """Lets the time pass in which the worker comes back, however long that takes here."""

            @staticmethod
            def sleep(seconds):
                pauses.append(seconds)
                waited_for(lambda: shared.absent([worker.id]) == [])

        monkeypatch.setattr(presence, "time", Clock)
        with far.write() as connection:
            leases.claim(connection, worker.id)
        assert postgres.cut(database) > 0
        assert presence.rescue_lost(shared) == []
        assert pauses in ([], [presence.RETURN_SECONDS])  # it may be back before we look
    assert get(shared, job.id).crashes == 0


# ---------------------------------------------------------------------- when the store is cut off


@pytest.fixture
def between(monkeypatch):
    def put(act):
        monkeypatch.setitem(globals(), "BETWEEN", act)

    return put


def test_a_job_goes_on_when_its_connections_are_cut(shared, postgres, database, between):
    cuts = []

    def cut(_run, number):
        if number in {2, 6} and number not in cuts:
            cuts.append(number)
            postgres.cut(database)

    between(cut)
    job = enqueue(shared)
    done = waited_for(lambda: run_one(shared, flows(chunks)))
    assert (done.id, done.status, done.attempt, done.crashes) == (job.id, "completed", 1, 0)
    assert cuts == [2, 6]
    assert told(shared, job.id) == [f"chunk {n}" for n in range(10)]


def test_a_commit_whose_answer_was_lost_is_not_made_twice(shared, postgres, database, between):
    """The connection dies inside the transaction, before or after the server has it all."""
    job = enqueue(shared)
    whole, seen = shared.write, []

    class Dying:
        def __init__(self, number):
            self.number, self.inner = number, whole()

        def __enter__(self):
            return self.inner.__enter__()

        def __exit__(self, *reason):
            if self.number == 4:
                postgres.cut(database)
            done = self.inner.__exit__(*reason)
            if self.number == 6:
                raise StoreAway("the answer was lost")
            return done

    def write():
        seen.append(1)
        return Dying(len(seen))

    shared.write = write
    done = run_one(shared, flows(chunks))
    assert (done.status, done.attempt) == ("completed", 1)
    assert told(shared, job.id) == [f"chunk {n}" for n in range(10)]


def test_a_job_whose_lease_went_meanwhile_is_left_to_its_heir(shared, between):
    def lose(run, number):
        if number == 3:
            with shared.write() as connection:
                leases.rescue(connection, [run.lease.worker_id])
            raise StoreAway("cut off for long")

    between(lose)
    job = enqueue(shared)
    assert run_one(shared, flows(chunks)).status == "pending"
    between(lambda _run, _number: None)
    assert run_one(shared, flows(chunks)).status == "completed"
    assert told(shared, job.id) == [f"chunk {n}" for n in range(10)]


@pytest.fixture
def own_server():
    """A server that a test may stop."""
    from fakes.postgres import started

    server = started()
    yield server
    server.remove()


def test_jobs_outlive_a_restart_of_the_server(tmp_path, own_server, between):
    url = own_server.database()
    reached, stop = threading.Event(), threading.Event()

    def wait_for_the_end(_run, number):
        if number == 4 and not reached.is_set():
            reached.set()
            waited_for(lambda: own_server.process is None)

    between(wait_for_the_end)
    with open_store(tmp_path, url) as store, open_store(tmp_path / "other", url) as other:
        jobs = [enqueue(store) for _ in range(3)]
        workers = [
            threading.Thread(
                target=work, args=(one, flows(chunks)), kwargs={"stop_event": stop}, daemon=True
            )
            for one in (store, other)
        ]
        for thread in workers:
            thread.start()
        waited_for(reached.is_set)
        own_server.stop()  # as `pg_ctl stop -m immediate`: it recovers from its journal
        time.sleep(0.3)
        own_server.start()
        waited_for(lambda: all(get(store, job.id).status == "completed" for job in jobs))
        stop.set()
        for thread in workers:
            thread.join(PATIENCE)
        for job in jobs:
            assert get(store, job.id).attempt == 1
            assert told(store, job.id) == [f"chunk {n}" for n in range(10)]


def test_a_store_that_is_away_says_so(tmp_path, own_server):
    url = own_server.database()
    with open_store(tmp_path, url) as store:
        own_server.stop()
        with pytest.raises(StoreAway, match="isn't responding"), store.read():
            pass
    with pytest.raises(StoreAway):
        open_store(tmp_path, url)


# ------------------------------------------------------------------------------ many, one queue


def drain(home, url, out):
    """A worker program of another machine."""

    def act(run):
        run.save({"by": os.getpid()})

    with open_store(home, url) as store:
        out.put((os.getpid(), work(store, flows(act), once=True)))


@pytest.mark.slow
def test_eight_workers_drain_one_queue(shared, tmp_path, database):
    jobs = [enqueue(shared) for _ in range(80)]
    out = PROCESSES.Queue()
    workers = [
        PROCESSES.Process(target=drain, args=(tmp_path / str(n), database, out)) for n in range(8)
    ]
    for process in workers:
        process.start()
    shares = [out.get(timeout=PATIENCE)[1] for _ in workers]
    for process in workers:
        process.join()
    assert sum(shares) == len(jobs)
    found = [get(shared, job.id) for job in jobs]
    assert Counter((job.status, job.attempt, job.fence) for job in found) == {
        ("completed", 1, 1): len(jobs)
    }
    with shared.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM worker")) == 0


# ------------------------------------------------------------------------------------- the schema


def open_and_close(home, url, out):
    try:
        open_store(home, url).close()
    except Exception as error:  # noqa: BLE001 - whatever it is, the test names it
        out.put(repr(error))
    else:
        out.put(None)


def test_programs_that_start_together_make_the_schema_once(tmp_path, postgres):
    url = postgres.database()
    out = PROCESSES.Queue()
    programs = [
        PROCESSES.Process(target=open_and_close, args=(tmp_path / str(n), url, out))
        for n in range(4)
    ]
    for process in programs:
        process.start()
    assert [out.get(timeout=PATIENCE) for _ in programs] == [None] * 4
    for process in programs:
        process.join()
    postgres.drop(url)


def described(url):
    """Columns, constraints and indexes of a database, by name."""
    statement = text(
        "SELECT 'column ' || table_name || '.' || column_name, data_type || is_nullable"
        " || coalesce(column_default, '') || coalesce(collation_name, '')"
        " FROM information_schema.columns WHERE table_schema = 'public'"
        " UNION SELECT 'constraint ' || conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace"
        " UNION SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    )
    _, writer = open_postgres.engines(open_postgres.address(url))
    with writer.begin() as connection:
        found = dict(iter(connection.execute(statement)))
    writer.dispose()
    return found


def test_the_revisions_make_the_schema_of_today(tmp_path, postgres, database):
    url = postgres.database()
    _, writer = open_postgres.engines(open_postgres.address(url))
    with writer.begin() as connection:
        versions.upgrade(connection)
    writer.dispose()
    open_store(tmp_path, database).close()
    migrated, made = described(url), described(database)
    assert migrated == made
    assert len(made) > 150
    postgres.drop(url)


def test_a_store_of_a_newer_program_is_left_alone(tmp_path, postgres):
    url = postgres.database()
    with open_store(tmp_path, url) as store, store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    with pytest.raises(SettingsError, match="newer version of CoursePorter"):
        open_store(tmp_path, url)
    postgres.drop(url)


NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "0099"
down_revision = "{last}"


def upgrade():
    op.add_column("job", sa.Column("colour", sa.Text(), server_default="red", nullable=False))
"""


def test_an_older_store_is_brought_up_to_date_and_keeps_its_rows(tmp_path, postgres, monkeypatch):
    url = postgres.database()
    with open_store(tmp_path, url) as store:
        job = enqueue(store)
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for path in [versions.MIGRATIONS / "env.py", *versions.MIGRATIONS.glob("versions/*.py")]:
        (folder / path.relative_to(versions.MIGRATIONS)).write_text(path.read_text())
    (folder / "versions" / "0099_next.py").write_text(NEXT.format(last=versions.KNOWN[-1]))
    monkeypatch.setattr(versions, "MIGRATIONS", folder)
    monkeypatch.setattr(versions, "SCHEMA_REVISION", "0099")
    monkeypatch.setattr(versions, "KNOWN", (*versions.KNOWN, "0099"))
    openers = [threading.Thread(target=lambda: open_store(tmp_path, url).close()) for _ in range(2)]
    for thread in openers:
        thread.start()
    for thread in openers:
        thread.join()
    with open_store(tmp_path, url) as store, store.read() as connection:
        assert connection.execute(text("SELECT id, colour FROM job")).all() == [(job.id, "red")]
    postgres.drop(url)


def test_a_password_is_never_shown(tmp_path):
    with pytest.raises(StoreAway) as caught:
        open_store(tmp_path, "postgresql://anna:hidden@127.0.0.1:1/porter")
    assert "hidden" not in f"{caught.value} {caught.value.where} {caught.value.hint}"
    assert "anna" in caught.value.where
    with pytest.raises(SettingsError) as caught:
        open_store(tmp_path, "mysql://anna:hidden@127.0.0.1/porter")
    assert "hidden" not in f"{caught.value} {caught.value.where} {caught.value.hint}"


def test_a_password_in_the_words_of_an_address_is_never_shown(tmp_path, database, monkeypatch):
    with pytest.raises((SettingsError, StoreAway)) as caught:
        open_store(
            tmp_path, "postgresql://anna@127.0.0.1:1/porter?password=hidden1&sslpassword=x9y8"
        )
    assert not {"hidden1", "x9y8"} & set(re.findall(r"\w+", str(caught.value.as_json())))
    with open_store(tmp_path, f"{database}&password=hidden2") as store:
        assert "hidden2" not in store.url
        assert "password=%2A%2A%2A" in store.url or "password=***" in store.url


@pytest.mark.parametrize("words", ["sslmode=verify-fully", "no_such_word=1", "port=x"])
def test_an_address_that_can_never_work_is_wrong_at_once(tmp_path, words):
    with pytest.raises(SettingsError) as caught:
        open_store(tmp_path, f"postgresql://anna@127.0.0.1/porter?{words}")
    assert caught.value.code in {"store_unreadable", "settings_error"}


def test_credentials_in_the_address_of_a_bucket_are_refused_unseen(tmp_path, database):
    pytest.importorskip("obstore")
    for address in ("s3://KEY:hidden@bucket/x", "s3://bucket/x?endpoint=https://a:hidden@host"):
        with pytest.raises(SettingsError) as caught:
            open_store(tmp_path, database, assets=address)
        assert "hidden" not in str(caught.value.as_json())


@pytest.fixture
def silent_for(monkeypatch):
    """Sets how long a server may be silent before it is asked whether it lives.

    It is given two seconds for its answer.  To connect takes as long as on any other day.
    """
    connect = patient.PatientConnection.connect

    def hurried(*arguments, **words):
        made = connect(*arguments, **words)
        made.again = partial(made.again, connect_timeout=2)
        return made

    monkeypatch.setattr(patient.PatientConnection, "connect", hurried)
    return lambda seconds: monkeypatch.setattr(patient, "SILENCE", seconds)


@contextmanager
def silence(postgres, silent_for):
    """The server stands still, and that is soon seen."""
    with postgres.frozen():
        silent_for(0.3)
        try:
            yield
        finally:
            silent_for(10.0)


def slept(store, seconds):
    """How many seconds a statement took that sleeps in the server."""
    began = time.monotonic()
    with store.read() as connection:
        connection.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})
    return time.monotonic() - began


def test_a_server_that_falls_silent_in_a_statement_is_away(
    tmp_path, postgres, database, silent_for
):
    with open_store(tmp_path, database) as store:
        with (
            silence(postgres, silent_for),
            pytest.raises(StoreAway, match="isn't responding"),
            store.read() as connection,
        ):
            connection.execute(text("SELECT 1"))
        with pytest.raises(StoreAway) as caught, store.read() as connection:  # noqa: PT012
            connection.execute(text("SELECT 1"))
            with silence(postgres, silent_for):
                connection.execute(text("SELECT 1"))
        assert "silent" in caught.value.where
        slept(store, 0)


def test_a_job_goes_on_when_a_silent_server_answers_again(
    tmp_path, postgres, database, silent_for, monkeypatch, caplog
):
    frozen, thawed = threading.Event(), threading.Event()

    def freeze(_run, number):
        if number == 4:
            frozen.set()
            thawed.wait(PATIENCE)

    monkeypatch.setitem(globals(), "BETWEEN", freeze)
    with open_store(tmp_path, database) as store:
        job, done = enqueue(store), []
        one = partial(run_one, store, flows(chunks), job_id=job.id)
        worker = threading.Thread(target=lambda: done.append(one()))
        worker.start()
        assert frozen.wait(PATIENCE)
        with silence(postgres, silent_for):
            thawed.set()
            waits = "waits for the store"
            waited_for(lambda: waits in caplog.text)
        worker.join(PATIENCE)
        assert done[0].status == "completed"
        assert get(store, job.id).attempt == 1


def test_a_long_statement_is_waited_for_while_the_server_lives(tmp_path, database, monkeypatch):
    monkeypatch.setattr(patient, "SILENCE", 0.1)
    with open_store(tmp_path, f"{database}&connect_timeout=60") as store:
        assert slept(store, 0.7) >= 0.7


def test_a_server_that_takes_connections_and_never_answers_is_away(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"postgresql://porter@127.0.0.1:{mute.getsockname()[1]}/porter?connect_timeout=2"
        with pytest.raises(StoreAway, match="isn't responding"):
            open_store(tmp_path, url)


def test_the_data_folder_of_a_shared_store_is_made_or_refused(tmp_path, database):
    open_store(tmp_path / "new" / "home", database).close()
    assert (tmp_path / "new" / "home").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="t write to its data folder"):
        open_store(tmp_path / "file", database)
