"""The worker: claims jobs, runs their steps, and turns whatever happens into a state of the job."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import cast

from sqlalchemy import Connection

from courseporter.errors import LeaseLost, PorterError, StoreAway, TransientError
from courseporter.jobs import lease as leases
from courseporter.jobs import presence, queue, reconnect
from courseporter.jobs.flow import Flow
from courseporter.jobs.housekeeping import keep_house
from courseporter.jobs.job import Job, Json
from courseporter.jobs.logs import copied_to
from courseporter.jobs.presence import WorkerIdentity
from courseporter.jobs.run import Run
from courseporter.jobs.settle import Settlement, settlement
from courseporter.store import Store

log = logging.getLogger(__name__)

DEFAULT = ("default",)
BEAT_SECONDS = 15.0
GLANCE_SECONDS = 0.2  # how soon an idle worker that is told to stop does so
REST_SECONDS = 0.05  # between two looks, however much others commit
SILENT_SECONDS = 600.0  # without a sign of the work after which the heart stops beating for it
LISTED_SECONDS = 60.0  # how often the list of workers is cleared of the dead
LOOK_SECONDS = 1.0  # how often it looks whether a job has become due or lost its worker


def run_one(
    store: Store,
    flows: Mapping[str, Flow],
    worker: WorkerIdentity | None = None,
    job_id: str | None = None,
    *,
    queues: Sequence[str] = DEFAULT,
    stop: threading.Event | None = None,
) -> Job | None:
    """Claim the next job that is due, or the one named, and run it to a rest.

    Gives the job as it then is: completed, failed, canceled, or pending when it waits for
    something; None when there was nothing to claim.  `worker` comes from `presence.join`.
    """
    if worker is None:
        with presence.join(store, "inline") as present:
            store.worked = True
            return run_one(store, flows, present, job_id, queues=queues, stop=stop)
    presence.rescue_lost(store)
    with store.write() as connection:
        claimed = leases.claim(
            connection, worker.id, kinds=tuple(flows), job_id=job_id, queues=queues
        )
    if claimed is None:
        return None
    flow = flows[claimed.kind]
    run: Run | None = Run(store, claimed, flow, stop)
    while run is not None:
        with _heart(run), copied_to(run):
            run = _perform(run, flow)
    with store.read() as connection:
        return queue.get(connection, claimed.id)


def _perform(run: Run, flow: Flow) -> Run | None:
    """Run the job to a rest; gives the run that continues when the store was away meanwhile."""
    try:
        try:
            _steps(run, flow)
        except (LeaseLost, StoreAway):
            raise
        except BaseException as error:  # what it means for the job is decided in one place
            outcome = settlement(error, run)
            _settle(run, outcome)
            if outcome.bug:  # the job may be gone with its store; its own log is closed by now
                log.exception("job %s failed", run.job.id)
            if outcome.passes_on:
                raise
    except LeaseLost:
        log.warning("job %s was taken over by another worker", run.job.id)
    except StoreAway as error:
        return reconnect.await_store(run, error)
    return None


def _steps(run: Run, flow: Flow) -> None:
    index, cursor = _position(run, flow)
    while index < len(flow.steps):
        run.begin(index, cursor)
        flow.steps[index].run(run)
        run.end()
        index, cursor = index + 1, None
    run.complete()


def _position(run: Run, flow: Flow) -> tuple[int, Json | None]:
    """Where to continue: the step and its cursor; the start when the checkpoint is of no use."""
    checkpoint = run.job.checkpoint
    if checkpoint is None:
        return 0, None
    if run.job.checkpoint_version != flow.version:
        checkpoint = flow.upgrade(checkpoint)
    index = None if checkpoint is None else flow.position(str(checkpoint.get("step")))
    if checkpoint is None or index is None:
        run.start_over()
        return 0, None
    return index, cast("Json | None", checkpoint.get("cursor"))


def _settle(run: Run, outcome: Settlement) -> None:
    """Write the outcome down; on a full disk the reserve is given up for it."""

    def write(connection: Connection) -> None:
        outcome.write(connection, run.lease)
        queue.log_lines(connection, [*run.pending_lines(), *outcome.lines])

    try:
        with run.store.write() as connection:
            write(connection)
    except TransientError as error:
        if error.code != "disk_full":
            raise
        run.store.make_room()
        with run.store.write() as connection:
            write(connection)


@contextmanager
def _heart(run: Run) -> Generator[None]:
    """Beat for the job from a thread and a connection of its own while the block runs.

    Only as long as the work itself shows signs of life: a step that hangs loses its job.
    """
    if run.store.private:
        yield
        return
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(BEAT_SECONDS):
            if time.monotonic() - run.alive_at > SILENT_SECONDS:
                log.warning("job %s shows no sign of life: its lease ends", run.job.id)
                return
            try:
                with run.store.write() as connection:
                    leases.heartbeat(connection, run.lease)
            except LeaseLost:
                run.lost.set()
                return
            except PorterError as error:  # busy or full: the next beat may go through
                log.info("a heartbeat of job %s was skipped: %s", run.job.id, error)

    thread = threading.Thread(target=beat, name=f"heart-{run.job.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def work(
    store: Store,
    flows: Mapping[str, Flow],
    *,
    once: bool = False,
    max_jobs: int | None = None,
    stop_event: threading.Event | None = None,
    queues: Sequence[str] = DEFAULT,
    name: str = "worker",
) -> int:
    """Claim and run jobs until told to stop; gives their number.

    `once`: the jobs that are due now.  `max_jobs`: at most this many.  Raises TransientError when
    the store is busy or away at the start; later it is waited for.
    """
    stop = stop_event or threading.Event()
    done = 0
    begun = False
    while not stop.is_set():
        try:
            with _shown(store, name) as worker:
                begun = True
                while not stop.is_set() and (max_jobs is None or done < max_jobs):
                    if run_one(store, flows, worker, queues=queues, stop=stop) is not None:
                        done += 1
                    elif once or not _wait(store, flows, stop, queues):
                        break
                break
        except TransientError as error:
            # It may hold a job whose end it could not write down.  So this worker is given up for
            # dead, and another one, which takes the job back, begins in its place.
            if not begun:
                raise
            log.warning("%s Trying again.", error)
            stop.wait(LOOK_SECONDS)
    return done


@contextmanager
def _shown(store: Store, name: str) -> Generator[WorkerIdentity]:
    """Be a worker, and be in the list of workers."""
    with presence.join(store, name) as worker:
        with store.write() as connection:
            presence.register(connection, worker)
        try:
            yield worker
        finally:
            try:
                with store.write() as connection:
                    presence.unregister(connection, worker)
            except TransientError as error:  # whoever rescues next takes the row away
                log.info("worker %s stays on the list: %s", worker.id, error)


def _wait(
    store: Store, flows: Mapping[str, Flow], stop: threading.Event, queues: Sequence[str]
) -> bool:
    """Wait until there may be something to do; False when told to stop."""
    token = -1
    kinds = tuple(flows)
    look_at = listed_at = 0.0
    keep_house(store)
    while not stop.is_set():
        now = time.monotonic()
        if (current := store.change_token()) != token or now >= look_at:
            token, look_at = current, now + LOOK_SECONDS
            presence.rescue_lost(store)
            if now >= listed_at:
                listed_at = now + LISTED_SECONDS
                presence.forget_dead(store)
            with store.read() as connection:
                if leases.anything_due(connection, queues, kinds):
                    return True
            stop.wait(REST_SECONDS)
        store.wait_for_change(token, GLANCE_SECONDS)
    return False
