"""A far side that fails a quarter of all requests, and workers that are killed: each row once."""

from __future__ import annotations

import json
import random
import signal

import pytest

from courseporter.jobs import queue
from courseporter.store import open_store
from torture.far_side import BATCH, ROWS, enqueue, serving, trade
from torture.toil import finish, start


def wrong(server, home, url, name, job_id):
    """Rows that are there twice or not at all, and a job that did not end well."""
    found = [
        f"{name}-{n}: {server.kept[f'{name}-{n}']} times"
        for n in range(ROWS)
        if server.kept[f"{name}-{n}"] != 1
    ]
    with open_store(home, url) as store, store.read() as connection:
        job = queue.get(connection, job_id)
    return found + ([] if job.status == "completed" else [f"{name}: {job.status}, {job.error}"])


@pytest.mark.slow
@pytest.mark.parametrize("keyed", [True, False], ids=["keyed", "asked"])
def test_death_at_every_commit_doubles_no_row(scratch, note, keyed, address, kind, long):
    if kind == "PostgreSQL" and not long:
        pytest.skip("a server takes its time: make torture has it")
    with serving(1, 0.0) as server:
        calm, url = scratch / "calm", address()
        job_id = enqueue(calm, url, "calm", server.server_port, keyed=keyed)
        assert finish(trade, calm, url, job_id) == 0
        boundaries, _ = json.loads((calm / "boundaries.json").read_text())
        broken = wrong(server, calm, url, "calm", job_id)
        deaths = range(1, 2 * len(boundaries) + 1, 1 if long else 3)
        for deadly in deaths:
            home, name = scratch / f"{deadly}", f"k{deadly}"
            job_id = enqueue(home, url, name, server.server_port, keyed=keyed)
            at, before = (deadly + 1) // 2, bool(deadly % 2)
            killed = finish(trade, home, url, job_id, at, before=before)
            assert killed == -signal.SIGKILL
            assert finish(trade, home, url, job_id) == 0
            broken += wrong(server, home, url, name, job_id)
    way = "idempotency key" if keyed else "look-up"
    which = "every commit" if long else "every third commit"
    note(f"SIGKILL around {which} of {ROWS} writes ({way}), {kind}", len(deaths),
         f"{len(boundaries)} commits", len(broken))  # fmt: skip
    assert not broken
    # claim, begin; intent, outcome, chunk; end; a server takes a look at its schema besides
    least = 2 + 3 * ROWS // BATCH + 1
    assert len(boundaries) == least if kind == "SQLite" else len(boundaries) > least


def storm(scratch, url, seed, kills, *, keyed, off=""):
    """Kill and fail at random; the violations, the faults, the number of jobs."""
    chance, broken, number = random.Random(seed), [], 0
    home = scratch / f"home{keyed}{off}"
    with serving(seed, 0.25) as server:
        while kills > 0:
            number += 1
            name = f"r{number}"
            job_id = enqueue(home, url, name, server.server_port, keyed=keyed)
            while kills > 0:
                process = start(trade, home, url, job_id, counted=False, off=off)
                process.join(chance.uniform(0.1, 1.2))
                process.kill()
                process.join()
                if process.exitcode == 0:
                    break
                kills -= 1
            assert finish(trade, home, url, job_id, counted=False, off=off) == 0
            broken += wrong(server, home, url, name, job_id)
        return broken, sum(server.faults.values()), number


@pytest.mark.slow
@pytest.mark.parametrize("keyed", [True, False], ids=["keyed", "asked"])
def test_death_and_faults_at_random_double_no_row(scratch, note, seed, long, keyed, address, kind):
    kills = 150 if long else 6
    broken, faults, jobs = storm(scratch, address(), seed, kills, keyed=keyed)
    way = "idempotency key" if keyed else "look-up"
    seen = f"{jobs} jobs of {ROWS} writes, {faults} faults of the far side"
    note(f"SIGKILL and a failing far side ({way}), {kind}", kills, seen, len(broken), seed)
    assert not broken, seed


@pytest.mark.slow
@pytest.mark.parametrize("off", ["quarantine", "look-up"])
def test_without_a_safeguard_the_torture_finds_doubled_rows(scratch, note, off, long):
    seen = 0
    for seed in range(1, 60):
        broken, *_ = storm(scratch, None, seed, 1, keyed=False, off=off)
        seen += len(broken)
        if (seen and not long) or (seed == 8 and long):
            break
    note(f"control: no {off}", seed, f"{seen} violations seen, as it must be")
    assert seen
