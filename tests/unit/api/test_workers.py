"""A worker process ends well when it is asked to, by its pipe or by a signal."""

import multiprocessing
import os
import signal
import time

import pytest
from sqlalchemy import func, select

from courseporter import api
from courseporter.api import workers
from courseporter.store.schema import worker


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


@pytest.mark.parametrize("ask", [ask_by_pipe, log_out, press_ctrl_c])
def test_a_worker_that_is_asked_to_end_takes_itself_off_the_list(tmp_path, ask):
    actor = api.start(tmp_path)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=workers.serve, args=(str(tmp_path), theirs))
    process.start()
    try:
        while process.is_alive() and not listed(actor):
            time.sleep(0.02)  # until it is at work
        ask(process, ours)
        process.join(30)
        assert process.exitcode == 0
        assert listed(actor) == 0
    finally:
        process.kill()
        api.stop(actor)
