"""Home and Courses: recent courses as cards, and the ways to bring in another one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
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

from courseporter.gui import theme, words
from courseporter.gui.actions import Actions
from courseporter.gui.cards import Cards, DraftModel
from courseporter.gui.drop import DropZone
from courseporter.gui.icons import icon, pixmap

RECENT: Final = 12
ZONE_WIDTH: Final = 640
NO_SELECTION: Final = QItemSelectionModel.SelectionFlag.NoUpdate  # only the keyboard goes there
NONE_YET: Final = "No courses yet. Drop one anywhere in this window."


class Welcome(QWidget):
    """A page that teaches: what the app does in one line, and the drop zone."""

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
        """Nothing beyond what the window can do everywhere."""
        return {}


class NewImport(Welcome):
    """The page of “New import”."""

    def __init__(self, actions: Actions) -> None:
        super().__init__(
            actions, "New import", "You look at the course before anything is written."
        )


class CoursesPage(QWidget):
    """All courses as cards; Home shows the recent ones under a line that invites a drop."""

    def __init__(
        self,
        actions: Actions,
        title: str = "Courses",
        limit: int | None = None,
        above: QWidget | None = None,
    ) -> None:
        super().__init__()
        self.actions_of_app = actions
        self.model = DraftModel(limit)
        self.cards = Cards(self.model)
        self.cards.activated.connect(self.open_index)
        self.cards.clicked.connect(self.open_index)
        self.cards.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.cards.customContextMenuRequested.connect(self.open_menu)
        self.title = QLabel(title)
        theme.set_class(self.title, "title")
        self.deleted = actions.news.deleted
        self.back = QPushButton()
        theme.set_class(self.back, "link")
        self.back.setToolTip("Deleted courses can be brought back until you close CoursePorter.")
        self.back.clicked.connect(self.bring_back)
        self.back.hide()
        self.nothing = QLabel()
        theme.set_class(self.nothing, "muted")
        self.nothing.hide()
        self.column = QVBoxLayout(self)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.column.setContentsMargins(0 if rtl else 24, 24, 24 if rtl else 0, 0)
        self.column.setSpacing(16)
        if above is not None:  # before all else: the Tab key comes by in this order
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

    def first(self) -> QWidget:
        """The cards."""
        return self.cards

    def commands(self) -> dict[str, Callable[[], None]]:
        """What works here by key and menu."""
        return {
            "remove": self.remove,
            "undo": self.bring_back,
            "refresh": self.actions_of_app.watcher.look,
        }

    def refresh(self) -> None:
        """Show the courses as they stand."""
        self.model.put(self.actions_of_app.news.drafts)
        self.say_nothing()
        self.offer_back()

    def search(self, text: str) -> None:
        """Narrow the cards."""
        self.model.search(text)
        self.say_nothing()

    def say_nothing(self) -> None:
        """Tell when the search found none, or when there is none."""
        found = "No course has this in its title."
        self.nothing.setText(found if self.model.wanted else NONE_YET)
        self.nothing.setVisible(not self.model.rows)

    def open_index(self, index: QModelIndex) -> None:
        """Open the course of a card."""
        self.actions_of_app.open_draft(self.model.rows[index.row()].id)

    def open_menu(self, place: QPoint) -> None:
        """What can be done with the card under the pointer."""
        if not self.cards.indexAt(place).isValid():
            return
        menu = QMenu(self.cards)
        menu.addAction(icon("open", "muted"), "Open", self.open_chosen)
        menu.addAction(icon("report", "muted"), "Save the report…", self.save_report)
        menu.addSeparator()
        menu.addAction(icon("trash", "error"), "Delete", self.remove)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.cards.viewport().mapToGlobal(place))

    def open_chosen(self) -> None:
        """Open the selected course."""
        row = self.cards.chosen()
        if row is not None:
            self.actions_of_app.open_draft(row.id)

    def save_report(self) -> None:
        """Write the report of the selected course."""
        row = self.cards.chosen()
        if row is not None:
            self.actions_of_app.save_report(row.id, row.title)

    def remove(self) -> None:
        """Delete the selected course; until the window closes it can be brought back."""
        row = self.cards.chosen()
        if row is None:
            return
        place = self.cards.currentIndex().row()
        self.deleted.put(row)
        self.actions_of_app.toast(
            f"Deleted {words.quoted(row.title)}. You can bring it back until you close "
            "CoursePorter; packages you exported stay.",
            partial(self.deleted.bring_back, row),
        )
        neighbour = self.model.index(min(place, len(self.model.rows) - 1))
        self.cards.selectionModel().setCurrentIndex(neighbour, NO_SELECTION)

    def bring_back(self) -> None:
        """Undo the last deletion."""
        row = self.deleted.last()
        if row is not None:
            self.deleted.bring_back(row)
            self.actions_of_app.frame.withdraw()
            self.actions_of_app.toast(f"{words.quoted(row.title)} is back.")

    def offer_back(self) -> None:
        """Name the course that was deleted last, while there is one."""
        row = self.deleted.last()
        self.back.setVisible(row is not None)
        if row is not None:
            self.back.setText(f"Bring back {words.quoted(row.title, 40)}")


class RecentCourses(CoursesPage):
    """Home with courses: the drop zone is one line above the cards."""

    def __init__(self, actions: Actions) -> None:
        self.line = DropLine(actions)
        super().__init__(actions, "Recent courses", RECENT, above=self.line)


class DropLine(QFrame):
    """The drop zone, shrunk to a line."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        theme.set_class(self, "panel")
        self.picture = QLabel()
        self.words = QLabel("Drop a course anywhere in this window, or")
        theme.set_class(self.words, "muted")
        self.choose = link("choose a file…", actions, "open_file")
        self.sample = link("Try the sample course", actions, "try_sample")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(4)
        row.addWidget(self.picture)
        row.addSpacing(4)
        row.addWidget(self.words)
        row.addWidget(self.choose)
        row.addStretch(1)
        row.addWidget(self.sample)
        self.paint_picture()
        theme.watch.changed.connect(self.paint_picture)

    def paint_picture(self) -> None:
        """The glyph in the colours of the theme."""
        self.picture.setPixmap(pixmap("import", "muted", 20, self.devicePixelRatioF()))


def link(text: str, actions: Actions, name: str) -> QPushButton:
    """A button that looks like a link and runs an action."""
    button = QPushButton(text)
    theme.set_class(button, "link")
    button.clicked.connect(actions.items[name].trigger)
    return button


class HomePage(QStackedWidget):
    """The welcome while there are no courses, the recent ones after that."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.actions_of_app = actions
        self.welcome = Welcome(
            actions,
            "Move a course to Open edX",
            "Bring it in, look at it, mend what it points at, export it.",
        )
        self.recent = RecentCourses(actions)
        self.addWidget(self.welcome)
        self.addWidget(self.recent)
        actions.news.changed.connect(self.choose)

    def choose(self) -> None:
        """Show what fits."""
        shown = self.recent if self.actions_of_app.news.drafts else self.welcome
        self.setCurrentWidget(shown)

    def first(self) -> QWidget:
        """Where the shown one begins."""
        return (self.recent if self.currentWidget() is self.recent else self.welcome).first()

    def commands(self) -> dict[str, Callable[[], None]]:
        """The commands of the cards when they are shown."""
        return self.recent.commands()

    def search(self, text: str) -> None:
        """Narrow the cards."""
        self.recent.search(text)
