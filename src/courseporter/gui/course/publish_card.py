"""Publish to Open edX: choose a site, see the plan, publish, read the proof, undo."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from courseporter import api
from courseporter.api import publishing, undoing
from courseporter.api.publish_words import details_of, headline
from courseporter.api.publishing import PublishOptions, PublishResult
from courseporter.api.values import DraftView, JobRow
from courseporter.errors import PorterError, gettext
from courseporter.gui import background, theme
from courseporter.gui.actions import Actions
from courseporter.gui.course.publish_words import error_words, progress_of
from courseporter.gui.course.rows import add_points, plain

KIND, UNDO = "openedx", "undo_publish"
KINDS = ("publish_course", UNDO)
ACTIVE = {"pending", "running"}
SHOWN = 8  # differences that the card lists


class Seen(NamedTuple):
    """A job and what it did so far."""

    job: JobRow
    result: PublishResult


class PublishCard(QFrame):
    """One card on the destination step; until a site is connected, it offers to connect one."""

    def __init__(self, actor: api.Actor, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.actor = actor
        self.actions_of_app = actions
        self.draft_id = ""
        self.seen: Seen | None = None
        self.job_id = ""
        self.shown: tuple[object, ...] = ()
        self.offered: tuple[str, ...] = ()  # what undo would do: shown before it's done
        theme.set_class(self, "panel")
        self.site = QComboBox(self)
        for part in (self.site, self.site.view()):
            part.setAccessibleName(gettext("Open edX site"))
        self.overwrite = QCheckBox(gettext("Replace the course if it already exists"), self)
        self.gate = QCheckBox(gettext("Pass the site's check (OLX validation)"), self)
        self.enroll = QCheckBox(gettext("Enroll the learners of enrollments.csv"), self)
        self.options = (self.site, self.overwrite, self.gate, self.enroll)
        self.message = plain("")
        self.points = QVBoxLayout()
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.plan = self._button(gettext("Show the plan"), "secondary", self.show_plan)
        self.publish = self._button(gettext("Publish"), "secondary", self.start)
        self.stop = self._button(gettext("Stop"), "secondary", self._stop)
        self.studio = self._button(
            gettext("Open in Studio"), "link", partial(self._open, "studio_url")
        )
        self.course = self._button(
            gettext("Open the course"), "link", partial(self._open, "course_url")
        )
        self.undo = self._button(gettext("Undo"), "secondary", self.take_back)
        self.connect_site = self._button(
            gettext("Connect an Open edX site…"), "link", partial(actions.perform, "connect_target")
        )
        self._compose()
        actions.news.changed.connect(self.refresh)
        self.refresh()

    def _button(self, words: str, kind: str, work: object) -> QPushButton:
        button = QPushButton(words, self)
        theme.set_class(button, kind)
        button.clicked.connect(work)
        return button

    def _compose(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(plain(gettext("Publish to Open edX"), "section"))
        column.addWidget(
            plain(gettext("Publish to Studio, then read the course back and compare it."), "muted")
        )
        for part in (*self.options, self.bar, self.message):
            column.addWidget(part)
        column.addLayout(self.points)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.connect_site, self.studio, self.course):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self.undo, self.plan, self.publish, self.stop):
            row.addWidget(button)
        column.addLayout(row)

    # ---- showing

    def open_view(self, view: DraftView) -> None:
        """Offer to publish this draft."""
        if view.row.id != self.draft_id:
            self.draft_id, self.seen, self.job_id, self.offered = view.row.id, None, "", ()
            work = partial(latest, self.actor, view.row.id)
            background.run(work, partial(self._found, view.row.id), self._failed)
        self.refresh()

    def _found(self, draft_id: str, job_id: str) -> None:
        """The last publish of this course, with its proof, from an earlier session too."""
        if job_id and not self.job_id and draft_id == self.draft_id:
            self.job_id = job_id
            self.refresh()

    def refresh(self) -> None:
        """Show the sites there are, and how the job is going."""
        sites = [one for one in self.actions_of_app.news.connections("target") if one.kind == KIND]
        names = [one.name for one in sites if one.active]
        if names != [self.site.itemText(at) for at in range(self.site.count())]:
            self.site.clear()
            self.site.addItems(names)
        self.connect_site.setVisible(not names)
        for job in self.actions_of_app.news.active:
            if job.kind in KINDS and job.draft_id == self.draft_id:
                self.job_id = job.id
        if self.job_id:
            background.run(partial(read, self.actor, self.job_id), self._take, self._failed)
        self._show()

    def _take(self, seen: Seen) -> None:
        if seen.job.id == self.job_id:
            self.seen = seen
            self._show()

    def _show(self) -> None:
        seen = self.seen
        running = seen is not None and seen.job.state in ACTIVE
        result = seen.result if seen else None
        done = result is not None and result.read_back is not None and not running
        for part in self.options:
            part.setEnabled(not running)
            part.setVisible(self.site.count() > 0)
        for part in (self.bar, self.stop):
            part.setVisible(running)
        for part in (self.plan, self.publish):
            part.setVisible(not running and self.site.count() > 0)
        for part in (self.studio, self.course):
            part.setVisible(done)
        undoable = done and seen is not None and seen.job.kind != UNDO
        self.undo.setVisible(bool(undoable and result and result.undo != "no"))
        self.undo.setText(gettext("Undo now") if self.offered else gettext("Undo"))
        self._say(seen, running=running)

    def _say(self, seen: Seen | None, *, running: bool) -> None:
        if seen is None:
            self._words("", (), "info")
        elif running:
            news = self.actions_of_app.news
            share = news.share(seen.job)
            self.bar.setRange(0, 0 if share is None else 1000)
            self.bar.setValue(round((share or 0) * 1000))
            self._words(progress_of(seen.job, news.progress(seen.job)), (), "info")
        elif self.offered:
            self._words(gettext("Undo will do this:"), self.offered, "info")
        elif seen.job.error is not None:
            lines = publishing.gate_lines(self.actor, seen.job.id)
            self._words(error_words(seen.job.error), lines, "error")
        else:
            result = seen.result
            equal = result.read_back is None or result.read_back.equal
            kind = "info" if equal else "warning"
            self._words(
                headline(result, undo=seen.job.kind == UNDO), details_of(result, SHOWN), kind
            )

    def _words(self, message: str, points: tuple[str, ...], kind: str) -> None:
        if (message, points, kind) == self.shown:
            return
        self.shown = (message, points, kind)
        self.message.setVisible(bool(message))
        self.message.setText(message)
        add_points(self.points, points, kind, "muted" if kind == "info" else kind)  # pyright: ignore[reportArgumentType]

    # ---- doing

    def show_plan(self) -> None:
        """Look at the site and say what publishing would do; nothing is written."""
        self._begin(dry_run=True)

    def start(self) -> None:
        """Publish."""
        self._begin(dry_run=False)

    def _begin(self, *, dry_run: bool) -> None:
        options = PublishOptions(
            overwrite=True if self.overwrite.isChecked() else None,
            gate=self.gate.isChecked(),
            enroll=self.enroll.isChecked(),
            dry_run=dry_run,
        )
        site = self.site.currentText()
        work = partial(publishing.start_publish, self.actor, self.draft_id, site, options)
        background.run(work, self._begun, self._failed)

    def take_back(self) -> None:
        """Bring back the course as it was before: first said, then done."""
        if self.seen is None:
            return
        if self.offered:
            work = partial(undoing.start_undo, self.actor, self.seen.job.id)
            background.run(work, self._begun, self._failed)
        else:
            plan = partial(undoing.undo_plan, self.actor, self.seen.job.id)
            background.run(plan, self._offer, self._failed)

    def _offer(self, lines: tuple[str, ...]) -> None:
        self.offered = lines
        self._show()

    def _begun(self, job_id: str) -> None:
        self.job_id, self.offered = job_id, ()
        self.actions_of_app.poke(job_id)
        self.refresh()

    def _stop(self) -> None:
        if self.job_id:
            self.actions_of_app.stop_job(self.job_id)

    def _open(self, name: str) -> None:
        address = getattr(self.seen.result, name) if self.seen else None
        if address:
            QDesktopServices.openUrl(QUrl(address))

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, PorterError):
            self.actions_of_app.notice(error)
            return
        self._words(f"{error.message} {error.hint or ''}".strip(), (), "error")


def read(actor: api.Actor, job_id: str) -> Seen:
    """Read a job and its result."""
    return Seen(api.job(actor, job_id), publishing.publish_result(actor, job_id))


def latest(actor: api.Actor, draft_id: str) -> str:
    """The last job that published this course or undid that; nothing when there is none."""
    found = (job.id for job in api.jobs(actor) if job.kind in KINDS and job.draft_id == draft_id)
    return next(found, "")
