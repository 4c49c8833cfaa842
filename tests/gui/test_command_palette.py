import pytest
from PySide6.QtCore import Qt

from courseporter.gui.actions import Entry
from courseporter.gui.command_palette import ranked
from fakes import api as fake


@pytest.fixture
def palette(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.go("jobs")
    window.actions_of_app.items["palette"].trigger()
    qtbot.waitUntil(window.palette_of_commands.field.hasFocus)
    return window.palette_of_commands


def shown(palette):
    return [entry.words for entry in palette.model.entries]


def test_lists_only_commands_that_work_here(palette):
    assert "Retry all failed jobs" in shown(palette)
    assert "Rename" not in shown(palette)


def test_no_row_is_cut(palette, window, qtbot):
    palette.field.setText("re")
    bottom = palette.list.visualRect(palette.model.index(palette.model.rowCount() - 1)).bottom()
    assert palette.model.rowCount() <= 10
    assert bottom <= palette.list.viewport().height()
    assert not palette.list.horizontalScrollBar().isVisible()


def test_enter_runs_the_first_match(palette, window, qtbot):
    qtbot.keyClicks(palette.field, "sett")
    assert shown(palette)[0] == "Settings"
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert window.stack.currentWidget() is window.pages["settings"]


def test_arrow_keys_choose_while_the_field_keeps_the_focus(palette, qtbot):
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.list.currentIndex().row() == 1
    assert palette.field.hasFocus()


def test_escape_returns_the_keyboard_to_where_it_was(palette, window, qtbot):
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    qtbot.waitUntil(window.pages["jobs"].form.table.hasFocus)


def test_opens_a_course_by_its_name(window, house, settle, palette, qtbot):
    house.courses["d"] = fake.draft_row(1, id="d", title="Pottery for beginners")
    house.token += 1
    settle(window)
    qtbot.keyClicks(palette.field, "begin pott")
    assert shown(palette) == ["Pottery for beginners"]
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    settle()
    assert window.stack.currentWidget() is window.course


def test_says_when_nothing_matches(palette, qtbot):
    qtbot.keyClicks(palette.field, "zzzz")
    assert palette.nothing.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_lists_what_a_page_offers(window, palette):
    window.actions_of_app.offer_entries(
        lambda: [Entry("Connect Teachable", "network", "Schools", lambda: None)]
    )
    palette.field.setText("teach")
    assert shown(palette) == ["Connect Teachable"]


def test_a_word_that_begins_with_the_text_comes_before_one_that_contains_it():
    starts = Entry("Export report", "report", "", lambda: None)
    contains = Entry("Re-export", "export", "", lambda: None)
    assert ranked(starts, ["exp"]) < ranked(contains, ["exp"])
    assert ranked(starts, ["jump"]) is None
