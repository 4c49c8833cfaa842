"""Connections, shared paces, and kept answers on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from courseporter.connections import stored
from courseporter.connections.stored import Record
from courseporter.errors import ConflictError, SettingsError
from courseporter.jobs import queue
from courseporter.jobs.job import NewJob
from courseporter.net import Answer, Rate
from courseporter.store.pace import StoredPace
from courseporter.store.responses import StoredJournal


def record(name="School", **fields):
    values = {"lms_url": "https://lms.example.com", "max_retries": 5, "context": 8192}
    made = {"id": stored.fresh_id(), "org_id": "personal", "kind": "openedx", "values": values}
    return Record(name=name, **{**made, **fields})


def test_a_connection_comes_back_as_it_was_stored(store):
    made = record(description="Spring", secrets_kept="keychain", created_by="me")
    with store.write() as connection:
        stored.add(connection, made)
    with store.read() as connection:
        found = stored.find(connection, "personal", "School")
    defaults = {"auto_create_course": True, "default_run": "self_paced"}
    assert found.values.items() >= {**made.values, **defaults}.items()
    assert (found.id, found.description, found.secrets_kept) == (made.id, "Spring", "keychain")
    assert found.created_at > 0


def test_a_taken_name_is_refused_and_the_transaction_goes_on(store):
    with store.write() as connection:
        stored.add(connection, record())
        with pytest.raises(ConflictError):
            stored.add(connection, record())
        stored.add(connection, record("Other"))
        stored.add(connection, record(org_id="another"))
    with store.read() as connection:
        assert [one.name for one in stored.listing(connection, "personal")] == ["Other", "School"]


def test_a_forgotten_connection_leaves_its_name_and_can_come_back(store):
    made = record()
    for _ in range(2):
        with store.write() as connection:
            stored.add(connection, made)
        with store.write() as connection:
            stored.forget(connection, made)
    with store.read() as connection:
        assert stored.name_of(connection, "personal", made.id) == "School"
        with pytest.raises(SettingsError):
            stored.find(connection, "personal", made.id)


def test_writers_at_the_same_time_reserve_different_moments(store):
    rate = Rate(1, 1)
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: StoredPace(store).take("lane", rate, 1, 100), range(8)))
    assert [round(wait) for wait in sorted(waits)] == pytest.approx(range(8), abs=2)
    assert len({round(wait, 1) for wait in waits}) == 8


def test_an_answer_is_kept_once(store):
    with store.write() as connection:
        job = queue.enqueue(connection, NewJob(kind="toy", input={}))
    journal = StoredJournal(store, job.id)
    key = "0" * 64
    for body in (b"first", b"second"):
        journal.keep(key, Answer(200, {"etag": "1"}, body, "https://a.com/x"))
    found = journal.find(key)
    assert (found.body, found.headers["etag"], found.url) == (b"first", "1", "https://a.com/x")
    assert journal.find("1" * 64) is None
