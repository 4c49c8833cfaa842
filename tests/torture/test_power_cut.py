"""The power goes in mid-write: nothing that was said to be safe is lost, no package is half."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

from courseporter.errors import SettingsError
from torture import power
from torture.oracle import violations
from torture.toil import Task, convert, finish

ROOT = Path(__file__).resolve().parents[2]


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]


def recorded(task, scratch, *words):
    """What a whole conversion does to the disk."""
    task.out.parent.mkdir()
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    places = map(str, (task.home, task.source, task.out))
    command = [sys.executable, "-m", "torture.power", *places, *words]
    environment = {**os.environ, "PYTHONPATH": paths}
    return power.record(command, scratch / "log", task.out.parent, environment)


def cut(task, ops, at, chance, calm):
    """Let the power go after so many operations; what is wrong with what the disk holds then."""
    shutil.rmtree(task.out.parent)
    said = [op.data for op in ops[:at] if op.path == str(task.witness)]
    power.lay_out(power.cut(ops[:at], chance))
    task.home.mkdir(parents=True, exist_ok=True)
    task.witness.write_bytes(b"".join(said))
    half = task.out.exists() and task.out.read_bytes() != calm.package
    found = ["half a package"] if half else []
    return [f"cut {at}: {one}" for one in found + after(task, calm)]


def test_a_power_cut_costs_nothing_that_was_safe(source, scratch, calm, note, seed, long):
    chance, broken = random.Random(seed), []
    task = Task(scratch / "disk" / "home", source, scratch / "disk" / "course.tar.gz")
    ops = recorded(task, scratch)
    times = 1000 if long else 40
    packages = goes_on = 0
    for number in range(times):
        at = chance.randrange(len(ops) + 1)
        broken += cut(task, ops, at, chance, calm)
        packages += task.out.exists()
        if number % 10 == 0:
            goes_on += 1
            assert finish(convert, task) == 0
            broken += [f"cut {at}, later: {one}" for one in violations(task, calm.package)]
    seen = f"{len(ops)} writes and flushes, {packages} with the package, {goes_on} gone on with"
    note("power cut, SQLite and package", times, seen, len(broken), seed)
    assert not broken, seed
    assert len(ops) > 500  # all that a conversion does to the disk was recorded
    assert sum(op.kind == "flush" for op in ops) > 60
    assert goes_on == times // 10
    assert not long or packages > 20


def test_without_flushes_the_torture_finds_what_a_power_cut_takes(source, scratch, calm, note):
    chance, times, seen = random.Random(1), 0, []
    task = Task(scratch / "disk" / "home", source, scratch / "disk" / "course.tar.gz")
    ops = recorded(task, scratch, "careless")
    while not seen and times < 100:
        times += 1
        try:
            seen += cut(task, ops, chance.randrange(len(ops) + 1), chance, calm)
        except (SettingsError, sqlite3.DatabaseError) as error:
            seen.append(str(error))
    note("control: no flush", times, f"{len(seen)} violations seen, as it must be")
    assert seen


def after(task, calm):
    if not (task.home / "courseporter.sqlite3").exists():
        lines = task.witness.read_bytes().splitlines()
        return (
            ["the database is gone"] if any(json.loads(one)[0] == "safe" for one in lines) else []
        )
    (task.home / "locks").mkdir(exist_ok=True)
    (task.home / "locks" / "open-dead").touch()
    return violations(task, calm.package, finished=False)
