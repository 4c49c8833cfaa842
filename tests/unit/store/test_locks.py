from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from courseporter.errors import TransientError
from courseporter.store import locks
from courseporter.store.identity import new_id
from courseporter.store.locks import Presence, exclusive, is_held

HOLD = """
import sys, time
from pathlib import Path
from courseporter.store.locks import Presence
lock = Presence(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


def test_presence_ends_with_the_process_however_it_ends(tmp_path):
    path = tmp_path / "deep" / "lock"
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        assert is_held(path)
        process.kill()
        process.wait()
        assert not is_held(path)
        assert path.exists()


def test_presence_is_seen_by_its_own_process_too(tmp_path):
    presence = Presence(tmp_path / "lock")
    assert is_held(tmp_path / "lock")
    presence.leave()
    assert not is_held(tmp_path / "lock")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_there_is_held_by_nobody(tmp_path):
    assert not is_held(tmp_path / "none")


def test_only_one_thread_is_inside_at_a_time(tmp_path):
    inside, most = [], []

    def enter():
        with exclusive(tmp_path / "lock"):
            inside.append(1)
            most.append(len(inside))
            inside.pop()

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 8


def test_whoever_waits_too_long_for_a_stopped_process_says_so(tmp_path):
    with (
        exclusive(tmp_path / "lock"),
        pytest.raises(TransientError) as caught,
        exclusive(tmp_path / "lock", patience=0.0),
    ):
        raise AssertionError("two are inside")
    assert caught.value.code == "store_busy"


def test_ids_are_version_7_sort_by_time_and_never_repeat():
    ids = [new_id() for _ in range(2000)]
    assert len(set(ids)) == 2000
    assert {(name[14], name[19] in "89ab") for name in ids} == {("7", True)}
    assert ids[0] < ids[-1]


def test_presence_is_held_also_when_its_file_was_tidied_away_a_moment_before(tmp_path, monkeypatch):
    path, lock, removed = tmp_path / "lock", locks._lock, []

    def late(handle, *, wait):
        if wait and not removed:
            path.unlink()
            removed.append(path)
        return lock(handle, wait=wait)

    monkeypatch.setattr(locks, "_lock", late)
    presence = Presence(path)
    assert removed
    assert is_held(path)
    presence.leave()
    assert list(tmp_path.iterdir()) == []
