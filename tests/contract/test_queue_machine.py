"""Any order of what users, workers, crashes and clocks do to the queue, held against a model."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import update

from contract.conftest import emptied
from courseporter.errors import ConflictError, LeaseLost
from courseporter.jobs import lease as leases
from courseporter.jobs import queue
from courseporter.jobs.job import FINISHED, Lease, NewJob
from courseporter.store.schema import job as jobs

CRASHES = 3  # the limit, in short
LATER = 3_600_000  # milliseconds
ACTIVE = {"pending", "running"}
WORKERS = st.sampled_from(["v", "w"])


@dataclass(frozen=True)
class Known:
    """What the model knows of a job."""

    active_key: str | None = None
    request: str | None = None
    content: str | None = None
    status: str = "pending"
    due: bool = True
    waiting_for: str | None = None
    attempt: int = 0
    crashes: int = 0
    checkpoint: dict | None = None
    lease: Lease | None = None
    stopping: bool = False
    pausing: bool = False


class Queue(RuleBasedStateMachine):
    """The queue beside the model."""

    ids = Bundle("ids")
    held = Bundle("held")
    store = None  # put in by the test

    def __init__(self):
        super().__init__()
        emptied(self.store)
        self.model: dict[str, Known] = {}

    def change(self, job_id, **words):
        self.model[job_id] = replace(self.model[job_id], **words)

    def do(self, act, *arguments, **words):
        with self.store.write() as connection:
            return act(connection, *arguments, **words)

    def busy(self, key):
        return key is not None and any(
            one.active_key == key and one.status in ACTIVE for one in self.model.values()
        )

    # ------------------------------------------------------------------------------------- users

    @rule(
        target=ids,
        key=st.sampled_from([None, "a", "b"]),
        request=st.sampled_from([None, None, "x", "y"]),
        content=st.sampled_from(["h", "i"]),
        later=st.booleans(),
    )
    def enqueue(self, key, request, content, later):
        same = [n for n, one in self.model.items() if request and one.request == request]
        new = NewJob(
            kind="toy",
            input={},
            active_key=key,
            idempotency_key=request,
            input_hash=content,
            delay=LATER if later else 0,
        )
        try:
            made = self.do(queue.enqueue, new)
        except ConflictError as error:
            other = error.metadata["job_id"]
            if error.code == "idempotency_mismatch":
                assert same == [other]
                assert self.model[other].content != content
            else:
                assert not same
                assert self.busy(key)
                assert self.model[other].active_key == key
            return other
        if same:
            assert [made.id] == same
            assert self.model[made.id].content == content
            return made.id
        assert not self.busy(key)
        self.model[made.id] = Known(key, request, content, due=not later)
        return made.id

    @rule(job_id=ids)
    def cancel(self, job_id):
        self.do(queue.cancel, job_id)
        if self.model[job_id].status == "pending":
            self.change(job_id, status="canceled", waiting_for=None)
        elif self.model[job_id].status == "running":
            self.change(job_id, stopping=True)

    @rule(job_id=ids)
    def pause(self, job_id):
        self.do(queue.pause, job_id)
        if self.model[job_id].status == "pending":
            self.change(job_id, waiting_for="user")
        elif self.model[job_id].status == "running":
            self.change(job_id, pausing=True)

    @rule(job_id=ids)
    def resume(self, job_id):
        self.do(queue.resume, job_id)
        if self.model[job_id].status == "pending":
            self.change(job_id, waiting_for=None, due=True)

    @rule(job_id=ids)
    def retry(self, job_id):
        one = self.model[job_id]
        try:
            self.do(queue.retry, job_id)
        except ConflictError:
            assert one.status in {"failed", "canceled"}
            assert self.busy(one.active_key)
            return
        if one.status in {"failed", "canceled"}:
            fresh = {"attempt": 0, "crashes": 0, "waiting_for": None, "due": True}
            self.change(job_id, status="pending", stopping=False, pausing=False, **fresh)

    # ----------------------------------------------------------------------------------- workers

    def claimed(self, job):
        one = self.model[job.id]
        assert one.status == "pending"
        assert job.checkpoint == one.checkpoint
        lease = leases.lease_of(job)
        words = {"status": "running", "waiting_for": None, "pausing": False, "lease": lease}
        self.change(job.id, attempt=one.attempt + 1, **words)
        return lease

    @rule(target=held, worker=WORKERS)
    def claim(self, worker):
        due = {
            name
            for name, one in self.model.items()
            if one.status == "pending" and one.due and one.waiting_for != "user"
        }
        with self.store.read() as connection:
            assert leases.anything_due(connection) == bool(due)
        job = self.do(leases.claim, worker)
        if job is None:
            assert not due
            return None
        assert job.id in due
        return self.claimed(job)

    @rule(target=held, job_id=ids, worker=WORKERS)
    def claim_this_one(self, job_id, worker):
        waits = self.model[job_id].status == "pending"
        job = self.do(leases.claim, worker, job_id=job_id)
        assert (job is not None) == waits
        return None if job is None else self.claimed(job)

    def attempt(self, lease, act, *arguments, **words):
        """Whether a write of a worker went through, which it must exactly while it is the owner."""
        if lease is None:
            return None
        one = self.model[lease.job_id]
        try:
            request = self.do(act, lease, *arguments, **words)
        except LeaseLost:
            assert one.lease != lease
            return None
        assert one.lease == lease
        if request is not None:
            assert request == (one.stopping, one.pausing)
        return one

    @rule(lease=held)
    def beat(self, lease):
        self.attempt(lease, leases.heartbeat)

    @rule(lease=held, at=st.integers(0, 9))
    def save(self, lease, at):
        if self.attempt(lease, leases.save, {"at": at}, 1):
            self.change(lease.job_id, checkpoint={"at": at}, crashes=0)

    @rule(lease=consumes(held), end=st.sampled_from(["completed", "failed", "canceled"]))
    def end(self, lease, end):
        verbs = {"completed": leases.complete, "canceled": leases.give_up}
        verb, words = verbs.get(end, leases.fail), ({"code": "bug"},) * (end == "failed")
        if self.attempt(lease, verb, *words):
            free = {"lease": None, "stopping": False, "pausing": False}
            self.change(lease.job_id, status=end, waiting_for=None, **free)

    @rule(lease=consumes(held), later=st.booleans(), counted=st.booleans())
    def put_off(self, lease, later, counted):
        delay = LATER if later else 0
        if counted:
            one = self.attempt(lease, leases.retry_later, delay, {"code": "network_error"})
        else:
            one = self.attempt(lease, leases.snooze, delay, "remote")
        if not one:
            return
        why = "user" if one.pausing else "retry" if counted else "remote"
        self.change(
            lease.job_id,
            status="canceled" if one.stopping else "pending",
            waiting_for=None if one.stopping else why,
            due=not later,
            attempt=one.attempt if counted else max(0, one.attempt - 1),
            lease=None,
            stopping=False,
            pausing=False,
        )

    # ----------------------------------------------------------------------- crashes and clocks

    @rule(worker=WORKERS)
    def crash(self, worker):
        lost = {n for n, one in self.model.items() if one.lease and one.lease.worker_id == worker}
        self.rescued(self.do(leases.rescue, [worker]), lost)

    @rule(lease=held)
    def expire(self, lease):
        if lease is None or self.model[lease.job_id].lease != lease:
            return
        over = update(jobs).where(jobs.c.id == lease.job_id).values(lease_expires_at=0)
        self.do(lambda connection: connection.execute(over))
        with self.store.read() as connection:
            assert leases.anything_expired(connection)
        self.rescued(self.do(leases.rescue, expired=True), {lease.job_id})

    def rescued(self, saved, lost):
        assert {job.id for job in saved} == lost
        for job_id in lost:
            one = self.model[job_id]
            crashes, status = one.crashes + 1, "pending"
            if one.stopping:
                status = "canceled"
            elif crashes >= CRASHES:
                status = "failed"
            self.change(
                job_id,
                status=status,
                crashes=crashes,
                attempt=max(0, one.attempt - 1),
                waiting_for="user" if one.pausing else None,
                due=True,
                lease=None,
                stopping=False,
                pausing=False,
            )

    # ------------------------------------------------------------------------------- the promise

    @invariant()
    def the_table_says_what_the_model_says(self):
        with self.store.read() as connection:
            listed = {job.id: job for job in queue.listing(connection, limit=1000)}
            owners = set(leases.holders(connection))
        assert listed.keys() == self.model.keys()
        assert owners == {one.lease.worker_id for one in self.model.values() if one.lease}
        for name, job in listed.items():
            one = self.model[name]
            said = (job.status, job.attempt, job.crashes, job.checkpoint)
            assert said == (one.status, one.attempt, one.crashes, one.checkpoint)
            if job.status not in FINISHED:
                assert job.waiting_for == one.waiting_for
            assert (job.leased_by is not None) == (one.lease is not None)
            assert (job.finished_at is not None) == (job.status in FINISHED)


def test_every_order_of_events_keeps_the_promises(store, monkeypatch):
    monkeypatch.setattr(leases, "CRASH_LIMIT", CRASHES)
    examples = 10 if store.shared else 25
    rules = settings(max_examples=examples, stateful_step_count=40, deadline=None)
    run_state_machine_as_test(type("Held", (Queue,), {"store": store}), settings=rules)
