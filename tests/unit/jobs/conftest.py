from __future__ import annotations

import pytest

from courseporter.jobs import lease as leases
from courseporter.jobs import queue
from courseporter.jobs.job import NewJob
from courseporter.store import temporary_store


class Hands:
    """A private store with a clock that only the test moves."""

    def __init__(self, scratch):
        self.now = 1_000_000
        self.store = temporary_store(scratch, clock=lambda: self.now)

    def enqueue(self, **words):
        with self.store.write() as connection:
            return queue.enqueue(connection, NewJob(**{"kind": "toy", "input": {}, **words}))

    def claim(self, worker="w", **words):
        with self.store.write() as connection:
            return leases.claim(connection, worker, **words)

    def started(self, **words):
        self.enqueue(**words)
        return self.claim()

    def do(self, verb, *arguments, **words):
        with self.store.write() as connection:
            return verb(connection, *arguments, **words)

    def leased(self, verb, job, *arguments, **words):
        return self.do(verb, leases.lease_of(job), *arguments, **words)

    def get(self, job):
        return self.do(queue.get, job.id)

    def logs(self, job, **words):
        return self.do(queue.logs, job.id, **words)


@pytest.fixture
def hands(tmp_path):
    made = Hands(tmp_path)
    yield made
    made.store.close()
