from itertools import chain

from PySide6.QtGui import QKeySequence

from courseporter.gui.commands import COMMANDS
from courseporter.gui.pages import PAGES


def test_no_two_commands_share_a_key():
    keys = list(chain.from_iterable(command.keys for command in COMMANDS))
    assert len(keys) == len(set(keys))


def test_every_key_is_one_that_qt_knows(qapp):
    for command in COMMANDS:
        for key in command.keys:
            assert not QKeySequence(key).isEmpty(), key


def test_every_command_is_in_the_menu_in_its_group(window):
    top = [action for action in window.top.menu.actions() if not action.isSeparator()]
    shown = [
        (action.text(), inner.text())
        for action in top
        if action.menu() is not None
        for inner in action.menu().actions()
    ]
    shown += [("App", action.text()) for action in top if action.menu() is None]
    assert shown == [(command.group, command.words) for command in COMMANDS]


def test_the_menu_fits_into_the_smallest_window(window):
    assert window.top.menu.sizeHint().height() < 400


def test_every_page_has_a_command_and_every_entry_of_the_sidebar_a_page(window):
    for name in ("home", "courses", "jobs", "settings"):
        window.actions_of_app.items[f"go_{name}"].trigger()
        assert window.stack.currentWidget() is window.pages[name]
    assert set(window.sidebar.places) <= set(PAGES)


def test_a_bound_command_runs_its_function(window):
    seen = []
    window.actions_of_app.bind("try_sample", lambda: seen.append("sample"))
    window.actions_of_app.items["try_sample"].trigger()
    assert seen == ["sample"]


def test_commands_of_a_page_are_on_only_there(window):
    items = window.actions_of_app.items
    window.go("jobs")
    assert items["stop"].isEnabled()
    window.go("help")
    assert not items["stop"].isEnabled()


def test_ctrl_f_goes_to_the_search_field(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.go("courses")
    window.actions_of_app.items["find"].trigger()
    assert window.top.search.hasFocus()
