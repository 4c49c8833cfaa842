"""What must hold after anything: bytes, checkpoints, effects, and the store itself."""

from __future__ import annotations

import io
import json
import sqlite3
import tarfile
from collections import Counter
from contextlib import closing

from courseporter.jobs import queue
from courseporter.store import open_store
from courseporter.store.store import FILE_NAME
from torture.toil import Task


def violations(task: Task, expected: bytes, *, finished: bool = True) -> list[str]:
    """What is wrong; nothing, if the promises hold."""
    found = damage(task)
    with open_store(task.home, task.url) as store, store.read() as connection:
        mine = [one for one in queue.listing(connection, limit=1000) if belongs(one, task)]
        found += lost_checkpoints(task, {one.id: one for one in mine})
        for one in mine:
            lines = [
                line.message
                for line in queue.logs(connection, one.id, limit=100_000)
                if line.code == "chunk_stored"
            ]
            found += [f"twice: {line}" for line, n in Counter(lines).items() if n > 1]
        if finished:
            found += [f"{one.kind} is {one.status}" for one in mine if one.status != "completed"]
    if finished:
        found += difference(expected, task.out.read_bytes())
    if finished and (left := [path.name for path in task.out.parent.glob(f".{task.out.name}*")]):
        found.append(f"left behind: {left}")
    return found


def difference(expected: bytes, package: bytes) -> list[str]:
    """Where two packages differ: in which members, or in how they are packed alone."""
    if package == expected:
        return []
    whole, other = members(expected), members(package)
    names = sorted(n for n in whole.keys() | other.keys() if whole.get(n) != other.get(n))
    order = " in another order" if [*whole] != [*other] else ""
    return [f"the package differs{order}: {', '.join(names[:5]) or 'as it is compressed'}"]


def members(package: bytes) -> dict[str, bytes]:
    """The files of a package by name."""
    with tarfile.open(fileobj=io.BytesIO(package)) as tar:
        return {one.name: tar.extractfile(one).read() for one in tar if one.isfile()}


def belongs(job, task: Task) -> bool:
    """Whether a job of a store that many share is of this conversion."""
    return str(task.source) == job.input.get("path") or str(task.out) == job.input.get("out")


def damage(task: Task) -> list[str]:
    """What SQLite itself finds wrong."""
    if task.url is not None:
        return []
    with closing(sqlite3.connect(task.home / FILE_NAME)) as raw:
        said = [line for (line,) in raw.execute("PRAGMA integrity_check")]
        orphans = raw.execute("PRAGMA foreign_key_check").fetchall()
    return [line for line in said if line != "ok"] + [f"orphan: {row}" for row in orphans]


def lost_checkpoints(task: Task, jobs: dict) -> list[str]:
    """Checkpoints that were said to be safe and are not what is stored."""
    safe, begun, done = testimony(task)
    found = []
    for job_id in safe.keys() | begun.keys():
        if job_id not in jobs:
            if job_id in safe:
                found.append(f"lost: job {job_id}")
            continue
        stored = jobs[job_id].checkpoint
        if stored not in (safe.get(job_id), begun.get(job_id)):
            found.append(f"lost: {safe.get(job_id)}, stored: {stored}")
    return found + [f"lost: the end of {one}" for one in done if jobs[one].status != "completed"]


def testimony(task: Task) -> tuple[dict, dict, set]:
    """By job the last safe checkpoint and the one on its way; the jobs that ended."""
    safe: dict = {}
    begun: dict = {}
    done: set = set()
    for line in task.witness.read_bytes().splitlines() if task.witness.exists() else ():
        event, job_id, checkpoint = json.loads(line)
        if event == "begun":
            begun[job_id] = checkpoint
        elif event == "safe":
            safe[job_id] = checkpoint
            begun.pop(job_id, None)
        else:
            done.add(job_id)
    return safe, begun, done
