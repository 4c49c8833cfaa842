"""A worker process ends well when it is asked to, by its pipe or by a signal."""

import multiprocessing
import os
import signal
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from courseporter import api, keychain
from courseporter.api import workers
from courseporter.secret import Secret
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


@contextmanager
def greeted(home, actor, secrets):
    """As `at_work`, for a worker that is told secrets first."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=workers.serve, args=(str(home), theirs))
    process.start()
    ours.send(secrets)
    try:
        while process.is_alive() and not listed(actor):
            time.sleep(0.02)
        yield process, ours
    finally:
        process.kill()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_a_worker_has_no_secret_in_its_environment_or_arguments(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEPORTER_SECRET_SCHOOL", "value-of-a-variable")
    actor = api.start(tmp_path)
    secrets = workers.greeting()
    assert secrets == {"COURSEPORTER_SECRET_SCHOOL": "value-of-a-variable"}
    try:
        with greeted(tmp_path, actor, secrets) as (process, ours):
            seen = b"".join(
                Path(f"/proc/{process.pid}/{name}").read_bytes() for name in ("environ", "cmdline")
            )
            ours.send({"c/api_key": "another-value"})
            ours.send("stop")
            process.join(PATIENCE)
        assert process.exitcode == 0
        assert b"value-of-a-variable" not in seen
    finally:
        api.stop(actor)


def test_a_worker_takes_over_the_secrets_it_is_told():
    ours, theirs = multiprocessing.Pipe()
    ended = threading.Event()
    ours.send({"c/api_key": "the-value", "COURSEPORTER_SECRET_X": "x-value"})
    workers._obey(theirs, ended)
    assert keychain.get("c", "api_key") == Secret("the-value")
    assert keychain.get("d", "f", variable="COURSEPORTER_SECRET_X") == Secret("x-value")
    assert not ended.is_set()
    ours.close()
    workers._obey(theirs, ended)
    assert ended.is_set()
