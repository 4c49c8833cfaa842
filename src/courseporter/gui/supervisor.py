"""Keeps worker processes alive next to the window; does no work itself."""

from __future__ import annotations

import logging
import multiprocessing
import os
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import QThread

log = logging.getLogger(__name__)
MOST: Final = 2  # SQLite has one writer: more workers only queue for it
PATIENCE: Final = 1.0  # seconds a worker has to stop by itself
BACKOFF: Final = (0.0, 0.5, 2.0, 10.0, 30.0)  # waits before a worker that died is started again
STEADY: Final = 60.0  # seconds after which an end counts as the first again
Target = Callable[[str, Connection], None]


def default_count(cores: int | None = None) -> int:
    """One core stays free for the window; never more than two workers on SQLite."""
    return min(MOST, max(1, (cores or os.cpu_count() or 1) - 1))


class Worker(NamedTuple):
    """One process and our end of its pipe: closing it ends the worker, also when we are killed."""

    process: SpawnProcess
    pipe: Connection
    since: float


class Supervisor(QThread):
    """`target(home, pipe)` runs in each process; it must live in a module without Qt.

    What `greeting` returns is sent through the pipe first, and again after `share`.
    """

    def __init__(
        self,
        home: Path,
        target: Target,
        count: int | None = None,
        greeting: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self.greeting = greeting
        self.home = str(home)
        self.target = target
        self.count = count or default_count()
        self.context = multiprocessing.get_context("spawn")
        self.bell, self.ear = multiprocessing.Pipe()
        self.workers: list[Worker] = []
        self.deaths = 0
        self.not_before = 0.0

    def run(self) -> None:
        """Run the thread: sleep until a worker ends or somebody wakes it."""
        while True:
            if self.missing and time.monotonic() >= self.not_before:
                self.hire()
                continue
            pause = max(0.05, self.not_before - time.monotonic()) if self.missing else None
            sentinels = [worker.process.sentinel for worker in self.workers]
            woken = wait([self.ear, *sentinels], pause)
            if self.ear in woken and self.ear.recv() == "stop":
                break
            if self.ear in woken:
                self.greet_all()
            self.bury()
        self.end_all()

    @property
    def missing(self) -> bool:
        """Whether a worker is waiting to be started again."""
        return len(self.workers) < self.count

    def hire(self) -> None:
        """Start one more worker, or try again later when the system has no room for it."""
        try:
            self.workers.append(self.start_worker())
        except OSError as error:
            log.warning("no worker could be started: %s", error)
            self.rest()

    def rest(self) -> None:
        """Wait longer after each end, until the next worker is started."""
        self.deaths += 1
        self.not_before = time.monotonic() + BACKOFF[min(self.deaths, len(BACKOFF)) - 1]

    def start_worker(self) -> Worker:
        """Start a fresh interpreter, which inherits nothing of Qt or of our threads."""
        ours, theirs = self.context.Pipe()
        process = self.context.Process(
            target=self.target, args=(self.home, theirs), name="courseporter-worker", daemon=True
        )
        try:
            process.start()
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        log.info("worker %s started", process.pid)
        started = Worker(process, ours, time.monotonic())
        self.greet(started)
        return started

    def greet(self, worker: Worker) -> None:
        """Tell a worker what it needs to know."""
        if self.greeting is not None:
            with suppress(OSError):  # it has ended: the next one is told
                worker.pipe.send(self.greeting())

    def greet_all(self) -> None:
        """Tell all workers what has changed."""
        for worker in self.workers:
            self.greet(worker)

    def share(self) -> None:
        """Have all workers greeted again; may be called from any thread."""
        if self.isRunning():
            with suppress(OSError):
                self.bell.send("share")

    def bury(self) -> None:
        """Remove workers that ended by themselves; the next one starts later after each."""
        for worker in [one for one in self.workers if not one.process.is_alive()]:
            if time.monotonic() - worker.since > STEADY:
                self.deaths = 0
            self.rest()
            log.warning("worker %s ended (%s)", worker.process.pid, worker.process.exitcode)
            self.workers.remove(worker)
            worker.pipe.close()

    def end_all(self) -> None:
        """Ask all workers to stop, wait a moment, then kill them: checkpoints are in the store."""
        for worker in self.workers:
            with suppress(OSError):
                worker.pipe.send("stop")
        limit = time.monotonic() + PATIENCE
        for worker in self.workers:
            worker.process.join(max(0.0, limit - time.monotonic()))
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.pipe.close()
        self.workers.clear()

    def stop(self) -> None:
        """Stop the workers and the thread; returns when they are gone (about a second at most)."""
        if self.isRunning():
            with suppress(OSError):
                self.bell.send("stop")
            self.wait()
        self.bell.close()
        self.ear.close()
