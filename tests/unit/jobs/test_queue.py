from __future__ import annotations

import pytest
from sqlalchemy import select

from courseporter.errors import ConflictError, SettingsError
from courseporter.jobs import lease as leases
from courseporter.jobs import overview, queue
from courseporter.store.schema import tombstone


def test_a_new_job_waits_and_carries_what_it_was_given(hands):
    job = hands.enqueue(
        input={"path": "a.zip"},
        provider="scorm",
        connection_id="c",
        metadata={"a": 1},
        source_course_title="Pottery",
        created_by="ann",
    )
    assert (job.status, job.attempt, job.fence, job.org_id) == ("pending", 0, 0, "personal")
    assert (job.input, job.provider, job.metadata) == ({"path": "a.zip"}, "scorm", {"a": 1})
    assert (job.created_at, job.run_after, job.created_by) == (hands.now, hands.now, "ann")
    assert hands.get(job) == job


def test_the_same_request_gives_the_same_job_even_when_it_is_done(hands):
    first = hands.enqueue(idempotency_key="k", input_hash="h")
    hands.leased(leases.complete, hands.claim())
    assert hands.enqueue(idempotency_key="k", input_hash="h").id == first.id


def test_the_same_key_with_other_input_is_a_conflict(hands):
    first = hands.enqueue(idempotency_key="k", input_hash="h")
    with pytest.raises(ConflictError) as caught:
        hands.enqueue(idempotency_key="k", input_hash="other")
    assert caught.value.code == "idempotency_mismatch"
    assert caught.value.metadata == {"job_id": first.id}


def test_request_keys_of_two_organisations_do_not_meet(hands):
    first = hands.enqueue(idempotency_key="k", input_hash="h")
    assert hands.enqueue(idempotency_key="k", input_hash="x", org_id="other").id != first.id


def test_a_second_job_for_the_same_material_is_refused_with_the_name_of_the_first(hands):
    first = hands.enqueue(active_key="scorm:a")
    with pytest.raises(ConflictError) as caught:
        hands.enqueue(active_key="scorm:a")
    assert (caught.value.code, caught.value.metadata) == ("conflict", {"job_id": first.id})
    hands.enqueue(active_key="scorm:b")


def test_the_guard_ends_with_the_job(hands):
    hands.enqueue(active_key="a")
    hands.leased(leases.complete, hands.claim())
    assert hands.enqueue(active_key="a").status == "pending"


def test_a_waiting_job_is_canceled_at_once(hands):
    job = hands.enqueue(delay=5000)
    canceled = hands.do(queue.cancel, job.id)
    assert (canceled.status, canceled.finished_at) == ("canceled", hands.now)
    assert hands.claim(job_id=job.id) is None


def test_a_running_job_is_asked_to_stop(hands):
    job = hands.started()
    asked = hands.do(queue.cancel, job.id)
    assert (asked.status, asked.cancel_requested_at) == ("running", hands.now)


def test_a_finished_job_cannot_be_canceled(hands):
    job = hands.started()
    hands.leased(leases.complete, job)
    assert hands.do(queue.cancel, job.id).status == "completed"


def test_a_job_that_nobody_knows_is_named(hands):
    for verb in (queue.get, queue.cancel, queue.retry, queue.pause, queue.resume):
        with pytest.raises(SettingsError, match="“nobody”") as caught:
            hands.do(verb, "nobody")
        assert caught.value.code == "unknown_item"


def test_retry_keeps_the_checkpoint_and_gives_all_attempts_back(hands):
    job = hands.started(max_attempts=1)
    hands.leased(leases.save, job, {"step": "read", "cursor": {"row": 7}}, 1)
    hands.leased(leases.fail, job, {"code": "network_error"})
    again = hands.do(queue.retry, job.id)
    assert (again.status, again.attempt, again.error) == ("pending", 0, None)
    assert again.checkpoint == {"step": "read", "cursor": {"row": 7}}
    assert again.finished_at is None
    assert [line.code for line in hands.logs(job)] == ["retried"]


def test_a_canceled_job_can_be_retried_and_then_runs(hands):
    job = hands.enqueue()
    hands.do(queue.cancel, job.id)
    hands.do(queue.retry, job.id)
    assert hands.claim().cancel_requested_at is None


def test_retry_leaves_a_running_job_alone(hands):
    job = hands.started()
    assert hands.do(queue.retry, job.id).status == "running"


def test_retry_gives_way_to_a_newer_job_for_the_same_material(hands):
    old = hands.enqueue(active_key="a")
    hands.do(queue.cancel, old.id)
    newer = hands.enqueue(active_key="a")
    with pytest.raises(ConflictError) as caught:
        hands.do(queue.retry, old.id)
    assert caught.value.metadata == {"job_id": newer.id}


def test_a_paused_job_waits_for_its_user(hands):
    job = hands.enqueue()
    assert hands.do(queue.pause, job.id).waiting_for == "user"
    assert hands.claim() is None
    hands.do(queue.resume, job.id)
    assert hands.claim().id == job.id


def test_resume_ends_any_waiting(hands):
    job = hands.enqueue(delay=60_000)
    assert hands.claim() is None
    hands.do(queue.resume, job.id)
    assert hands.claim().id == job.id


def test_the_list_shows_the_newest_first_page_by_page(hands):
    made = []
    for _ in range(5):
        hands.now += 1
        made.append(hands.enqueue().id)
    hands.enqueue(org_id="other")
    listed = [job.id for job in hands.do(queue.listing)]
    assert listed == made[::-1]
    assert [job.id for job in hands.do(queue.listing, limit=2, offset=1)] == listed[1:3]
    hands.do(queue.cancel, made[0])
    assert [job.id for job in hands.do(queue.listing, ["canceled"])] == [made[0]]


def test_the_list_of_changes_holds_what_grew_and_the_last_second_again(hands):
    old = hands.enqueue()
    hands.now += 5000
    recent = hands.enqueue()
    hands.now += 500
    seen = hands.enqueue().rev
    assert old.id not in {job.id for job in hands.do(queue.listing, since_rev=seen)}
    assert recent.id in {job.id for job in hands.do(queue.listing, since_rev=seen)}
    hands.do(queue.cancel, old.id)
    assert old.id in {job.id for job in hands.do(queue.listing, since_rev=seen)}


def test_every_change_raises_the_revision(hands):
    revs = [hands.enqueue().rev]
    job = hands.claim()
    revs.append(job.rev)
    hands.leased(leases.save, job, None, 1)
    revs.append(hands.get(job).rev)
    hands.leased(leases.complete, job)
    revs.append(hands.get(job).rev)
    assert revs == sorted(set(revs))


def test_a_removed_job_leaves_a_tombstone_and_no_log(hands):
    job = hands.started()
    hands.do(queue.log, job.id, "info", "x", "y")
    assert not hands.do(queue.remove, job.id)
    hands.leased(leases.complete, job)
    assert hands.do(queue.remove, job.id)
    assert hands.logs(job) == []
    with hands.store.read() as connection:
        stone = connection.execute(select(tombstone)).one()
    assert (stone.table_name, stone.row_id) == ("job", job.id)


def test_the_log_is_read_from_a_level_and_after_a_line(hands):
    job = hands.enqueue()
    for level in ("debug", "info", "warning", "error"):
        hands.do(queue.log, job.id, level, level, f"a {level}", row=3)
    lines = hands.logs(job)
    assert [line.level for line in lines] == ["debug", "info", "warning", "error"]
    assert lines[0].meta == {"row": 3}
    assert [line.level for line in hands.logs(job, level="warning")] == ["warning", "error"]
    assert [line.level for line in hands.logs(job, after=lines[2].id)] == ["error"]


def test_a_job_that_its_worker_gave_back_counts_as_interrupted(hands):
    job = hands.started()
    hands.leased(leases.snooze, job, 0, None)

    assert hands.do(overview.interrupted, job.org_id)[0] == 1


@pytest.mark.parametrize("why", ["disk", "user", "retry"])
def test_a_job_that_waits_for_something_is_not_interrupted(hands, why):
    job = hands.started()
    hands.leased(leases.snooze, job, 0, why)

    assert hands.do(overview.interrupted, job.org_id)[0] == 0


def test_a_job_that_was_to_pause_when_its_worker_died_is_not_interrupted(hands):
    job = hands.started()
    hands.do(queue.pause, job.id)
    (rescued,) = hands.do(leases.rescue, ["w"])

    assert (rescued.crashes, rescued.waiting_for) == (1, "user")
    assert hands.do(overview.interrupted, job.org_id)[0] == 0
    assert hands.do(overview.resume_interrupted, job.org_id) == 0


def test_a_job_that_never_ran_is_not_interrupted(hands):
    job = hands.enqueue()

    assert hands.do(overview.interrupted, job.org_id)[0] == 0
