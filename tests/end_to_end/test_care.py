"""The store's health and its repair, as a user sees them."""

from __future__ import annotations

import time

from sqlalchemy import insert, select, update

from courseporter import api
from courseporter.jobs import housekeeping, queue
from courseporter.jobs.job import NewJob
from courseporter.store import backup, open_store
from courseporter.store.clock import system_clock
from courseporter.store.schema import connection as connections
from courseporter.store.schema import job as jobs
from fakes.material import simple_template

DAY = 24 * 3600 * 1000


def test_health_counts_and_checks(shell, tmp_path):
    source = simple_template(tmp_path / "course.zip", 3)
    assert shell.run("convert", source, "-o", tmp_path / "course.tar.gz").code == 0
    done = shell.run("store", "health", "--json")
    assert done.code == 0, done.said
    found = done.document["store"]
    assert found["integrity"] == "ok"
    assert found["jobs"] == {"completed": 2}
    assert (found["drafts"], found["workers"], found["oldest_lease"]) == (1, 0, None)
    assert "integrity" in shell.run("store", "health").out


def test_a_damaged_store_says_how_to_mend_it_and_the_command_does(shell, tmp_path):
    source = simple_template(tmp_path / "course.zip", 3)
    assert shell.run("convert", source, "-o", tmp_path / "course.tar.gz").code == 0
    path = shell.home / "courseporter.sqlite3"
    backup.daily(path)
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:4096] + b"\xa5" * (size - 4096))
    (shell.home / "locks" / "open-dead").touch()
    refused = shell.run("jobs", "list")
    assert refused.code == 2
    assert "courseporter store restore" in refused.said
    mended = shell.run("store", "restore", "--json").document
    assert mended["set_aside"] is not None
    assert len(shell.run("jobs", "list", "--json").document["jobs"]) == 2


def test_a_deleted_draft_leaves_its_jobs_readable(shell, tmp_path):
    source = simple_template(tmp_path / "course.zip", 3)
    assert shell.run("convert", source, "-o", tmp_path / "course.tar.gz").code == 0
    draft = shell.run("drafts", "list", "--json").document["drafts"][0]
    assert shell.run("drafts", "delete", draft["id"]).code == 0
    for job in shell.run("jobs", "list", "--json").document["jobs"]:
        shown = shell.run("jobs", "show", job["id"], "--json").document
        assert shown["job"]["draft_id"] == draft["id"]
        assert shown["log"] or job["kind"] == "publish"


def test_a_forgotten_connection_leaves_its_jobs_readable(tmp_path):
    with open_store(tmp_path) as store:
        with store.write() as connection:
            row = {"id": "c", "kind": "openedx", "name": "School", "created_at": 1, "updated_at": 1}
            connection.execute(insert(connections).values(**row))
            made = queue.enqueue(connection, NewJob(kind="toy", input={}, connection_id="c"))
        with store.write() as connection:
            connection.execute(connections.delete())
        with store.read() as connection:
            assert queue.get(connection, made.id).connection_id == "c"


def test_history_is_kept_unless_a_setting_thins_it(tmp_path):
    with open_store(tmp_path) as store:
        with store.write() as connection:
            made = [queue.enqueue(connection, NewJob(kind="toy", input={})) for _ in range(3)]
            for one, days in zip(made[:2], (40, 10), strict=True):
                ended = system_clock() - days * DAY
                change = update(jobs).where(jobs.c.id == one.id)
                connection.execute(change.values(status="completed", finished_at=ended))
        with store.write() as connection:
            assert housekeeping.thin(connection, None) == 0
            assert housekeeping.thin(connection, 30) == 1
            left = connection.scalars(select(jobs.c.id).order_by(jobs.c.id)).all()
        assert left == [one.id for one in made[1:]]


def test_jobs_that_lost_their_worker_are_counted_and_resumed(tmp_path):
    actor = api.start(tmp_path)
    with actor.store.write() as connection:
        for place in ("default", "inline"):
            made = queue.enqueue(connection, NewJob(kind="toy", input={}, queue=place))
            dead = {"status": "running", "leased_by": "dead", "started_at": time.time_ns()}
            connection.execute(update(jobs).where(jobs.c.id == made.id).values(**dead))
    assert api.interrupted(actor).jobs == 2
    assert api.resume_interrupted(actor) == 2
    with actor.store.read() as connection:
        assert {one.queue for one in queue.listing(connection)} == {"default"}
    api.stop(actor)
