import re
from itertools import chain

from PySide6.QtGui import QKeySequence

from courseporter.gui.commands import COMMANDS


def test_no_two_commands_share_a_key():
    keys = list(chain.from_iterable(command.keys for command in COMMANDS))
    assert len(keys) == len(set(keys))


def test_every_key_is_one_that_qt_knows(qapp):
    for command in COMMANDS:
        for key in command.keys:
            assert not QKeySequence(key).isEmpty(), key


def test_every_command_stands_in_the_menu(window):
    shown = {action.text() for action in window.top.menu.actions() if action.text()}
    assert shown == {command.words for command in COMMANDS}


def test_the_page_of_shortcuts_is_the_table(root):
    text = (root / "docs" / "reference" / "shortcuts.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+?) \| ([^|]*?) \|$", text, re.MULTILINE)
    rows = [row for row in rows if row[0] != "Command" and not row[0].startswith("-")]
    wanted = [
        (command.words, ", ".join(f"`{key}`" for key in command.keys) or "–")
        for command in COMMANDS
    ]
    assert rows == wanted


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
