from __future__ import annotations

from contextlib import nullcontext
from importlib import import_module
from pathlib import Path

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


def test_a_command_does_not_wait_for_room_on_the_disk(tmp_path, monkeypatch):
    conversion = import_module("courseporter.api.convert")
    run = conversion.run_one

    def full(actor, job_id):
        error = {"code": "disk_full", "message": "The disk is full.", "hint": None, "where": "/x"}
        done = run(actor, job_id)
        return msgspec.structs.replace(done, status="pending", waiting_for="disk", error=error)

    monkeypatch.setattr(conversion, "run_one", full)
    actor = api.start(tmp_path / "home")
    source = scorm(tmp_path / "golf.zip", [(1, "Play", "a.html")])
    try:
        with pytest.raises(PorterError) as caught:
            api.convert(actor, source, tmp_path / "o.tar.gz")
    finally:
        api.stop(actor)
    assert (caught.value.code, caught.value.exit_code) == ("disk_full", 5)


def go_on(actor, job_id):
    """The window’s workers leave it to the command."""
    api.resume(actor, job_id)
    assert workers.work(actor, once=True) == 0


@pytest.mark.parametrize(
    ("wish", "end"),
    [
        (go_on, nullcontext()),
        (api.cancel, pytest.raises(Canceled)),
    ],
)
def test_a_command_whose_job_is_paused_waits_until_it_may_go_on(tmp_path, monkeypatch, wish, end):
    conversion = import_module("courseporter.api.convert")
    run, clock, runs = conversion.run_one, conversion.time, list[str]()
    waited: list[int] = []

    class Clock:
        """Somebody looks at the window while the command waits."""

        monotonic, time = clock.monotonic, clock.time

        @staticmethod
        def sleep(_seconds):
            if api.job(actor, runs[0]).waiting_for == "user":
                waited.append(len(runs))
                if len(waited) == 3:
                    wish(actor, runs[0])

    def paused(actor, job_id):
        runs.append(job_id)
        if len(runs) > 1:
            return run(actor, job_id)
        api.pause(actor, job_id)
        with actor.store.read() as connection:
            return queue.get(connection, job_id)

    monkeypatch.setattr(conversion, "run_one", paused)
    monkeypatch.setattr(conversion, "time", Clock)
    actor = api.start(tmp_path / "home")
    source = scorm(tmp_path / "golf.zip", [(1, "Play", "a.html")])
    try:
        with end:
            api.convert(actor, source, tmp_path / "o.tar.gz")
    finally:
        api.stop(actor)
    assert waited == [1, 1, 1]
    assert (tmp_path / "o.tar.gz").exists() is (wish is not api.cancel)


def test_a_job_that_is_paused_while_its_command_waits_for_another_try_stays_paused(
    tmp_path, monkeypatch
):
    conversion = import_module("courseporter.api.convert")
    run, clock, runs, waited = conversion.run_one, conversion.time, list[str](), list[int]()

    class Clock:
        """Somebody pauses the job in the first wait, and lets it go on in the third."""

        monotonic, time = clock.monotonic, clock.time

        @staticmethod
        def sleep(_seconds):
            waited.append(len(runs))
            if len(waited) in (1, 3):
                (api.pause if len(waited) == 1 else api.resume)(actor, runs[0])

    def later(actor, job_id):
        runs.append(job_id)
        return run(actor, job_id) if len(runs) > 1 else None

    monkeypatch.setattr(conversion, "run_one", later)
    monkeypatch.setattr(conversion, "time", Clock)
    actor = api.start(tmp_path / "home")
    source = scorm(tmp_path / "golf.zip", [(1, "Play", "a.html")])
    try:
        api.convert(actor, source, tmp_path / "o.tar.gz")
    finally:
        api.stop(actor)
    assert waited == [1, 1, 1]


def test_a_command_waits_for_whoever_went_on_with_its_paused_job(tmp_path, monkeypatch):
    conversion = import_module("courseporter.api.convert")
    run, clock, runs, seen = conversion.run_one, conversion.time, list[str](), list[str]()

    class Clock:
        """Another process takes the job, has it for three looks, and dies."""

        monotonic, time = clock.monotonic, clock.time

        @staticmethod
        def sleep(_seconds):
            seen.append(api.job(actor, runs[0]).state)
            with actor.store.write() as connection:
                if len(seen) == 1:
                    assert leases.claim(connection, "another", job_id=runs[0])
                elif len(seen) == 4:
                    assert leases.rescue(connection, ["another"])

    def paused(actor, job_id):
        runs.append(job_id)
        if len(runs) > 1:
            return run(actor, job_id)
        api.pause(actor, job_id)
        return None

    monkeypatch.setattr(presence, "rescue_lost", lambda _store: [])
    monkeypatch.setattr(conversion, "run_one", paused)
    monkeypatch.setattr(conversion, "time", Clock)
    actor = api.start(tmp_path / "home")
    source = scorm(tmp_path / "golf.zip", [(1, "Play", "a.html")])
    try:
        result = api.convert(actor, source, tmp_path / "o.tar.gz")
    finally:
        api.stop(actor)
    assert seen == ["pending", "running", "running", "running"]
    assert Path(result.output.path).exists()


@pytest.mark.parametrize("begun", [False, True])
def test_a_command_gives_up_a_job_that_another_has_or_takes_away(tmp_path, monkeypatch, begun):
    conversion = import_module("courseporter.api.convert")

    def taken(actor, job_id):
        with actor.store.write() as connection:
            job = leases.claim(connection, "another", job_id=job_id)
        return job if begun else None

    monkeypatch.setattr(conversion, "run_one", taken)
    actor = api.start(tmp_path / "home")
    source = scorm(tmp_path / "golf.zip", [(1, "Play", "a.html")])
    try:
        with pytest.raises(ConflictError, match="right now"):
            api.convert(actor, source, tmp_path / "o.tar.gz")
    finally:
        api.stop(actor)


def test_a_paused_job_whose_command_was_killed_goes_on_when_told_to(tmp_path):
    inline = import_module("courseporter.api.convert").INLINE
    actor = api.start(tmp_path / "home")
    source = scorm(tmp_path / "golf.zip", [(1, "Play", "a.html")])
    try:
        job = enqueue_prepare(actor, source, source=None, args={}, queue_name=inline)
        api.pause(actor, job.id)
        assert workers.work(actor, once=True) == 0
        api.resume(actor, job.id)
        assert workers.work(actor, once=True) == 1
        assert api.job(actor, job.id).state == "completed"
    finally:
        api.stop(actor)


@pytest.mark.parametrize("tidied", [False, True])
def test_a_package_whose_checkpoint_got_no_answer_is_delivered(tmp_path, monkeypatch, tidied):
    """The store has the checkpoint, but the connection died before it could say so."""
    save, cut = Run.save, []

    def unanswered(self, cursor, *arguments, **words):
        save(self, cursor, *arguments, **words)
        if not cut and cursor and "staging" in cursor:
            cut.append(cursor["staging"])
            if tidied:
                (tmp_path / cursor["staging"]).unlink()
            raise StoreAway("the answer was lost")

    source = scorm(tmp_path / "golf.zip", [(1, "Play", "a.html")])
    actor = api.start(tmp_path / "home")
    try:
        api.convert(actor, source, tmp_path / "calm.tar.gz")
        monkeypatch.setattr(Run, "save", unanswered)
        api.convert(actor, source, tmp_path / "cut.tar.gz")
    finally:
        api.stop(actor)
    assert cut
    assert (tmp_path / "cut.tar.gz").read_bytes() == (tmp_path / "calm.tar.gz").read_bytes()
    assert not list(tmp_path.glob(".*"))
