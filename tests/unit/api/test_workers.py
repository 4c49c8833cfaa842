"""A worker process ends well when it is asked to, by its pipe or by a signal."""

import multiprocessing
import os
import signal
import time
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from courseporter import api
from courseporter.api import workers
from courseporter.store.schema import worker

PATIENCE = 120.0  # seconds: on a busy machine all comes, only late


def listed(actor):
    with actor.store.read() as connection:
        return connection.scalar(select(func.count()).select_from(worker))


def ask_by_pipe(process, pipe):
    del process
    pipe.send("stop")


def log_out(process, pipe):
    del pipe
    os.kill(process.pid, signal.SIGTERM)


def press_ctrl_c(process, pipe):
    del pipe
    os.kill(process.pid, signal.SIGINT)


def close_the_terminal(process, pipe):
    del pipe
    os.kill(process.pid, signal.SIGHUP)


@contextmanager
def at_work(home, actor):
    """A worker process that stands in the list, and our end of its pipe."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=workers.serve, args=(str(home), theirs))
    process.start()
    try:
        while process.is_alive() and not listed(actor):
            time.sleep(0.02)
        yield process, ours
    finally:
        process.kill()


@pytest.mark.parametrize("ask", [ask_by_pipe, log_out, press_ctrl_c, close_the_terminal])
def test_a_worker_that_is_asked_to_end_takes_itself_off_the_list(tmp_path, ask):
    actor = api.start(tmp_path)
    try:
        with at_work(tmp_path, actor) as (process, ours):
            ask(process, ours)
            process.join(PATIENCE)
        assert process.exitcode == 0
        assert listed(actor) == 0
    finally:
        api.stop(actor)


def test_a_worker_ignores_what_the_app_was_told_to_ignore(tmp_path):
    actor = api.start(tmp_path)
    heeded = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as “&” in a script does
    try:
        with at_work(tmp_path, actor) as (process, ours):
            os.kill(process.pid, signal.SIGINT)
            process.join(1)
            assert process.is_alive()
            ours.send("stop")
            process.join(PATIENCE)
        assert process.exitcode == 0
    finally:
        signal.signal(signal.SIGINT, heeded)
        api.stop(actor)
