"""The question before a package plays, its answer, and where the answer is seen."""

from __future__ import annotations

import zipfile

import pytest

from courseporter import api
from courseporter.api import workers
from courseporter.errors import SettingsError
from courseporter.workspace import drafts
from fakes.material import scorm, simple_template

ITEMS = [(1, "Start", None), (2, "One", "R"), (2, "Two", "R"), (2, "Three", "R")]
PAGE = '<script src="https://cdn.example/a.js"></script><img src="//pictures.example/a.png">'


@pytest.fixture
def house(tmp_path):
    actor = api.start(tmp_path / "home")
    yield actor
    api.stop(actor)


@pytest.fixture
def draft(house, tmp_path):
    path = scorm(tmp_path / "a.zip", ITEMS)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("shared/page.html", PAGE)
        archive.writestr("shared/run.js", "eval(x); fetch('/api/user/')")
    return imported(house, path)


def imported(house, path):
    job = api.prepare(house, path)
    workers.work(house, once=True)
    return api.job(house, job).draft_id


def test_the_question_tells_what_the_package_does(house, draft):
    asked = api.scorm_question(house, draft)
    assert (asked.play, asked.plugin, asked.download, asked.answer) == (3, 0, 0, None)
    assert asked.is_open
    assert [(one.words, one.serious) for one in asked.hosts] == [
        ("cdn.example", True),
        ("pictures.example", False),
    ]
    assert asked.hosts[0].files == ("shared/page.html",)
    assert [one.words for one in asked.calls] == [
        "It requests pages of the learning platform as the learner",
        "It executes text as code",
    ]
    codes = {one.code: one.severity for one in api.problems(house, draft)}
    assert codes["scorm_loads_elsewhere"] == codes["scorm_risky_calls"] == "warning"


def test_an_allowed_package_plays_and_is_not_asked_about_again(house, draft):
    assert api.answer_scorm(house, draft, "play") == 0
    asked = api.scorm_question(house, draft)
    assert (asked.answer, asked.is_open) == ("play", False)


def test_nothing_is_published_before_the_answer(house, draft, tmp_path):
    out = tmp_path / "a.tar.gz"
    with pytest.raises(SettingsError) as caught:
        api.publish(house, draft, out)
    assert (caught.value.code, caught.value.where) == ("scorm_not_answered", "a.zip")
    api.answer_scorm(house, draft, "download")
    api.publish(house, draft, out)
    api.undo(house, draft)
    with pytest.raises(SettingsError):
        api.publish(house, draft, tmp_path / "b.tar.gz")


def test_download_only_changes_the_lessons_and_can_be_changed_back(house, draft):
    one = api.find(house, draft, "One")[0].key
    api.choose_scorm(house, draft, [one], "plugin")
    assert api.answer_scorm(house, draft, "download") == 2
    asked = api.scorm_question(house, draft)
    assert (asked.play, asked.plugin, asked.download) == (0, 1, 2)
    assert (asked.answer, asked.is_open) == ("download", False)
    assert api.answer_scorm(house, draft, "play") == 2
    asked = api.scorm_question(house, draft)
    assert (asked.play, asked.plugin, asked.download) == (2, 1, 0)


def test_a_lesson_that_is_to_play_after_all_asks_again(house, draft):
    api.answer_scorm(house, draft, "download")
    api.undo(house, draft)
    asked = api.scorm_question(house, draft)
    assert (asked.play, asked.is_open) == (3, True)


def test_the_answer_leaves_the_other_options_of_the_draft_alone(house, draft):
    before = drafts.get(house.store, draft).options
    api.answer_scorm(house, draft, "play")
    assert drafts.get(house.store, draft).options == {**before, "scorm_consent": "play"}


def test_a_draft_without_scorm_asks_nothing(house, tmp_path):
    assert api.scorm_question(house, imported(house, simple_template(tmp_path / "c.zip"))) is None


def test_a_place_tells_what_becomes_of_the_lessons_below_it(house, draft):
    section = api.tree(house, draft, None)[0].key
    api.choose_scorm(house, draft, [api.find(house, draft, "Two")[0].key], "download")
    assert dict(api.node(house, draft, section).scorm) == {"play": 2, "download": 1}
    assert dict(api.node(house, draft, api.find(house, draft, "Two")[0].key).scorm) == {
        "download": 1
    }


def test_the_report_names_the_findings_and_the_answer(house, draft, tmp_path):
    out = tmp_path / "report.html"
    api.report(house, draft, out)
    page = out.read_text("utf-8")
    assert "cdn.example" in page
    assert "You have not decided yet" in page
    api.answer_scorm(house, draft, "play")
    api.report(house, draft, out)
    assert "You allowed" in out.read_text("utf-8")
