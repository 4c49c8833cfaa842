"""Answers of services, kept for one job until it has ended (fits `net.Journal`)."""

from __future__ import annotations

import zlib
from contextlib import suppress

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from courseporter.net import Answer
from courseporter.secret import scrub_bytes
from courseporter.store.clock import now_ms
from courseporter.store.schema import job as jobs
from courseporter.store.schema import response as table
from courseporter.store.store import Store

LEVEL = 1  # answers are JSON: more costs more than it saves
OVER = ("completed", "canceled")  # a failed job may be tried again, and then asks nothing twice
_HEADERS = ("content-type", "etag", "last-modified", "date", "link")


class StoredJournal:
    """The answers of one job. Only headers that describe the body are kept, no cookies."""

    def __init__(self, store: Store, job_id: str) -> None:
        self._store = store
        self._job_id = job_id

    def find(self, key: str) -> Answer | None:
        """The answer kept under this key."""
        mine = (table.c.job_id == self._job_id) & (table.c.key == key)
        query = select(table.c.status, table.c.headers, table.c.body).where(mine)
        with self._store.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        status, headers, body = row
        return Answer(status, headers, zlib.decompress(body), headers.get("url", ""))

    def keep(self, key: str, answer: Answer) -> None:
        """Keep an answer; a second one under the same key is ignored."""
        described = {n: text for n, text in answer.headers.items() if n in _HEADERS}
        row = {
            "job_id": self._job_id,
            "key": key,
            "status": answer.status,
            "headers": {**described, "url": answer.url},
            "body": zlib.compress(scrub_bytes(answer.body), LEVEL),
        }
        statement = insert(table).values(**row, at=now_ms())
        with (
            self._store.write() as connection,
            suppress(IntegrityError),  # another worker asked, before it learned it lost the job
            connection.begin_nested(),
        ):
            connection.execute(statement)


def count(connection: Connection, job_id: str) -> int:
    """Return how many answers are kept for a job."""
    mine = select(func.count()).where(table.c.job_id == job_id)
    return int(connection.execute(mine).scalar_one())


def drop_old(connection: Connection) -> None:
    """Remove the answers of jobs that have ended for good."""
    ended = select(jobs.c.id).where(jobs.c.status.in_(OVER))
    connection.execute(delete(table).where(table.c.job_id.in_(ended)))
