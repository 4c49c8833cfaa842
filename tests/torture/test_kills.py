"""SIGKILL before and after every commit, and at any other instant."""

from __future__ import annotations

import random
import signal
from collections import Counter
from shutil import rmtree

import pytest

from torture.oracle import violations
from torture.toil import convert, finish, start


@pytest.mark.slow
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_death_at_every_boundary_costs_nothing(task, calm, note, before):
    broken = []
    for deadly in range(1, len(calm.boundaries) + 1):
        one = task(deadly)
        assert finish(convert, one, deadly, before=before) == -signal.SIGKILL
        broken += violations(one, calm.package, finished=False)
        assert finish(convert, one) == 0
        broken += violations(one, calm.package)
        rmtree(one.home)
    counted = Counter(calm.boundaries)
    side = "before" if before else "after"
    seen = f"{counted['commit']} commits, {counted['rename']} renames"
    note(f"SIGKILL {side} every commit and rename", len(calm.boundaries), seen, len(broken))
    assert not broken
    # the schema; two jobs put in, claimed, begun, led from step to step, ended; chunks, check,
    # package; names: of a large asset, of the package as it is written and as it is delivered
    assert counted == {"commit": 23, "rename": 3}


@pytest.mark.slow
def test_death_at_any_instant_costs_nothing(task, calm, note, seed, long):
    chance, kills = random.Random(seed), 1000 if long else 20
    number, held, broken, left = 0, 0, [], kills
    while left:
        number += 1
        one = task(number)
        while left:
            if kill_somewhere(one, chance.uniform(0.0, calm.seconds)):
                break
            left -= 1
            held += (one.home / "witness.jsonl").exists()
            broken += violations(one, calm.package, finished=False)
        assert finish(convert, one) == 0
        broken += violations(one, calm.package)
        rmtree(one.home)
    seen = f"{number} conversions, {held} kills while a job ran"
    note("SIGKILL at random instants", kills, seen, len(broken), seed)
    assert not broken, seed


def kill_somewhere(one, wait) -> bool:
    """Kill a conversion `wait` seconds after it has begun; whether it was done before."""
    process = start(convert, one)
    while process.is_alive() and not one.home.exists():
        process.join(0.002)
    process.join(wait)
    process.kill()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode == 0
