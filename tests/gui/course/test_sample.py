"""The course that new users try first."""

from pathlib import Path

import pytest

from courseporter import api

SAMPLE = Path(__file__).parents[3] / "resources" / "sample"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return api.inspect(tmp_path_factory.mktemp("home"), SAMPLE)


def test_the_sample_has_exactly_three_deliberate_warnings(result):
    assert sorted((problem.code, problem.severity) for problem in result.problems) == [
        ("missing_files", "warning"),
        ("row_value", "warning"),
        ("unknown_columns", "warning"),
    ]


def test_nothing_of_the_sample_fails(result):
    assert result.sums["failed"] == 0


def test_the_sample_holds_every_kind_of_lesson_and_question(result):
    kinds = {row.type for row in result.outline if row.kind == "block"}
    assert kinds == {"text", "video", "audio", "quiz", "assignment", "resource", "link"}
    asked = (SAMPLE / "questions.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert len({line.split(",")[2] for line in asked}) == 10


def test_the_sample_stays_small():
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) <= 300_000
