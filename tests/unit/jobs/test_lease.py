from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from courseporter.errors import LeaseLost
from courseporter.jobs import lease as leases
from courseporter.jobs import queue
from courseporter.store.schema import job as jobs

WRITES = {
    "heartbeat": leases.heartbeat,
    "save": lambda connection, lease: leases.save(connection, lease, {}, 1),
    "complete": leases.complete,
    "fail": lambda connection, lease: leases.fail(connection, lease, {}),
    "give_up": leases.give_up,
    "retry_later": lambda connection, lease: leases.retry_later(connection, lease, 0, {}),
    "snooze": lambda connection, lease: leases.snooze(connection, lease, 0, "remote"),
    "stop_request": leases.stop_request,
}


def test_a_claim_gives_a_lease_a_fence_and_an_attempt(hands):
    job = hands.started()
    assert (job.status, job.leased_by, job.fence, job.attempt) == ("running", "w", 1, 1)
    assert job.heartbeat_at == job.started_at == hands.now
    assert job.lease_expires_at == hands.now + leases.LEASE_MS


def test_a_claimed_job_is_nobody_elses(hands):
    job = hands.started()
    assert hands.claim("other") is None
    assert hands.claim("other", job_id=job.id) is None


def test_the_most_urgent_job_comes_first_then_the_oldest(hands):
    late = hands.enqueue()
    hands.now += 1
    later = hands.enqueue()
    urgent = hands.enqueue(priority=1)
    assert [hands.claim().id for _ in range(3)] == [urgent.id, late.id, later.id]


def test_a_job_waits_until_it_is_due_unless_it_is_named(hands):
    job = hands.enqueue(delay=1000)
    assert hands.claim() is None
    hands.now += 1000
    assert hands.claim().id == job.id
    named = hands.enqueue(delay=1000)
    assert hands.claim(job_id=named.id).id == named.id


def test_a_job_of_an_own_queue_is_left_to_whoever_names_it(hands):
    job = hands.enqueue(queue="inline")
    assert hands.claim() is None
    assert not hands.do(leases.anything_due)
    assert hands.claim(job_id=job.id).id == job.id


def test_only_kinds_that_the_worker_knows_are_claimed(hands):
    job = hands.enqueue(kind="toy")
    assert hands.claim(kinds=("other",)) is None
    assert hands.claim(kinds=("other",), job_id=job.id) is None
    assert not hands.do(leases.anything_due, kinds=("other",))
    assert hands.do(leases.anything_due, kinds=("toy",))


@pytest.mark.parametrize("write", WRITES)
def test_nothing_is_written_with_a_lost_lease(hands, write):
    job = hands.started()
    hands.do(leases.rescue, ["w"])
    heir = hands.claim("heir")
    with pytest.raises(LeaseLost):
        hands.leased(WRITES[write], job)
    assert hands.get(job) == heir


@pytest.mark.parametrize("write", WRITES)
def test_nothing_is_written_after_the_end(hands, write):
    job = hands.started()
    hands.leased(leases.complete, job)
    with pytest.raises(LeaseLost):
        hands.leased(WRITES[write], job)


def test_what_follows_a_lost_guard_falls_with_it(hands):
    job = hands.started()
    hands.do(leases.rescue, ["w"])

    def zombie(connection):
        queue.log(connection, job.id, "info", "x", "written by a zombie")
        leases.save(connection, leases.lease_of(job), {}, 1)

    with pytest.raises(LeaseLost):
        hands.do(zombie)
    assert hands.logs(job) == []


def test_a_save_moves_checkpoint_progress_and_lease(hands):
    job = hands.started()
    hands.now += 10_000
    hands.leased(
        leases.save, job, {"step": "read"}, 3, stage="read", progress_percent=40, progress_done=4
    )
    saved = hands.get(job)
    assert (saved.checkpoint, saved.checkpoint_version) == ({"step": "read"}, 3)
    assert (saved.stage, saved.progress_percent, saved.progress_done) == ("read", 40, 4)
    assert saved.lease_expires_at == hands.now + leases.LEASE_MS


def test_every_write_tells_what_the_user_wishes(hands):
    job = hands.started()
    assert hands.leased(leases.save, job, None, 1) == (False, False)
    hands.do(queue.pause, job.id)
    assert hands.leased(leases.heartbeat, job) == (False, True)
    hands.do(queue.cancel, job.id)
    assert hands.leased(leases.stop_request, job) == (True, True)


def test_a_completed_job_has_times_links_and_a_full_bar(hands):
    job = hands.started()
    hands.now += 1234
    hands.leased(
        leases.complete, job, summary={"failed": 0}, warnings=[{"a": 1}], course_url="http://x"
    )
    done = hands.get(job)
    assert (done.status, done.progress_percent, done.duration_ms) == ("completed", 100, 1234)
    assert (done.summary, done.warnings, done.course_url) == ({"failed": 0}, [{"a": 1}], "http://x")
    assert (done.leased_by, done.lease_expires_at) == (None, None)
    assert done.finished


def test_a_later_attempt_keeps_its_error_and_counts(hands):
    job = hands.started()
    hands.leased(leases.retry_later, job, 2000, {"code": "network_error"})
    waiting = hands.get(job)
    assert (waiting.status, waiting.waiting_for) == ("pending", "retry")
    assert (waiting.run_after, waiting.error) == (hands.now + 2000, {"code": "network_error"})
    assert hands.claim() is None
    hands.now += 2000
    assert hands.claim().attempt == 2


@pytest.mark.parametrize("write", ["snooze", "retry_later"])
def test_a_job_that_is_to_stop_never_waits(hands, write):
    job = hands.started()
    hands.do(queue.cancel, job.id)
    hands.leased(WRITES[write], job)
    stopped = hands.get(job)
    assert (stopped.status, stopped.waiting_for) == ("canceled", None)
    assert stopped.finished_at == hands.now


def test_a_snooze_is_no_attempt(hands):
    job = hands.started()
    hands.leased(leases.snooze, job, 500, "remote")
    assert hands.get(job).waiting_for == "remote"
    hands.now += 500
    assert hands.claim().attempt == 1


def test_a_rescued_job_goes_on_from_its_checkpoint_without_a_lost_attempt(hands):
    job = hands.started()
    hands.leased(leases.save, job, {"step": "read"}, 1)
    (rescued,) = hands.do(leases.rescue, ["w"])
    assert (rescued.status, rescued.crashes, rescued.attempt) == ("pending", 1, 0)
    again = hands.claim("heir")
    assert (again.attempt, again.checkpoint) == (1, {"step": "read"})
    assert again.fence > job.fence


def test_only_the_jobs_of_the_dead_are_rescued(hands):
    hands.started()
    hands.enqueue()
    alive = hands.claim("alive")
    assert len(hands.do(leases.rescue, ["w"])) == 1
    assert hands.get(alive).status == "running"
    assert hands.do(leases.holders) == ["alive"]


def test_ten_crashes_without_progress_end_the_job(hands):
    hands.enqueue()
    for _ in range(leases.CRASH_LIMIT):
        job = hands.claim()
        (rescued,) = hands.do(leases.rescue, ["w"])
    assert (rescued.status, rescued.error["code"]) == ("failed", "worker_crash_loop")
    assert rescued.finished_at == hands.now
    assert hands.claim() is None
    assert hands.do(queue.retry, job.id).crashes == 0


def test_progress_makes_crashes_forgotten(hands):
    hands.enqueue()
    for _ in range(leases.CRASH_LIMIT * 3):
        job = hands.claim()
        hands.leased(leases.save, job, {"at": job.fence}, 1)
        (rescued,) = hands.do(leases.rescue, ["w"])
    assert (rescued.status, rescued.crashes) == ("pending", 1)


def test_a_heartbeat_is_no_progress(hands):
    hands.enqueue()
    for _ in range(leases.CRASH_LIMIT):
        hands.leased(leases.heartbeat, hands.claim(), progress_percent=50)
        (rescued,) = hands.do(leases.rescue, ["w"])
    assert rescued.status == "failed"


def test_a_wish_outlives_the_worker(hands):
    canceled, paused = hands.started(), hands.started()
    hands.do(queue.cancel, canceled.id)
    hands.do(queue.pause, paused.id)
    hands.do(leases.rescue, ["w"])
    assert hands.get(canceled).status == "canceled"
    assert hands.get(paused).waiting_for == "user"


def test_by_the_clock_only_expired_leases_are_taken(hands):
    old = hands.started()
    hands.now += leases.LEASE_MS - 1
    fresh = hands.started()
    assert hands.do(leases.rescue, expired=True) == []
    hands.now += 2
    assert [job.id for job in hands.do(leases.rescue, expired=True)] == [old.id]
    assert hands.get(fresh).status == "running"


@pytest.mark.parametrize(
    "values",
    [{"status": "running"}, {"leased_by": "x"}, {"status": "odd"}, {"progress_percent": 101}],
)
def test_the_table_itself_refuses_impossible_states(hands, values):
    job = hands.enqueue()
    with pytest.raises(IntegrityError):
        hands.do(
            lambda connection: connection.execute(
                update(jobs).where(jobs.c.id == job.id).values(**values)
            )
        )
