"""Every command of the app in one table: its words, icon, keys, and group in the menu.

Menus, buttons, the command palette, the list of shortcuts in the app and
docs/reference/shortcuts.md are all made from it.  To add a command: one row here, then a function

- in the page's `commands()` under the same name, if only that page runs it (`page=True`),
- or `actions.bind(NAME, function)`, if it works everywhere.

A command called `go_NAME` needs no function: it opens the page NAME.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from courseporter.errors import Message, _

IMPORT, GO, EDIT, COURSE, JOBS, APP = "Import", "Go", "Edit", "Course", "Jobs", "App"
SUBMENUS: Final = (IMPORT, GO, EDIT, COURSE, JOBS)  # in this order; the rest is at the top level


class Command(NamedTuple):
    """Something the user can do; `page` marks commands that the current page runs."""

    name: str
    title: Message
    icon: str
    keys: tuple[str, ...]
    group: str
    page: bool = False

    @property
    def words(self) -> str:
        """The title in the language of the app."""
        return str(self.title)


COMMANDS: Final = (
    Command("new_import", _("New import"), "plus", ("Ctrl+N",), IMPORT),
    Command("new_course", _("New course…"), "course", ("Ctrl+Shift+N",), IMPORT),
    Command("open_file", _("Choose a file…"), "file", ("Ctrl+O",), IMPORT),
    Command("open_folder", _("Choose a folder…"), "folder", ("Ctrl+Shift+O",), IMPORT),
    Command("paste", _("Paste"), "paste", ("Ctrl+V",), IMPORT),
    Command("try_sample", _("Try the sample course"), "play", (), IMPORT),
    Command("try_scorm", _("Try the SCORM sample"), "scorm", (), IMPORT),
    Command("import_rows", _("Import rows…"), "table", (), IMPORT),
    Command("save_template", _("Save the CSV template…"), "table", (), IMPORT),
    Command("connect_school", _("Connect a school…"), "school", (), IMPORT),
    Command("connect_target", _("Connect an Open edX site…"), "target", (), IMPORT),
    Command("go_home", _("Home"), "home", ("Ctrl+1",), GO),
    Command("go_courses", _("Courses"), "course", ("Ctrl+2",), GO),
    Command("go_jobs", _("Jobs"), "jobs", ("Ctrl+3", "Ctrl+J"), GO),
    Command("go_rows", _("Rows"), "table", ("Ctrl+4",), GO),
    Command("go_schools", _("Schools"), "school", (), GO),
    Command("go_targets", _("Targets"), "target", (), GO),
    Command("go_libraries", _("Content libraries"), "course", (), GO),
    Command("go_settings", _("Settings"), "settings", ("Ctrl+,",), GO),
    Command("go_back", _("Back"), "chevron-left", ("Alt+Left",), GO),
    Command("find", _("Find"), "search", ("Ctrl+F",), EDIT, page=True),
    Command("undo", _("Undo"), "undo", ("Ctrl+Z",), EDIT, page=True),
    Command("redo", _("Redo"), "redo", ("Ctrl+Shift+Z", "Ctrl+Y"), EDIT, page=True),
    Command("cut", _("Cut"), "cut", ("Ctrl+X",), EDIT, page=True),
    Command("copy", _("Copy"), "copy", ("Ctrl+C",), EDIT, page=True),
    Command("duplicate", _("Duplicate"), "copy", ("Ctrl+D",), EDIT, page=True),
    Command("rename", _("Rename"), "edit", ("F2",), EDIT, page=True),
    Command("remove", _("Delete"), "trash", ("Del",), EDIT, page=True),
    Command("toggle_hidden", _("Hide or show"), "eye", ("Ctrl+H",), EDIT, page=True),
    Command("merge", _("Merge"), "merge", (), EDIT, page=True),
    Command("split", _("Split here"), "split", (), EDIT, page=True),
    Command("move_up", _("Move up"), "chevron-up", ("Alt+Up",), EDIT, page=True),
    Command("move_down", _("Move down"), "chevron-down", ("Alt+Down",), EDIT, page=True),
    Command("add_item", _("Add an item…"), "plus", ("Ctrl+Shift+A",), COURSE, page=True),
    Command("play", _("Play the lesson"), "play", ("Ctrl+P",), COURSE, page=True),
    Command("update_course", _("Update from the source…"), "retry", (), COURSE, page=True),
    Command("next_problem", _("Next problem"), "warning", ("F8",), COURSE, page=True),
    Command("next_step", _("Next step"), "chevron-right", ("Ctrl+Return",), COURSE, page=True),
    Command("refresh", _("Refresh"), "retry", ("F5",), COURSE, page=True),
    Command("stop", _("Stop"), "stop", ("Ctrl+.",), JOBS, page=True),
    Command("pause", _("Pause or resume"), "pause", ("Pause",), JOBS, page=True),
    Command("retry", _("Try again"), "retry", ("Ctrl+R",), JOBS, page=True),
    Command("retry_failed", _("Retry all failed jobs"), "retry", (), JOBS, page=True),
    Command("clear_finished", _("Clear finished jobs"), "check", (), JOBS, page=True),
    Command("palette", _("Command palette"), "keyboard", ("Ctrl+Shift+P",), APP),
    Command("shortcuts", _("Help and shortcuts"), "help", ("F1", "Ctrl+?"), APP),
    Command("quit", _("Quit"), "close", ("Ctrl+Q",), APP),
)
GROUP_TITLES: Final = {
    IMPORT: _("Import"),
    GO: _("Go"),
    EDIT: _("Edit"),
    COURSE: _("Course"),
    JOBS: _("Jobs"),
    APP: _("App"),
}
BY_NAME: Final = {command.name: command for command in COMMANDS}
