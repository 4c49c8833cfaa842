"""Writes to a far side, each once, in whatever state the journal was left."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import update

from courseporter.errors import ConflictError, RejectedError, TransientError
from courseporter.jobs import effects
from courseporter.jobs.flow import Flow, Step
from courseporter.jobs.run import Run, Snoozed
from courseporter.store.schema import effect

BODIES = {"a": b"A", "b": b"B", "c": b"C"}


class Far:
    def __init__(self, *, repeatable=False, searchable=True, fails=()):
        self.repeatable, self.searchable, self.quarantine = repeatable, searchable, 90.0
        self.there = []
        self.fails = dict(fails)

    def find(self, key):
        return f"ref-{key}" if key in self.there else None

    def send(self, key, body):
        error = self.fails.pop(key, None)
        if not isinstance(error, RejectedError) and not (error and error.metadata):
            self.there.append(key)
        if error is not None:
            raise error
        return f"ref-{key}"


@pytest.fixture
def run(hands):
    claimed = hands.started()
    return Run(hands.store, claimed, Flow("toy", 1, (Step("send", lambda run: None),)))


def states(run):
    return {key: one.state for key, one in effects.journal(run).items()}


def test_each_body_is_written_once_however_often_the_step_runs(run):
    far = Far()
    for _ in range(3):
        done = effects.deliver(run, BODIES, far)
    assert far.there == ["a", "b", "c"]
    assert {key: one.target_ref for key, one in done.items()} == {
        "a": "ref-a", "b": "ref-b", "c": "ref-c",
    }  # fmt: skip


def test_what_was_done_before_a_failure_is_recorded_and_the_rest_is_in_no_doubt(run):
    with pytest.raises(TransientError):
        effects.deliver(run, BODIES, Far(fails={"b": TransientError("reset")}))
    assert states(run) == {"a": "done", "b": "intent"}


def test_a_refused_connection_leaves_no_doubt(run):
    far = Far(fails={"b": TransientError("refused", metadata={"not_done": True})})
    with pytest.raises(TransientError):
        effects.deliver(run, BODIES, far)
    assert states(run) == {"a": "done"}
    effects.deliver(run, BODIES, far)
    assert far.there == ["a", "b", "c"]


def test_a_doubt_is_looked_into_only_when_no_request_can_be_at_work_any_more(run, hands):
    far = Far(fails={"b": TransientError("reset after it was done")})
    with pytest.raises(TransientError):
        effects.deliver(run, BODIES, far)
    with pytest.raises(Snoozed) as waits:
        effects.deliver(run, BODIES, far)
    assert waits.value.waiting_for == "remote"
    assert waits.value.seconds == far.quarantine + effects.SURE_SECONDS
    hands.now += int(waits.value.seconds * 1000)
    effects.deliver(run, BODIES, far)
    assert far.there == ["a", "b", "c"]


def test_a_doubt_is_counted_from_its_own_request_however_long_those_before_it_took(
    run, hands, monkeypatch
):
    monkeypatch.setattr(effects, "_now", lambda: hands.now / 1000)
    far, sent_at = Far(fails={"c": TransientError("reset")}), []
    send = far.send

    def slowly(key, body):
        sent_at.append(hands.now)
        hands.now += 100_000
        return send(key, body)

    far.send = slowly
    with pytest.raises(TransientError):
        effects.deliver(run, BODIES, far)
    hands.now = sent_at[-1] + 1000  # the answer was lost at once
    with pytest.raises(Snoozed) as waits:
        effects.deliver(run, BODIES, far)
    assert hands.now + waits.value.seconds * 1000 >= sent_at[-1] + far.quarantine * 1000


def test_what_is_not_there_after_a_doubt_is_sent_again(run, hands):
    far = Far(fails={"a": TransientError("lost")})
    with pytest.raises(TransientError):
        effects.deliver(run, {"a": b"A"}, far)
    far.there.clear()
    hands.now += 121_000
    assert effects.deliver(run, {"a": b"A"}, far)["a"].tries == 2
    assert far.there == ["a"]


def test_a_far_side_that_knows_repeats_is_sent_the_same_again_at_once(run):
    far = Far(repeatable=True, fails={"a": TransientError("reset")})
    with pytest.raises(TransientError):
        effects.deliver(run, {"a": b"A"}, far)
    assert effects.deliver(run, {"a": b"A"}, far)["a"].state == "done"


def test_a_far_side_that_cannot_be_asked_leaves_the_doubt_to_a_person(run, hands):
    far = Far(searchable=False, fails={"b": TransientError("reset")})
    with pytest.raises(TransientError):
        effects.deliver(run, BODIES, far)
    hands.now += 1_000_000
    done = effects.deliver(run, BODIES, far)
    assert {key: one.state for key, one in done.items()} == {
        "a": "done", "b": "intent", "c": "done",
    }  # fmt: skip
    assert far.there == ["a", "b", "c"]


def test_a_refusal_is_an_outcome_and_the_others_go_on(run):
    far = Far(fails={"b": RejectedError("no such course")})
    done = effects.deliver(run, BODIES, far)
    assert done["b"].state == "rejected"
    assert done["b"].response == {"message": "no such course"}
    assert far.there == ["a", "c"]


def test_a_request_in_doubt_is_not_repeated_with_other_bytes(run, hands):
    far = Far(repeatable=True, fails={"a": TransientError("reset")})
    with pytest.raises(TransientError):
        effects.deliver(run, {"a": b"A"}, far)
    with pytest.raises(ConflictError) as caught:
        effects.deliver(run, {"a": b"other"}, far)
    assert caught.value.code == "idempotency_mismatch"


def test_a_clock_set_back_lengthens_no_wait(run, hands):
    far = Far(fails={"a": TransientError("reset")})
    with pytest.raises(TransientError):
        effects.deliver(run, {"a": b"A"}, far)
    with hands.store.write() as connection:
        connection.execute(update(effect).values(at=hands.now + 10_000_000))
    with pytest.raises(Snoozed) as waits:
        effects.deliver(run, {"a": b"A"}, far)
    assert waits.value.seconds == far.quarantine + effects.SURE_SECONDS


def test_a_file_is_handed_over_to_be_streamed_and_never_read_whole(run, tmp_path):
    path = tmp_path / "package.tar.gz"
    path.write_bytes(b"x" * 3_000_000)
    body = effects.FileBody.of(path)
    largest = []

    class Streaming(Far):
        def send(self, key, body):
            with body.open() as file:
                while block := file.read(1 << 16):
                    largest.append(len(block))
            return super().send(key, body)

    done = effects.deliver(run, {"upload": body}, Streaming())
    assert done["upload"].request_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (max(largest), sum(largest)) == (1 << 16, 3_000_000)


def test_a_file_in_doubt_is_not_repeated_with_other_bytes(run, tmp_path):
    path = tmp_path / "package.tar.gz"
    path.write_bytes(b"one")
    far = Far(repeatable=True, fails={"a": TransientError("reset")})
    with pytest.raises(TransientError):
        effects.deliver(run, {"a": effects.FileBody.of(path)}, far)
    path.write_bytes(b"two")
    with pytest.raises(ConflictError):
        effects.deliver(run, {"a": effects.FileBody.of(path)}, far)


def test_bodies_are_taken_batch_by_batch_as_their_outcomes_are_read(run):
    taken = []

    def bodies():
        for number in range(3 * effects.BATCH):
            taken.append(number)
            yield f"row-{number}", b"x"

    outcomes = effects.deliver_each(run, bodies(), Far())
    assert next(outcomes).key == "row-0"
    assert len(taken) == effects.BATCH
    assert [one.state for one in outcomes].count("done") == 3 * effects.BATCH - 1


def test_a_batch_asks_the_journal_for_its_own_rows_alone(run, monkeypatch):
    asked = []
    journal = effects.journal
    monkeypatch.setattr(
        effects, "journal", lambda run, keys=None: asked.append(keys) or journal(run, keys)
    )
    effects.deliver(run, {f"row-{number}": b"x" for number in range(4 * effects.BATCH)}, Far())
    assert {len(keys) for keys in asked} == {effects.BATCH}
