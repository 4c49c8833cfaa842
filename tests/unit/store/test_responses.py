"""Answers are kept for a job, so that resuming it asks nothing twice."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from courseporter.connections.using import open_connection
from courseporter.errors import TransientError
from courseporter.jobs import queue
from courseporter.jobs.job import NewJob
from courseporter.net import Client, Policy
from courseporter.secret import Secret
from courseporter.store.responses import StoredJournal, drop_old
from courseporter.store.schema import job as jobs
from courseporter.store.schema import response as table
from fakes.web import Reply, served

ONCE = Policy(tries=1)


def enqueued(actor):
    with actor.store.write() as connection:
        return queue.enqueue(connection, NewJob(kind="import", input={})).id


@pytest.fixture
def job_id(actor):
    return enqueued(actor)


@pytest.fixture
def journal(actor, job_id):
    return StoredJournal(actor.store, job_id)


def once(web, journal):
    return Client(web.url, journal=journal, policy=ONCE)


def test_an_answer_is_asked_for_once(journal):
    page = Reply(body='{"title": "Töpfern"}'.encode(), headers={"ETag": '"1"', "Set-Cookie": "s=1"})
    with served(page) as web:
        for _ in range(2):
            with Client(web.url, journal=journal, policy=ONCE) as site:
                answer = site.get("/courses", params={"page": 1, "per": 5})
        with Client(web.url, journal=journal, policy=ONCE) as site:
            same = site.get("/courses?per=5", params={"page": 1})
    assert len(web.requests) == 1
    assert answer.json() == same.json() == {"title": "Töpfern"}
    assert answer.url == f"{web.url}/courses"
    assert answer.headers["etag"] == '"1"'
    assert "set-cookie" not in answer.headers


def test_other_questions_and_other_jobs_are_asked(actor, journal):
    with actor.store.write() as connection:
        other = StoredJournal(
            actor.store, queue.enqueue(connection, NewJob(kind="import", input={})).id
        )
    with served(Reply()) as web:
        with Client(web.url, journal=journal) as site:
            site.get("/a", params={"page": 1})
            site.get("/a", params={"page": 2})
            site.get("/b")
        with Client(web.url, journal=other) as site:
            site.get("/b")
    assert len(web.requests) == 4


def test_an_error_is_not_kept(journal):
    with (
        served(Reply(500), Reply(body=b"[]")) as web,
        Client(web.url, journal=journal, policy=ONCE) as site,
    ):
        with pytest.raises(TransientError):
            site.get("/a")
        assert site.get("/a").json() == []
    assert len(web.requests) == 2


def test_an_answer_that_expires_is_asked_for_again(journal):
    with served(Reply()) as web, Client(web.url, journal=journal) as site:
        site.get("/video", journal=False)
        site.get("/video", journal=False)
    assert len(web.requests) == 2


def test_a_query_by_post_is_kept_when_the_caller_says_so(journal):
    with served(Reply()) as web, Client(web.url, journal=journal) as site:
        for query in ("a", "a", "b"):
            site.post("/graphql", json={"query": query}, journal=True, repeat=True)
        site.post("/enroll", json={})
        site.post("/enroll", json={})
    assert [request.body for request in web.requests] == [
        b'{"query":"a"}',
        b'{"query":"b"}',
        b"{}",
        b"{}",
    ]


def test_a_missing_page_is_remembered_when_it_was_expected(journal):
    with served(Reply(404)) as web, Client(web.url, journal=journal) as site:
        assert [site.get("/a", accept=(404,)).status for _ in range(2)] == [404, 404]
    assert len(web.requests) == 1


def test_answers_go_when_their_job_has_ended_for_good(actor, job_id, journal):
    def kept(status):
        with actor.store.write() as connection:
            connection.execute(update(jobs).values(status=status))
            drop_old(connection)
            return connection.scalar(select(func.count()).select_from(table))

    with served(Reply()) as web, Client(web.url, journal=journal) as site:
        site.get("/a")
    assert kept("failed") == 1
    assert kept("completed") == 0


def test_a_job_opens_its_connection_with_its_journal(
    actor, job_id, keychain_in_memory, monkeypatch
):
    from courseporter import api
    from courseporter.connections.kinds import teachable

    made = api.add_connection(actor, "teachable", "School", {}, {"api_key": Secret("some-key")})
    with served(Reply(body=b'{"courses": []}')) as web:
        monkeypatch.setenv("COURSEPORTER_TEACHABLE_URL", web.url)
        for _ in range(2):
            opened = open_connection(actor.store, "personal", made.id, job_id=job_id)
            with teachable.client(opened) as school:
                school.get("/v1/courses")
    assert len(web.requests) == 1
