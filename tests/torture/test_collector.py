"""What no draft needs is collected beside conversions that come and go: nothing needed goes."""

from __future__ import annotations

import random
import threading
import time
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from courseporter import api
from courseporter.errors import PorterError
from courseporter.store import open_store
from courseporter.store.schema import draft_asset
from courseporter.store.sweep import sweep
from fakes.material import simple_tables, template
from torture.oracle import difference
from torture.toil import LIMIT, PROCESSES

GRACE = 3.0  # seconds: a worker enters what it has stored much sooner, on a busy machine too
LARGE = 150_000
COURSES = 4


@pytest.fixture(scope="module")
def courses(tmp_path_factory):
    """Four courses: each has files of its own, and all share some, small and large ones."""
    folder = tmp_path_factory.mktemp("courses")
    shared = {f"files/s{n}.png": random.Random(n).randbytes(900 + n * LARGE) for n in range(2)}
    made = []
    for number in range(COURSES):
        chance = random.Random(100 + number)
        own = {f"files/o{n}.png": chance.randbytes(900 + n * LARGE) for n in range(2)}
        tables = simple_tables(12)
        for row, name in zip(tables["lessons"], [*shared, *own], strict=False):
            row["content"] += f"<img src='{name}' alt=''>"
        made.append(template(folder / f"{number}.zip", tables, {**shared, **own}))
    return made


@contextmanager
def collecting(home, url, place):
    """A collector that never rests; gives what it collected."""
    stop, gone = threading.Event(), []

    def collect():
        with open_store(home, url, assets=place) as store:
            while not stop.is_set():
                gone.append(sweep(store, GRACE))
                stop.wait(0.01)

    thread = threading.Thread(target=collect)
    thread.start()
    try:
        yield gone
    finally:
        stop.set()
        thread.join(LIMIT)


def come_and_go(home, url, place, courses, rounds, seed, out):
    """Import, export, look at every file, delete: again and again; says what went wrong."""
    chance, wrong, packages = random.Random(seed), [], {}
    try:
        with open_store(home, url, assets=place) as store:
            actor = api.Actor(store, "tester")
            for number in range(rounds):
                source = chance.choice(courses)
                target = home / f"{seed}-{number}.tar.gz"
                done = api.convert(actor, source, target)
                mine = api.draft_of(actor, done.job)
                wrong += lost(store, mine)
                first = packages.setdefault(source, target.read_bytes())
                wrong += difference(first, target.read_bytes())
                api.delete_draft(actor, mine)
                time.sleep(chance.uniform(0.0, GRACE / 3))  # let some grow old
    except Exception as error:  # noqa: BLE001 - whatever it is, the test names it
        wrong.append(f"{error!r} {getattr(error, 'where', '')}")
    out.put(wrong)


def lost(store, draft_id):
    """Files that a draft needs and that are not there."""
    with store.read() as connection:
        named = select(draft_asset.c.sha256, draft_asset.c.size)
        needed = connection.execute(named.where(draft_asset.c.draft_id == draft_id)).all()
    found = []
    for sha256, size in needed:
        try:
            with store.assets.open(sha256) as stream:
                found += [] if len(stream.read()) == size else [f"{sha256} is cut"]
        except PorterError as error:
            found.append(error.message)
    return found


@pytest.mark.slow
def test_no_file_that_a_draft_needs_is_collected(courses, scratch, address, note, seed, long, kind):
    url, place = address(), None
    if url is not None:
        place = str(scratch / "assets")
    out, rounds = PROCESSES.Queue(), 150 if long else 8
    (scratch / "home").mkdir(exist_ok=True)  # for the packages: a shared store leaves it alone
    open_store(scratch / "home", url, assets=place).close()
    with collecting(scratch / "home", url, place) as gone:
        workers = [
            PROCESSES.Process(
                target=come_and_go,
                args=(scratch / "home", url, place, courses[number::2], rounds, seed + number, out),
            )
            for number in range(2 if url else 1)
        ]
        for process in workers:
            process.start()
        broken = [line for _ in workers for line in out.get(timeout=LIMIT * (10 if long else 1))]
        for process in workers:
            process.join(LIMIT)
        until = time.monotonic() + LIMIT
        while not sum(gone) and time.monotonic() < until:  # the last drafts are deleted by now
            time.sleep(0.01)
    seen = f"{len(gone):,} collections, {sum(gone)} files collected"
    note(f"collector beside conversions, {kind}", rounds * len(workers), seen, len(broken), seed)
    assert not broken, seed
    assert sum(gone)
