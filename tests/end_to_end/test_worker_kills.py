"""A worker may die anywhere: the next one goes on, and the result is that of an undisturbed run."""

from __future__ import annotations

import io
import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from courseporter.jobs import queue
from courseporter.jobs.flow import Flow, Step
from courseporter.jobs.job import NewJob
from courseporter.jobs.worker import run_one
from courseporter.store import open_store
from courseporter.store.assets import SMALL
from courseporter.store.schema import draft, draft_asset, item
from sqlalchemy import func, insert, select

CHUNKS = 6
ROWS = 40
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["courseporter.jobs.worker"])


def make(run):
    def write(connection):
        connection.execute(insert(draft).values(id="d", key="d", created_at=0, updated_at=0))

    run.save(None, write, draft_id="d")


def read(run):
    for chunk in range((run.cursor or {"chunk": 0})["chunk"], CHUNKS):
        size = SMALL * 2 if chunk % 2 else 100
        stored = run.store.assets.put(io.BytesIO(bytes([chunk]) * size))
        rows = [
            {"draft_id": "d", "page": chunk * ROWS + n, "entries": b"x" * 100} for n in range(ROWS)
        ]

        def write(connection, rows=rows, stored=stored, chunk=chunk):
            connection.execute(insert(item), rows)
            run.store.assets.keep(connection, "d", {f"{chunk}.bin": stored})

        run.log("info", "chunk", f"chunk {chunk}")
        run.save({"chunk": chunk + 1}, write, done=chunk + 1, total=CHUNKS, unit="chunks")


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


def start(home, *arguments, **words):
    process = PROCESSES.Process(target=run_until, args=(home, *arguments), kwargs=words)
    process.start()
    return process


def enqueue(home):
    with open_store(home) as store, store.write() as connection:
        return queue.enqueue(connection, NewJob(kind="toy", input={})).id


def result(home, job_id):
    """Everything that an undisturbed run leaves, without times."""
    with open_store(home) as store, store.read() as connection:
        job = queue.get(connection, job_id)
        lines = Counter(line.message for line in queue.logs(connection, job_id, limit=10_000))
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
        process.join(30)
        if process.exitcode == 0:
            return result(home, job_id)
    raise AssertionError(f"the job does not end: {process.exitcode}")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    home = tmp_path_factory.mktemp("undisturbed")
    kept, rescues = finish(home, enqueue(home))
    assert rescues == 0
    assert kept[0] == "completed"
    assert kept[1] == {"found": CHUNKS * ROWS}
    return kept


@pytest.mark.slow
@pytest.mark.parametrize("before", [True, False])
def test_death_at_any_commit_loses_nothing_and_doubles_nothing(tmp_path, undisturbed, before):
    deaths = 0
    for commit in range(1, 100):
        home = tmp_path / str(commit)
        job_id = enqueue(home)
        process = start(home, commit, before=before)
        process.join(30)
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
        deaths += 1
        kept, rescues = finish(home, job_id) if deaths else (None, 0)
        assert kept == undisturbed
        assert rescues <= 1
    assert deaths >= CHUNKS + 4  # claim, begin, make, each chunk, ends of steps, completion


@pytest.mark.slow
def test_death_at_random_instants_loses_nothing_and_doubles_nothing(tmp_path, undisturbed):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    dice = random.Random(seed)
    job_id = enqueue(tmp_path)
    kills = 0
    for _ in range(200):
        process = start(tmp_path)
        process.join(dice.uniform(0.0, 0.06))
        if process.exitcode is None:
            process.kill()
            kills += 1
        process.join(30)
        if kills >= 20:
            break
        with open_store(tmp_path) as store, store.write() as connection:
            # Ten crashes without progress would be a poisoned job; here the killer is known.
            if queue.get(connection, job_id).status == "failed":
                queue.retry(connection, job_id)
        time.sleep(0)
    kept, _ = finish(tmp_path, job_id)
    assert kept == undisturbed
