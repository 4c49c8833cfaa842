from __future__ import annotations

import threading

import pytest
from sqlalchemy import insert, select

from courseporter.errors import Canceled, LeaseLost
from courseporter.jobs import lease as leases
from courseporter.jobs import queue
from courseporter.jobs import run as runs
from courseporter.jobs.flow import Flow, Step
from courseporter.jobs.run import Paused, Run, Snoozed, Stopped
from courseporter.store.schema import meta

FLOW = Flow("toy", 1, (Step("read", lambda run: None, 3), Step("check", lambda run: None, 1)))


class Time:
    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def time(monkeypatch):
    clock = Time()
    monkeypatch.setattr(runs, "time", clock)
    return clock


@pytest.fixture
def run(hands, time):
    made = Run(hands.store, hands.started(), FLOW)
    made.begin(0, None)
    return made


def write_row(name):
    return lambda connection: connection.execute(insert(meta).values(name=name, value=""))


def rows(hands):
    with hands.store.read() as connection:
        return set(connection.scalars(select(meta.c.name))) - {"store_id"}


def test_a_save_stores_rows_cursor_progress_log_and_columns_together(hands, run):
    run.log("warning", "odd", "Row 7 is odd.", row=7)
    run.save({"row": 7}, write_row("a"), done=7, total=10, unit="lessons", draft_id="d")
    job = hands.get(run.job)
    assert rows(hands) == {"a"}
    assert job.checkpoint == {"flow_version": 1, "step": "read", "cursor": {"row": 7}}
    assert (job.progress_done, job.progress_total, job.progress_unit) == (7, 10, "lessons")
    assert (job.progress_percent, job.stage, job.draft_id) == (52, "read", "d")
    assert [line.message for line in hands.logs(job)] == ["Row 7 is odd."]
    assert (run.cursor, run.job.draft_id) == ({"row": 7}, "d")


def test_a_save_that_fails_stores_nothing(hands, run):
    def broken(connection):
        write_row("a")(connection)
        raise KeyError

    run.log("info", "x", "y")
    with pytest.raises(KeyError):
        run.save({"row": 1}, broken, done=1, total=2)
    assert rows(hands) == set()
    assert hands.get(run.job).checkpoint is None
    run.save({"row": 1}, write_row("a"))
    assert [line.code for line in hands.logs(run.job)] == ["x"]


@pytest.mark.parametrize(("asked", "raised"), [(queue.cancel, Canceled), (queue.pause, Paused)])
def test_a_save_heeds_the_users_wish_and_stores_nothing(hands, run, asked, raised):
    hands.do(asked, run.job.id)
    with pytest.raises(raised):
        run.save({"row": 1}, write_row("a"))
    assert rows(hands) == set()


def test_a_save_without_a_lease_stores_nothing(hands, run):
    hands.do(leases.rescue, ["w"])
    with pytest.raises(LeaseLost):
        run.save({"row": 1}, write_row("a"))
    assert rows(hands) == set()


def test_a_step_may_not_set_what_belongs_to_the_engine(run):
    with pytest.raises(TypeError, match="fence"):
        run.save(None, fence=9)


def test_ticks_between_looks_cost_nothing(hands, run, time, monkeypatch):
    time.now += 1
    run.tick(1, 10, "lessons")
    monkeypatch.setattr(hands.store, "read", None)
    monkeypatch.setattr(hands.store, "write", None)
    time.now += 0.01
    run.tick(2, 10, "lessons")


def test_a_tick_sees_a_wish_within_a_twentieth_of_a_second(hands, run, time):
    time.now += 1
    run.tick(1, 10)
    hands.do(queue.cancel, run.job.id)
    time.now += runs.LOOK_SECONDS
    with pytest.raises(Canceled):
        run.tick(2, 10)


def test_ticks_write_progress_four_times_a_second_at_most(hands, run, time):
    time.now += 0.1
    run.tick(2, 10)
    assert hands.get(run.job).progress_done is None
    time.now += runs.BEAT_SECONDS
    run.tick(3, 10)
    assert hands.get(run.job).progress_done == 3


def test_a_tick_that_says_nothing_new_beats_rarely(hands, run, time):
    before = hands.get(run.job).heartbeat_at
    hands.now += 60_000
    time.now += 1
    run.tick()
    assert hands.get(run.job).heartbeat_at == before
    time.now += runs.QUIET_SECONDS
    run.tick()
    assert hands.get(run.job).heartbeat_at == hands.now


def test_units_of_one_step_move_the_bar_one_after_the_other(hands, run):
    run.plan({"lessons": 2, "MB": 1, "MB checked": 0, "rows": 1})
    seen = []
    for done, unit in [(5, "lessons"), (10, "lessons"), (5, "MB"), (9, "MB checked"), (5, "rows")]:
        run.save(None, done=done, total=10, unit=unit)
        seen.append(hands.get(run.job).progress_percent)
    assert seen == [18, 37, 46, 56, 65]  # of a step that is three quarters of the flow


def test_laps_of_one_step_move_the_bar_one_after_the_other(hands, run):
    seen = []
    for lap in range(3):
        run.plan({"lessons": 1}, position=lap, count=3, each="course")
        for done in (5, 10):
            run.save(None, done=done, total=10, unit="lessons")
            job = hands.get(run.job)
            seen.append((job.progress_percent, job.progress_unit))
    percents = [percent for percent, _ in seen]
    assert percents == [12, 25, 37, 50, 62, 75]  # of a step that is three quarters of the flow
    assert seen[-1][1] == "lessons of course 3 of 3"


def test_a_unit_that_nobody_planned_does_not_move_the_bar(hands, run):
    run.plan({"MB": 1})
    run.save(None, done=9, total=10, unit="odd things")
    assert hands.get(run.job).progress_percent == 0


def test_progress_never_jumps_back(hands, run, time):
    run.save({"row": 9}, done=9, total=10)
    high = hands.get(run.job).progress_percent
    run.save({"row": 3}, done=3, total=10)
    assert hands.get(run.job).progress_percent == high
    run.end()
    assert hands.get(run.job).progress_percent == 75


def test_a_step_that_ends_moves_the_checkpoint_to_the_next(hands, run):
    run.save({"row": 9})
    run.end()
    assert hands.get(run.job).checkpoint == {"flow_version": 1, "step": "check", "cursor": None}
    assert hands.get(run.job).stage == "check"


def test_a_final_save_ends_the_step_in_the_same_transaction(hands, run):
    run.save(None, write_row("a"), final=True)
    assert hands.get(run.job).checkpoint["step"] == "check"
    rev = hands.get(run.job).rev
    run.end()
    assert hands.get(run.job).rev == rev
    run.begin(1, None)
    run.finish(summary={"failed": 0})
    run.save(None, final=True)
    assert hands.get(run.job).checkpoint["step"] == "done"
    assert hands.get(run.job).summary == {"failed": 0}


def test_a_heart_that_lost_the_lease_stops_the_step(run, time):
    run.lost.set()
    time.now += 1
    with pytest.raises(LeaseLost):
        run.tick()


def test_a_worker_that_ends_stops_the_step(hands, time):
    stop = threading.Event()
    run = Run(hands.store, hands.started(), FLOW, stop)
    run.begin(0, None)
    stop.set()
    with pytest.raises(Stopped):
        run.save({"row": 1})


def test_a_snooze_lets_go(run):
    with pytest.raises(Snoozed) as caught:
        run.snooze(20, "remote")
    assert (caught.value.seconds, caught.value.waiting_for) == (20, "remote")


def test_finish_is_stored_with_completion(hands, run):
    run.finish(summary={"failed": 1}, warnings=["w"], links={"studio_url": "http://s"})
    run.finish(metadata={"bytes": 3})
    run.log("info", "last", "words")
    run.complete()
    job = hands.get(run.job)
    assert (job.status, job.summary, job.warnings) == ("completed", {"failed": 1}, ["w"])
    assert (job.studio_url, job.metadata) == ("http://s", {"bytes": 3})
    assert [line.code for line in hands.logs(job)] == ["last"]
