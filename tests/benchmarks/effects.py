"""Many writes of one job to a far side: the time of each may not grow with their number.

python effects.py FOLDER WRITES
"""

from __future__ import annotations

import json
import resource
import sys
import time
from itertools import pairwise
from pathlib import Path

from courseporter.jobs import effects, lease, presence, queue
from courseporter.jobs.flow import Flow, Step
from courseporter.jobs.job import NewJob
from courseporter.jobs.run import Run
from courseporter.store import Store, open_store

FLOW = Flow("bench", 1, (Step("send", lambda _run: None),))


class RemoteSystem:
    """Takes everything at once."""

    repeatable, searchable, quarantine = False, True, 0.0

    def find(self, key: str) -> str | None:
        return key

    def send(self, key: str, body: bytes) -> str:
        del body
        return key


def claimed(store: Store, worker: str) -> Run:
    with store.write() as connection:
        made = queue.enqueue(connection, NewJob(kind="bench", input={}))
    with store.write() as connection:
        job = lease.claim(connection, worker, kinds=("bench",), job_id=made.id)
    assert job is not None
    return Run(store, job, FLOW)


def measure(home: Path, writes: int) -> dict[str, float]:
    """Seconds of CPU for each half of the writes, seconds in all, and megabytes of growth."""
    bodies = ((f"row-{number:06}", b"a row of a table") for number in range(writes))
    with open_store(home) as store, presence.join(store, "bench") as worker:
        outcomes = effects.deliver_each(claimed(store, worker.id), bodies, RemoteSystem())
        marks = [(time.process_time(), time.perf_counter())]
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for half in (writes // 2, writes - writes // 2):
            for _ in range(half):
                assert next(outcomes).state == "done"
            marks.append((time.process_time(), time.perf_counter()))
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    cpu = [later[0] - earlier[0] for earlier, later in pairwise(marks)]
    return {
        "first_cpu": cpu[0],
        "second_cpu": cpu[1],
        "seconds": marks[-1][1] - marks[0][1],
        "grown": grown / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2]))))
