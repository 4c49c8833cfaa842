"""The server of the database is started again and connections are cut while a conversion runs."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from shutil import rmtree

import pytest

from courseporter.jobs import queue
from courseporter.store import open_store
from fakes.postgres import DURABLE, started
from torture.oracle import belongs, violations
from torture.toil import LIMIT, Task, convert, convert_or_say, finish, start

FAULTS = 5  # for one conversion
AWAY = 0.5  # seconds that the server is gone at the most


@pytest.fixture(scope="module")
def server():
    """A server that keeps what it acknowledged, and may be stopped."""
    made = started(**DURABLE)
    yield made
    made.remove()


def disturb(server, one, said, chance, usual):
    """Convert under faults; how many of which kind there were."""
    seen = Counter()
    process = start(convert_or_say, one, said)
    while process.is_alive() and seen.total() < FAULTS:
        process.join(chance.uniform(0.0, usual / 2))
        if chance.random() < 0.3:
            seen["restart"] += 1
            server.stop()  # as `pg_ctl stop -m immediate`
            time.sleep(chance.uniform(0.0, AWAY))
            server.start()
        else:
            seen["cut"] += server.cut(one.url) > 0
    process.join(LIMIT)
    assert process.exitcode == 0
    return seen


def starts(one):
    """How often its jobs were begun and how often they lost their worker, as the store says."""
    with open_store(one.home, one.url) as store, store.read() as connection:
        mine = [job for job in queue.listing(connection) if belongs(job, one)]
    return [(job.attempt, job.crashes) for job in mine]


@pytest.mark.slow
def test_cut_connections_and_a_restarted_server_cost_nothing(
    source, scratch, server, calm, note, seed, long
):
    chance, broken, seen, refused = random.Random(seed), [], Counter(), 0
    whole = Task(scratch / "whole", source, scratch / "whole.tar.gz", server.database())
    assert finish(convert, whole) == 0
    _, usual = json.loads(whole.boundaries.read_text())
    for number in range(60 if long else 3):
        one = Task(
            scratch / f"home{number}", source, scratch / f"{number}.tar.gz", server.database()
        )
        said = scratch / f"said{number}"
        seen += disturb(server, one, said, chance, usual)
        if said.exists():  # between its jobs a command does not wait
            refused += 1
            assert said.read_text().startswith("store_away"), said.read_text()
            assert finish(convert, one) == 0
        broken += violations(one, calm.package)
        broken += [f"{number}: begun {n} times" for n, _ in starts(one) if n != 1]
        broken += [f"{number}: lost {n} times" for _, n in starts(one) if n]
        server.drop(one.url)
        rmtree(one.home)
    told = f"{seen['cut']} times all connections, {seen['restart']} times the server"
    note("connections cut, server restarted, PostgreSQL", seen.total(),
         f"{told}; {refused} commands given again", len(broken), seed)  # fmt: skip
    assert not broken, seed
    assert seen.total()
