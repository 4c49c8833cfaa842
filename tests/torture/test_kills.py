"""SIGKILL before and after every commit, and at any other instant."""

from __future__ import annotations

import json
import os
import random
import signal
from collections import Counter
from shutil import rmtree

import pytest

from courseporter.jobs import presence
from torture.oracle import violations
from torture.toil import convert, finish, start

KILLS = int(os.environ.get("COURSEPORTER_TORTURE_KILLS", "1000"))


@pytest.mark.slow
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_death_at_every_boundary_costs_nothing(task, calm, note, before, kind, seed, long):
    whole, broken = task("whole"), []
    assert finish(convert, whole) == 0
    boundaries, _ = json.loads(whole.boundaries.read_text())
    step = 1 if long else 5  # the short edition dies at every fifth, from one of the first on
    deaths = range(1 + seed % step, len(boundaries) + 1, step)
    for deadly in deaths:
        one = task(deadly)
        assert finish(convert, one, deadly, before=before) == -signal.SIGKILL
        broken += violations(one, calm.package, finished=False)
        assert finish(convert, one) == 0
        broken += violations(one, calm.package)
        rmtree(one.home)
    counted = Counter(boundaries)
    side = "before" if before else "after"
    seen = f"{counted['commit']} commits, {counted['rename']} renames"
    every = "every" if long else "every fifth"
    fault = f"SIGKILL {side} {every} commit and rename, {kind}"
    note(fault, len(deaths), seen, len(broken))
    assert not broken
    # the schema; two jobs put in, claimed, begun, led from step to step, ended; chunks, check,
    # package, receipt; names: of a large asset, of the package as written and as delivered;
    # a server takes a look or two at its schema besides
    assert counted["commit"] >= 24
    assert counted["rename"] == 3


@pytest.mark.slow
def test_death_at_any_instant_costs_nothing(task, calm, note, seed, long, kind):
    chance, kills = random.Random(seed), KILLS if long else 8
    number, held, broken, left = 0, 0, [], kills
    whole = task("whole")
    assert finish(convert, whole) == 0
    _, usual = json.loads(whole.boundaries.read_text())
    if kind == "PostgreSQL":  # an heir waits a moment for the dead to come back
        usual += presence.RETURN_SECONDS
    while left:
        number += 1
        one = task(number)
        while left:
            if kill_somewhere(one, chance.uniform(0.0, usual)):
                break
            left -= 1
            held += one.witness.exists()
            broken += violations(one, calm.package, finished=False)
        assert finish(convert, one) == 0
        broken += violations(one, calm.package)
        rmtree(one.home)
    seen = f"{number} conversions, {held} kills while a job ran"
    note(f"SIGKILL at random instants, {kind}", kills, seen, len(broken), seed)
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
