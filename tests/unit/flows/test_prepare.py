"""The job that reads: what was detected is what is read."""

import pytest

from courseporter import api
from courseporter.api import workers
from courseporter.cli import jobs
from courseporter.errors import Canceled
from courseporter.sources.csv_template import CsvSource, deliver
from fakes.material import simple_tables, simple_template, template


@pytest.fixture
def stopped(actor, tmp_path, monkeypatch):
    """A job that was stopped after its file had been detected, before any of it was stored."""

    def stop(*_material):
        raise Canceled

    job_id = api.prepare(actor, simple_template(tmp_path / "course.zip", lessons=2))
    with monkeypatch.context() as patch:
        patch.setattr(CsvSource, "read", stop)
        workers.work(actor, once=True)
    assert api.job(actor, job_id).state == "canceled"
    return job_id


def test_a_file_that_was_replaced_before_a_chunk_was_stored_is_not_read(actor, stopped, tmp_path):
    tables = simple_tables(2)
    tables["course"][0]["title"] = "Another"
    template(tmp_path / "course.zip", tables)
    api.retry(actor, stopped)
    workers.work(actor, once=True)
    job = api.job(actor, stopped)
    assert job.state == "failed"
    assert job.error.message == "“course.zip” has changed since its import began."
    assert [draft.title for draft in api.drafts(actor)] == ["Pottery"]


def test_a_file_that_stayed_as_it_was_is_read_after_a_stop(actor, stopped):
    api.retry(actor, stopped)
    workers.work(actor, once=True)
    assert api.job(actor, stopped).state == "completed"


def test_a_file_that_went_away_before_it_was_read_can_be_put_back(actor, stopped, tmp_path):
    path, aside = tmp_path / "course.zip", tmp_path / "aside.zip"
    path.rename(aside)
    api.retry(actor, stopped)
    workers.work(actor, once=True)
    job = api.job(actor, stopped)
    assert (job.error.code, job.error.message) == (
        "not_found",
        "Can't find “course.zip”. It may have been moved or renamed.",
    )

    aside.rename(path)
    api.retry(actor, stopped)
    workers.work(actor, once=True)
    assert api.job(actor, stopped).state == "completed"


def three_courses(path):
    """A file with three courses, each with two lessons of its own."""
    tables = {}
    for name, rows in simple_tables(2).items():
        tables[name] = [
            {**row, **{key: f"{course}{row[key]}" for key in row if key.endswith("external_id")}}
            for course in "abc"
            for row in rows
        ]
    for number, row in enumerate(tables["course"]):
        row["title"] = f"Course {number}"
    return template(path, tables)


@pytest.fixture
def in_the_second(actor, tmp_path, monkeypatch):
    """A job that was stopped in the second of three courses, after a chunk of it was stored."""
    read, seen = CsvSource.read, []

    def stop_later(source, place, ref, cursor, ctx):
        seen.append(ref.key)
        for chunk in read(source, place, ref, cursor, ctx):
            yield chunk
            if len(seen) == 2:
                raise Canceled

    job_id = api.prepare(actor, three_courses(tmp_path / "courses.zip"))
    with monkeypatch.context() as patch:
        patch.setattr(deliver, "LESSONS_PER_CHUNK", 1)
        patch.setattr(CsvSource, "read", stop_later)
        workers.work(actor, once=True)
    assert api.job(actor, job_id).state == "canceled"
    return job_id


def views(actor):
    found = [api.draft(actor, row.id) for row in api.drafts(actor)]
    return {view.row.title: (view.row.state, view.counts, view.sums) for view in found}


@pytest.mark.parametrize("gone", ["Course 0", "Course 1", "Course 2"])
def test_a_course_that_was_deleted_in_a_pause_costs_the_others_nothing(
    actor, in_the_second, gone, tmp_path
):
    (deleted,) = [row.id for row in api.drafts(actor) if row.title == gone]
    api.delete_draft(actor, deleted)
    api.retry(actor, in_the_second)
    workers.work(actor, once=True)
    assert api.job(actor, in_the_second).state == "completed"
    calm = api.start(tmp_path / "calm")
    try:
        api.prepare(calm, tmp_path / "courses.zip")
        workers.work(calm, once=True)
        expected = views(calm)
    finally:
        api.stop(calm)
    del expected[gone]
    assert views(actor) == expected


def test_an_import_whose_course_was_deleted_says_so(actor, stopped):
    api.delete_draft(actor, api.drafts(actor)[0].id)
    api.retry(actor, stopped)
    workers.work(actor, once=True)
    error = api.job(actor, stopped).error
    assert (error.code, error.message) == (
        "unknown_item",
        "The course of “Pottery” was deleted before it was imported.",
    )


def read_while(monkeypatch, act):
    """Do something as soon as the reading of a course has begun."""
    read = CsvSource.read

    def acting(source, place, ref, cursor, ctx):
        act(ref)
        yield from read(source, place, ref, cursor, ctx)

    monkeypatch.setattr(CsvSource, "read", acting)


def delete(actor, title):
    for row in api.drafts(actor):
        if row.title == title:
            api.delete_draft(actor, row.id)


def test_an_import_whose_only_course_is_deleted_stops(actor, tmp_path, monkeypatch):
    job_id = api.prepare(actor, simple_template(tmp_path / "course.zip", lessons=2))
    read_while(monkeypatch, lambda _ref: delete(actor, "Pottery"))
    workers.work(actor, once=True)
    job = api.job(actor, job_id)
    assert (job.state, job.error) == ("canceled", None)


def test_a_course_of_several_that_is_deleted_while_it_is_read_is_said(actor, tmp_path, monkeypatch):
    job_id = api.prepare(actor, three_courses(tmp_path / "courses.zip"))
    with monkeypatch.context() as patch:
        read_while(
            patch, lambda ref: delete(actor, "Course 1") if ref.key.startswith("b") else None
        )
        workers.work(actor, once=True)
    assert api.job(actor, job_id).error.code == "unknown_item"
    api.retry(actor, job_id)
    workers.work(actor, once=True)
    assert api.job(actor, job_id).state == "completed"
    assert {row.title for row in api.drafts(actor)} == {"Course 0", "Course 2"}


def test_a_course_whose_import_is_off_the_list_can_be_deleted(actor, tmp_path):
    api.prepare(actor, simple_template(tmp_path / "course.zip", lessons=2))
    workers.work(actor, once=True)
    assert api.clear_finished(actor) == 1
    delete(actor, "Pottery")
    assert api.drafts(actor) == ()


def test_every_row_that_fails_and_every_warning_stands_in_the_log_of_the_job(
    actor, tmp_path, monkeypatch
):
    tables = simple_tables(130)
    for row in tables["lessons"][1:]:
        row["type"] = "hologram"
    tables["lessons"][0]["hidden"] = "perhaps"
    job_id = api.prepare(actor, template(tmp_path / "course.zip", tables))
    workers.work(actor, once=True)
    monkeypatch.setattr(jobs, "LINES", 100)  # the log is longer than a page
    lines = jobs.whole_log(actor, job_id)
    failed = [line.message for line in lines if line.level == "error"]
    assert len(failed) == api.job(actor, job_id).sums.failed
    lessons = [said for said in failed if said.startswith("lesson ")]
    assert len(lessons) == 129
    assert "lessons.csv line 3 column type: “hologram”" in lessons[0]
    assert any("lessons.csv line 2 column hidden: “perhaps”" in line.message for line in lines)
