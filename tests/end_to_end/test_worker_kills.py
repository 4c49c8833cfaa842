"""A worker may die anywhere: the next one goes on, and the result is that of an undisturbed run."""

from __future__ import annotations

import io
import multiprocessing
import os
import random
import signal
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from courseporter.jobs import lease as leases
from courseporter.jobs import queue
from courseporter.jobs.flow import Flow, Step
from courseporter.jobs.job import NewJob
from courseporter.jobs.run import Run
from courseporter.jobs.worker import run_one
from courseporter.store import open_store
from courseporter.store.assets import SMALL
from courseporter.store.schema import draft, draft_asset, item

FEW, MANY = 3, 60  # chunks
ROWS = 40
KILLS = 20
PER_LIFE = 2  # chunks, then it stands still: it must not outrun who is to kill it
PATIENCE = 120.0  # seconds: on a busy machine all comes, only late
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["courseporter.jobs.worker"])


def make(run):
    def write(connection):
        connection.execute(insert(draft).values(id="d", key="d", created_at=0, updated_at=0))

    run.save(None, write, draft_id="d", final=True)


def read(run):
    chunks = run.args["chunks"]
    (run.store.home / "working").touch()
    for chunk in range((run.cursor or {"chunk": 0})["chunk"], chunks):
        size = SMALL * 2 if chunk % 2 else 100
        stored = run.store.assets.put(io.BytesIO(bytes([chunk]) * size))
        rows = [
            {"draft_id": "d", "page": chunk * ROWS + n, "entries": b"x" * 100} for n in range(ROWS)
        ]

        def write(connection, rows=rows, stored=stored, chunk=chunk):
            connection.execute(insert(item), rows)
            run.store.assets.keep(connection, "d", {f"{chunk}.bin": stored})

        run.log("info", "chunk", f"chunk {chunk}")
        run.save({"chunk": chunk + 1}, write, done=chunk + 1, total=chunks, unit="chunks")


def count(run):
    with run.store.read() as connection:
        found = connection.scalar(select(func.count()).select_from(item))
    run.finish(summary={"found": found})


FLOWS = {"toy": Flow("toy", 1, (Step("make", make), Step("read", read), Step("count", count)))}


def run_until(home: Path, commit: int = 0, *, before: bool = False) -> None:
    """Run the job; die before or after the commit of that number, counted from 1."""
    with open_store(home) as store:
        whole = store.write
        seen = 0

        @contextmanager
        def deadly():
            nonlocal seen
            with whole() as connection:
                yield connection
                seen += 1
                if before and seen == commit:
                    os.kill(os.getpid(), signal.SIGKILL)
            if seen == commit:
                os.kill(os.getpid(), signal.SIGKILL)

        store.write = deadly
        run_one(store, FLOWS)


def run_a_little(home: Path) -> None:
    """Run the job as far as one that is to be killed may come, however often that is."""
    saves = 0
    save = Run.save

    def last_save(run, *arguments, **words):
        nonlocal saves
        save(run, *arguments, **words)
        saves += 1
        if saves > PER_LIFE:
            signal.pause()

    Run.save = last_save
    leases.CRASH_LIMIT = 1_000_000
    with open_store(home) as store:
        run_one(store, FLOWS)


def start(home, *arguments, program=run_until, **words):
    process = PROCESSES.Process(target=program, args=(home, *arguments), kwargs=words)
    process.start()
    return process


def enqueue(home, chunks):
    with open_store(home) as store, store.write() as connection:
        return queue.enqueue(connection, NewJob(kind="toy", input={"chunks": chunks})).id


def result(home, job_id):
    """Everything that an undisturbed run leaves, without times."""
    with open_store(home) as store, store.read() as connection:
        job = queue.get(connection, job_id)
        lines = Counter(str(line.message) for line in queue.logs(connection, job_id, limit=10_000))
        rows = connection.execute(select(item).order_by(item.c.page)).all()
        assets = connection.execute(select(draft_asset).order_by(draft_asset.c.path)).all()
        for asset in assets:
            with store.assets.open(asset.sha256) as stream:
                assert len(stream.read()) == asset.size
    rescues = sum(number for text, number in lines.items() if text.startswith("The program"))
    chunks = {text: number for text, number in lines.items() if text.startswith("chunk")}
    return (job.status, job.summary, rows, assets, chunks), rescues


def finish(home, job_id):
    for _ in range(3):
        process = start(home)
        process.join(PATIENCE)
        if process.exitcode == 0:
            return result(home, job_id)
    raise AssertionError(f"the job does not end: {process.exitcode}")


def undisturbed(home, chunks):
    kept, rescues = finish(home, enqueue(home, chunks))
    assert rescues == 0
    assert kept[:2] == ("completed", {"found": chunks * ROWS})
    return kept


@pytest.mark.slow
@pytest.mark.parametrize("before", [True, False])
def test_death_at_any_commit_loses_nothing_and_doubles_nothing(tmp_path, before):
    expected = undisturbed(tmp_path / "undisturbed", FEW)
    deaths = 0
    for commit in range(1, 100):
        home = tmp_path / str(commit)
        job_id = enqueue(home, FEW)
        process = start(home, commit, before=before)
        process.join(PATIENCE)
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
        deaths += 1
        kept, rescues = finish(home, job_id)
        assert kept == expected
        assert rescues <= 1
    assert deaths == FEW + 5  # claim, begin, make, chunks, end of reading, completion


@pytest.mark.slow
def test_death_at_random_instants_loses_nothing_and_doubles_nothing(tmp_path):
    expected = undisturbed(tmp_path / "undisturbed", MANY)
    seed = random.randrange(1 << 32)
    print("seed", seed)
    dice = random.Random(seed)
    home = tmp_path / "killed"
    job_id = enqueue(home, MANY)
    rescues = 0
    for _ in range(KILLS * 10):
        (home / "working").unlink(missing_ok=True)
        process = start(home, program=run_a_little)
        while process.is_alive() and not (home / "working").exists():
            process.join(0.002)
        process.join(dice.uniform(0.0, 0.04))
        process.kill()
        process.join(PATIENCE)
        _, rescues = result(home, job_id)
        if rescues >= KILLS:
            break
    kept, rescues = finish(home, job_id)
    assert kept == expected
    assert rescues >= KILLS  # killed while it held the job, not before or after
