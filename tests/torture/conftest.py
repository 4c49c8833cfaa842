"""Each torture runs short in the tests and long in `make torture`; both note their figures."""

from __future__ import annotations

import faulthandler
import json
import os
import random
import time
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import NamedTuple

import pytest

from fakes.material import simple_tables, template
from torture.toil import LESSONS, Task, convert, finish

LONG = bool(os.environ.get("COURSEPORTER_TORTURE"))
FIGURES = os.environ.get("COURSEPORTER_TORTURE_FIGURES")


@pytest.fixture(scope="session")
def long():
    """Whether there is time."""
    return LONG


@pytest.fixture(autouse=True)
def _bounded():
    """No torture hangs in silence: each program that it starts winds the clock up again.

    After each test it rests: other tests may follow in this process, for longer than it takes.
    """
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture
def seed():
    """Printed, and given by COURSEPORTER_TORTURE_SEED to play a failure again."""
    chosen = int(os.environ.get("COURSEPORTER_TORTURE_SEED") or random.randrange(1 << 30))
    print(f"seed {chosen}")
    return chosen


@pytest.fixture
def note(request):
    """Notes one row of the table: the fault, how often, what was seen, how many violations."""
    began = time.monotonic()

    def write(fault, times, seen, violations=0, seed=None):
        row = {
            "fault": fault,
            "times": times,
            "seen": seen,
            "violations": violations,
            "seed": seed,
            "seconds": round(time.monotonic() - began, 1),
        }
        print(row)
        if FIGURES:
            with Path(FIGURES).open("a", encoding="utf-8") as out:
                out.write(json.dumps(row) + "\n")

    return write


@pytest.fixture(scope="session")
def source(tmp_path_factory):
    """A course with pages, questions, small files and one that is too large for a row."""
    tables = simple_tables(LESSONS)
    for row in tables["lessons"][::8]:
        row["content"] = f"{row['content']}<img src='files/{row['external_id']}.png' alt=''>"
    large = random.Random(1).randbytes(150_000)
    files = {f"files/l{n}.png": b"\x89PNG" + bytes([n]) * 900 for n in range(1, LESSONS + 1, 8)}
    files["files/l1.png"] = b"\x89PNG" + large
    return template(tmp_path_factory.mktemp("source") / "course.zip", tables, files)


class Calm(NamedTuple):
    """An undisturbed conversion."""

    package: bytes
    boundaries: list[str]
    seconds: float


@pytest.fixture(scope="session")
def calm(source, memory):
    """What an undisturbed conversion gives, passes and takes."""
    task = Task(memory / "calm", source, memory / "course.tar.gz")
    assert finish(convert, task) == 0
    return Calm(task.out.read_bytes(), *json.loads(task.boundaries.read_text()))


@pytest.fixture(scope="session")
def memory(tmp_path_factory):
    """A folder in memory where there is one: what a process leaves when it is killed is the same,
    and a flush costs nothing.
    """
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK):
        yield tmp_path_factory.mktemp("torture")
        return
    folder = Path(mkdtemp(dir=shared, prefix="courseporter-"))
    yield folder
    rmtree(folder)


@pytest.fixture
def scratch(memory):
    """A part of it for one test."""
    folder = Path(mkdtemp(dir=memory))
    yield folder
    rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request):
    """Gives the address of an empty store, each time another one: None for a file."""
    if request.param == "sqlite":
        yield lambda: None
        return
    server, made = request.getfixturevalue("postgres"), []

    def make():
        made.append(server.database())
        return made[-1]

    yield make
    for url in made:
        server.drop(url)


@pytest.fixture
def kind(request):
    """The database, to be named in the table."""
    words = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    return words[request.node.callspec.params["address"]]


@pytest.fixture
def task(source, scratch, address):
    """A conversion with a data folder, and a database, of its own; a number makes another one."""

    def make(number=0):
        home, out = scratch / f"home{number}", scratch / f"{number}.tar.gz"
        return Task(home, source, out, address())

    return make
