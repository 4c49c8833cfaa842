"""The page of one course: three steps on top, one task at a time below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from courseporter import api
from courseporter.api.values import DraftView, JobRow, ProblemRow, ScormQuestion, Sniff
from courseporter.errors import SettingsError, gettext
from courseporter.gui import background, theme
from courseporter.gui.actions import Actions
from courseporter.gui.course.destination import Destination
from courseporter.gui.course.done import Done
from courseporter.gui.course.review import Review
from courseporter.gui.course.source_step import SourceStep
from courseporter.gui.course.steps import Steps
from courseporter.gui.course.studio_guide import StudioGuide
from courseporter.gui.course.update_page import UpdatePage
from courseporter.gui.course.workbench import Clipboard
from courseporter.gui.words import finished, quoted

SOURCE, REVIEW, DESTINATION = range(3)
UNREADY: Final = {"preparing", "failed"}  # its job shows the progress
LOOK_MS: Final = 1_000  # while others write to the store, read at most once a second


class Look(NamedTuple):
    """A draft with its problems."""

    view: DraftView
    problems: tuple[ProblemRow, ...]
    question: ScormQuestion | None = None


class FoundJob(NamedTuple):
    """A job, or None when it was cleared."""

    job_id: str
    job: JobRow | None


class CoursePage(QWidget):
    """Show a file with `show_source`, a course with `show_draft`."""

    def __init__(self, actor: api.Actor, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.actor = actor
        self.actions_of_app = actions
        self.draft_id: str | None = None
        self.job_id: str | None = None  # the import or export this page waits for
        self.shown_job: str | None = None  # the job whose end it has shown
        self.rev = -1
        self.looked: Look | None = None
        self.trail: list[QWidget] = []  # the parts that were shown, for Back
        self.steps = Steps(self)
        self.source = SourceStep(actor, actions)
        self.review = Review(actor, actions)
        self.destination = Destination(actor, actions)
        self.done = Done(actor, actions)
        self.guide = StudioGuide(actions)
        self.stack = QStackedWidget(self)
        self.update_page = UpdatePage(actor, actions)
        parts = (self.source, self.review, self.destination, self.done, self.guide)
        for part in (*parts, self.update_page):
            self.stack.addWidget(part)
        self.later = QTimer(self)
        self.later.setSingleShot(True)
        self.later.setInterval(LOOK_MS)
        self._compose()
        self._connect()

    def _first(self, part: QWidget) -> QWidget:
        """Return where the keyboard starts when a part opens."""
        source = self.source.form
        places: dict[QWidget, QWidget | None] = {
            self.source: source.other_file if source.primary.isHidden() else source.primary,
            self.review: self.review.trees.currentWidget(),
            self.destination: self.destination.settings.first(),
            self.done: self.done.form.primary,
            self.guide: self.guide.form.show_in_folder,
            self.update_page: self.update_page.cancel,
        }
        return places[part] or part

    def _compose(self) -> None:
        line = QFrame(self)
        theme.set_class(line, "line")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.steps)
        column.addWidget(line)
        column.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.steps.chosen.connect(self.go)
        self.source.started.connect(self.follow)
        self.source.proceed.connect(partial(self.go, REVIEW))
        self.review.proceed.connect(partial(self.go, DESTINATION))
        self.review.changed.connect(self.look)
        self.destination.problems_wanted.connect(self._show_problems)
        self.destination.export_wanted.connect(self._show_export)
        self.destination.changed.connect(self.look)
        self.destination.started.connect(self.follow)
        self.done.back.connect(self._export_again)
        self.done.proceed.connect(self._show_guide)
        self.source.update_wanted.connect(self.show_update)
        self.update_page.ended.connect(self.end_update)
        self.update_page.updated.connect(self._reload)
        self.guide.back.connect(partial(self._arrange, self.done))
        self.later.timeout.connect(self.look)
        self.actions_of_app.watcher.changed.connect(self.refresh)
        self.actions_of_app.news.changed.connect(self._watch_job)

    # ---- what to show

    def show_reading(self, path: Path) -> None:
        """Show step 1 for a file that is being read."""
        self._forget()
        self.source.show_reading(path)
        self.steps.course.setText("")
        self._arrange(self.source)

    def show_source(self, sniff: Sniff, job_id: str | None = None) -> None:
        """Show step 1 for a file; `job_id`: the job that already imports it."""
        self._forget()
        self.source.show_sniff(sniff)
        self.steps.course.setText("")
        self._arrange(self.source)
        if job_id is not None:
            self.follow(job_id)

    def show_draft(self, draft_id: str) -> None:
        """Show step 2 for a course."""
        self._forget()
        self.draft_id = draft_id
        self.review.open_draft(draft_id)
        self._arrange(self.review)
        self.look()
        for job in self.actions_of_app.news.active:
            if job.kind == "publish" and job.draft_id == draft_id:
                self.follow(job.id)

    def show_update(self) -> None:
        """Compare the course with its source as it is now."""
        if self.draft_id is not None and self.looked is not None:
            self.review.bench.editor.flush()
            self._arrange(self.update_page)
            self.update_page.open(self.draft_id, self.looked.view.course.title)

    def end_update(self) -> None:
        """Go back to the course."""
        if self.stack.currentWidget() is self.update_page:
            self._arrange(self.review)

    def follow(self, job_id: str) -> None:
        """Show the progress of a job until it ends."""
        self.job_id = job_id
        self.actions_of_app.watcher.look()
        self._read_job()

    def shows(self, ended: Sequence[JobRow]) -> bool:
        """Whether this page shows the results of all these jobs anyway."""
        followed = {self.job_id, self.shown_job, self.update_page.read_job}
        return all(job.id in followed for job in ended)

    def go(self, step: int) -> None:
        """Show a step; for an exported course, step 3 is the page of its export."""
        if step != SOURCE and self.draft_id is None:
            return
        if step == DESTINATION and self._is_exported():
            self._show_export()
        else:
            self._arrange((self.source, self.review, self.destination)[step])

    def go_back(self) -> bool:
        """Show the part before; return whether there was one."""
        if len(self.trail) < 2:
            return False
        self.trail.pop()
        self._arrange(self.trail.pop())
        return True

    def refresh(self) -> None:
        """Read the draft again after a change of the store, but not at every tick."""
        if self.draft_id is not None and not self.later.isActive():
            self.later.start()

    def look(self) -> None:
        """Read the draft."""
        if self.draft_id is not None:
            work = partial(look, self.actor, self.draft_id)
            background.run(work, self._take, self.actions_of_app.notice)

    def commands(self) -> dict[str, Callable[[], None]]:
        """Return the commands that work on this page."""
        bench = self.review.bench
        return {
            "find": partial(self._on_review, self.review.start_search),
            "refresh": self._reload,
            "undo": partial(self._change, bench.undo),
            "redo": partial(self._change, bench.redo),
            "rename": partial(self._on_review, self.review.rename_current),
            "toggle_hidden": partial(self._on_review, bench.toggle_hidden),
            "remove": partial(self._on_review, bench.remove),
            "duplicate": partial(self._on_review, bench.duplicate),
            "merge": partial(self._on_review, bench.merge),
            "split": partial(self._on_review, bench.split),
            "move_up": partial(self._on_review, partial(bench.move_by, -1)),
            "move_down": partial(self._on_review, partial(bench.move_by, 1)),
            "cut": partial(self._on_review, partial(bench.hold, cut=True)),
            "copy": partial(self._on_review, partial(bench.hold, cut=False)),
            "paste": self._paste,
            "add_item": partial(self._on_review, self.review.show_kinds),
            "play": partial(self._on_review, self.review.play_current),
            "update_course": self.show_update,
            "next_problem": partial(self._on_review, self.review.next_problem),
            "next_step": self._next_step,
            "stop": self._stop,
            "pause": self._pause,
            "retry": self._retry,
        }

    # ---- inside

    def _forget(self) -> None:
        self.draft_id = self.job_id = self.looked = None
        self.rev = -1
        self.trail.clear()
        self.update_page.forget()

    def _arrange(self, part: QWidget) -> None:
        self.stack.setCurrentWidget(part)
        if self.trail[-1:] != [part]:
            self.trail.append(part)
        self._first(part).setFocus()
        current = (
            SOURCE
            if part in (self.source, self.update_page)
            else REVIEW
            if part is self.review
            else DESTINATION
        )
        self.steps.show_step(current, SOURCE if self.draft_id is None else DESTINATION)

    def _take(self, found: Look) -> None:
        view = found.view
        if view.row.id != self.draft_id:
            return
        first, self.looked = self.looked is None, found
        self.steps.course.setText(quoted(view.course.title, 60))
        self.steps.course.setToolTip(view.course.title[:600])
        self.review.show_view(view, found.problems)
        if first:
            self.source.show_view(view)
            self.destination.open_view(view)
            if view.row.state in UNREADY and view.row.job_id is not None:
                self._arrange(self.source)
                self.follow(view.row.job_id)
        else:
            self.destination.fill(view)
            if view.row.rev != self.rev:
                self.review.reload()
        self.destination.show_problems(found.problems)
        self.destination.show_question(found.question)
        self.rev = view.row.rev

    def _watch_job(self) -> None:
        if self.job_id is None:
            return
        active = {job.id: job for job in self.actions_of_app.news.active}
        if self.job_id in active:
            self._show_job(active[self.job_id])
        else:
            self._read_job()

    def _read_job(self) -> None:
        work = partial(find_job, self.actor, self.job_id or "")
        background.run(work, self._take_job, self.actions_of_app.notice)

    def _take_job(self, found: FoundJob) -> None:
        if found.job is not None:
            self._show_job(found.job)
        elif found.job_id == self.job_id:
            self.job_id = None
            self.source.forget_job()
            self.destination.forget_job()

    def _show_job(self, job: JobRow) -> None:
        if job.id != self.job_id:
            return
        if job.state == "completed":
            self.job_id, self.shown_job = None, job.id  # a failed or stopped job may resume
        if job.kind == "publish":
            self.destination.show_job(job)
            if job.state == "completed":
                self.done.show_job(job, self.looked.view.sums if self.looked else None)
                self._arrange(self.done)
                self.look()
        elif job.state == "completed" and job.draft_id is not None:
            self.show_draft(job.draft_id)
            if job.courses > 1:  # one is on this page
                show = partial(self.actions_of_app.frame.go, "courses")
                self.actions_of_app.toast(finished(job), show, label=gettext("Show courses"))
        else:
            self.source.show_job(job)

    def _is_exported(self) -> bool:
        """Whether a package of the course as it is now exists."""
        export = self.looked.view.export if self.looked is not None else None
        running = self.destination.running()
        return export is not None and export.exists and not export.changed and not running

    def _show_export(self) -> None:
        """Show the page of the last export."""
        if self.looked is not None and self.looked.view.export is not None:
            self.done.show_export(self.looked.view)
            self._arrange(self.done)

    def _export_again(self) -> None:
        if self.looked is not None:
            self.destination.open_view(self.looked.view)
        self._arrange(self.destination)

    def _show_guide(self) -> None:
        self.guide.show_file(Path(self.done.path()))
        self._arrange(self.guide)

    def _on_review(self, action: Callable[[], None]) -> None:
        if self.draft_id is not None:
            self.go(REVIEW)
            action()

    def _show_problems(self) -> None:
        self.go(REVIEW)
        self.review.start_problems()

    def _reload(self) -> None:
        if self.draft_id is not None:
            self.review.reload()
            self.look()

    def _change(self, action: Callable[[], None]) -> None:
        if self.draft_id is not None:
            action()

    def _paste(self) -> None:
        """Paste items into the course, or import what the clipboard holds."""
        if self.draft_id is not None and Clipboard.held is not None:
            self._on_review(self.review.bench.paste)
        else:
            self.actions_of_app.import_clipboard()

    def _next_step(self) -> None:
        part = self.stack.currentWidget()
        if part is self.source:
            self.source.next()
        elif part is self.review:
            self.go(DESTINATION)
        elif part is self.destination:
            self.destination.export()

    def _stop(self) -> None:
        self.source.stop()
        self.destination.stop()

    def _pause(self) -> None:
        """Pause the job of this page, or resume it when it is paused."""
        for step in (self.source, self.destination):
            if step.job is not None and step.running():
                self.actions_of_app.pause_job(step.job)

    def _retry(self) -> None:
        if self.stack.currentWidget() is self.destination:
            self.destination.retry()
        else:
            self.source.retry()


def find_job(actor: api.Actor, job_id: str) -> FoundJob:
    """Off the GUI thread: read a job."""
    try:
        return FoundJob(job_id, api.job(actor, job_id))
    except SettingsError as error:
        if error.code != "unknown_item":
            raise
        return FoundJob(job_id, None)


def look(actor: api.Actor, draft_id: str) -> Look:
    """Off the GUI thread: read the draft, its problems, and the question about SCORM scripts."""
    view = api.draft(actor, draft_id)
    question = api.scorm_question(actor, draft_id) if view.counts.get("package") else None
    return Look(view, api.problems(actor, draft_id), question)
