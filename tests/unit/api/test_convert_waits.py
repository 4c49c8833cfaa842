from __future__ import annotations

from contextlib import nullcontext
from importlib import import_module

import msgspec
import pytest

from courseporter import api
from courseporter.errors import Canceled, ConflictError, PorterError, StoreAway
from courseporter.jobs import lease as leases
from courseporter.jobs import queue
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


def take_away(actor, job_id):
    """The same command, started once more elsewhere."""
    with actor.store.write() as connection:
        assert leases.claim(connection, "another", job_id=job_id) is not None


@pytest.mark.parametrize(
    ("wish", "end"),
    [
        (api.resume, nullcontext()),
        (api.cancel, pytest.raises(Canceled)),
        (take_away, pytest.raises(ConflictError)),
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
    assert (tmp_path / "o.tar.gz").exists() is (wish is api.resume)


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
