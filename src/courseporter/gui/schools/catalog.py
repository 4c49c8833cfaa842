"""The page of one school: its courses, which of them to import, and how."""

from __future__ import annotations

import threading
from collections import deque
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from courseporter import api
from courseporter.api import CourseCost, SchoolCourse
from courseporter.api.connections import ConnectionView
from courseporter.errors import Canceled, PorterError, gettext
from courseporter.gui import background, theme, words
from courseporter.gui.actions import Actions
from courseporter.gui.icons import icon
from courseporter.gui.one_line import OneLine
from courseporter.gui.schools.course_delegate import CourseDelegate
from courseporter.gui.schools.course_model import CourseModel
from courseporter.gui.schools.covers import SchoolCovers
from courseporter.gui.schools.import_panel import ImportPanel

WAIT_MS: Final = 300  # after a click, before the school is asked
FREELY: Final = 10  # this many courses are estimated without asking


class Arrivals(QObject):
    """Brings courses from the thread that reads them; the signal only says so."""

    arrived = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.courses: deque[SchoolCourse] = deque()
        self.stopped = threading.Event()

    def put(self, course: SchoolCourse) -> None:
        """Called in the thread that reads."""
        self.courses.append(course)
        self.arrived.emit()

    def raise_if_stopped(self) -> None:
        """End what nobody looks at any more."""
        if self.stopped.is_set():
            raise Canceled


class CourseList(QListView):
    """Space, Return and a click check a course; Ctrl+A checks all that are shown."""

    def __init__(self, model: CourseModel, covers: SchoolCovers) -> None:
        super().__init__()
        self.courses = model
        self.setModel(model)
        self.setItemDelegate(CourseDelegate(covers))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(gettext("Courses of the school"))
        self.clicked.connect(self.check)
        covers.changed.connect(self.viewport().update)

    def check(self, index: QModelIndex) -> None:
        """Check the row, or uncheck it."""
        if index.isValid():
            self.courses.toggle(index.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Check by key."""
        if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.check(self.currentIndex())
        elif event.key() == Qt.Key.Key_A and event.modifiers() == CONTROL:
            self.courses.check(self.courses.shown(), on=True)
        else:
            super().keyPressEvent(event)


CONTROL: Final = Qt.KeyboardModifier.ControlModifier


class SchoolCatalog(QWidget):
    """`left`: the user wants to go back to the list of schools."""

    left = Signal()

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.actions_of_app = actions
        self.view: ConnectionView | None = None
        self.arrivals = Arrivals(self)
        self.asking: list[str] = []  # the courses whose cost is being asked for
        self.model = CourseModel()
        self.covers = SchoolCovers(actions.actor, self)
        self.list = CourseList(self.model, self.covers)
        self.panel = ImportPanel()
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(WAIT_MS)
        self.timer.timeout.connect(self.ask_some)
        self.lay_out()
        self.model.chosen_changed.connect(self.choice_changed)
        self.panel.started.connect(self.start)
        self.panel.asked.connect(self.ask_all)

    def lay_out(self) -> None:
        """Title and search above the list, the panel beside it."""
        back = QPushButton(gettext("Schools"))
        back.setIcon(icon("chevron-left", "link"))
        theme.set_class(back, "link")
        back.clicked.connect(self.left)
        self.title = OneLine()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_class(self.title, "title")
        theme.keep_whole(self.title)
        self.facts = QLabel()
        theme.set_class(self.facts, "muted")
        self.line = QLineEdit()
        self.line.setPlaceholderText(gettext("Search courses"))
        self.line.setClearButtonEnabled(True)
        theme.set_class(self.line, "search")
        self.line.textChanged.connect(self.search)
        self.every = QPushButton(gettext("Select all"))
        self.every.clicked.connect(self.toggle_all)
        self.empty = QLabel()
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.set_class(self.empty, "muted")
        self.again = QPushButton(gettext("Try again"))
        self.again.clicked.connect(self.reload)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self.line, 1)
        tools.addWidget(self.every)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addLayout(tools)
        column.addWidget(self.list, 1)
        column.addWidget(self.empty, 1)
        column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignHCenter)
        beside = QHBoxLayout()
        beside.setSpacing(24)
        beside.addLayout(column, 1)
        beside.addWidget(self.panel)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 24)
        outer.setSpacing(4)
        outer.addWidget(back, 0, Qt.AlignmentFlag.AlignLeading)
        outer.addWidget(self.title)
        outer.addWidget(self.facts)
        outer.addSpacing(12)
        outer.addLayout(beside, 1)

    # -- the list ------------------------------------------------------------------------------

    def show_school(self, view: ConnectionView) -> None:
        """Read the courses of a school; those that were read already stay."""
        if self.view is not None and self.view.id == view.id and self.model.courses:
            return
        self.view = view
        self.title.setText(view.name)
        source = next((one for one in api.sources() if one.name == view.kind), None)
        self.panel.show_school(() if source is None else source.not_imported)
        ask = partial(api.school_not_imported, self.actions_of_app.actor, view.id)
        background.run(ask, partial(self.know_school, view.id), self.actions_of_app.notice)
        self.reload()

    def know_school(self, connection: str, not_imported: tuple[str, ...]) -> None:
        """Say what this very connection can't import."""
        if self.view is not None and self.view.id == connection:
            self.panel.show_school(not_imported)

    def reload(self) -> None:
        """Read the courses from the start."""
        view = self.view
        if view is None:
            return
        self.stop()
        self.covers.show_school(view.id)
        self.line.clear()
        self.model.clear()
        arrivals = self.arrivals = Arrivals(self)
        arrivals.arrived.connect(partial(self.take, arrivals))
        self.tell(gettext("Reading the list of courses…"))
        read = partial(
            api.courses,
            self.actions_of_app.actor,
            view.id,
            arrivals.put,
            arrivals.raise_if_stopped,
        )
        background.run(read, partial(self.read, arrivals), partial(self.unread, arrivals))

    def stop(self) -> None:
        """End what runs in the background: nobody looks at it any more."""
        self.arrivals.stopped.set()
        self.timer.stop()
        self.asking = []

    def take(self, arrivals: Arrivals) -> None:
        """Show the courses that have arrived since the last time, at once."""
        if arrivals is not self.arrivals or not arrivals.courses:
            return
        found = [arrivals.courses.popleft() for _ in range(len(arrivals.courses))]
        self.model.add(found)
        self.tell("")
        self.count(reading=True)

    def read(self, arrivals: Arrivals, found: tuple[SchoolCourse, ...]) -> None:
        """All courses are there."""
        if arrivals is not self.arrivals:
            return
        self.take(arrivals)
        self.count()
        if not found:
            self.tell(gettext("This school has no courses."))

    def unread(self, arrivals: Arrivals, error: Exception) -> None:
        """Say why the list can't be read, in its place."""
        if arrivals is not self.arrivals or isinstance(error, Canceled):
            return
        if not isinstance(error, PorterError):
            self.actions_of_app.notice(error)
            return
        self.count()
        self.facts.setText("")
        self.tell("\n".join(filter(None, (error.message, error.hint))), failed=True)

    def tell(self, text: str, *, failed: bool = False) -> None:
        """Show a sentence in place of the list; nothing shows the list."""
        self.empty.setText(text)
        self.empty.setVisible(bool(text))
        self.list.setVisible(not text)
        self.again.setVisible(failed)
        self.every.setEnabled(not text)

    def count(self, *, reading: bool = False) -> None:
        """Say how many courses there are."""
        courses = words.courses(len(self.model.courses))
        published = sum(one.published is True for one in self.model.courses)
        parts = [courses, gettext("{number} published", number=words.number(published))]
        if reading:
            parts = [gettext("{courses} so far…", courses=courses)]
        self.facts.setText(" · ".join(parts))

    def search(self, text: str) -> None:
        """Show what matches."""
        self.model.search(text)
        nothing = bool(self.model.courses) and not self.model.rows
        if self.model.courses:
            self.tell(gettext("No titles match “{text}”.", text=text) if nothing else "")
        self.choice_changed()

    def toggle_all(self) -> None:
        """Check all courses that are shown, or uncheck them."""
        shown = self.model.shown()
        self.model.check(shown, on=not self.model.all_chosen(shown))

    # -- the cost ------------------------------------------------------------------------------

    def unknown(self) -> list[str]:
        """Return the chosen courses whose cost isn't known."""
        return [ref for ref in self.model.chosen if ref not in self.model.costs]

    def choice_changed(self) -> None:
        """Show the choice; ask for the cost of a few courses after a moment."""
        shown = self.model.shown()
        whole = bool(shown) and self.model.all_chosen(shown)
        self.every.setText(gettext("Select none") if whole else gettext("Select all"))
        self.show_costs()
        if self.unknown():
            self.timer.start()

    def ask_some(self) -> None:
        """Ask for the cost unless that would take many requests."""
        if len(self.unknown()) <= FREELY:
            self.ask_all()

    def ask_all(self) -> None:
        """Ask for the cost of every chosen course, one after the other."""
        if self.asking or self.view is None:
            return
        self.asking = self.unknown()
        self.ask_next()

    def ask_next(self) -> None:
        """Ask for the cost of one course; those that were unchecked meanwhile are skipped."""
        todo = [ref for ref in self.asking if ref in self.model.chosen]
        self.asking = todo
        self.show_costs()
        if not todo or self.view is None:
            if self.unknown():
                self.timer.start()
            return
        arrivals = self.arrivals
        ask = partial(
            api.course_costs,
            self.actions_of_app.actor,
            self.view.id,
            (todo[0],),
            arrivals.raise_if_stopped,
        )
        background.run(ask, partial(self.know, arrivals), partial(self.unknowable, arrivals))

    def know(self, arrivals: Arrivals, costs: tuple[CourseCost, ...]) -> None:
        """A course has been counted."""
        if arrivals is not self.arrivals:
            return
        for one in costs:
            self.model.put_cost(one)
        self.asking = self.asking[1:]
        self.ask_next()

    def unknowable(self, arrivals: Arrivals, error: Exception) -> None:
        """The cost can't be found out: the import may still work, so it stays possible."""
        if arrivals is not self.arrivals or isinstance(error, Canceled):
            return
        self.asking = []
        self.show_costs()
        self.actions_of_app.notice(error)

    def show_costs(self) -> None:
        """Show the sum of what is known."""
        known = [self.model.costs[ref] for ref in self.model.chosen if ref in self.model.costs]
        self.panel.show_costs(len(self.model.chosen), known, waiting=len(self.asking))

    # -- the import ----------------------------------------------------------------------------

    def start(self) -> None:
        """Start a job for each chosen course, and show the jobs."""
        if self.view is None or not self.panel.begin.isEnabled():
            return
        self.panel.begin.setEnabled(False)
        begin = partial(
            api.prepare_courses,
            self.actions_of_app.actor,
            self.view.id,
            self.model.titles(),
            self.panel.media.values(),
        )
        background.run(begin, self.begun, self.refused)

    def begun(self, job_ids: tuple[str, ...]) -> None:
        """Watch them come in."""
        self.model.check(list(self.model.courses), on=False)
        self.actions_of_app.just_started = job_ids[-1]
        self.actions_of_app.poke(None)
        self.actions_of_app.frame.go("jobs")

    def refused(self, error: Exception) -> None:
        """Nothing was started."""
        self.panel.look()
        self.actions_of_app.notice(error)

    def first(self) -> QWidget:
        """Where the keyboard goes."""
        return self.line
