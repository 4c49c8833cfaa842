"""One cause gives one problem, and fixing it leaves nothing of it behind."""

import zipfile

import pytest

from courseporter import api
from courseporter.api.edits import validate_course
from courseporter.errors import SettingsError
from fakes.material import scorm

LONG = "A title that goes on " * 20


@pytest.fixture
def draft(actor, tmp_path):
    """A draft whose only lesson has a title of 420 characters, as its unit and block have."""
    source = scorm(tmp_path / "golf.zip", [(1, LONG.strip(), "a.html")])
    api.convert(actor, source, tmp_path / "golf.tar.gz")
    return api.drafts(actor)[0].id


def long_titles(actor, draft):
    return [one for one in api.problems(actor, draft) if one.code == "title_too_long"]


def test_a_title_that_unit_and_block_repeat_is_one_problem(actor, draft):
    assert len(long_titles(actor, draft)) == 1


def test_shortening_a_title_shortens_what_repeats_it(actor, draft):
    problem = long_titles(actor, draft)[0]
    assert api.fix(actor, draft, problem.id) >= 2
    found = api.find(actor, draft, "A title that goes on")
    assert {len(node.title) for node in found} == {255}
    assert long_titles(actor, draft) == []


@pytest.mark.parametrize(("typed", "code"), [("Deutsch", "de"), ("pt-BR", "pt-br"), ("en", "en")])
def test_a_language_is_kept_as_its_code(actor, draft, typed, code):
    api.set_course(actor, draft, language=typed)
    assert api.draft(actor, draft).course.language == code


@pytest.mark.parametrize("typed", ["Klingon", "x-none", "qqq"])
def test_a_language_that_open_edx_does_not_know_is_refused(actor, draft, typed):
    assert [error.field for error in validate_course({"language": typed})] == ["language"]
    with pytest.raises(SettingsError):
        api.set_course(actor, draft, language=typed)


def test_a_course_title_of_a_thousand_characters_stops_no_export(actor, draft, tmp_path):
    assert validate_course({"title": "T" * 1000}) == ()
    api.set_course(actor, draft, title="T" * 1000)
    codes = [(one.code, one.key) for one in api.problems(actor, draft)]
    assert ("title_too_long", None) in codes


@pytest.mark.parametrize(("written", "code"), [("Deutsch", "de"), ("Klingon", None)])
def test_a_language_of_the_tables_is_a_code_or_a_warning(actor, tmp_path, written, code):
    tables = {
        "course": (["external_id", "title", "language"], ["c", "C", written]),
        "sections": (["external_id", "course_external_id", "title"], ["s", "c", "S"]),
        "lessons": (
            ["external_id", "section_external_id", "title", "type", "content"],
            ["l", "s", "L", "text", "Hello"],
        ),
    }
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, (head, row) in tables.items():
            archive.writestr(f"{name}.csv", f"{','.join(head)}\n{','.join(row)}\n")
    api.convert(actor, tmp_path / "a.zip", tmp_path / "a.tar.gz")
    draft = api.draft(actor, api.drafts(actor)[0].id)
    assert draft.course.language == code
    assert bool(draft.row.problems) == (code is None)
