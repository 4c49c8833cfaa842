from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from courseporter.errors import PorterError, SettingsError, TransientError
from courseporter.jobs import presence
from courseporter.store import open_sqlite, open_store, temporary_store
from courseporter.store.clock import next_rev, now_ms
from courseporter.store.open_sqlite import PAGE
from courseporter.store.schema import meta, worker
from courseporter.store.store import FILE_NAME, RESERVE


def note(store, name="a", value="1"):
    with store.write() as connection:
        connection.execute(insert(meta).values(name=name, value=value))


def noted(store):
    with store.read() as connection:
        return set(connection.scalars(select(meta.c.name))) - {"store_id"}


def test_what_is_written_is_there_after_opening_again(tmp_path):
    with open_store(tmp_path / "new" / "home") as store:
        note(store)
    with open_store(tmp_path / "new" / "home") as store:
        assert noted(store) == {"a"}


def test_a_transaction_that_raises_leaves_no_trace(tmp_path):
    def change_one_mind(store):
        with store.write() as connection:
            connection.execute(insert(meta).values(name="a", value="1"))
            raise KeyError

    with open_store(tmp_path) as store:
        with pytest.raises(KeyError):
            change_one_mind(store)
        assert noted(store) == set()


def test_every_connection_is_durable_and_checks_foreign_keys(tmp_path):
    journal = "wal" if open_sqlite.WAL_IS_SAFE else "truncate"
    with open_store(tmp_path) as store:
        for opened in (store.read, store.write):
            with opened() as connection:
                answers = {
                    name: connection.execute(text(f"PRAGMA {name}")).scalar()
                    for name in ("journal_mode", "synchronous", "foreign_keys")
                }
            assert answers == {"journal_mode": journal, "synchronous": 2, "foreign_keys": 1}


def test_a_read_refuses_to_write(tmp_path):
    with (
        open_store(tmp_path) as store,
        pytest.raises(PorterError, match="readonly"),
        store.read() as connection,
    ):
        connection.execute(insert(meta).values(name="a", value="1"))


def test_a_thread_that_would_wait_for_itself_is_told_so(tmp_path):
    with open_store(tmp_path) as store:
        with store.read(), pytest.raises(RuntimeError, match="waits forever"), store.write():
            pass
        with store.write(), pytest.raises(RuntimeError, match="waits forever"), store.write():
            pass
        note(store)


def test_a_constraint_is_not_mistaken_for_a_broken_store(tmp_path):
    with open_store(tmp_path) as store:
        note(store)
        with pytest.raises(IntegrityError):
            note(store)


def test_the_token_changes_with_every_commit_and_only_then(tmp_path):
    with open_store(tmp_path) as store, open_store(tmp_path) as other:
        before = store.change_token()
        assert store.change_token() == before
        note(store)
        middle = store.change_token()
        note(other, "b")
        assert len({before, middle, store.change_token()}) == 3


def test_the_token_does_not_wait_for_a_writer(tmp_path):
    with open_store(tmp_path) as store:
        token = store.change_token()
        raw = open_sqlite.connect(store.path)
        raw.execute("BEGIN EXCLUSIVE")
        assert store.change_token() == token
        raw.execute("ROLLBACK")
        raw.close()


def test_a_held_store_is_a_clear_refusal(tmp_path, monkeypatch):
    monkeypatch.setattr(open_sqlite, "BUSY_SECONDS", 0.01)
    with open_store(tmp_path) as store:
        raw = open_sqlite.connect(store.path)
        raw.execute("BEGIN IMMEDIATE")
        with pytest.raises(TransientError) as caught, store.write():
            pass
        raw.close()
    assert caught.value.code == "store_busy"
    assert caught.value.retryable


def test_damage_is_found_after_a_crash_and_nothing_is_deleted(tmp_path):
    crash = "import os, sys; from pathlib import Path; from courseporter.store import open_store;"
    crash += "open_store(Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", crash, str(tmp_path)], check=False)
    path = tmp_path / FILE_NAME
    content = bytearray(path.read_bytes())
    content[PAGE : 2 * PAGE] = bytes(PAGE)
    path.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        open_store(tmp_path)
    assert caught.value.code == "store_unreadable"
    assert "backups" in caught.value.hint
    assert path.read_bytes() == bytes(content)


def test_a_healthy_store_opens_after_a_crash(tmp_path):
    crash = "import os, sys; from pathlib import Path; from courseporter.store import open_store;"
    crash += "open_store(Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", crash, str(tmp_path)], check=False)
    assert len(list((tmp_path / "locks").glob("open-*"))) == 1
    with open_store(tmp_path):
        assert len(list((tmp_path / "locks").glob("open-*"))) == 1
    assert not list((tmp_path / "locks").glob("open-*"))


def test_a_file_of_something_else_is_refused(tmp_path):
    (tmp_path / FILE_NAME).write_text("holiday notes, " * 1000)
    with pytest.raises(SettingsError) as caught:
        open_store(tmp_path)
    assert caught.value.code == "store_unreadable"
    assert (tmp_path / FILE_NAME).read_text().startswith("holiday")


def test_a_database_of_another_program_is_refused(tmp_path):
    raw = sqlite3.connect(tmp_path / FILE_NAME)
    raw.execute("CREATE TABLE recipes (name TEXT)")
    raw.close()
    with pytest.raises(SettingsError, match="isn't a CoursePorter job store"):
        open_store(tmp_path)


def test_a_home_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "home").write_text("")
    with pytest.raises(SettingsError) as caught:
        open_store(tmp_path / "home")
    assert caught.value.code == "store_unreadable"


def test_some_room_is_kept_for_a_full_disk(tmp_path):
    with open_store(tmp_path) as store:
        assert (tmp_path / "reserve").stat().st_size == RESERVE
        store.make_room()
        assert not (tmp_path / "reserve").exists()


def test_a_temporary_store_leaves_nothing_and_its_threads_take_turns(tmp_path):
    with temporary_store(tmp_path) as store:
        threads = [threading.Thread(target=note, args=(store, str(n))) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(noted(store)) == 8
        before = store.change_token()
        note(store)
        assert store.change_token() != before
    assert list(tmp_path.iterdir()) == []


def test_a_temporary_store_can_be_read_inside_its_own_write(tmp_path):
    with temporary_store(tmp_path) as store, store.write() as connection:
        connection.execute(insert(meta).values(name="a", value="1"))
        assert noted(store) == {"a"}


def test_opening_does_not_load_alembic(tmp_path):
    look = "import sys; from pathlib import Path; from courseporter.store import open_store;"
    look += "open_store(Path(sys.argv[1])).close(); sys.exit('alembic' in sys.modules)"
    subprocess.run([sys.executable, "-c", look, str(tmp_path)], check=True)


def test_rows_carry_the_time_of_the_given_clock(tmp_path):
    with temporary_store(tmp_path, clock=lambda: 1234) as store, store.read() as connection:
        assert connection.scalar(select(now_ms())) == 1234


def test_revisions_grow_even_when_the_clock_is_set_back(tmp_path):
    from courseporter.store.rows import bury
    from courseporter.store.schema import tombstone

    now = [10_000]
    with temporary_store(tmp_path, clock=lambda: now[0]) as store, store.write() as connection:
        for name, at in (("a", 10_000), ("b", 10_000), ("c", 500), ("d", 20_000)):
            now[0] = at
            bury(connection, worker, [name])
        revs = connection.scalars(select(tombstone.c.rev).order_by(tombstone.c.row_id)).all()
        assert revs == [10_000, 10_001, 10_002, 20_000]
        assert connection.scalar(select(next_rev(tombstone))) == 20_001


KILLED = """
import os, signal, sys
from pathlib import Path
from courseporter.jobs import presence
from courseporter.store import open_store


class Stream:
    def read(self, size):
        if (home / "assets").exists() and list((home / "assets").glob("new-*")):
            os.kill(os.getpid(), signal.SIGKILL)
        return bytes(size)


home = Path(sys.argv[1])
store = open_store(home)
with presence.join(store):
    store.assets.put(Stream())
"""


def left_in(home):
    kept = {FILE_NAME, f"{FILE_NAME}-journal", "reserve", "opening"}
    return [path.name for path in home.rglob("*") if path.is_file() and path.name not in kept]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")
def test_what_a_killed_process_left_is_gone_after_the_next_opening(tmp_path):
    with open_store(tmp_path) as living, presence.join(living) as worker:
        died = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
        assert died.returncode == -signal.SIGKILL
        kinds = sorted(name.partition("-")[0] for name in left_in(tmp_path))
        assert kinds == ["new", "open", "open", "worker", "worker"]
        with open_store(tmp_path):
            assert living.absent([worker.id]) == []
    assert left_in(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows moves no folder that is in use")
def test_a_data_folder_that_goes_away_is_said_and_goes_on_when_it_is_back(tmp_path):
    home, away = tmp_path / "home", tmp_path / "away"
    with open_store(home) as store:
        note(store)
        home.rename(away)
        with pytest.raises(SettingsError, match="moved or deleted"):
            note(store, "b")
        away.rename(home)
        note(store, "c")
        assert noted(store) == {"a", "c"}
