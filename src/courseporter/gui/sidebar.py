"""The sidebar: the places that exist, each with icon, word and number."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from courseporter.gui import theme, words
from courseporter.gui.actions import Actions
from courseporter.gui.commands import BY_NAME
from courseporter.gui.icons import icon
from courseporter.gui.news import News

# names of pages; "" is a line
ENTRIES: Final = (
    "home",
    "courses",
    "jobs",
    "rows",
    "",
    "schools",
    "targets",
    "settings",
)
WHEN_ANY: Final[dict[str, Callable[[News], bool]]] = {  # others are always there
    "rows": lambda news: bool(news.row_imports) or news.takes_rows,
    "schools": lambda news: bool(news.connections("school")),
    "targets": lambda news: bool(news.connections("target", "service")),
}
COUNTS: Final[dict[str, Callable[[News], int]]] = {
    "courses": lambda news: len(news.drafts),
    "jobs": lambda news: news.open_jobs,
}


class SidebarButton(QPushButton):
    """One entry; the number is at its end and is hidden when there is nothing to count."""

    def __init__(self, text: str, glyph: str) -> None:
        super().__init__(icon(glyph), f"  {text}")
        theme.set_class(self, "nav")
        self.setCheckable(True)
        self.setIconSize(QSize(20, 20))
        self.title = text
        self.number = QLabel()
        theme.set_class(self.number, "small", "muted")
        self.number.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.addStretch(1)
        row.addWidget(self.number)
        self.show_number(0)

    def show_number(self, amount: int) -> None:
        """Set the number, also for screen readers."""
        self.number.setText(words.number(amount) if amount else "")
        self.setAccessibleName(f"{self.title}, {words.number(amount)}" if amount else self.title)


class Sidebar(QFrame):
    """The entries, each a stop of the Tab key; the one that is open is marked."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        theme.set_class(self, "sidebar")
        self.setFixedWidth(theme.SIDEBAR)
        self.actions_of_app = actions
        self.places: dict[str, SidebarButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 16, 8, 8)
        column.setSpacing(2)
        for name in ENTRIES:
            if not name:
                line = QFrame()
                theme.set_class(line, "line")
                column.addSpacing(8)
                column.addWidget(line)
                column.addSpacing(8)
                continue
            command = BY_NAME[f"go_{name}"]
            place = SidebarButton(command.words, command.icon)
            place.setToolTip(command.keys[0] if command.keys else "")
            place.clicked.connect(partial(self.go, name))
            self.places[name] = place
            column.addWidget(place)
            place.setHidden(name in WHEN_ANY)
        column.addStretch(1)
        actions.news.changed.connect(self.count)

    def go(self, name: str, checked: bool = True) -> None:  # noqa: FBT001, FBT002 - Qt's slot
        """Run the same action as menu and shortcut."""
        del checked
        self.actions_of_app.items[f"go_{name}"].trigger()

    def mark(self, name: str) -> None:
        """Mark the open place; none for pages that are not in the list."""
        for key, place in self.places.items():
            place.setChecked(key == name)

    def count(self) -> None:
        """Show the numbers: courses, and jobs that wait or run."""
        for name, amount in COUNTS.items():
            self.places[name].show_number(amount(self.actions_of_app.news))
        for name, there in WHEN_ANY.items():
            self.places[name].setVisible(there(self.actions_of_app.news))
