"""A store with many finished jobs: how long the list takes to open, and a job to be claimed.

python job_store.py FOLDER JOBS
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import insert

from courseporter import api
from courseporter.flows.registry import FLOWS
from courseporter.jobs import lease, presence, queue
from courseporter.jobs.job import NewJob
from courseporter.store import open_store
from courseporter.store.identity import new_id
from courseporter.store.schema import job

BATCH = 5_000
TIMES = 15


def fill(home: Path, jobs: int) -> None:
    """Finished jobs, a second apart."""
    with open_store(home) as store:
        for start in range(0, jobs, BATCH):
            rows = [row(number) for number in range(start, min(start + BATCH, jobs))]
            with store.write() as connection:
                connection.execute(insert(job), rows)


def row(number: int) -> dict[str, object]:
    at = 1_767_225_600_000 + number * 1000
    return {
        "id": new_id(),
        "kind": "prepare",
        "org_id": "personal",
        "status": "completed" if number % 20 else "failed",
        "stage": "done",
        "input": {"path": f"courses/course-{number}.zip"},
        "source_course_title": f"Course {number}",
        "progress_percent": 100,
        "created_at": at,
        "updated_at": at,
        "run_after": at,
        "finished_at": at,
        "rev": number + 1,
    }


def median_ms(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of the first call and of the median one."""
    taken: list[float] = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return taken[0], statistics.median(taken)


def main() -> None:
    home, jobs = Path(sys.argv[1]), int(sys.argv[2])
    fill(home, jobs)
    actor = api.start(home)
    first, later = median_ms(lambda: (api.jobs(actor), api.job_counts(actor)))
    with presence.join(actor.store, "bench") as worker:
        with actor.store.write() as connection:
            presence.register(connection, worker)
            for number in range(TIMES):
                queue.enqueue(connection, NewJob(kind="prepare", input={"number": number}))

        def claim() -> None:
            with actor.store.write() as connection:
                assert lease.claim(connection, worker.id, kinds=tuple(FLOWS)) is not None

        _, claimed = median_ms(claim)
    api.stop(actor)
    print(json.dumps({"first": first, "later": later, "claim": claimed}))


if __name__ == "__main__":
    main()
