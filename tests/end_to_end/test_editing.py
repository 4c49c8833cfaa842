"""What a person does between import and export, through the api and the real store."""

from __future__ import annotations

import pytest

from courseporter import api
from courseporter.api import workers
from fakes.material import simple_tables, template


@pytest.fixture
def house(tmp_path):
    actor = api.start(tmp_path / "home")
    yield actor
    api.stop(actor)


def imported(house, path):
    job = api.prepare(house, path)
    workers.work(house, once=True)
    return api.job(house, job).draft_id


@pytest.fixture
def tables():
    return simple_tables(2)


def titles(house, draft, keys):
    return [api.node(house, draft, key).title for key in keys]


def test_renaming_a_lesson_renames_the_page_that_learners_see(house, tables, tmp_path):
    draft = imported(house, template(tmp_path / "a.zip", tables))
    pages = ["lesson:l1", "unit:l1", "text:l1"]

    api.rename(house, draft, "lesson:l1", "First steps")

    assert titles(house, draft, pages) == ["First steps"] * 3
    assert api.node(house, draft, "lesson:l2").title == "Lesson 2"


def test_one_undo_takes_the_whole_renaming_back(house, tables, tmp_path):
    draft = imported(house, template(tmp_path / "a.zip", tables))
    api.rename(house, draft, "lesson:l1", "First steps")

    api.undo(house, draft)

    assert titles(house, draft, ["lesson:l1", "unit:l1", "text:l1"]) == ["Lesson 1"] * 3


def test_renaming_a_lesson_leaves_other_titles_in_it_alone(house, tables, tmp_path):
    draft = imported(house, template(tmp_path / "a.zip", tables))
    quiz = tables["exercises"][0]

    api.rename(house, draft, "lesson:l1", "First steps")

    assert api.node(house, draft, f"exercise:{quiz['external_id']}").title == quiz["title"]


def test_a_wrong_cell_leads_to_its_exercise(house, tables, tmp_path):
    tables["exercises"][1]["max_attempts"] = "as many as you like"
    draft = imported(house, template(tmp_path / "a.zip", tables))
    wanted = f"exercise:{tables['exercises'][1]['external_id']}"

    (problem,) = [one for one in api.problems(house, draft) if one.code == "row_value"]

    assert problem.key == wanted
    assert api.path(house, draft, wanted)[-1] == wanted


def test_a_wrong_question_leads_to_its_quiz(house, tables, tmp_path):
    tables["questions"][1]["points"] = "many"
    draft = imported(house, template(tmp_path / "a.zip", tables))

    (problem,) = [one for one in api.problems(house, draft) if one.code == "row_value"]
    way = api.path(house, draft, problem.key)

    assert way[-1] == f"quiz:{tables['exercises'][1]['external_id']}"


def test_a_missing_file_leads_to_the_lesson_that_names_it(house, tables, tmp_path):
    tables["lessons"][1]["content"] = '<p><img src="nowhere.png"></p>'
    draft = imported(house, template(tmp_path / "a.zip", tables))

    (problem,) = [one for one in api.problems(house, draft) if one.code == "missing_files"]

    assert problem.key == "lesson:l2"


def test_a_problem_above_the_tree_leads_nowhere(house, tables, tmp_path):
    tables["course"][0]["description"] = '<p><img src="nowhere.png"></p>'
    draft = imported(house, template(tmp_path / "a.zip", tables))

    (problem,) = [one for one in api.problems(house, draft) if one.code == "missing_files"]

    assert problem.key is None


def test_rows_of_each_table_are_counted_before_the_import(house, tables, tmp_path):
    seen = api.sniff(house, template(tmp_path / "a.zip", tables))

    assert dict(seen.files) == {f"{name}.csv": len(rows) for name, rows in tables.items()}


@pytest.mark.parametrize("day", ["2031-02-30", "2031-13-01", "tomorrow", "20310228"])
def test_a_day_that_no_calendar_has_is_refused(day):
    (wrong,) = api.validate_course({"start": day})

    assert wrong.field == "start"


@pytest.mark.parametrize("day", ["2031-02-28", "2031-02-28T09:30", "2031-02-28 09:30:00Z"])
def test_a_day_of_the_calendar_is_taken(day):
    assert api.validate_course({"start": day}) == ()


@pytest.mark.parametrize(
    ("start", "end", "wrong"),
    [
        ("2031-02-28", "2031-02-27", ["end"]),
        ("2031-02-28T10:00", "2031-02-28 12:00", []),
        ("2031-02-28 12:00", "2031-02-28T10:00", ["end"]),
        ("2031-02-28T23:00+05:00", "2031-02-28T20:00Z", []),
        ("2031-02-28T20:00Z", "2031-02-28T23:00+05:00", ["end"]),
        ("2031-02-28T00:00", "2031-02-28", []),
    ],
)
def test_an_end_before_the_start_is_told_however_the_two_are_written(start, end, wrong):
    found = api.validate_course({"start": start, "end": end})

    assert [error.field for error in found] == wrong


def test_the_sample_is_exported_to_a_folder_that_is_there(house, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(tmp_path / "Documents"))
    draft = imported(house, api.sample(house))

    assert api.default_out(house, draft).parent == tmp_path

    (tmp_path / "Documents").mkdir()
    assert api.default_out(house, draft).parent == tmp_path / "Documents"
