"""A secret is looked for wherever it could have been written, after a site that repeats it."""

from __future__ import annotations

import json
import logging
import zlib
from pathlib import Path

import pytest
from sqlalchemy import select

from courseporter import api
from courseporter.connections.kinds import teachable
from courseporter.connections.using import open_connection
from courseporter.jobs import queue, worker
from courseporter.jobs.flow import Flow, Step
from courseporter.jobs.job import NewJob
from courseporter.secret import Secret
from courseporter.store.schema import metadata, response
from fakes.web import Reply, served

SECRET = "sk-live/0815+nobody&may=see this"


def echo(request):
    """What the worst site does: it repeats the key in a header, a body, and an error."""
    said = json.dumps({"message": f"unknown key {request.headers['apikey']}", "courses": []})
    status = {"/v1/courses": 200, "/refused": 400}.get(request.path, 500)
    return Reply(status, said.encode(), {"X-Key": request.headers["apikey"]})


def ask(path):
    def step(run):
        opened = open_connection(
            run.store, run.job.org_id, str(run.args["connection"]), job_id=run.job.id
        )
        with teachable.client(opened) as school:
            school.get("/v1/courses")
            if path:
                school.get(path)
        logging.getLogger("courseporter").warning("the key is %s", opened.secret().reveal())
        raise RuntimeError(f"unforeseen: {opened.secret().reveal()}")

    return Flow("ask", 1, (Step("ask", step),))


def written(home: Path, store) -> str:
    """Everything in the data folder, files as they are and rows as they are read."""
    found = [path.read_bytes().decode("latin-1") for path in home.rglob("*") if path.is_file()]
    with store.read() as connection:
        for table in metadata.tables.values():
            found += [repr(tuple(row)) for row in connection.execute(select(table))]
        bodies = connection.execute(select(response.c.body)).scalars()
        found += [zlib.decompress(body).decode() for body in bodies]
    return "\n".join(found)


@pytest.mark.parametrize("path", ["", "/refused", "/broken"])
def test_a_secret_is_found_in_no_table_log_or_report(
    actor, keychain_in_memory, monkeypatch, tmp_path, path
):
    made = api.add_connection(actor, "teachable", "School", {}, {"api_key": Secret(SECRET)})
    with served(echo) as web:
        monkeypatch.setenv("COURSEPORTER_TEACHABLE_URL", web.url)
        api.check_connection(actor, "School")
        with actor.store.write() as connection:
            job = queue.enqueue(
                connection, NewJob(kind="ask", input={"connection": made.id}, max_attempts=1)
            )
        worker.run_one(actor.store, {"ask": ask(path)}, job_id=job.id)
    ended = api.job(actor, job.id)
    assert ended.state == "failed"
    lines = api.job_log(actor, job.id, level="debug")
    seen = f"{ended} {lines} {api.connection(actor, 'School')} {written(actor.home, actor.store)}"
    assert made.id in seen
    assert ("unforeseen" in seen) == (not path)
    for spelling in (SECRET, "sk-live%2F0815", "sk-live/0815"):
        assert spelling not in seen
    assert list(keychain_in_memory.values()) == [SECRET]
