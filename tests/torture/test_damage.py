"""Damaged files, stolen journals, missing folders, locks of others, clocks that jump."""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from contextlib import closing

import pytest
from sqlalchemy.exc import DBAPIError

from courseporter.errors import PorterError, SettingsError, TransientError
from courseporter.jobs import lease, presence, queue
from courseporter.jobs.job import NewJob
from courseporter.store import backup, mend, open_sqlite, open_store
from courseporter.store.open import FILE_NAME
from torture.oracle import violations
from torture.toil import Task, convert, finish, start

BYTES = 64


@pytest.fixture(scope="module")
def whole(source, memory):
    """A store after a conversion, with a backup; the bytes of its database."""
    task = Task(memory / "whole", source, memory / "whole.tar.gz")
    assert finish(convert, task) == 0
    backup.daily(task.home / FILE_NAME)
    return task.home


@pytest.mark.slow
def test_damage_is_said_in_words_and_a_backup_brings_the_store_back(
    whole, scratch, note, seed, long
):
    chance, seen, broken = random.Random(seed), 0, []
    times = 300 if long else 40
    content = (whole / FILE_NAME).read_bytes()
    used = [at for at in range(0, len(content), BYTES) if any(content[at : at + BYTES])]
    for number in range(times):
        home = scratch / f"{number}"
        shutil.copytree(whole, home)
        at = chance.choice(used)
        hurt = content[:at] + chance.randbytes(BYTES) + content[at + BYTES :]
        (home / FILE_NAME).write_bytes(hurt)
        (home / "locks" / "open-dead").touch()
        if refused(home):
            seen += 1
            mend.restore(home, next(mend.good_backups(home)).path)
            if refused(home):
                broken.append(f"byte {at}: the backup does not help")
        shutil.rmtree(home)
    said = f"{seen} refused, the others lie inside values"
    note(f"{BYTES} random bytes into the database", times, said, len(broken), seed)
    assert not broken
    assert seen > times // 20


def refused(home):
    """Whether the store says that it is damaged; anything but our own words is a bug."""
    try:
        with open_store(home) as store, store.read() as connection:
            queue.listing(connection)
    except SettingsError as error:
        return error.code == "store_unreadable"
    except (DBAPIError, ValueError):  # a value that is none any more: a bug to the user
        return True
    return False


@pytest.mark.slow
def test_a_truncated_journal_or_database_is_no_bug(source, scratch, calm, note, seed):
    chance, broken = random.Random(seed), []
    for number in range(10):
        one = Task(scratch / f"home{number}", source, scratch / f"{number}.tar.gz")
        finish(convert, one, chance.randrange(4, len(calm.boundaries)), before=True)
        journal = one.home / f"{FILE_NAME}-journal"
        if journal.exists() and journal.stat().st_size:
            with journal.open("r+b") as stream:
                stream.truncate(chance.randrange(journal.stat().st_size))
        if refused(one.home):
            mend.restore(one.home, None)
            one.witness.unlink()
        if finish(convert, one):
            broken.append("does not go on")
        broken += violations(one, calm.package)
    note("journal cut short after SIGKILL in a commit", 10, "", len(broken), seed)
    assert not broken


def test_a_folder_that_vanished_is_said_and_made_anew(tmp_path):
    home = tmp_path / "home"
    open_store(home).close()
    shutil.rmtree(home)
    with open_store(home) as store, store.read() as connection:
        assert queue.listing(connection) == []


def test_a_folder_that_vanishes_while_it_is_open_is_said_in_words(tmp_path):
    home = tmp_path / "home"
    with open_store(home) as store:
        shutil.rmtree(home)
        with pytest.raises(PorterError), store.write() as connection:
            queue.enqueue(connection, NewJob(kind="toy", input={}))


def test_a_store_that_another_program_holds_is_read_and_says_so_when_written(tmp_path, monkeypatch):
    monkeypatch.setattr(open_sqlite, "BUSY_SECONDS", 0.2)
    with (
        open_store(tmp_path) as store,
        closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with store.read() as connection:
            assert queue.listing(connection) == []
        began = time.monotonic()
        with pytest.raises(TransientError) as caught, store.write() as connection:
            queue.enqueue(connection, NewJob(kind="toy", input={}))
        assert caught.value.code == "store_busy"
        assert time.monotonic() - began < 5
        other.execute("ROLLBACK")
        with store.write() as connection:
            queue.enqueue(connection, NewJob(kind="toy", input={}))


@pytest.mark.parametrize("jump", [-7_200_000, 7_200_000])
def test_a_clock_that_jumps_takes_no_job_from_a_living_worker(tmp_path, jump):
    shift = 0

    def clock():
        return time.time_ns() // 1_000_000 + shift

    with open_store(tmp_path, clock=clock) as store, presence.join(store) as worker:
        with store.write() as connection:
            queue.enqueue(connection, NewJob(kind="toy", input={}))
            claimed = lease.claim(connection, worker.id)
        shift = jump
        assert presence.rescue_lost(store) == []
        with store.write() as connection:
            lease.save(connection, lease.lease_of(claimed), {"at": 1}, 1)
            lease.complete(connection, lease.lease_of(claimed))


@pytest.mark.slow
def test_two_commands_and_an_app_share_one_store(source, scratch, calm, note):
    home = scratch / "home"
    tasks = [Task(home, source, scratch / f"{number}.tar.gz") for number in range(3)]
    others = [shutil.copy(source, scratch / f"{number}.zip") for number in range(3)]
    tasks = [
        Task(home, other, task.out)
        for other, task in zip(map(type(source), others), tasks, strict=True)
    ]
    processes = [start(convert, task) for task in tasks]
    for process in processes:
        process.join(120)
    broken = [f"exit {process.exitcode}" for process in processes if process.exitcode]
    broken += [task.out.name for task in tasks if task.out.read_bytes() != calm.package]
    note("three programs on one store", 3, "at the same time", len(broken))
    assert not broken
