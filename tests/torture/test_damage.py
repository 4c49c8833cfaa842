"""Damaged files, stolen journals, missing folders, locks of others, clocks that jump."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import BigInteger, select

from courseporter.cli import program
from courseporter.errors import PorterError, SettingsError, TransientError
from courseporter.jobs import lease, presence, queue
from courseporter.jobs.job import NewJob
from courseporter.store import backup, open_sqlite, open_store, repair, schema
from courseporter.store.store import FILE_NAME
from torture.oracle import violations
from torture.toil import Task, convert, finish, start

BYTES = 64


class Whole(NamedTuple):
    """A store after a conversion, with a backup, and the package that it wrote."""

    home: Path
    source: Path
    out: Path


@pytest.fixture(scope="module")
def whole(source, memory):
    """The store that is damaged: copied each time."""
    task = Task(memory / "whole", source, memory / "whole.tar.gz")
    assert finish(convert, task) == 0
    backup.daily(task.home / FILE_NAME)
    return Whole(task.home, source, task.out)


@pytest.fixture
def command(capsysbinary, monkeypatch):
    """Runs a command on a data folder: its exit code, and the code of its error."""

    def run(home, *words):
        monkeypatch.setenv("COURSEPORTER_HOME", str(home))
        exit_code = program.run([*map(str, words), "--json"])
        said = capsysbinary.readouterr()
        assert b"Traceback" not in said.err
        return exit_code, json.loads(said.out).get("error", {}).get("code")

    return run


def uses(whole):
    """What people do with a store: every table is read."""
    with open_store(whole.home) as store, store.read() as connection:
        prepare = next(one for one in queue.listing(connection) if one.kind == "prepare")
        draft = connection.scalar(select(schema.draft.c.id))
    return [
        ("jobs", "list"),
        ("jobs", "show", prepare.id),
        ("drafts", "list"),
        ("drafts", "show", draft),
        ("convert", whole.source, "-o", whole.out, "--force"),
        ("store", "health"),
    ]


def outcome(home, command, everything, hurt=None):
    """Use the store; the codes of the refusals.  A bug is none."""
    said = []
    for words in everything:
        exit_code, code = command(home, *words)
        assert exit_code != 1, (hurt, words, diary(home))
        said.append(code)
    return set(said) - {None}


def diary(home):
    """The end of its log."""
    return [path.read_text("utf-8", "replace")[-2000:] for path in (home / "logs").glob("*.log")]


@pytest.mark.slow
def test_damage_is_said_in_words_and_a_backup_brings_the_store_back(
    whole, scratch, note, seed, long, command
):
    chance, seen, quiet = random.Random(seed), 0, 0
    times = 300 if long else 30
    content, everything = (whole.home / FILE_NAME).read_bytes(), uses(whole)
    used = [at for at in range(0, len(content), BYTES) if any(content[at : at + BYTES])]
    for number in range(times):
        home = scratch / f"{number}"
        shutil.copytree(whole.home, home)
        at = chance.choice(used)
        hurt = content[:at] + chance.randbytes(BYTES) + content[at + BYTES :]
        (home / FILE_NAME).write_bytes(hurt)
        (home / "locks" / "open-dead").touch()
        refused = outcome(home, command, everything)
        if "store_unreadable" in refused:
            seen += 1
            assert command(home, "store", "restore") == (0, None)
            assert not outcome(home, command, everything), f"seed {seed}, byte {at}"
        elif not refused:
            quiet += 1
        shutil.rmtree(home)
    said = f"{seen} refused as damaged, {quiet} not to be told from a value"
    note(f"{BYTES} random bytes into the database", times, said, 0, seed)
    assert seen > times // 20


UNREADABLE = (b"\xff\xfe{", 3.5, "\x00[", "{}")
EVERY = 19  # in the brief edition: a quarter of those is refused, wherever one begins
VALUES = [
    (table, column, value)
    for table in schema.metadata.sorted_tables
    for column in table.c
    for value in UNREADABLE
    if not isinstance(column.type, BigInteger) or not column.primary_key  # rowid takes no other
]


@pytest.mark.slow
def test_a_value_that_cannot_be_read_is_never_taken_for_a_bug(
    whole, scratch, note, seed, long, command
):
    everything, refused = uses(whole), 0
    with closing(sqlite3.connect(whole.home / FILE_NAME)) as raw:
        filled = {
            table.name
            for table in schema.metadata.sorted_tables
            if raw.execute(f'SELECT 1 FROM "{table.name}" LIMIT 1').fetchone()
        }
    values = [one for one in VALUES if one[0].name in filled]
    tried = values if long else values[seed % EVERY :: EVERY]
    for number, (table, column, value) in enumerate(tried):
        home = scratch / f"{number}"
        shutil.copytree(whole.home, home)
        with closing(sqlite3.connect(home / FILE_NAME)) as raw, raw:
            raw.execute("PRAGMA ignore_check_constraints=ON")
            raw.execute(f'UPDATE OR IGNORE "{table.name}" SET "{column.name}" = ?', (value,))
        found = outcome(home, command, everything, (table.name, column.name, value))
        refused += "store_unreadable" in found
        shutil.rmtree(home)
    note("values of a wrong kind", len(tried), f"{refused} refused as damaged", 0, seed)
    assert refused > len(tried) // 8


def is_refused(home):
    """Whether the store says that it is damaged; anything but our own words is a bug."""
    try:
        with open_store(home) as store, store.read() as connection:
            queue.listing(connection)
    except SettingsError as error:
        return bool(error.metadata.get("damaged"))
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
        if is_refused(one.home):
            repair.restore(one.home, None)
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
