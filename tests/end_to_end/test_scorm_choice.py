"""Choosing what becomes of SCORM lessons: blocks, ledger and problems change together."""

from __future__ import annotations

import pytest

from courseporter import api
from courseporter.api import workers
from courseporter.errors import SettingsError
from courseporter.workspace import ledger
from courseporter.workspace.edits import scorm as choices
from fakes.material import scorm

ITEMS = [
    (1, "Start", None),
    (2, "One", "R"),
    (2, "Two", "R"),
    (3, "Deep", None),
    (4, "Three", "R"),
]


@pytest.fixture
def house(tmp_path):
    actor = api.start(tmp_path / "home")
    yield actor
    api.stop(actor)


@pytest.fixture
def draft(house, tmp_path):
    job = api.prepare(house, scorm(tmp_path / "a.zip", ITEMS))
    workers.work(house, once=True)
    return api.job(house, job).draft_id


def modes(house, draft):
    with house.store.read() as connection:
        return [place.package.mode for place in choices.lessons(connection, draft)]


def entries(house, draft):
    return [
        (one.title, one.outcome, bool(one.reason)) for one in ledger.entries(house.store, draft)
    ]


def codes(house, draft):
    found = api.problems(house, draft)
    return {one.code: one.count for one in found if one.code in choices.CODES}


def test_lessons_play_unless_somebody_says_otherwise(house, draft):
    assert modes(house, draft) == ["play"] * 3
    assert entries(house, draft) == [
        ("Start", "converted", False),
        ("One", "converted", False),
        ("Two", "converted", False),
        ("Deep", "converted_with_loss", True),
        ("Three", "converted_with_loss", True),
    ]
    assert codes(house, draft) == {"scorm_no_tracking": 3}


def test_one_lesson_changes_with_its_line_and_the_figures(house, draft):
    place = api.find(house, draft, "One")[0].key

    changed = api.choose_scorm(house, draft, [place], "download")

    assert changed == 1
    assert modes(house, draft) == ["download", "play", "play"]
    assert entries(house, draft)[1] == ("One", "converted_with_loss", True)
    assert codes(house, draft) == {"scorm_no_tracking": 2, "scorm_download_only": 1}
    sums = api.draft(house, draft).sums
    assert (sums.found, sums.converted, sums.converted_with_loss) == (5, 2, 3)
    assert api.scorm_modes(house, draft) == {"download": 1, "play": 2}


def test_a_place_stands_for_everything_below_it(house, draft):
    top = api.tree(house, draft, None)[0].key
    assert api.choose_scorm(house, draft, [top], "plugin") == 3
    assert modes(house, draft) == ["plugin"] * 3


def test_all_lessons_change_at_once_and_undo_takes_it_back(house, draft):
    before = (modes(house, draft), entries(house, draft), codes(house, draft))
    first = api.find(house, draft, "Two")[0].key
    api.choose_scorm(house, draft, [first], "download")
    mixed = (modes(house, draft), entries(house, draft), codes(house, draft))

    assert api.choose_scorm(house, draft, None, "plugin") == 3
    assert codes(house, draft) == {"scorm_plugin_upload": 3}

    api.undo(house, draft)
    assert (modes(house, draft), entries(house, draft), codes(house, draft)) == mixed
    api.undo(house, draft)
    assert (modes(house, draft), entries(house, draft), codes(house, draft)) == before


def test_the_lost_level_of_a_folded_lesson_is_told_again(house, draft):
    before = entries(house, draft)
    api.choose_scorm(house, draft, None, "download")
    api.choose_scorm(house, draft, None, "play")
    assert entries(house, draft) == before


def test_choosing_what_is_chosen_already_changes_nothing(house, draft):
    rev = api.draft(house, draft).row.rev
    assert api.choose_scorm(house, draft, None, "play") == 0
    assert api.draft(house, draft).row.rev == rev


def test_a_failure_in_the_middle_changes_nothing(house, draft, monkeypatch):
    before = (modes(house, draft), entries(house, draft), codes(house, draft))
    monkeypatch.setattr(choices, "mode_problems", None)
    with pytest.raises(TypeError):
        api.choose_scorm(house, draft, None, "plugin")
    assert (modes(house, draft), entries(house, draft), codes(house, draft)) == before


def test_an_unknown_way_is_refused(house, draft):
    with pytest.raises(SettingsError):
        api.choose_scorm(house, draft, None, "stream")
