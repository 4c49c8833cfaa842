"""The top bar: name, search, New import and the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.commands import (
    APP,
    COMMANDS,
    COURSE,
    EDIT,
    GO,
    GROUP_TITLES,
    IMPORT,
    JOBS,
    SUBMENUS,
)
from courseporter.gui.icons import icon

if TYPE_CHECKING:
    from courseporter.gui.actions import Actions

HEIGHT: Final = 56
GROUP_ICONS: Final = {IMPORT: "import", GO: "open", EDIT: "edit", COURSE: "course", JOBS: "jobs"}


class TopBar(QFrame):
    """Enabled by `furnish`, when the store is open."""

    def __init__(self) -> None:
        super().__init__()
        theme.set_class(self, "topbar")
        self.setFixedHeight(HEIGHT)
        name = QLabel("CoursePorter")
        theme.set_class(name, "section")
        corner = QWidget()
        corner.setFixedWidth(theme.SIDEBAR - 20)
        inside = QHBoxLayout(corner)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(name)
        inside.addStretch(1)
        self.search = QLineEdit()
        self.search.setPlaceholderText(gettext("Search courses…  Ctrl+F"))
        self.search.setAccessibleName(gettext("Search courses"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(360)
        self.search.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        theme.set_class(self.search, "search")
        self.new = QPushButton(icon("plus"), f" {gettext('New import')}")
        self.new.setAccessibleName(gettext("New import"))
        self.more = QToolButton()
        theme.set_class(self.more, "icon")
        self.more.setIcon(icon("more"))
        self.more.setAccessibleName(gettext("Menu"))
        self.more.setToolTip(gettext("Menu"))
        self.more.clicked.connect(self.open_menu)
        self.menu = QMenu(self)
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(corner)
        row.addWidget(self.search, 3)
        row.addStretch(1)
        row.addWidget(self.new)
        row.addWidget(self.more)
        for part in (self.search, self.new, self.more):
            part.setEnabled(False)

    def furnish(self, actions: Actions) -> None:
        """Connect the buttons and fill the menu."""
        self.new.clicked.connect(actions.items["new_import"].trigger)
        for group in SUBMENUS:
            submenu = self.menu.addMenu(icon(GROUP_ICONS[group], "muted"), str(GROUP_TITLES[group]))
            self.fill(submenu, group, actions)
        self.menu.addSeparator()
        self.fill(self.menu, APP, actions)
        for part in (self.search, self.new, self.more):
            part.setEnabled(True)

    def fill(self, menu: QMenu, group: str, actions: Actions) -> None:
        """Add the commands of a group to a menu, in the order of the table."""
        for command in COMMANDS:
            if command.group == group:
                menu.addAction(actions.items[command.name])

    def open_menu(self) -> None:
        """Open the menu below its button, within the window."""
        self.menu.ensurePolished()
        size = self.menu.sizeHint()
        corner = self.more.rect().bottomRight() + QPoint(1 - size.width(), 5)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            corner = self.more.rect().bottomLeft() + QPoint(0, 5)
        self.menu.popup(self.more.mapToGlobal(corner))

    def set_search(self, on: bool) -> None:  # noqa: FBT001 - a setter in Qt's manner
        """Show the search field on pages that can be filtered."""
        self.search.setVisible(on)
