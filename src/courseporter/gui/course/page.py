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
from courseporter.errors import SettingsError
from courseporter.gui import background, theme
from courseporter.gui.actions import Actions
from courseporter.gui.course.destination import Destination
from courseporter.gui.course.done import Done
from courseporter.gui.course.review import Review
from courseporter.gui.course.source_step import SourceStep
from courseporter.gui.course.steps import Steps
from courseporter.gui.course.studio_guide import StudioGuide
from courseporter.gui.words import finished, quoted

SOURCE, REVIEW, DESTINATION = range(3)
UNREADY: Final = {"preparing", "failed"}  # the job that reads it says what is going on
LOOK_MS: Final = 1_000  # while others write to the store, this page looks at most once a second


class Look(NamedTuple):
    """What is true of a draft at the moment."""

    view: DraftView
    problems: tuple[ProblemRow, ...]
    question: ScormQuestion | None = None


class Found(NamedTuple):
    """A job, or None when it was taken off the list."""

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
        self.told: str | None = None  # the one whose end it has shown
        self.rev = -1
        self.looked: Look | None = None
        self.steps = Steps(self)
        self.source = SourceStep(actor, actions)
        self.review = Review(actor, actions)
        self.destination = Destination(actor, actions)
        self.done = Done(actor, actions)
        self.guide = StudioGuide(actions)
        self.stack = QStackedWidget(self)
        for part in (self.source, self.review, self.destination, self.done, self.guide):
            self.stack.addWidget(part)
        self.later = QTimer(self)
        self.later.setSingleShot(True)
        self.later.setInterval(LOOK_MS)
        self._compose()
        self._connect()

    def _first(self, part: QWidget) -> QWidget:
        """Where the keyboard goes on when a part opens."""
        source = self.source.form
        places: dict[QWidget, QWidget | None] = {
            self.source: source.other_file if source.go_on.isHidden() else source.go_on,
            self.review: self.review.trees.currentWidget(),
            self.destination: self.destination.form.title,
            self.done: self.done.form.go_on,
            self.guide: self.guide.form.show_in_folder,
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
        self.source.go_on.connect(partial(self.go, REVIEW))
        self.review.go_on.connect(partial(self.go, DESTINATION))
        self.review.changed.connect(self.look)
        self.destination.problems_wanted.connect(partial(self.go, REVIEW))
        self.destination.changed.connect(self.look)
        self.destination.started.connect(self.follow)
        self.done.back.connect(self._export_again)
        self.done.go_on.connect(self._show_guide)
        self.guide.back.connect(partial(self._arrange, self.done))
        self.later.timeout.connect(self.look)
        self.actions_of_app.watcher.changed.connect(self.refresh)
        self.actions_of_app.news.changed.connect(self._watch_job)

    # ---- what to show

    def show_source(self, sniff: Sniff, job_id: str | None = None) -> None:
        """Step 1 for a file; `job_id` when it is being imported already."""
        self._forget()
        self.source.show_sniff(sniff)
        self.steps.course.setText("")
        self._arrange(self.source)
        if job_id is not None:
            self.follow(job_id)

    def show_draft(self, draft_id: str) -> None:
        """Step 2 for a course that is here."""
        self._forget()
        self.draft_id = draft_id
        self.review.open_draft(draft_id)
        self._arrange(self.review)
        self.look()
        for job in self.actions_of_app.news.active:
            if job.kind == "publish" and job.draft_id == draft_id:
                self.follow(job.id)

    def follow(self, job_id: str) -> None:
        """Wait for a job and show how it goes on."""
        self.job_id = job_id
        self.actions_of_app.watcher.look()
        self._read_job()

    def tells(self, ended: Sequence[JobRow]) -> bool:
        """Whether all that these jobs brought is shown here anyway."""
        followed = {self.job_id, self.told}
        return all(job.id in followed for job in ended)

    def go(self, step: int) -> None:
        """Show a step."""
        if step != SOURCE and self.draft_id is None:
            return
        self._arrange((self.source, self.review, self.destination)[step])

    def refresh(self) -> None:
        """The store changed: look again, but not at every beat."""
        if self.draft_id is not None and not self.later.isActive():
            self.later.start()

    def look(self) -> None:
        """Read what is true of the draft now."""
        if self.draft_id is not None:
            work = partial(look, self.actor, self.draft_id)
            background.run(work, self._take, self.actions_of_app.notice)

    def commands(self) -> dict[str, Callable[[], None]]:
        """What this page can do for menu and keyboard."""
        return {
            "find": partial(self._on_review, self.review.start_search),
            "refresh": self._reload,
            "undo": self._undo,
            "rename": partial(self._on_review, self.review.rename_current),
            "toggle_hidden": partial(self._on_review, self.review.toggle_hidden),
            "play": partial(self._on_review, self.review.play_current),
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

    def _arrange(self, part: QWidget) -> None:
        self.stack.setCurrentWidget(part)
        self._first(part).setFocus()
        current = SOURCE if part is self.source else REVIEW if part is self.review else DESTINATION
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

    def _take_job(self, found: Found) -> None:
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
            self.job_id, self.told = None, job.id  # a failed or stopped job may go on
        if job.kind == "publish":
            self.destination.show_job(job)
            if job.state == "completed":
                self.done.show_job(job, self.looked.view.sums if self.looked else None)
                self._arrange(self.done)
        elif job.state == "completed" and job.draft_id is not None:
            self.show_draft(job.draft_id)
            if job.courses > 1:  # one is on this page
                show = partial(self.actions_of_app.frame.go, "courses")
                self.actions_of_app.toast(finished(job), show, label="Show courses")
        else:
            self.source.show_job(job)

    def _export_again(self) -> None:
        if self.looked is not None:
            self.destination.open_view(self.looked.view)
        self.go(DESTINATION)

    def _show_guide(self) -> None:
        self.guide.show_file(Path(self.done.path()))
        self._arrange(self.guide)

    def _on_review(self, action: Callable[[], None]) -> None:
        if self.draft_id is not None:
            self.go(REVIEW)
            action()

    def _reload(self) -> None:
        if self.draft_id is not None:
            self.review.reload()
            self.look()

    def _undo(self) -> None:
        if self.draft_id is not None:
            self.review.undo()

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
        """Let the job of this page rest, or one that rests go on."""
        for step in (self.source, self.destination):
            if step.job is not None and step.running():
                self.actions_of_app.pause_job(step.job)

    def _retry(self) -> None:
        if self.stack.currentWidget() is self.destination:
            self.destination.retry()
        else:
            self.source.retry()


def find_job(actor: api.Actor, job_id: str) -> Found:
    """Off the GUI thread: the job as it stands."""
    try:
        return Found(job_id, api.job(actor, job_id))
    except SettingsError as error:
        if error.code != "unknown_item":
            raise
        return Found(job_id, None)


def look(actor: api.Actor, draft_id: str) -> Look:
    """Off the GUI thread: the draft, its problems, and the question about its SCORM package."""
    view = api.draft(actor, draft_id)
    question = api.scorm_question(actor, draft_id) if view.counts.get("package") else None
    return Look(view, api.problems(actor, draft_id), question)
