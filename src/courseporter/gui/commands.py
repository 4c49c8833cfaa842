"""Every action of the app as one table: its words, icon, keys and where the menu shows it.

Menus, buttons, the shortcut sheet and docs/reference/shortcuts.md are all made from it.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Command(NamedTuple):
    """One thing the user can do; `page` marks those that the page on top carries out."""

    name: str
    words: str
    icon: str
    keys: tuple[str, ...]
    group: str
    page: bool = False


COMMANDS: Final = (
    Command("new_import", "New import", "plus", ("Ctrl+N",), "Import"),
    Command("open_file", "Choose a file…", "file", ("Ctrl+O",), "Import"),
    Command("open_folder", "Choose a folder…", "folder", ("Ctrl+Shift+O",), "Import"),
    Command("paste", "Paste a path", "paste", ("Ctrl+V",), "Import"),
    Command("try_sample", "Try the sample course", "play", (), "Import"),
    Command("try_scorm", "Try the SCORM sample", "scorm", (), "Import"),
    Command("save_template", "Save the CSV template…", "table", (), "Import"),
    Command("go_home", "Home", "home", ("Ctrl+1",), "Go"),
    Command("go_courses", "Courses", "course", ("Ctrl+2",), "Go"),
    Command("go_jobs", "Jobs", "jobs", ("Ctrl+3", "Ctrl+J"), "Go"),
    Command("go_settings", "Settings", "settings", ("Ctrl+,",), "Go"),
    Command("go_back", "Back", "chevron-left", ("Alt+Left",), "Go"),
    Command("find", "Find", "search", ("Ctrl+F",), "This page", page=True),
    Command("refresh", "Refresh", "retry", ("F5",), "This page", page=True),
    Command("undo", "Undo", "undo", ("Ctrl+Z",), "This page", page=True),
    Command("rename", "Rename", "edit", ("F2",), "This page", page=True),
    Command("remove", "Delete", "trash", ("Del",), "This page", page=True),
    Command("toggle_hidden", "Hide or show", "eye", ("Ctrl+H",), "This page", page=True),
    Command("play", "Play the lesson", "play", ("Ctrl+P",), "This page", page=True),
    Command("next_problem", "Next note", "warning", ("F8",), "This page", page=True),
    Command("next_step", "Next step", "chevron-right", ("Ctrl+Return",), "This page", page=True),
    Command("stop", "Stop", "stop", ("Ctrl+.",), "This page", page=True),
    Command("pause", "Pause or go on", "pause", ("Pause",), "This page", page=True),
    Command("retry", "Try again", "retry", ("Ctrl+R",), "This page", page=True),
    Command("retry_failed", "Try all failed again", "retry", (), "This page", page=True),
    Command("clear_finished", "Clear finished", "check", (), "This page", page=True),
    Command("shortcuts", "Help and shortcuts", "help", ("F1", "Ctrl+?"), "App"),
    Command("quit", "Quit", "close", ("Ctrl+Q",), "App"),
)
