from __future__ import annotations

import time
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from courseporter import api
from courseporter.api import workers
from courseporter.api.imports import enqueue_prepare
from courseporter.errors import Canceled, ConflictError, PorterError, StoreAway
from courseporter.jobs import lease as leases
from courseporter.jobs import presence, queue
from courseporter.jobs.run import Run
from fakes.material import scorm

conversion = import_module("courseporter.api.inline")


@pytest.fixture
def golf(tmp_path):
    return scorm(tmp_path / "golf.zip", [(1, "Play", "a.html")])


@pytest.fixture
def in_each_wait(monkeypatch):
    """Sets what happens while the command waits, instead of time going by."""

    def wait(happens):
        clock = SimpleNamespace(
            monotonic=time.monotonic, time=time.time, sleep=lambda _seconds: happens()
        )
        monkeypatch.setattr(conversion, "time", clock)

    return wait


@pytest.fixture
def runs(monkeypatch):
    """Sets what the first run of a job does; later ones are real.  The jobs that were run."""
    run, ran = conversion.run_one, list[str]()

    def first_does(does):
        def run_one(actor, job_id):
            ran.append(job_id)
            return run(actor, job_id) if len(ran) > 1 else does(actor, job_id)

        monkeypatch.setattr(conversion, "run_one", run_one)
        return ran

    return first_does


def test_a_command_does_not_wait_for_room_on_the_disk(actor, golf, tmp_path, monkeypatch):
    run = conversion.run_one

    def full(actor, job_id):
        error = {"code": "disk_full", "message": "The disk is full.", "hint": None, "where": "/x"}
        done = run(actor, job_id)
        return msgspec.structs.replace(done, status="pending", waiting_for="disk", error=error)

    monkeypatch.setattr(conversion, "run_one", full)
    with pytest.raises(PorterError) as caught:
        api.convert(actor, golf, tmp_path / "o.tar.gz")
    assert (caught.value.code, caught.value.exit_code) == ("disk_full", 5)


def go_on(actor, job_id):
    """The window's workers leave it to the command."""
    api.resume(actor, job_id)
    assert workers.work(actor, once=True) == 0


@pytest.mark.parametrize(
    ("asked", "end"),
    [
        (go_on, nullcontext()),
        (api.cancel, pytest.raises(Canceled)),
    ],
)
def test_a_command_whose_job_is_paused_waits_until_it_may_go_on(
    actor, golf, tmp_path, runs, in_each_wait, asked, end
):
    waited: list[int] = []

    def look_at_the_window():
        if api.job(actor, ran[0]).waiting_for == "user":
            waited.append(len(ran))
            if len(waited) == 3:
                asked(actor, ran[0])

    def paused(actor, job_id):
        api.pause(actor, job_id)
        with actor.store.read() as connection:
            return queue.get(connection, job_id)

    ran = runs(paused)
    in_each_wait(look_at_the_window)
    with end:
        api.convert(actor, golf, tmp_path / "o.tar.gz")
    assert waited == [1, 1, 1]
    assert (tmp_path / "o.tar.gz").exists() is (asked is not api.cancel)


def test_a_job_that_is_paused_while_its_command_waits_for_another_try_stays_paused(
    actor, golf, tmp_path, runs, in_each_wait
):
    waited: list[int] = []

    def pause_and_later_resume():
        waited.append(len(ran))
        if len(waited) in (1, 3):
            (api.pause if len(waited) == 1 else api.resume)(actor, ran[0])

    ran = runs(lambda _actor, _job_id: None)
    in_each_wait(pause_and_later_resume)
    api.convert(actor, golf, tmp_path / "o.tar.gz")
    assert waited == [1, 1, 1]


def test_a_command_waits_for_whoever_went_on_with_its_paused_job(
    actor, golf, tmp_path, monkeypatch, runs, in_each_wait
):
    seen: list[str] = []

    def another_has_it_for_three_looks_and_dies():
        seen.append(api.job(actor, ran[0]).state)
        with actor.store.write() as connection:
            if len(seen) == 1:
                assert leases.claim(connection, "another", job_id=ran[0])
            elif len(seen) == 4:
                assert leases.rescue(connection, ["another"])

    monkeypatch.setattr(presence, "rescue_lost", lambda _store: [])
    ran = runs(api.pause)
    in_each_wait(another_has_it_for_three_looks_and_dies)
    result = api.convert(actor, golf, tmp_path / "o.tar.gz")
    assert seen == ["pending", "running", "running", "running"]
    assert Path(result.output.path).exists()


@pytest.mark.parametrize("begun", [False, True])
def test_a_command_gives_up_a_job_that_another_has_or_takes_away(
    actor, golf, tmp_path, runs, begun
):
    def taken(actor, job_id):
        with actor.store.write() as connection:
            job = leases.claim(connection, "another", job_id=job_id)
        return job if begun else None

    runs(taken)
    with pytest.raises(ConflictError, match="is already working"):
        api.convert(actor, golf, tmp_path / "o.tar.gz")


def test_a_paused_job_whose_command_was_killed_goes_on_when_told_to(actor, golf):
    job = enqueue_prepare(actor, golf, source=None, args={}, queue_name=conversion.QUEUE)
    api.pause(actor, job.id)
    assert workers.work(actor, once=True) == 0
    api.resume(actor, job.id)
    assert workers.work(actor, once=True) == 1
    assert api.job(actor, job.id).state == "completed"


@pytest.mark.parametrize("tidied", [False, True])
def test_a_package_whose_checkpoint_got_no_answer_is_delivered(
    actor, golf, tmp_path, monkeypatch, tidied
):
    """The store has the checkpoint, but the connection died before it could say so."""
    save, cut = Run.save, []

    def unanswered(self, cursor, *arguments, **words):
        save(self, cursor, *arguments, **words)
        if not cut and cursor and "staging" in cursor:
            cut.append(cursor["staging"])
            if tidied:
                (tmp_path / cursor["staging"]).unlink()
            raise StoreAway("the answer was lost")

    api.convert(actor, golf, tmp_path / "calm.tar.gz")
    monkeypatch.setattr(Run, "save", unanswered)
    api.convert(actor, golf, tmp_path / "cut.tar.gz")
    assert cut
    assert (tmp_path / "cut.tar.gz").read_bytes() == (tmp_path / "calm.tar.gz").read_bytes()
    assert not list(tmp_path.glob(".*"))
