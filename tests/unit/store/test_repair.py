"""A damaged store is set aside, and the newest good backup takes its place."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import text

from courseporter.errors import SettingsError, TransientError
from courseporter.jobs import queue
from courseporter.jobs.job import NewJob
from courseporter.store import backup, open_store, repair
from courseporter.store.open_sqlite import PAGE
from courseporter.store.store import FILE_NAME


@pytest.fixture
def home(tmp_path):
    """A folder with a store that has one job, two backups of it, and another job since."""
    with open_store(tmp_path) as store:
        enqueue(store)
        kept = backup.daily(store.path)
        older = kept.with_name("daily-20200101-000000.sqlite3")
        older.write_bytes(kept.read_bytes())
        os.utime(older, (1, 1))
        enqueue(store)
    return tmp_path


def enqueue(store):
    with store.write() as connection:
        queue.enqueue(connection, NewJob(kind="toy", input={}))


def count(home):
    with open_store(home) as store, store.read() as connection:
        return len(queue.listing(connection))


def spoil(path):
    """Overwrite the pages behind the first."""
    with path.open("r+b") as stream:
        stream.seek(PAGE)
        stream.write(b"\xa5" * (path.stat().st_size - PAGE))


def leave_without_closing(home):
    """What a process leaves that was killed."""
    (home / "locks" / "open-dead").touch()


def test_a_damaged_store_is_refused_each_time_until_it_is_mended(home):
    spoil(home / FILE_NAME)
    leave_without_closing(home)
    for _ in range(2):
        with pytest.raises(SettingsError) as caught:
            open_store(home)
        assert caught.value.metadata["damaged"]
    newest, _older = repair.good_backups(home)
    aside = repair.restore(home, newest.path)
    assert count(home) == 1
    assert (aside / FILE_NAME).stat().st_size > PAGE


def test_a_value_of_a_wrong_kind_is_found_at_the_next_opening_once_it_was_stumbled_over(home):
    with open_store(home) as store:
        with store.write() as connection:
            connection.execute(text("UPDATE job SET stage = x'ff'"))
        assert store.diagnose(KeyError("what is not there"))
    with pytest.raises(SettingsError, match="the column stage of the table job"):
        open_store(home)


def test_a_header_with_an_unknown_format_is_damage(home):
    with (home / FILE_NAME).open("r+b") as stream:
        stream.seek(44)  # the schema format number: https://sqlite.org/fileformat.html, 1.3.10
        stream.write(b"\xa5" * 4)
    with pytest.raises(SettingsError, match="is damaged"):
        open_store(home)


def test_a_table_that_is_gone_is_damage(home):
    with open_store(home) as store:
        with store.write() as connection:
            connection.execute(text("DROP TABLE history"))
        assert "history" in str(store.diagnose(KeyError("what is not there")))


def test_a_bug_is_not_blamed_on_a_sound_store(home):
    with open_store(home) as store:
        assert store.diagnose(KeyError("what is not there")) is None
    open_store(home).close()


def test_damaged_backups_are_passed_over(home):
    newest, older = repair.good_backups(home)
    spoil(newest.path)
    assert [one.path for one in repair.good_backups(home)] == [older.path]
    with pytest.raises(SettingsError, match="is damaged, or it"):
        repair.restore(home, newest.path)


def test_a_backup_that_is_not_there_is_not_called_damaged(home):
    with pytest.raises(SettingsError, match=r"“nothing” doesn.t exist"):
        repair.restore(home, home / "nothing")


def test_the_journal_is_set_aside_with_its_database(home):
    (home / f"{FILE_NAME}-journal").write_bytes(b"hot")
    aside = repair.restore(home, None)
    assert sorted(path.name for path in aside.iterdir()) == [FILE_NAME, f"{FILE_NAME}-journal"]
    assert count(home) == 0


def test_an_open_store_is_not_set_aside(home):
    with open_store(home), pytest.raises(TransientError):
        repair.restore(home, None)
    assert count(home) == 2


def test_setting_aside_twice_in_a_second_overwrites_nothing(home):
    first = repair.restore(home, None)
    count(home)
    assert repair.restore(home, None) != first


def test_damage_that_is_met_while_working_is_looked_for_at_the_next_start(home):
    with open_store(home) as store:
        spoil(store.path)
        with pytest.raises(SettingsError), store.read() as connection:
            queue.listing(connection)
    with pytest.raises(SettingsError):
        open_store(home)
