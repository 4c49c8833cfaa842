"""What the window is furnished with once the store is open; imported after the first paint."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from courseporter import api
from courseporter.gui.actions import Actions
from courseporter.gui.drop import DropOverlay
from courseporter.gui.frame import Frame
from courseporter.gui.help_page import HelpPage
from courseporter.gui.home import CoursesPage, HomePage, NewImport
from courseporter.gui.jobs_page import JobsPage
from courseporter.gui.jobs_strip import JobsStrip
from courseporter.gui.settings_page import SettingsPage
from courseporter.gui.sidebar import Sidebar
from courseporter.settings import Preferences

__all__ = ["DropOverlay", "JobsStrip", "Sidebar", "actions_for", "pages"]


def actions_for(actor: api.Actor, frame: Frame) -> Actions:
    """The actions of one window on one store."""
    return Actions(actor, frame)


def pages(actions: Actions, settings: Preferences) -> dict[str, QWidget]:
    """All pages but the course, which is made when it is first needed."""
    return {
        "home": HomePage(actions),
        "courses": CoursesPage(actions),
        "new": NewImport(actions),
        "jobs": JobsPage(actions),
        "settings": SettingsPage(actions, settings),
        "help": HelpPage(),
    }
