from __future__ import annotations

import errno
import logging
import threading
import time
from contextlib import closing

import msgspec
import pytest
from sqlalchemy import select, text

from courseporter import api
from courseporter.errors import (
    ConflictError,
    InputError,
    LeaseLost,
    SettingsError,
    TransientError,
)
from courseporter.jobs import lease as leases
from courseporter.jobs import presence, queue, worker
from courseporter.jobs import run as runs
from courseporter.jobs.flow import Flow, Step
from courseporter.jobs.job import NewJob
from courseporter.jobs.settle import CAP_MS, RATE_LIMIT_CAP_MS, backoff
from courseporter.jobs.worker import run_one, work
from courseporter.store import open_sqlite, open_store
from courseporter.store.schema import worker as workers

PATIENCE = 60.0  # seconds: on a busy machine all comes, only late


class Toy:
    """A flow whose steps remember that they ran and do what the test says."""

    def __init__(self, version=1, **words):
        self.ran = []
        self.acts = {}
        steps = tuple(Step(name, self.step(name)) for name in ("one", "two", "three"))
        self.flows = {"toy": Flow("toy", version, steps, **words)}

    def step(self, name):
        def run(run):
            self.ran.append((name, run.cursor))
            self.acts.get(name, lambda _run: None)(run)

        return run


def raising(error):
    def act(_run):
        raise error

    return act


@pytest.fixture
def toy():
    return Toy()


def run_toy(hands, toy, **words):
    job = hands.enqueue(**words)
    return run_one(hands.store, toy.flows, job_id=job.id)


def test_all_steps_run_in_order_and_the_job_is_completed(hands, toy):
    job = run_toy(hands, toy)
    assert [name for name, _ in toy.ran] == ["one", "two", "three"]
    assert (job.status, job.progress_percent, job.leased_by) == ("completed", 100, None)


def test_there_may_be_nothing_to_do(hands, toy):
    assert run_one(hands.store, toy.flows) is None


def test_jobs_of_unknown_kind_are_left_alone(hands, toy):
    job = hands.enqueue(kind="other")
    assert run_one(hands.store, toy.flows) is None
    assert hands.get(job).status == "pending"


def test_finished_steps_are_skipped_and_the_step_goes_on_at_its_cursor(hands, toy):
    def save_and_die(run):
        run.save({"row": 7})
        raise LeaseLost

    toy.acts["two"] = save_and_die
    job = run_toy(hands, toy)
    hands.do(leases.rescue, hands.do(leases.holders))
    toy.ran.clear()
    del toy.acts["two"]
    assert run_one(hands.store, toy.flows, job_id=job.id).status == "completed"
    assert toy.ran == [("two", {"row": 7}), ("three", None)]


def test_a_step_that_saved_finally_is_not_run_again_after_a_crash(hands, toy):
    def save_and_die(run):
        run.save(None, final=True)
        raise LeaseLost

    for name in ("two", "three"):
        toy.acts = {name: save_and_die}
        job = run_toy(hands, toy)
        hands.do(leases.rescue, hands.do(leases.holders))
        toy.ran.clear()
        assert run_one(hands.store, toy.flows, job_id=job.id) is not None
        assert name not in [ran for ran, _ in toy.ran]


def begun_by_version_1(hands):
    old = Toy()
    old.acts["two"] = lambda run: (run.save({"row": 7}), run.snooze(0, "remote"))
    return run_toy(hands, old)


def test_a_checkpoint_of_another_version_starts_over_after_its_rows_are_removed(hands):
    job = begun_by_version_1(hands)
    removed = []
    new = Toy(version=2, restart=lambda _connection, job: removed.append(job.checkpoint["step"]))
    assert run_one(hands.store, new.flows, job_id=job.id).status == "completed"
    assert removed == ["two"]
    assert [name for name, _ in new.ran] == ["one", "two", "three"]
    assert "checkpoint_restarted" in {line.code for line in hands.logs(job)}


def test_a_checkpoint_of_another_version_can_be_understood(hands):
    job = begun_by_version_1(hands)
    new = Toy(version=2, upgrade=lambda old: {"step": "three", "cursor": {"was": old["cursor"]}})
    assert run_one(hands.store, new.flows, job_id=job.id).status == "completed"
    assert new.ran == [("three", {"was": {"row": 7}})]


def test_a_checkpoint_of_a_step_that_is_gone_starts_over(hands):
    job = begun_by_version_1(hands)
    new = Toy(version=2, upgrade=lambda old: {**old, "step": "no such step"})
    run_one(hands.store, new.flows, job_id=job.id)
    assert new.ran[0] == ("one", None)


def test_a_refusal_fails_the_job_with_everything_the_user_needs(hands, toy):
    error = InputError("Broken.", hint="Repair it.", where="a.zip", code="archive_corrupt")
    error.__cause__ = ValueError("inner")
    toy.acts["two"] = raising(error)
    job = run_toy(hands, toy)
    assert (job.status, job.stage) == ("failed", "two")
    assert job.error == {
        "code": "archive_corrupt",
        "message": "Broken.",
        "where": "a.zip",
        "hint": "Repair it.",
        "retryable": False,
        "attempt": 1,
        "stage": "two",
        "causes": ["ValueError"],
    }
    assert [line.code for line in hands.logs(job, level="error")] == ["archive_corrupt"]


def test_a_transient_error_is_tried_again_until_the_attempts_are_used_up(hands, toy):
    toy.acts["one"] = raising(TransientError("No answer."))
    job = run_toy(hands, toy, max_attempts=2)
    assert (job.status, job.waiting_for, job.error["code"]) == ("pending", "retry", "network_error")
    assert hands.now <= job.run_after <= hands.now + 2000
    job = run_one(hands.store, toy.flows, job_id=job.id)
    assert (job.status, job.attempt) == ("failed", 2)


def test_a_rate_limit_burns_no_attempt(hands, toy):
    toy.acts["one"] = raising(TransientError("Slow down.", metadata={"retry_after": 30}))
    job = run_toy(hands, toy, max_attempts=1)
    assert (job.status, job.waiting_for, job.attempt) == ("pending", "rate_limit", 0)
    assert job.run_after == hands.now + 30_000
    toy.acts["one"] = raising(TransientError("Slow down.", metadata={"retry_after": 1e9}))
    job = run_one(hands.store, toy.flows, job_id=job.id)
    assert job.run_after == hands.now + RATE_LIMIT_CAP_MS


def test_a_locked_keychain_is_waited_for(hands, toy):
    toy.acts["one"] = raising(SettingsError("Locked.", code="keychain_unavailable"))
    assert run_toy(hands, toy).waiting_for == "keychain"


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "full", "/x"), TransientError("Full.", code="disk_full")]
)
def test_a_full_disk_is_waited_for(hands, toy, error):
    toy.acts["one"] = raising(error)
    job = run_toy(hands, toy)
    assert (job.status, job.waiting_for, job.attempt) == ("pending", "disk", 0)
    assert job.error["code"] == "disk_full"


def test_a_conflict_is_not_tried_again(hands, toy):
    toy.acts["one"] = raising(ConflictError("There already."))
    assert run_toy(hands, toy).status == "failed"


def test_a_bug_keeps_its_traceback_in_the_log_alone(hands, toy):
    toy.acts["one"] = raising(ZeroDivisionError("by zero"))
    job = run_toy(hands, toy)
    assert (job.status, job.error["code"]) == ("failed", "bug")
    assert "Traceback" not in str(job.error)
    (line,) = hands.logs(job, level="error")
    assert "ZeroDivisionError: by zero" in line.meta["traceback"]


def test_a_bug_stands_in_the_log_of_the_program_too(hands, toy, caplog):
    toy.acts["one"] = raising(ZeroDivisionError("by zero"))
    job = run_toy(hands, toy)
    (record,) = caplog.records
    assert record.exc_info[0] is ZeroDivisionError
    assert len(hands.logs(job, level="error")) == 1


def test_an_interrupt_puts_the_job_back_and_goes_on(hands, toy):
    toy.acts["one"] = raising(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        run_toy(hands, toy)
    (job,) = hands.do(queue.listing)
    assert (job.status, job.attempt, job.leased_by) == ("pending", 0, None)


def test_a_cancel_during_a_step_ends_the_job(hands, toy):
    toy.acts["one"] = lambda run: (hands.do(queue.cancel, run.job.id), run.save(None))
    job = run_toy(hands, toy)
    assert (job.status, job.finished_at) == ("canceled", hands.now)


def test_a_pause_during_a_step_lets_the_job_wait(hands, toy):
    toy.acts["one"] = lambda run: (hands.do(queue.pause, run.job.id), run.save(None))
    job = run_toy(hands, toy)
    assert (job.status, job.waiting_for) == ("pending", "user")
    del toy.acts["one"]
    hands.do(queue.resume, job.id)
    assert run_one(hands.store, toy.flows).status == "completed"


def test_a_snooze_comes_back_later(hands, toy):
    toy.acts["two"] = lambda run: run.snooze(20, "remote") if len(toy.ran) < 3 else None
    job = run_toy(hands, toy)
    assert (job.waiting_for, job.run_after) == ("remote", hands.now + 20_000)
    hands.now += 20_000
    assert run_one(hands.store, toy.flows).status == "completed"


def test_a_lost_lease_is_left_in_silence(hands, toy):
    def lose(run):
        hands.do(leases.rescue, [run.lease.worker_id])
        hands.claim("heir")
        run.save({"row": 1})

    toy.acts["one"] = lose
    job = run_toy(hands, toy)
    assert (job.status, job.leased_by, job.checkpoint) == ("running", "heir", None)


def test_what_is_logged_during_a_job_stands_in_its_log_without_secrets(hands, toy):
    def act(_run):
        logging.getLogger("courseporter.toy").warning("token=abc123 was refused")

    toy.acts["one"] = act
    job = run_toy(hands, toy)
    (line,) = hands.logs(job, level="warning")
    assert line.message == "token=*** was refused"
    logging.getLogger("courseporter.toy").warning("later")
    assert len(hands.logs(job)) == 1


def test_what_the_system_forbids_is_no_bug(hands, toy):
    toy.acts["one"] = raising(PermissionError(errno.EACCES, "no", "/x/course.zip"))
    job = run_toy(hands, toy)
    assert (job.status, job.error["code"]) == ("failed", "permission_denied")
    assert "course.zip" in job.error["message"]


@pytest.mark.parametrize("damage", [True, False])
def test_a_step_that_stumbles_over_a_damaged_store_is_no_bug(store, toy, damage):
    with store.write() as connection:
        made = queue.enqueue(connection, NewJob(kind="toy", input={}))
        if damage:
            connection.execute(text("INSERT INTO meta (name, value) VALUES (x'ff', '')"))
    toy.acts["one"] = lambda _run: {}["what the value should have been"]
    run_one(store, toy.flows)
    with store.read() as connection:
        error = queue.get(connection, made.id).error
    assert error["code"] == ("store_unreadable" if damage else "bug")
    assert ("“courseporter store restore”" in error["hint"]) == damage


def test_backoff_doubles_with_full_jitter_up_to_ten_minutes():
    assert [backoff(n, lambda: 1.0) for n in (1, 2, 3)] == [2000, 4000, 8000]
    assert backoff(30, lambda: 1.0) == CAP_MS
    assert backoff(3, lambda: 0.0) == 0


# ------------------------------------------------------------------ with a store on disk


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path) as opened:
        yield opened


def enqueue(store, **words):
    with store.write() as connection:
        return queue.enqueue(connection, NewJob(**{"kind": "toy", "input": {}, **words}))


def get(store, job):
    with store.read() as connection:
        return queue.get(connection, job.id)


def test_work_once_runs_all_that_is_due(store, toy):
    jobs = [enqueue(store) for _ in range(3)]
    assert work(store, toy.flows, once=True) == 3
    assert {get(store, job).status for job in jobs} == {"completed"}


def test_work_stops_after_so_many_jobs(store, toy):
    for _ in range(3):
        enqueue(store)
    assert work(store, toy.flows, once=True, max_jobs=2) == 2


def test_a_waiting_worker_finds_a_new_job_by_itself(store, toy):
    stop = threading.Event()
    toy.acts["three"] = lambda _run: stop.set()
    thread = threading.Thread(target=work, args=(store, toy.flows), kwargs={"stop_event": stop})
    thread.start()
    job = enqueue(store)
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert get(store, job).status == "completed"


def test_a_stopping_worker_puts_its_job_back(store, toy):
    stop = threading.Event()
    toy.acts["one"] = lambda run: (stop.set(), run.save({"row": 1}))
    job = enqueue(store)
    assert work(store, toy.flows, stop_event=stop) == 1
    assert (get(store, job).status, get(store, job).attempt) == ("pending", 0)


class Clock:
    """Time that passes only in the step."""

    now = 100.0

    def monotonic(self):
        return self.now


def test_a_cancel_is_obeyed_within_a_twentieth_of_a_second_of_work(store, toy, monkeypatch):
    clock, asked_at = Clock(), []
    monkeypatch.setattr(runs, "time", clock)

    def busy(run):
        for number in range(1000):
            clock.now += 0.01
            run.tick(number, 1000, "MB")
            if number == 100:
                asked_at.append(clock.now)
                with store.write() as connection:
                    queue.cancel(connection, run.job.id)

    toy.acts["one"] = busy
    enqueue(store)
    assert run_one(store, toy.flows).status == "canceled"
    assert clock.now - asked_at[0] < runs.LOOK_SECONDS + 0.015


def test_the_job_of_a_living_worker_is_left_alone_whatever_the_clock_says(store, tmp_path, toy):
    with presence.join(store) as alive:
        job = enqueue(store)
        with store.write() as connection:
            leases.claim(connection, alive.id)
        two_hours = 2 * 3600 * 1000
        with open_store(tmp_path, clock=lambda: int(time.time() * 1000) + two_hours) as other:
            assert presence.rescue_lost(other) == []
            assert run_one(other, toy.flows) is None
        assert get(store, job).leased_by == alive.id


def test_the_job_of_a_dead_worker_is_taken_at_once(store, toy):
    job = enqueue(store)
    with presence.join(store) as dying, store.write() as connection:
        leases.claim(connection, dying.id)
    assert run_one(store, toy.flows).status == "completed"
    assert "rescued" in {line.code for line in logs(store, job)}
    assert get(store, job).attempt == 1


def logs(store, job):
    with store.read() as connection:
        return queue.logs(connection, job.id)


def test_a_heart_beats_beside_a_step_that_says_nothing(store, toy, monkeypatch):
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.02)
    beats = []

    def silent(run):
        until = time.monotonic() + PATIENCE
        while len(set(beats)) < 3 and time.monotonic() < until:
            time.sleep(0.01)
            beats.append(get(store, run.job).heartbeat_at)

    toy.acts["one"] = silent
    enqueue(store)
    assert run_one(store, toy.flows).status == "completed"
    assert len(set(beats)) > 2


def test_a_heart_does_not_outlive_the_work(store, toy, monkeypatch, caplog):
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(worker, "SILENT_SECONDS", 0.1)
    hearts = []

    def hang(run):
        hearts.append(next(one for one in threading.enumerate() if one.name.startswith("heart-")))
        hearts[0].join(PATIENCE)

    toy.acts["one"] = hang
    job = enqueue(store)
    run_one(store, toy.flows)
    assert not hearts[0].is_alive()
    assert f"job {job.id} shows no sign of life" in caplog.text


def test_a_heart_that_finds_its_job_taken_stops_the_step(store, toy, monkeypatch):
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.02)

    def lose(run):
        with store.write() as connection:
            leases.rescue(connection, [run.lease.worker_id])
        assert run.lost.wait(PATIENCE)
        run.save({"row": 1})

    toy.acts["one"] = lose
    job = enqueue(store)
    assert run_one(store, toy.flows).checkpoint is None
    assert get(store, job).status == "pending"


def test_a_full_disk_is_written_down_with_the_help_of_the_reserve(store, toy, monkeypatch):
    write, calls = store.write, []

    def full_until_room_is_made():
        calls.append(1)
        if toy.ran and (store.home / "reserve").exists():
            raise TransientError("Full.", code="disk_full")
        return write()

    monkeypatch.setattr(store, "write", full_until_room_is_made)
    toy.acts["one"] = lambda run: run.save({"row": 1})
    job = enqueue(store)
    assert run_one(store, toy.flows).waiting_for == "disk"
    assert get(store, job).error["code"] == "disk_full"


def test_a_worker_outlives_a_busy_store(store, toy, monkeypatch):
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0)
    rescue, answers = presence.rescue_lost, [TransientError("Busy.", code="store_busy")]

    def busy_once(opened):
        if answers:
            raise answers.pop()
        return rescue(opened)

    monkeypatch.setattr(presence, "rescue_lost", busy_once)
    job = enqueue(store)
    assert work(store, toy.flows, once=True) == 1
    assert get(store, job).status == "completed"


def test_an_idle_worker_keeps_house_once_a_day(store, toy, monkeypatch):
    for _ in range(2):
        stop = threading.Event()
        monkeypatch.setattr(stop, "wait", lambda _seconds, stop=stop: stop.set())  # at its rest
        work(store, toy.flows, stop_event=stop)
    assert len(list((store.home / "backups").glob("daily-*"))) == 1


def test_whoever_uses_commands_alone_has_backups_and_collections_too(store, toy):
    enqueue(store)
    assert run_one(store, toy.flows).status == "completed"
    home = store.home
    api.stop(api.Actor(store, "anna"))
    assert len(list((home / "backups").glob("daily-*"))) == 1


def test_workers_that_died_while_idle_leave_the_list(store, toy):
    with presence.join(store) as alive:
        with store.write() as connection:
            presence.register(connection, alive)
            presence.register(connection, msgspec.structs.replace(alive, id="ghost"))
        presence.forget_dead(store)
        with store.read() as connection:
            assert connection.scalars(select(workers.c.id)).all() == [alive.id]


def test_an_idle_worker_whose_backups_cannot_be_kept_works_on(store, toy, monkeypatch, caplog):
    (store.home / "backups").touch()  # no folder
    stop = threading.Event()
    monkeypatch.setattr(stop, "wait", lambda _seconds: stop.set())  # at its rest
    assert work(store, toy.flows, stop_event=stop) == 0
    assert "The daily maintenance of the store was skipped." in caplog.text


def test_a_job_whose_end_could_not_be_written_is_taken_up_again(tmp_path, toy, monkeypatch):
    """Another program holds the store for longer than a worker waits for it."""
    monkeypatch.setattr(open_sqlite, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.05)
    refused = []
    with open_store(tmp_path) as store, closing(open_sqlite.connect(store.path, 10.0)) as other:
        with store.write() as connection:
            made = queue.enqueue(connection, NewJob(kind="toy", input={}))

        def hold(run):
            if not refused:
                other.execute("BEGIN IMMEDIATE")
                refused.append(run.lease.worker_id)
            run.save({"at": 1})

        def let_go(lost):
            other.execute("ROLLBACK")
            return lost

        rested = threading.Event()
        monkeypatch.setattr(rested, "wait", lambda _seconds: other.in_transaction and let_go(False))
        toy.acts["one"] = hold
        assert work(store, toy.flows, once=True, stop_event=rested) == 1
        with store.read() as connection:
            job = queue.get(connection, made.id)
    assert (job.status, job.attempt, job.crashes) == ("completed", 1, 0)
    assert refused
