"""A file that holds several courses: one job, one bar, notes of all."""

import pytest

from courseporter import api
from courseporter.api import workers
from courseporter.jobs import lease
from fakes.material import simple_tables, template


@pytest.fixture
def two_courses(tmp_path):
    tables = simple_tables(20)
    tables["course"] += [{"external_id": "d", "title": "Glazing", "language": "en"}]
    tables["sections"][1]["course_external_id"] = "d"
    for name in ("course", "lessons"):
        tables[name] = [row | {"minutes": "5"} for row in tables[name]]  # a note each
    return template(tmp_path / "two.zip", tables)


@pytest.fixture
def saved(monkeypatch):
    """(percent, done, total, unit) of each save while lessons are read."""
    seen = []
    save = lease.save

    def spy(connection, mine, checkpoint, version, **values):
        if str(values.get("progress_unit")).startswith("lessons"):
            names = ("percent", "done", "total", "unit")
            seen.append(tuple(values[f"progress_{name}"] for name in names))
        return save(connection, mine, checkpoint, version, **values)

    monkeypatch.setattr(lease, "save", spy)
    return seen


def test_the_bar_moves_for_each_course_and_says_which_one_it_is(actor, two_courses, saved):
    api.prepare(actor, two_courses)
    workers.work(actor, once=True)
    half, whole = (
        next(one for one in reversed(saved) if one[3].endswith(f"course {number} of 2"))
        for number in (1, 2)
    )
    assert half[1:] == (10, 10, "lessons of course 1 of 2")
    assert whole[1:] == (10, 10, "lessons of course 2 of 2")
    assert 45 <= half[0] <= 55
    assert whole[0] > 90
    assert [one[0] for one in saved] == sorted(one[0] for one in saved)


def test_the_job_tells_how_many_courses_it_made_and_counts_the_notes_of_all(actor, two_courses):
    job_id = api.prepare(actor, two_courses)
    workers.work(actor, once=True)
    job = api.job(actor, job_id)
    notes = [len(api.problems(actor, draft.id)) for draft in api.drafts(actor)]
    assert job.courses == len(notes) == 2
    assert min(notes) > 0
    assert job.problems == sum(notes)


def test_one_course_is_counted_in_lessons_alone(actor, tmp_path, saved):
    path = template(tmp_path / "one.zip", simple_tables(20))
    job_id = api.prepare(actor, path)
    workers.work(actor, once=True)
    assert saved[-1][1:] == (20, 20, "lessons")
    assert api.job(actor, job_id).courses == 1
