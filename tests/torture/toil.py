"""The programs that are killed, starved and stopped: they run in processes of their own."""

from __future__ import annotations

import faulthandler
import json
import multiprocessing
import os
import signal
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from torture.boundaries import Boundaries, watch

PROCESSES = multiprocessing.get_context("forkserver")
# Read once: a process that is to die starts in milliseconds.
PROCESSES.set_forkserver_preload(
    [
        "courseporter.api.workers",
        "courseporter.sources.registry",
        "courseporter.sources.csv_template.deliver",
        "courseporter.store.versions",
        "courseporter.store.shared",
        "courseporter.jobs.effects",
        "courseporter.targets.olx",
        "psycopg",
        "sqlalchemy.dialects.postgresql.psycopg",
        "sqlalchemy.dialects.sqlite",
    ]
)
LESSONS, PER_CHUNK = 40, 10
CRASHES = 1_000_000  # a slow machine gets no further in any number of lives
LIMIT = 120  # seconds; a program that takes longer hangs
SILENCE = 600  # seconds without a new program after which the torture itself hangs, and says where
LEASE_MS, PATIENCE_MS = 3_000, 1_000  # in `be_quick`
LOUD = os.dup(2)  # what is said last goes there, whoever captures the streams


@dataclass(frozen=True)
class Task:
    """One conversion: where the store lies, what is read, what is written."""

    home: Path
    source: Path
    out: Path
    url: str | None = None

    @property
    def assets(self) -> str:
        """Where larger files lie, for those who have another data folder."""
        return str(self.home / "assets")

    @property
    def witness(self) -> Path:
        """What the program said it had stored, as it said it."""
        return self.home / "witness.jsonl"

    @property
    def boundaries(self) -> Path:
        """What a program that came to its end had passed."""
        return self.home / "boundaries.json"


def convert(
    task: Task, deadly: int = 0, *, before: bool = False, witness: Path | None = None
) -> None:
    """Convert, and die at a boundary."""
    from courseporter import api
    from courseporter.store import open_store

    bounds = Boundaries(deadly, before)
    task.home.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    hush()
    watch(bounds)
    testify(witness or task.witness)
    with open_store(task.home, task.url) as store:
        api.convert(api.Actor(store, "tester"), task.source, task.out)
    task.boundaries.write_text(json.dumps([bounds.seen, time.monotonic() - began]))


def hush() -> None:
    """Small chunks, and no writes, and no end, that depend on how fast the machine is."""
    from courseporter.jobs import lease, run
    from courseporter.sources.csv_template import deliver

    deliver.LESSONS_PER_CHUNK = PER_CHUNK
    lease.CRASH_LIMIT = CRASHES
    run.BEAT_SECONDS = run.QUIET_SECONDS = 3600.0


def testify(witness: Path) -> None:
    """Note each checkpoint outside of the store: when it is on its way, and when it is safe."""
    from courseporter.jobs.run import Run

    commit, complete = Run._commit, Run.complete
    handle = os.open(witness, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(event: str, job: str, checkpoint: Any) -> None:
        os.write(handle, json.dumps([event, job, checkpoint]).encode() + b"\n")

    def noted_commit(self: Run, stage: str, cursor: Any, write: Any, columns: Any) -> None:
        checkpoint = {"flow_version": self.flow.version, "step": stage, "cursor": cursor}
        note("begun", self.job.id, checkpoint)
        commit(self, stage, cursor, write, columns)
        note("safe", self.job.id, checkpoint)

    def noted_complete(self: Run) -> None:
        complete(self)
        note("done", self.job.id, None)

    Run._commit = noted_commit  # type: ignore[method-assign]
    Run.complete = noted_complete  # type: ignore[method-assign]


def start(program: Any, *arguments: Any, **words: Any) -> Any:
    """Start one of these programs."""
    faulthandler.dump_traceback_later(SILENCE, exit=True, file=LOUD)
    process = PROCESSES.Process(target=program, args=arguments, kwargs=words, daemon=True)
    process.start()
    return process


def finish(program: Any, *arguments: Any, **words: Any) -> int:
    """Run one of these programs to its end; gives its exit code."""
    process = start(program, *arguments, **words)
    process.join(LIMIT)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise AssertionError("the program hangs")
    return process.exitcode


def convert_or_say(task: Task, said: Path, file_limit: int = 0) -> None:
    """Convert, or write down why it was refused: `said` lies on another disk."""
    from courseporter.errors import PorterError

    if file_limit:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
    try:
        convert(task)
    except PorterError as error:
        said.write_text(f"{error.code}: {error.message}")


def convert_with_a_pause(
    task: Task, pause: int, *, fenced: bool = True, before: bool = False, said: Path | None = None
) -> None:
    """Convert, but stop (SIGSTOP) around a boundary, before it: inside of its transaction.

    The fence may be taken off, as a control.  `said`: where a refusal is written down.
    """
    from courseporter.errors import PorterError
    from torture import boundaries

    if not fenced:
        take_off_the_fence()
    boundaries.die = partial(os.kill, os.getpid(), signal.SIGSTOP)
    late = task.home / "late.jsonl"  # what it says, it says out of turn
    try:
        convert(task, pause, before=before, witness=late)
    except PorterError as error:
        if said is None:
            raise
        said.write_text(f"{error.code}: {error.message}")


def be_quick() -> None:
    """Leases, and the server's patience with a transaction that stands still, in short."""
    from courseporter.jobs import lease
    from courseporter.store import open_postgres

    lease.LEASE_MS = LEASE_MS
    patience = f"SET idle_in_transaction_session_timeout = {PATIENCE_MS}"
    open_postgres.SESSION = (patience, *open_postgres.SESSION[1:])


def convert_and_stand_still(task: Task, pause: int) -> None:
    """Convert with short leases, and stop inside a transaction."""
    be_quick()
    convert_with_a_pause(task, pause, before=True)


def attend(task: Task, stop: Any) -> None:
    """Work on what conversions leave behind, as a worker of another machine, until told to stop."""
    from courseporter.flows.registry import FLOWS
    from courseporter.jobs import worker
    from courseporter.store import open_store

    be_quick()
    hush()
    with open_store(task.home.with_name("attendant"), task.url, assets=task.assets) as store:
        worker.work(store, FLOWS, queues=("inline",), stop_event=stop)


def take_off_the_fence() -> None:
    """Let every worker write, whoever owns the job: the control of the torture."""
    from courseporter.jobs import lease

    lease._guard = unguarded


def unguarded(connection: Any, lease: Any, statement: Any) -> Any:
    """The guard without its conditions."""
    from courseporter.jobs.lease import StopRequest
    from courseporter.store.schema import job

    connection.execute(statement.where(job.c.id == lease.job_id))
    return StopRequest(cancel=False, pause=False)
