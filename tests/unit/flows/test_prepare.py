"""The job that reads: what was detected is what is read."""

import pytest

from courseporter import api
from courseporter.api import workers
from courseporter.errors import Canceled
from courseporter.sources.csv_template import CsvSource
from fakes.material import simple_tables, simple_template, template


@pytest.fixture
def actor(tmp_path):
    made = api.start(tmp_path / "home")
    yield made
    api.stop(made)


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
    assert (job.error.code, job.error.message) == ("not_found", "“course.zip” is no longer there.")

    aside.rename(path)
    api.retry(actor, stopped)
    workers.work(actor, once=True)
    assert api.job(actor, stopped).state == "completed"
