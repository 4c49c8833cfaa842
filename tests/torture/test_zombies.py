"""Workers that are stopped beyond their lease, and wake while another one has their job."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from courseporter.jobs import lease, presence
from courseporter.store import open_store
from courseporter.store.schema import job
from torture.oracle import violations
from torture.toil import LIMIT, Task, convert, convert_with_a_pause, finish, start


def is_stopped(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
    except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        return False


def until_stopped(process):
    limit = time.monotonic() + LIMIT
    while process.is_alive() and not is_stopped(process.pid):
        assert time.monotonic() < limit
        process.join(0.005)


def take_away(one):
    """What the server's clock does to a lease that ended; whether there was one."""
    with open_store(one.home, one.url) as store, store.write() as connection:
        holders = list(
            connection.scalars(select(job.c.leased_by).where(job.c.leased_by.is_not(None)))
        )
        lease.rescue(connection, holders)
    return bool(holders)


def after_commits(task):
    """Boundaries after the schema is there; where files get their names a lock is held."""
    whole = task("whole")
    assert finish(convert, whole) == 0
    boundaries, _ = json.loads(whole.boundaries.read_text())
    return [n for n, name in enumerate(boundaries, 1) if n > 2 and name == "commit"]


def haunt(one, pause, **words):
    """Stop a worker, give its job to an heir, wake it; whether it had a job to lose."""
    zombie = start(convert_with_a_pause, one, pause, **words)
    try:
        until_stopped(zombie)
        held = take_away(one)
        assert finish(convert, one) == 0
        wake(zombie)
    finally:
        zombie.kill()
    return held


def wake(zombie):
    """Let a stopped program go on, and come to its end."""
    os.kill(zombie.pid, signal.SIGCONT)
    zombie.join(LIMIT)
    assert zombie.exitcode is not None, "it woke and hangs"


@pytest.mark.slow
def test_a_worker_that_wakes_writes_nothing_any_more(task, calm, note, long, kind):
    broken, held = [], 0
    pauses = after_commits(task)[:: 1 if long else 3]
    for pause in pauses:
        one = task(pause)
        held += haunt(one, pause)
        broken += violations(one, calm.package)
    seen = f"{held} had a job, which another worker had finished when they woke"
    note(f"SIGSTOP beyond the lease, {kind}", len(pauses), seen, len(broken))
    assert not broken
    assert held >= len(pauses) // 2


@pytest.mark.slow
def test_a_worker_that_wakes_while_its_heir_works_leaves_it_alone(task, calm, note, long, kind):
    broken, conflicts = [], 0
    pauses = after_commits(task)[3 : -1 : 1 if long else 5]
    for pause in pauses:
        one = task(pause)
        said = one.home.with_name(f"said{pause}")
        zombie = start(convert_with_a_pause, one, pause, said=said)
        heir = None
        try:
            until_stopped(zombie)
            take_away(one)
            heir = start(convert_with_a_pause, one, 4)
            until_stopped(heir)
            wake(zombie)
            conflicts += said.exists() and said.read_text().startswith("conflict")
            os.kill(heir.pid, signal.SIGCONT)
            heir.join(LIMIT)
            assert heir.exitcode == 0
        finally:
            zombie.kill()
            if heir is not None:
                heir.kill()
        broken += violations(one, calm.package)
    seen = f"{conflicts} were told that another process has the job"
    note(f"SIGSTOP, and awake while the heir works, {kind}", len(pauses), seen, len(broken))
    assert not broken
    assert conflicts


@pytest.mark.slow
def test_without_the_fence_the_torture_finds_what_a_zombie_does(task, calm, note, kind):
    seen, times = [], 0
    for pause in after_commits(task)[3:]:
        times += 1
        one = task(pause)
        haunt(one, pause, fenced=False)
        seen += violations(one, calm.package)
        if seen:
            break
    note(f"control: no fence, {kind}", times, f"{len(seen)} violations seen, as it must be")
    assert seen


@pytest.mark.slow
def test_on_a_desktop_nobody_takes_the_job_of_a_worker_that_only_sleeps(source, scratch, calm):
    one = Task(scratch / "home", source, scratch / "out.tar.gz")
    sleeper = start(convert_with_a_pause, one, 8)
    try:
        until_stopped(sleeper)
        with open_store(one.home) as store:
            assert presence.rescue_lost(store) == []
        wake(sleeper)
    finally:
        sleeper.kill()
    assert sleeper.exitcode == 0
    assert not violations(one, calm.package)
