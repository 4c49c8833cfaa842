"""The window: top bar, sidebar, one page at a time, jobs strip; drops land anywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QMargins, QSettings, QSize, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.borders import Borders
from courseporter.gui.click_guard import ClickGuard
from courseporter.gui.focus_ring import FocusRing
from courseporter.gui.notice import Notice, Offer
from courseporter.gui.page_protocols import Focusable, Opened, Searchable, Steppable
from courseporter.gui.toast import Toast
from courseporter.gui.topbar import TopBar

if TYPE_CHECKING:  # all that knows the store is imported after the first paint
    from courseporter import api
    from courseporter.api.values import Sniff
    from courseporter.gui.actions import Actions, Handlers
    from courseporter.gui.course.page import CoursePage
    from courseporter.gui.drop import DropOverlay
    from courseporter.settings import Preferences

SMALLEST: Final = QSize(880, 480)  # fits a screen of 1920 by 1080 at 200 %
USUAL: Final = QSize(1180, 760)
TITLE_BAR: Final = 32
ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
REMEMBERED: Final = 20  # pages that Back can go back to


class Window(QMainWindow):
    """Shown at once; `furnish` adds the pages when the store is open."""

    def __init__(self, memory: QSettings | None = None) -> None:
        super().__init__()
        self.memory = memory
        self.setWindowTitle("CoursePorter")
        room = self.screen().availableSize().shrunkBy(QMargins(0, TITLE_BAR, 0, 0))
        self.setMinimumSize(SMALLEST.boundedTo(room))
        self.resize(USUAL.boundedTo(room).expandedTo(SMALLEST.boundedTo(room)))
        self.actions_of_app: Actions | None = None
        self.pages: dict[str, QWidget] = {}
        self.course: CoursePage | None = None
        self.overlay: DropOverlay | None = None
        self.visited: list[str] = []
        self.may_close: Callable[[], bool] = always
        self.top = TopBar()
        self.notice_bar = Notice()
        self.stack = QStackedWidget()
        self.middle = QWidget()
        self.toaster = Toast(self.middle)
        self.lay_out()
        self.stack.currentChanged.connect(self.toaster.place_soon)
        self.ring = FocusRing(self)
        self.guard: ClickGuard | None = None
        if memory is not None:
            geometry = memory.value("geometry")
            if isinstance(geometry, QByteArray):
                self.restoreGeometry(geometry)

    def lay_out(self) -> None:
        """Lay out top bar, sidebar, page and jobs strip."""
        noticed = QVBoxLayout()
        noticed.setContentsMargins(24, 16, 24, 0)
        noticed.addWidget(self.notice_bar)
        self.notice_place = QWidget()
        self.notice_place.setLayout(noticed)
        self.notice_place.hide()
        self.notice_bar.closed.connect(self.notice_place.hide)
        page = QVBoxLayout(self.middle)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self.notice_place)
        page.addWidget(self.stack, 1)
        self.across = QHBoxLayout()
        self.across.setSpacing(0)
        self.across.addWidget(self.middle, 1)
        frame = QWidget()
        self.column = QVBoxLayout(frame)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self.top)
        self.column.addLayout(self.across, 1)
        self.strip_place = QFrame()  # the strip comes with the store: its space is reserved
        theme.set_class(self.strip_place, "strip")
        self.strip_place.setFixedHeight(theme.STRIP)
        self.column.addWidget(self.strip_place)
        self.setCentralWidget(frame)

    def furnish(self, actor: api.Actor, settings: Preferences) -> Actions:
        """Add the pages: the store is open."""
        from courseporter.gui import pages

        actions = self.actions_of_app = pages.create_actions(actor, self)
        self.sidebar = pages.Sidebar(actions)
        self.across.insertWidget(0, self.sidebar)
        self.strip = pages.JobsStrip(actions)
        self.strip_place.hide()
        self.column.addWidget(self.strip)
        self.top.furnish(actions)
        self.top.search.textChanged.connect(self.search)
        self.pages = pages.create_all(actions, settings)
        for page in self.pages.values():
            self.stack.addWidget(page)
        for splitter in self.pages["jobs"].findChildren(QSplitter):
            self.keep("jobs", splitter)
        self.overlay = pages.DropOverlay(self, actions)
        self.palette_of_commands = pages.CommandPalette(self, actions)
        self.setAcceptDrops(True)
        actions.news.ended.connect(self.show_ended)
        self.interrupted = pages.InterruptedJobs(actions, self.notice_bar, self.offer)
        actions.news.reached.connect(self.show_reached)
        self.go("home")
        actions.watcher.start()
        self.may_close = actions.may_quit
        return actions

    # -- pages ---------------------------------------------------------------------------------

    def widget(self) -> QWidget:
        """Return the parent of dialogs and actions."""
        return self

    def keep(self, name: str, splitter: QSplitter) -> bool:
        """Remember where the user moves the borders; whether they were moved before."""
        return self.memory is not None and bool(Borders(splitter, self.memory, name).sizes)

    def go(self, page: str) -> None:
        """Show a page; the notice belongs to the page before and closes."""
        if self.visited[-1:] != [page]:
            if self.visited:
                self.notice_bar.dismiss()
            self.visited = [*self.visited[1 - REMEMBERED :], page]
        self.show_page(page)

    def go_back(self) -> None:
        """Go one step back within the page, else to the page before."""
        page = self.stack.currentWidget()
        if isinstance(page, Steppable) and page.go_back():
            return
        if len(self.visited) > 1:
            self.visited.pop()
            self.show_page(self.visited[-1])

    def show_page(self, name: str) -> None:
        """Show a page, mark it in the sidebar, and enable its commands."""
        page = self.course if name == "course" else self.pages[name]
        if page is None or self.actions_of_app is None:
            return
        self.stack.setCurrentWidget(page)
        self.sidebar.mark("courses" if name == "course" else name)
        self.top.search.clear()
        self.top.set_search(isinstance(page, Searchable))
        self.actions_of_app.adopt(handlers_of(page))
        if isinstance(page, Focusable):
            page.first().setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(page, Opened):
            page.opened()

    def course_page(self) -> CoursePage:
        """Return the course page, which is made when it is first needed."""
        if self.course is None:
            from courseporter.gui.course.page import CoursePage

            assert self.actions_of_app is not None
            self.course = CoursePage(self.actions_of_app.actor, self.actions_of_app)
            self.stack.addWidget(self.course)
            self.course.stack.currentChanged.connect(self.toaster.place_soon)
            panes = self.course.review.form.panes
            self.course.review.moved_by_hand = self.keep("review", panes)
        return self.course

    def show_draft(self, draft_id: str) -> None:
        """Show a course."""
        self.course_page().show_draft(draft_id)
        self.go("course")

    def show_reading(self, path: Path) -> None:
        """Show that a file is being read, before it is known what it is."""
        self.course_page().show_reading(path)
        self.go("course")

    def show_source(self, sniff: Sniff, job_id: str | None = None) -> None:
        """Show a file that was dropped or chosen."""
        self.course_page().show_source(sniff, job_id)
        self.go("course")

    def show_rows(self, path: Path) -> None:
        """Show a table of rows that was dropped or chosen."""
        from courseporter.gui.rows.page import RowsPage

        self.go("rows")
        page = self.pages["rows"]
        assert isinstance(page, RowsPage)
        page.open_file(path)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the focused button by Enter, as in dialogs; close messages by Escape."""
        at = QApplication.focusWidget()
        if event.key() in ENTER and isinstance(at, QPushButton | QToolButton):
            if not event.isAutoRepeat():  # the next button was not meant
                at.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.escape(at)
        else:
            super().keyPressEvent(event)

    def escape(self, at: QWidget | None) -> None:
        """Close one thing at a time: search, message, notice."""
        if isinstance(at, QLineEdit) and at.isClearButtonEnabled() and at.text():
            at.clear()
        elif self.toaster.isVisible():
            self.toaster.dismiss()
        elif self.notice_bar.isVisible():
            self.notice_bar.dismiss()

    def open_palette(self) -> None:
        """Open the command palette, or close it when it is open."""
        self.palette_of_commands.open()

    def focus_search(self) -> None:
        """Focus the search field, for pages without one of their own."""
        if self.top.search.isVisible():
            self.top.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.top.search.selectAll()

    def search(self, text: str) -> None:
        """Filter the current page."""
        page = self.stack.currentWidget()
        if isinstance(page, Searchable):
            page.search(text)

    # -- news ----------------------------------------------------------------------------------

    def toast(
        self,
        text: str,
        undo: Callable[[], None] | None = None,
        *,
        label: str = "Undo",
    ) -> None:
        """Show what has just happened."""
        self.toaster.say(text, label, undo)

    def withdraw(self) -> None:
        """Stop offering to undo: it has been undone by other means."""
        self.toaster.withdraw()

    def notice(self, error: BaseException) -> None:
        """Show an error."""
        self.notice_place.show()
        self.notice_bar.show_error(error)

    def show_reached(self) -> None:
        """Say that the store stopped responding, or that it responds again."""
        assert self.actions_of_app is not None
        trouble = self.actions_of_app.news.trouble
        if trouble is not None:
            self.notice(trouble)
        else:
            self.notice_bar.dismiss()
            self.toast(gettext("The job store responds again."))

    def show_ended(self) -> None:
        """Say what a job did that has ended; the course page shows its own job."""
        actions = self.actions_of_app
        if actions is None:
            return
        on_top = self.course is not None and self.stack.currentWidget() is self.course
        if self.course is not None and on_top and self.course.shows(actions.news.latest):
            return
        text, draft_id = actions.ending()
        if draft_id:
            self.toast(text, partial(self.show_draft, draft_id), label=gettext("Open course"))
        else:
            self.toast(text, actions.items["go_jobs"].trigger, label=gettext("Show jobs"))
        if not self.isActiveWindow():
            QApplication.alert(self)

    def offer(self, message: str, hint: str, *offers: Offer, error: bool = False) -> None:
        """Show a message with buttons in the window."""
        self.notice_place.show()
        self.notice_bar.show_offer(message, hint, *offers, error=error)

    def come_to_front(self) -> None:
        """Show the window on top: the app was started again."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    # -- Qt ------------------------------------------------------------------------------------

    def close_window(self) -> None:
        """Quit."""
        self.close()

    def showEvent(self, event: QShowEvent) -> None:
        """Guard against clicks on what has just appeared; only now there is a native window."""
        super().showEvent(event)
        if self.guard is None:
            self.guard = ClickGuard(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask only while jobs are running; remember size and position."""
        if not self.may_close():
            event.ignore()
            return
        self.toaster.finish()
        if self.memory is not None:
            self.memory.setValue("geometry", self.saveGeometry())
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the overlay as large as the window."""
        super().resizeEvent(event)
        if self.overlay is not None and self.overlay.isVisible():
            self.overlay.setGeometry(self.rect())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Show what a drop would do."""
        if self.overlay is not None:
            self.overlay.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Accept files anywhere."""
        if self.overlay is not None and self.overlay.isVisible():
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Hide the overlay."""
        super().dragLeaveEvent(event)
        if self.overlay is not None:
            self.overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Import what was dropped."""
        if self.overlay is not None:
            self.overlay.drop(event)


def always() -> bool:
    """Let the window close: no job is running yet."""
    return True


def handlers_of(page: QWidget) -> Handlers:
    """Return the commands that a page runs."""
    commands = getattr(page, "commands", None)
    return commands() if callable(commands) else {}  # type: ignore[return-value]
