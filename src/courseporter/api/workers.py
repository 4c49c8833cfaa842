"""The worker program: claims jobs and runs them, in this process or as a process of its own."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

from courseporter import keychain
from courseporter.api import actor as actors
from courseporter.api.actor import Actor
from courseporter.errors import PorterError
from courseporter.flows.registry import FLOWS
from courseporter.jobs import worker
from courseporter.jobs.job import Job

log = logging.getLogger(__name__)

WHOLE_NICENESS = 10
GREETING_SECONDS = 0.2
ENDS = ("SIGINT", "SIGTERM", "SIGHUP")


def work(
    actor: Actor,
    *,
    once: bool = False,
    job_id: str | None = None,
    limit: int | None = None,
    stop: threading.Event | None = None,
) -> int:
    """Run jobs until none is left (`once`) or until `stop` is set; returns how many were run.

    A job that is running then is put back, with its checkpoint.
    """
    if job_id is not None:
        return 1 if run_one(actor, job_id, stop) else 0
    return worker.work(actor.store, FLOWS, once=once, max_jobs=limit, stop_event=stop)


def run_one(actor: Actor, job_id: str, stop: threading.Event | None = None) -> Job | None:
    """Run this very job in this process; None when another worker has it or it is not due."""
    return worker.run_one(actor.store, FLOWS, job_id=job_id, stop=stop)


def serve(home: str, pipe: Connection) -> None:
    """Entry of a spawned process: works until the pipe says stop or its other end is gone.

    A log-out, a closed terminal and Ctrl+C reach every process of the app: this one puts its job
    back, too.
    """
    keychain.absorb_environment()
    ended = threading.Event()
    _heed_signals(ended)
    if pipe.poll(GREETING_SECONDS):  # before the first job is claimed
        _obey(pipe, ended)
    lower_priority()
    collect_seldom()
    try:
        actor = actors.start(Path(home))
    except PorterError as error:  # the store is away: whoever started us tries again, later
        log.warning("a worker could not begin: %s", error)
        raise SystemExit(error.exit_code) from None
    threading.Thread(target=_listen, args=(pipe, ended), daemon=True).start()
    try:
        worker.work(actor.store, FLOWS, stop_event=ended)
    finally:
        actors.stop(actor)


def collect_seldom() -> None:
    """Look for reference cycles seldom: what is loaded stays, and bulk work makes hardly any.

    It saves 7 % of a large conversion; the memory it needs is the same.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()


def greeting() -> dict[str, str]:
    """What each worker process is told first, and again when it changes: the secrets that are only
    in the memory of this one. They travel through its pipe, never by environment or arguments.
    """
    return keychain.handed_over()


def watch_secrets(listener: Callable[[], None]) -> Callable[[], None]:
    """Call `listener` when `greeting` has changed; returns what ends that."""
    keychain.watch(listener)
    return partial(keychain.unwatch, listener)


def _listen(pipe: Connection, ended: threading.Event) -> None:
    while not ended.is_set():
        _obey(pipe, ended)


def _obey(pipe: Connection, ended: threading.Event) -> None:
    """One message: secrets, or the wish to stop, which the end of the pipe means, too."""
    message: object = None
    with suppress(EOFError, OSError):
        message = pipe.recv()
    if isinstance(message, dict):
        keychain.adopt(cast("dict[str, str]", message))
    else:
        ended.set()


def _heed_signals(ended: threading.Event) -> None:
    """Let a thread wait for them: a handler could come while this one holds the lock of `ended`.

    Those that the app was told to ignore, such as by nohup, stay so.
    """
    if not hasattr(signal, "pthread_sigmask"):
        return
    known = [signal.Signals[name] for name in ENDS]
    handled = [one for one in known if signal.getsignal(one) != signal.SIG_IGN]
    signal.pthread_sigmask(signal.SIG_BLOCK, handled)

    def listen() -> None:
        signal.sigwait(handled)
        ended.set()

    threading.Thread(target=listen, daemon=True).start()


def lower_priority() -> None:
    """Give way to the window: nice 10 and the batch scheduler where there is one."""
    with suppress(OSError, AttributeError):
        os.nice(WHOLE_NICENESS)
    if sys.platform == "linux":
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
