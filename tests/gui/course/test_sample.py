"""The course that new users try first."""

from pathlib import Path

import pytest

from courseporter import api

RESOURCES = Path(__file__).parents[3] / "resources"
SAMPLE = RESOURCES / "sample"
SCORM = RESOURCES / "sample_scorm"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return api.inspect(api.local_user(tmp_path_factory.mktemp("home")), SAMPLE)


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


def test_the_scorm_sample_plays_and_asks_for_nothing_beyond_its_lessons(tmp_path):
    found = api.inspect(api.local_user(tmp_path), SCORM)
    assert [problem.code for problem in found.problems] == ["scorm_no_tracking"]
    assert (found.sums["found"], found.sums["converted"]) == (4, 4)
    assert [row.title for row in found.outline if row.type == "package"] == [
        "Three glazes",
        "Check yourself",
    ]


def test_both_samples_become_files_of_the_data_folder(tmp_path):
    actor = api.start(tmp_path)
    names = [api.sample(actor, name).name for name in ("csv", "scorm")]
    api.stop(actor)
    assert names == ["Pottery for beginners.zip", "Glazes in ten minutes.zip"]
