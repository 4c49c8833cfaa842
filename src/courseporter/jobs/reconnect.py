"""When the store is away in the middle of a job: wait for it, and continue from the checkpoint.

Nobody can know whether a commit whose answer was lost went through.  So nothing is sent again: the
job's row says how far it is, and the steps continue from there as after a crash, with the same
lease.
"""

from __future__ import annotations

import logging
import time

from courseporter.errors import LeaseLost, StoreAway
from courseporter.jobs import lease as leases
from courseporter.jobs import queue
from courseporter.jobs.run import Run

log = logging.getLogger(__name__)
FIRST_SECONDS, MAX_SECONDS = 0.05, 2.0


def await_store(run: Run, error: StoreAway) -> Run | None:
    """The run that continues, as soon as the store answers and the lease still holds.

    None when somebody else has the job meanwhile, or it has ended.  Raises StoreAway when the
    store stays away for longer than a lease.
    """
    log.warning("job %s waits for the store: %s", run.job.id, error)
    until = time.monotonic() + leases.LEASE_MS / 1000
    pause = FIRST_SECONDS
    while True:
        try:
            return _again(run)
        except LeaseLost:
            log.warning("job %s was taken over by another worker, or has ended", run.job.id)
            return None
        except StoreAway:
            if time.monotonic() >= until or run.stop.is_set():
                raise
        run.stop.wait(pause)
        pause = min(pause * 2, MAX_SECONDS)


def _again(run: Run) -> Run:
    with run.store.write() as connection:
        leases.heartbeat(connection, run.lease)
        job = queue.get(connection, run.job.id)
    return Run(run.store, job, run.flow, run.stop)
