"""In a language that nobody speaks, no step of a course has English left."""

import msgspec
import pytest

from courseporter.api.values import CourseChoice, ErrorView, Sniff
from fakes.pseudo_window import english_left

pytestmark = pytest.mark.usefixtures("pseudo")
NUMERALS = Sniff(
    path="/x/pottery.zip",
    name="pottery.zip",
    size=48_000_000,
    source="csv",
    label="1",
    courses=(CourseChoice(key="a", title="1"),),
    files=(("course.csv", 1), ("lessons.csv", 1204)),
)


def test_the_source_step_has_no_english_left(page):
    page.show_source(NUMERALS)
    assert not english_left(page)


def test_a_file_that_cannot_be_read_leaves_no_english(page):
    error = ErrorView(code="not_a_package", message="1", where="a.csv", hint="2")
    page.show_source(Sniff(path="/x/a.csv", name="a.csv", size=3, error=error))
    assert not english_left(page)


@pytest.mark.parametrize("step", [1, 2])
def test_review_and_destination_have_no_english_left(page, settle, actor, step):
    for rows in actor.nodes.values():
        rows[:] = [msgspec.structs.replace(row, title="1") for row in rows]
    actor.courses["d"] = msgspec.structs.replace(actor.courses["d"], title="1")
    plain = {"message": "1", "fix_label": "2", "where": "3"}
    actor.troubles[:] = [msgspec.structs.replace(one, **plain) for one in actor.troubles]
    page.show_draft("d")
    settle(lambda: page.looked is not None)
    page.go(step)
    settle()
    assert not english_left(page)
