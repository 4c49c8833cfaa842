"""Every command of the app in one table: its words, icon, keys, and group in the menu.

Menus, buttons, the command palette, the list of shortcuts in the app and
docs/reference/shortcuts.md are all made from it.  To add a command: one row here, then a function

- in the page's `commands()` under the same name, if only that page runs it (`page=True`),
- or `actions.bind(NAME, function)`, if it works everywhere.

A command called `go_NAME` needs no function: it opens the page NAME.
"""

from __future__ import annotations

from typing import Final, NamedTuple

IMPORT, GO, EDIT, COURSE, JOBS, APP = "Import", "Go", "Edit", "Course", "Jobs", "App"
SUBMENUS: Final = (IMPORT, GO, EDIT, COURSE, JOBS)  # in this order; the rest is at the top level


class Command(NamedTuple):
    """Something the user can do; `page` marks commands that the current page runs."""

    name: str
    words: str
    icon: str
    keys: tuple[str, ...]
    group: str
    page: bool = False


COMMANDS: Final = (
    Command("new_import", "New import", "plus", ("Ctrl+N",), IMPORT),
    Command("open_file", "Choose a file…", "file", ("Ctrl+O",), IMPORT),
    Command("open_folder", "Choose a folder…", "folder", ("Ctrl+Shift+O",), IMPORT),
    Command("paste", "Paste a file or path", "paste", ("Ctrl+V",), IMPORT),
    Command("try_sample", "Try the sample course", "play", (), IMPORT),
    Command("try_scorm", "Try the SCORM sample", "scorm", (), IMPORT),
    Command("save_template", "Save the CSV template…", "table", (), IMPORT),
    Command("connect_school", "Connect a school…", "school", (), IMPORT),
    Command("connect_target", "Connect an Open edX site…", "target", (), IMPORT),
    Command("go_home", "Home", "home", ("Ctrl+1",), GO),
    Command("go_courses", "Courses", "course", ("Ctrl+2",), GO),
    Command("go_jobs", "Jobs", "jobs", ("Ctrl+3", "Ctrl+J"), GO),
    Command("go_schools", "Schools", "school", (), GO),
    Command("go_targets", "Targets", "target", (), GO),
    Command("go_settings", "Settings", "settings", ("Ctrl+,",), GO),
    Command("go_back", "Back", "chevron-left", ("Alt+Left",), GO),
    Command("find", "Find", "search", ("Ctrl+F",), EDIT, page=True),
    Command("undo", "Undo", "undo", ("Ctrl+Z",), EDIT, page=True),
    Command("rename", "Rename", "edit", ("F2",), EDIT, page=True),
    Command("remove", "Delete", "trash", ("Del",), EDIT, page=True),
    Command("toggle_hidden", "Hide or show", "eye", ("Ctrl+H",), EDIT, page=True),
    Command("play", "Play the lesson", "play", ("Ctrl+P",), COURSE, page=True),
    Command("next_problem", "Next problem", "warning", ("F8",), COURSE, page=True),
    Command("next_step", "Next step", "chevron-right", ("Ctrl+Return",), COURSE, page=True),
    Command("refresh", "Refresh", "retry", ("F5",), COURSE, page=True),
    Command("stop", "Stop", "stop", ("Ctrl+.",), JOBS, page=True),
    Command("pause", "Pause or resume", "pause", ("Pause",), JOBS, page=True),
    Command("retry", "Try again", "retry", ("Ctrl+R",), JOBS, page=True),
    Command("retry_failed", "Retry all failed jobs", "retry", (), JOBS, page=True),
    Command("clear_finished", "Clear finished jobs", "check", (), JOBS, page=True),
    Command("palette", "Command palette", "keyboard", ("Ctrl+Shift+P",), APP),
    Command("shortcuts", "Help and shortcuts", "help", ("F1", "Ctrl+?"), APP),
    Command("quit", "Quit", "close", ("Ctrl+Q",), APP),
)
BY_NAME: Final = {command.name: command for command in COMMANDS}
