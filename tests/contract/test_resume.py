"""A prepare job that goes on: after a stop, with an older checkpoint, with another file."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import select, update

from courseporter import api
from courseporter.api import workers
from courseporter.errors import Canceled
from courseporter.flows import prepare
from courseporter.store.schema import job as job_table
from courseporter.store.schema import node
from courseporter.targets.olx import OlxTarget
from courseporter.targets.olx.check import Checker
from courseporter.workspace.stored import StoredDraft
from fakes.material import simple_tables, simple_template, template

LESSONS = 1_050  # more than two chunks


@pytest.fixture
def package(tmp_path):
    tables = simple_tables(LESSONS)
    for row in tables["lessons"][::400]:
        row["content"] = f"<p><a href='file:///C:/a.doc'>{row['title']}</a></p>"
    return template(tmp_path / "course.zip", tables)


@pytest.fixture
def half_read(actor, package, monkeypatch):
    """A job that was stopped behind its second chunk."""
    job_id = api.prepare(actor, package)
    real, seen = prepare._save_chunk, []

    def stop_after_two(*arguments):
        if len(seen) == 2:
            raise Canceled
        seen.append(real(*arguments))

    monkeypatch.setattr(prepare, "_save_chunk", stop_after_two)
    workers.run_one(actor, job_id)
    monkeypatch.undo()
    assert api.job(actor, job_id).state == "canceled"
    api.retry(actor, job_id)
    return job_id


def test_a_paused_import_rests_behind_its_chunk_and_goes_on(actor, package, monkeypatch):
    job_id = api.prepare(actor, package)
    real, saved = prepare._save_chunk, []

    def paused_after_one(*arguments):
        saved.append(real(*arguments))
        if len(saved) == 1:
            api.pause(actor, job_id)

    monkeypatch.setattr(prepare, "_save_chunk", paused_after_one)
    workers.run_one(actor, job_id)
    rests = api.job(actor, job_id)
    assert (rests.state, rests.waiting_for, rests.attempt) == ("pending", "user", 0)
    assert len(saved) == 1

    api.resume(actor, job_id)
    workers.run_one(actor, job_id)
    assert api.job(actor, job_id).state == "completed"
    assert len(titles(actor)) == LESSONS


def titles(actor):
    with actor.store.read() as connection:
        lessons = select(node.c.title).where(node.c.kind == "lesson").order_by(node.c.seq)
        return list(connection.scalars(lessons))


def codes(actor, job_id):
    return [line.code for line in api.job_log(actor, job_id, level="debug")]


def test_it_goes_on_behind_the_last_stored_chunk(actor, half_read):
    kept = titles(actor)
    assert 0 < len(kept) < LESSONS

    workers.run_one(actor, half_read)

    assert titles(actor) == [f"Lesson {n}" for n in range(1, LESSONS + 1)]
    assert "resumed" in codes(actor, half_read)


@pytest.fixture
def whole(actor, package):
    """A job that has read everything in one go."""
    job_id = api.prepare(actor, package)
    workers.run_one(actor, job_id)
    return job_id


@pytest.mark.parametrize("job", ["whole", "half_read"])
def test_checks_find_the_same_whether_reading_was_interrupted_or_not(request, actor, job):
    job_id = request.getfixturevalue(job)
    workers.run_one(actor, job_id)

    (draft,) = api.drafts(actor)
    found = [(one.code, one.key) for one in api.problems(actor, draft.id)]
    assert [code for code, _ in found] == ["local_reference"] * 3
    assert found == [
        (one.code, one.key) for one in OlxTarget().check(StoredDraft(actor.store, draft.id))
    ]


def test_files_that_come_after_their_page_are_not_told_as_missing(actor, tmp_path, monkeypatch):
    tables = simple_tables(1)
    tables["lessons"][0]["content"] = "<img src='a.png' alt=''>"
    package = template(tmp_path / "course.zip", tables, {"a.png": b"x"})
    knows, early = Checker.know, set()

    def know_late(self, paths):
        knows(self, paths if early else ())
        early.update(paths)

    monkeypatch.setattr(Checker, "know", know_late)
    workers.run_one(actor, api.prepare(actor, package))
    assert early == {"a.png"}
    (draft,) = api.drafts(actor)
    assert api.problems(actor, draft.id) == ()


def test_a_checkpoint_of_another_version_starts_over(actor, half_read, monkeypatch):
    monkeypatch.setattr(type(prepare.named("csv")), "cursor_version", 2)

    workers.run_one(actor, half_read)

    assert titles(actor) == [f"Lesson {n}" for n in range(1, LESSONS + 1)]
    assert "started_over" in codes(actor, half_read)


def test_a_checkpoint_of_another_flow_starts_over_with_a_fresh_draft(actor, half_read):
    with actor.store.write() as connection:
        connection.execute(update(job_table).values(checkpoint_version=0))

    workers.run_one(actor, half_read)

    assert len(api.drafts(actor)) == 1
    assert titles(actor) == [f"Lesson {n}" for n in range(1, LESSONS + 1)]


def test_a_file_that_changed_meanwhile_is_refused(actor, half_read, package):
    simple_template(package, LESSONS + 1)

    workers.run_one(actor, half_read)

    row = api.job(actor, half_read)
    assert row.state == "failed"
    assert "has changed" in row.error.message


def test_the_cursor_survives_its_checkpoint():
    cursor = prepare.ReadCursor("d", 7, {"lesson": 700}, 1)

    stored = msgspec.json.decode(msgspec.json.encode(cursor.saved()))

    assert prepare.ReadCursor.of(stored) == cursor
