"""The Jobs page: all jobs, and the selected one in detail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QButtonGroup, QHeaderView, QMenu, QWidget

from courseporter import api
from courseporter.api.values import JobRow
from courseporter.errors import gettext
from courseporter.gui import background, theme, words
from courseporter.gui.actions import Actions
from courseporter.gui.forms.jobs_page import Ui_jobs_page
from courseporter.gui.icons import icon
from courseporter.gui.job_details import JobDetails
from courseporter.gui.jobs_delegate import JobsDelegate
from courseporter.gui.jobs_model import JobsColumn, JobsModel
from courseporter.gui.news import OPEN

WIDTHS: Final = {JobsColumn.STATE: 184, JobsColumn.STARTED: 88}


class JobsPage(QWidget):
    """Table above, details below."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.actions_of_app = actions
        self.chosen_id: str | None = None
        self.model = JobsModel(actions.actor, actions.news)
        self.details = JobDetails(actions)
        self.form = Ui_jobs_page()
        self.form.setupUi(self)  # type: ignore[no-untyped-call]
        theme.keep_whole(self.form.title)
        self.set_up_table()
        self.set_up_views()
        self.form.parts.addWidget(self.details)
        self.form.parts.setStretchFactor(0, 1)
        self.form.parts.setSizes([360, 256])
        self.details.hide()
        self.form.clear_finished.clicked.connect(actions.clear_finished)
        self.form.retry_failed.clicked.connect(self.retry_failed)
        self.model.updated.connect(self.update_sums)
        actions.news.changed.connect(self.refresh)
        theme.watch.changed.connect(self.dress)
        self.dress()

    def set_up_table(self) -> None:
        """Use fixed heights and widths, so no row is measured."""
        table = self.form.table
        table.setModel(self.model)
        table.setItemDelegate(JobsDelegate(table))
        table.setMouseTracking(True)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = table.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for column in (JobsColumn.TITLE, JobsColumn.PROGRESS):  # so that titles stay readable
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        for column, width in WIDTHS.items():
            table.setColumnWidth(column, width)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self.open_menu)
        table.selectionModel().currentRowChanged.connect(self.choose)
        table.activated.connect(self.open_index)

    def set_up_views(self) -> None:
        """Connect the four filters, of which one is on."""
        self.group = QButtonGroup(self)
        for name in ("all", "active", "done", "failed"):
            button = getattr(self.form, f"view_{name}")
            self.group.addButton(button)
            button.clicked.connect(partial(self.show_view, name))

    def dress(self) -> None:
        """Use the row height of the chosen density."""
        self.form.table.verticalHeader().setDefaultSectionSize(theme.row_height() + 8)

    def first(self) -> QWidget:
        """Return the table."""
        return self.form.table

    def commands(self) -> dict[str, Callable[[], None]]:
        """Return the commands that work on this page."""
        return {
            "refresh": self.model.refresh,
            "find": self.search_log,
            "stop": self.details.stop,
            "pause": self.details.pause,
            "retry": self.details.retry,
            "retry_failed": self.retry_failed,
            "clear_finished": self.actions_of_app.clear_finished,
        }

    # -- looking -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read again after a change, if the page is visible."""
        if self.isVisible():
            self.model.refresh()

    def opened(self) -> None:
        """Read again: the page has come to the front."""
        self.model.refresh()

    def show_view(self, name: str, checked: bool = True) -> None:  # noqa: FBT001, FBT002 - Qt's slot
        """Show jobs in other states."""
        del checked
        self.model.show_view(name)

    def update_sums(self) -> None:
        """Show how many jobs there are by state, and keep the selection."""
        counts = self.model.counts
        total = sum(counts.values())
        self.form.sums.setText(sums(counts))
        self.form.nothing.setVisible(not self.model.total)
        self.form.nothing.setText(nothing(self.model.view if total else ""))
        self.form.parts.setVisible(bool(self.model.total))
        ended = total - sum(counts.get(state, 0) for state in OPEN)
        self.form.clear_finished.setEnabled(bool(ended))
        for part in (*self.group.buttons(), self.form.clear_finished):
            part.setVisible(bool(total))
        self.form.retry_failed.setVisible(bool(counts.get("failed")))
        self.keep_choice()

    def keep_choice(self) -> None:
        """Keep the same job selected wherever it is now; without one, select the first.

        A job that was just started is selected in any case.
        """
        fresh = self.actions_of_app.just_started
        if fresh and self.model.row_of(fresh) is not None:
            self.chosen_id, self.actions_of_app.just_started = fresh, None
        row = self.model.row_of(self.chosen_id) if self.chosen_id else None
        if row is None and self.model.total and not self.form.table.currentIndex().isValid():
            row = 0
        if row is None:
            self.choose(self.form.table.currentIndex())
            return
        if self.form.table.currentIndex().row() != row:
            self.form.table.setCurrentIndex(self.model.index(row, 0))
        else:
            self.choose(self.form.table.currentIndex())

    def choose(self, now: QModelIndex, before: QModelIndex | None = None) -> None:
        """Show the details of a row."""
        del before
        job = self.model.job(now.row()) if now.isValid() else None
        if job is not None:
            self.chosen_id = job.id
        self.details.setVisible(job is not None)
        self.details.show_job(job)

    def chosen(self) -> JobRow | None:
        """Return the selected job."""
        index = self.form.table.currentIndex()
        return self.model.job(index.row()) if index.isValid() else None

    # -- doing ---------------------------------------------------------------------------------

    def search_log(self) -> None:
        """Put the cursor into the search field of the log."""
        self.details.form.tabs.setCurrentIndex(0)
        self.details.form.find.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open_index(self, index: QModelIndex) -> None:
        """Open the course of a job."""
        job = self.model.job(index.row())
        if job is not None:
            self.actions_of_app.open_job(job)

    def open_menu(self, place: QPoint) -> None:
        """Show what can be done with the selected job."""
        job = self.chosen()
        if job is None:
            return
        details = self.details
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if job.draft_id:
            menu.addAction(icon("open", "muted"), gettext("Open course"), details.open_course)
        if job.state in ("pending", "running"):
            if words.waiting(job):
                menu.addAction(icon("play", "muted"), gettext("Resume"), details.retry)
            else:
                menu.addAction(icon("pause", "muted"), gettext("Pause"), details.pause)
            menu.addAction(icon("stop", "error"), gettext("Stop"), details.stop)
        if job.state in ("failed", "canceled"):
            menu.addAction(icon("retry", "muted"), gettext("Try again"), details.retry)
        if job.out_path and job.state == "completed":
            menu.addAction(icon("folder", "muted"), gettext("Show in folder"), details.show_file)
        menu.addAction(
            icon("report", "muted"),
            gettext("Save report…"),
            partial(self.actions_of_app.save_report, job.id, job.title),
        )
        menu.popup(self.form.table.viewport().mapToGlobal(place))

    def retry_failed(self) -> None:
        """Retry every failed job."""
        actor = self.actions_of_app.actor
        background.run(
            partial(failed_ids, actor), self.actions_of_app.retry_jobs, self.actions_of_app.notice
        )


def sums(counts: Mapping[str, int]) -> str:
    """Return such as “3 jobs: 1 running · 1 paused · 1 done”; empty without any job."""
    shown = (
        ("running", gettext("{number} running", number=words.number(counts.get("running", 0)))),
        ("pending", gettext("{number} waiting", number=words.number(counts.get("pending", 0)))),
        ("paused", gettext("{number} paused", number=words.number(counts.get("paused", 0)))),
        ("completed", gettext("{number} done", number=words.number(counts.get("completed", 0)))),
        ("failed", gettext("{number} failed", number=words.number(counts.get("failed", 0)))),
        ("canceled", gettext("{number} stopped", number=words.number(counts.get("canceled", 0)))),
    )
    parts = [text for state, text in shown if counts.get(state)]
    return f"{words.jobs(sum(counts.values()))}: {' · '.join(parts)}" if parts else ""


def nothing(view: str) -> str:
    """Return what the empty table says."""
    match view:
        case "active":
            return gettext("No jobs are running or waiting.")
        case "done":
            return gettext("No jobs are done yet.")
        case "failed":
            return gettext("No jobs failed or were stopped.")
        case _:
            return gettext("No jobs yet. Drop a course into the window and it appears here.")


def failed_ids(actor: api.Actor) -> tuple[str, ...]:
    """Off the GUI thread: return the jobs that failed."""
    return tuple(job.id for job in api.jobs(actor, states=("failed",), limit=1000))
