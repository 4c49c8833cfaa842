"""Home and Courses: recent courses as cards, and the ways to import another one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from courseporter.errors import gettext
from courseporter.gui import theme, words
from courseporter.gui.actions import Actions
from courseporter.gui.cards import Cards, DraftModel
from courseporter.gui.covers import Covers
from courseporter.gui.drop import DropZone
from courseporter.gui.icons import icon, pixmap

RECENT: Final = 12
ZONE_WIDTH: Final = 640
NO_SELECTION: Final = QItemSelectionModel.SelectionFlag.NoUpdate  # only the keyboard goes there


class Welcome(QWidget):
    """What the app does in one line, and the drop zone."""

    def __init__(self, actions: Actions, title: str, sentence: str) -> None:
        super().__init__()
        self.title = QLabel(title)
        theme.set_class(self.title, "display")
        self.sentence = QLabel(sentence)
        theme.set_class(self.sentence, "muted")
        self.zone = DropZone(actions)
        self.zone.setMaximumWidth(ZONE_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(2)
        middle = QVBoxLayout()
        middle.setSpacing(8)
        for label in (self.title, self.sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            middle.addWidget(label)
        middle.addSpacing(16)
        middle.addWidget(self.zone)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addLayout(middle, 8)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(3)

    def first(self) -> QWidget:
        """The button of the zone."""
        return self.zone.form.choose

    def commands(self) -> dict[str, Callable[[], None]]:
        """Return no commands of its own."""
        return {}


class NewImport(Welcome):
    """The page behind “New import”."""

    def __init__(self, actions: Actions) -> None:
        super().__init__(
            actions,
            gettext("New import"),
            gettext("You review the course before anything is exported."),
        )


class CoursesPage(QWidget):
    """All courses as cards; Home shows the recent ones below a line that invites a drop."""

    def __init__(
        self,
        actions: Actions,
        title: str | None = None,
        limit: int | None = None,
        above: QWidget | None = None,
    ) -> None:
        super().__init__()
        self.actions_of_app = actions
        self.covers = Covers(actions.actor, self)
        self.model = DraftModel(limit, self.covers)
        self.cards = Cards(self.model)
        self.cards.activated.connect(self.open_index)
        self.cards.clicked.connect(self.open_index)
        self.cards.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.cards.customContextMenuRequested.connect(self.open_menu)
        self.title = QLabel(title or gettext("Courses"))
        theme.set_class(self.title, "title")
        self.deleted = actions.news.deleted
        self.back = QPushButton()
        theme.set_class(self.back, "link")
        self.back.setToolTip(
            gettext("You can restore deleted courses until you close CoursePorter.")
        )
        self.back.clicked.connect(self.restore)
        self.back.hide()
        self.nothing = QLabel()
        theme.set_class(self.nothing, "muted")
        self.nothing.hide()
        self.column = QVBoxLayout(self)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.column.setContentsMargins(0 if rtl else 24, 24, 24 if rtl else 0, 0)
        self.column.setSpacing(16)
        if above is not None:  # first: the Tab key follows this order
            row = QHBoxLayout()
            row.setContentsMargins(24 if rtl else 0, 0, 0 if rtl else 24, 0)
            row.addWidget(above)
            self.column.addLayout(row)
        head = QHBoxLayout()
        head.setContentsMargins(24 if rtl else 0, 0, 0 if rtl else 24, 0)
        head.addWidget(self.title, 1)
        head.addWidget(self.back)
        self.column.addLayout(head)
        self.column.addWidget(self.nothing)
        self.column.addWidget(self.cards, 1)
        actions.news.changed.connect(self.refresh)
        theme.watch.changed.connect(self.cards.viewport().update)
        self.covers.changed.connect(self.cards.viewport().update)

    def first(self) -> QWidget:
        """The cards."""
        return self.cards

    def commands(self) -> dict[str, Callable[[], None]]:
        """Return the commands that work on this page."""
        return {
            "remove": self.remove,
            "undo": self.restore,
            "refresh": self.actions_of_app.watcher.look,
        }

    def refresh(self) -> None:
        """Show the courses as they are now."""
        self.model.put(self.actions_of_app.news.drafts)
        self.show_nothing()
        self.offer_restore()

    def search(self, text: str) -> None:
        """Narrow the cards."""
        self.model.search(text)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Say so when no course matches, or when there is none."""
        none = gettext("No courses yet. Drop one anywhere in this window.")
        wanted = words.quoted(self.model.wanted, 40)
        unmatched = gettext("No titles match {text}.", text=wanted)
        self.nothing.setText(unmatched if self.model.wanted else none)
        self.nothing.setVisible(not self.model.rows)

    def open_index(self, index: QModelIndex) -> None:
        """Open the course of a card."""
        self.actions_of_app.open_draft(self.model.rows[index.row()].id)

    def open_menu(self, place: QPoint) -> None:
        """Show what can be done with the card under the pointer."""
        if not self.cards.indexAt(place).isValid():
            return
        menu = QMenu(self.cards)
        menu.addAction(icon("open", "muted"), gettext("Open"), self.open_chosen)
        row = self.cards.chosen()
        if row is not None and row.last_export:
            show = partial(self.actions_of_app.show_in_folder, Path(row.last_export))
            menu.addAction(icon("folder", "muted"), gettext("Show export in folder"), show)
        menu.addAction(icon("report", "muted"), gettext("Save report…"), self.save_report)
        menu.addSeparator()
        menu.addAction(icon("trash", "error"), gettext("Delete"), self.remove)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.cards.viewport().mapToGlobal(place))

    def open_chosen(self) -> None:
        """Open the selected course."""
        row = self.cards.chosen()
        if row is not None:
            self.actions_of_app.open_draft(row.id)

    def save_report(self) -> None:
        """Save the report of the selected course."""
        row = self.cards.chosen()
        if row is not None:
            self.actions_of_app.save_report(row.id, row.title)

    def remove(self) -> None:
        """Delete the selected course; it can be restored until the window closes."""
        row = self.cards.chosen()
        if row is None:
            return
        place = self.cards.currentIndex().row()
        self.deleted.put(row)
        self.actions_of_app.toast(
            gettext(
                "Deleted {title}. You can restore it until you close CoursePorter. "
                "Exported packages stay.",
                title=words.quoted(row.title),
            ),
            partial(self.deleted.restore, row),
        )
        neighbour = self.model.index(min(place, len(self.model.rows) - 1))
        self.cards.selectionModel().setCurrentIndex(neighbour, NO_SELECTION)

    def restore(self) -> None:
        """Undo the last deletion."""
        row = self.deleted.last()
        if row is not None:
            self.deleted.restore(row)
            self.actions_of_app.frame.withdraw()
            self.actions_of_app.toast(gettext("Restored {title}.", title=words.quoted(row.title)))

    def offer_restore(self) -> None:
        """Offer to restore the course that was deleted last."""
        row = self.deleted.last()
        self.back.setVisible(row is not None)
        if row is not None:
            self.back.setText(gettext("Restore {title}", title=words.quoted(row.title, 40)))


class RecentCourses(CoursesPage):
    """Home with courses: the drop zone is one line above the cards."""

    def __init__(self, actions: Actions) -> None:
        self.line = DropLine(actions)
        super().__init__(actions, gettext("Recent courses"), RECENT, above=self.line)


class DropLine(QFrame):
    """The drop zone in one line."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        theme.set_class(self, "panel")
        self.picture = QLabel()
        self.words = QLabel(gettext("Drop a course anywhere in this window, or"))
        theme.set_class(self.words, "muted")
        self.choose = link(gettext("choose a file…"), actions, "open_file")
        self.school = link(gettext("Connect a school"), actions, "connect_school")
        self.sample = link(gettext("Try the sample course"), actions, "try_sample")
        self.create_new = link(gettext("New course"), actions, "new_course")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(4)
        row.addWidget(self.picture)
        row.addSpacing(4)
        row.addWidget(self.words)
        row.addWidget(self.choose)
        row.addStretch(1)
        row.addWidget(self.create_new)
        row.addSpacing(12)
        row.addWidget(self.school)
        row.addSpacing(12)
        row.addWidget(self.sample)
        self.paint_picture()
        theme.watch.changed.connect(self.paint_picture)

    def paint_picture(self) -> None:
        """Paint the icon in the colors of the theme."""
        self.picture.setPixmap(pixmap("import", "muted", 20, self.devicePixelRatioF()))


def link(text: str, actions: Actions, name: str) -> QPushButton:
    """Return a button that looks like a link and runs a command."""
    button = QPushButton(text)
    theme.set_class(button, "link")
    button.clicked.connect(actions.items[name].trigger)
    return button


class HomePage(QStackedWidget):
    """The welcome page while there are no courses, then the recent courses."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.actions_of_app = actions
        self.welcome = Welcome(
            actions,
            gettext("Move a course to Open edX"),
            gettext("Import it, review it, fix what's flagged, export it."),
        )
        self.recent = RecentCourses(actions)
        self.addWidget(self.welcome)
        self.addWidget(self.recent)
        actions.news.changed.connect(self.choose)

    def choose(self) -> None:
        """Show the welcome page or the courses."""
        shown = self.recent if self.actions_of_app.news.drafts else self.welcome
        self.setCurrentWidget(shown)

    def first(self) -> QWidget:
        """Return where the keyboard starts."""
        return (self.recent if self.currentWidget() is self.recent else self.welcome).first()

    def commands(self) -> dict[str, Callable[[], None]]:
        """Return the commands of the cards."""
        return self.recent.commands()

    def search(self, text: str) -> None:
        """Narrow the cards."""
        self.recent.search(text)
