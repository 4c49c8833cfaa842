"""The pages of the window, made once the store is open; imported after the first paint.

To add a page: one row in PAGES here, a `go_NAME` command in commands.py, and its name in
`sidebar.ENTRIES` if it belongs there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QWidget

from courseporter import api
from courseporter.gui.actions import Actions
from courseporter.gui.command_palette import CommandPalette
from courseporter.gui.connections.page import schools_page, targets_page
from courseporter.gui.drop import DropOverlay
from courseporter.gui.frame import Frame
from courseporter.gui.help_page import HelpPage
from courseporter.gui.home import CoursesPage, HomePage, NewImport
from courseporter.gui.interrupted import InterruptedJobs
from courseporter.gui.jobs_page import JobsPage
from courseporter.gui.jobs_strip import JobsStrip
from courseporter.gui.libraries.history_page import HistoryPage
from courseporter.gui.rows.page import rows_page
from courseporter.gui.settings_page import SettingsPage
from courseporter.gui.sidebar import Sidebar
from courseporter.settings import Preferences

__all__ = [
    "CommandPalette",
    "DropOverlay",
    "InterruptedJobs",
    "JobsStrip",
    "Sidebar",
    "create_actions",
    "create_all",
]

Factory = Callable[[Actions, Preferences], QWidget]
PAGES: Final[dict[str, Factory]] = {
    "home": lambda actions, _: HomePage(actions),
    "courses": lambda actions, _: CoursesPage(actions),
    "new": lambda actions, _: NewImport(actions),
    "jobs": lambda actions, _: JobsPage(actions),
    "rows": rows_page,
    "schools": schools_page,
    "targets": targets_page,
    "libraries": lambda actions, _: HistoryPage(actions),
    "settings": SettingsPage,
    "help": lambda _, __: HelpPage(),
}


def create_actions(actor: api.Actor, frame: Frame) -> Actions:
    """Return the actions of one window on one store."""
    return Actions(actor, frame)


def create_all(actions: Actions, settings: Preferences) -> dict[str, QWidget]:
    """Return all pages by name, except the course page, which is made when it is first needed."""
    return {name: create(actions, settings) for name, create in PAGES.items()}
