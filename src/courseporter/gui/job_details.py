"""The selected job: what it does, its buttons, log and problems."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtGui import QColor, QGuiApplication, QTextCursor
from PySide6.QtWidgets import QListWidgetItem, QTextEdit, QWidget

from courseporter import api
from courseporter.api.values import DraftRow, JobRow, LogLine, ProblemRow
from courseporter.errors import gettext, ngettext
from courseporter.gui import background, theme, words
from courseporter.gui.actions import Actions
from courseporter.gui.forms.job_details import Ui_job_details
from courseporter.gui.handover import Handover
from courseporter.gui.icons import icon
from courseporter.gui.notice import redact
from courseporter.gui.tokens import Role

LINES: Final = 5000  # of the log on screen
BATCH: Final = 500
SHOWN: Final = 500  # problems, and marked matches in the log
GLYPHS: Final = {"info": "info", "warning": "warning", "error": "error"}


class Reading(NamedTuple):
    """What was read of a job."""

    job: JobRow
    level: str | None
    lines: tuple[LogLine, ...]
    problems: tuple[ProblemRow, ...] | None


class JobDetails(QWidget):
    """Follows the job that is selected in the table."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.actions_of_app = actions
        self.job: JobRow | None = None
        self.last_line = 0
        self.revs_read: tuple[int, ...] = ()  # of the job and its courses, with the problems
        self.reading = False
        self.stale = False
        self.form = Ui_job_details()
        self.form.setupUi(self)  # type: ignore[no-untyped-call]
        form = self.form
        for level, label in levels():
            form.level.addItem(label, level)
        form.log.setMaximumBlockCount(LINES)
        form.stop.setIcon(icon("stop", "error"))
        form.pause.setIcon(icon("pause", "muted"))
        Handover(self, form.pause, form.retry, form.stop)
        form.stop.clicked.connect(self.stop)
        form.pause.clicked.connect(self.pause)
        form.retry.clicked.connect(self.retry)
        form.open_course.clicked.connect(self.open_course)
        form.show_file.clicked.connect(self.show_file)
        form.copy.clicked.connect(self.copy_log)
        form.level.currentIndexChanged.connect(self.read_again)
        form.find.textChanged.connect(self.mark_found)
        form.find.returnPressed.connect(self.find_next)

    def show_job(self, job: JobRow | None) -> None:
        """Show a job; for the same one, only update what changed."""
        other = job is None or self.job is None or job.id != self.job.id
        self.job = job
        if other:
            self.start_over()
        if job is not None:
            self.describe(job)
            self.read()

    def start_over(self) -> None:
        """Clear what belongs to one job."""
        self.last_line, self.revs_read = 0, ()
        self.form.log.clear()
        self.form.problems.clear()
        self.form.tabs.setTabText(1, gettext("Problems"))

    def describe(self, job: JobRow) -> None:
        """Show words and buttons for the state of the job."""
        form = self.form
        badge = words.badge(job)
        form.headline.setText(words.headline(job))
        form.headline.setToolTip(words.headline(job))
        parts = [badge.word, words.stage(job) if job.state == "running" else ""]
        parts.append(words.outcome(job) or self.actions_of_app.news.progress(job))
        form.state.setText(" · ".join(dict.fromkeys(part for part in parts if part)))
        waits = words.waiting(job)
        if waits:
            form.state.setText(waits)
        elif job.error is not None:
            more = (job.error.message, job.error.where, words.clicked(job.error.hint or ""))
            form.state.setText("\n".join(part for part in more if part))
        stopping = self.actions_of_app.news.stops(job)
        form.stop.setVisible(job.state in ("pending", "running"))
        form.stop.setEnabled(not stopping)
        form.stop.setText(gettext("Stopping…") if stopping else gettext("Stop"))
        form.retry.setVisible(job.state in ("failed", "canceled") or bool(waits))
        form.retry.setText(gettext("Resume") if waits else gettext("Try again"))
        form.retry.setIcon(icon("play" if waits else "retry", "muted"))
        pausing = self.actions_of_app.news.pauses(job)
        form.pause.setVisible(job.state in ("pending", "running") and not waits)
        form.pause.setEnabled(not stopping and not pausing)
        form.pause.setText(gettext("Pausing…") if pausing else gettext("Pause"))
        form.open_course.setVisible(bool(job.draft_id))
        form.show_file.setVisible(bool(job.out_path) and job.state == "completed")

    # -- reading -------------------------------------------------------------------------------

    def read(self) -> None:
        """Read new lines of the log, and the problems if the job or its courses have changed."""
        job = self.job
        if job is None:
            return
        if self.reading:
            self.stale = True
            return
        self.reading, self.stale = True, False
        level = self.form.level.currentData()
        made = self.courses_of(job)
        now = (job.rev, *(row.rev for row in made))
        with_problems = now != self.revs_read and job.state not in ("pending", "running")
        if with_problems:
            self.revs_read = now
        work = partial(
            read_job,
            self.actions_of_app.actor,
            job,
            level,
            self.last_line,
            tuple(row.id for row in made) if with_problems else None,
        )
        background.run(work, self.take, self.missed)

    def take(self, reading: Reading) -> None:
        """In the GUI thread: show what is new."""
        self.reading = False
        level = self.form.level.currentData()
        if self.job is None or reading.job.id != self.job.id or reading.level != level:
            self.revs_read = ()
            self.read()
            return
        if reading.lines:
            self.append(reading.lines)
        if reading.problems is not None:
            self.show_problems(reading.job, reading.problems)
        if self.stale or len(reading.lines) == BATCH:
            self.read()

    def missed(self, error: Exception) -> None:
        """The store was busy: the next change reads it again."""
        del error
        self.reading, self.revs_read = False, ()

    def courses_of(self, job: JobRow) -> tuple[DraftRow, ...]:
        """Return the courses that an import made or an export wrote, without deleted ones."""
        rows = self.actions_of_app.news.drafts
        made = tuple(row for row in rows if job.kind == "prepare" and row.job_id == job.id)
        return made or tuple(row for row in rows if row.id == job.draft_id)

    def append(self, lines: tuple[LogLine, ...]) -> None:
        """Add lines; scroll to the end if the user follows the log."""
        fresh = [line for line in lines if line.id > self.last_line]
        if not fresh:
            return
        self.last_line = fresh[-1].id
        bar = self.form.log.verticalScrollBar()
        before = bar.value()
        self.form.log.appendPlainText("\n".join(map(one_line, fresh)))
        bar.setValue(bar.maximum() if self.form.follow.isChecked() else before)

    def read_again(self, index: int = 0) -> None:
        """Read the log again from the start, for another level."""
        del index
        self.last_line = 0
        self.form.log.clear()
        self.read()

    def show_problems(self, job: JobRow, problems: tuple[ProblemRow, ...]) -> None:
        """List the problems; say how many have been fixed since the job found them."""
        shown = self.form.problems
        shown.clear()
        if job.problems > len(problems):
            text = fixed(job, job.problems - len(problems), here=bool(self.courses_of(job)))
            shown.addItem(QListWidgetItem(icon("done", "success"), text))
        for one in problems[:SHOWN]:
            item = QListWidgetItem(icon(GLYPHS[one.severity], role_of(one)), counted(one))
            item.setToolTip("\n".join(part for part in (one.where, one.hint) if part))
            shown.addItem(item)
        number = words.number(len(problems)) if problems else ""
        self.form.tabs.setTabText(1, gettext("Problems {number}", number=number).rstrip())

    # -- buttons -------------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop the job; the button answers at once."""
        if self.job is not None and self.job.state in ("pending", "running"):
            self.form.stop.setText("Stopping…")
            self.form.stop.setEnabled(False)
            self.actions_of_app.stop_job(self.job.id)

    def pause(self) -> None:
        """Pause the job, or resume a paused one."""
        if self.job is not None and self.job.state in ("pending", "running"):
            self.actions_of_app.pause_job(self.job)
            self.describe(self.job)

    def retry(self) -> None:
        """Resume the job where it stopped."""
        job = self.job
        if job is not None and (job.state in ("failed", "canceled") or words.waiting(job)):
            self.actions_of_app.retry_job(job)

    def open_course(self) -> None:
        """Open the course of the job."""
        if self.job is not None:
            self.actions_of_app.open_job(self.job)

    def show_file(self) -> None:
        """Show the package in its folder."""
        if self.job is not None and self.job.out_path:
            self.actions_of_app.show_in_folder(Path(self.job.out_path))

    def copy_log(self) -> None:
        """Copy the log, without secrets."""
        QGuiApplication.clipboard().setText(redact(self.form.log.toPlainText()))
        self.actions_of_app.toast(gettext("Copied the log."))

    def mark_found(self, text: str) -> None:
        """Highlight the text in the log."""
        marks: list[QTextEdit.ExtraSelection] = []
        document = self.form.log.document()
        cursor = document.find(text) if text else QTextCursor()
        while text and not cursor.isNull() and len(marks) < SHOWN:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = cursor
            mark.format.setBackground(QColor(theme.tokens().accent))
            mark.format.setForeground(QColor(theme.tokens().on_accent))
            marks.append(mark)
            cursor = document.find(text, cursor)
        self.form.log.setExtraSelections(marks)
        if marks:
            self.form.follow.setChecked(False)
            self.find_next()

    def find_next(self) -> None:
        """Go to the next match; after the last, to the first."""
        text = self.form.find.text()
        if text and not self.form.log.find(text):
            self.form.log.moveCursor(QTextCursor.MoveOperation.Start)
            self.form.log.find(text)


def read_job(
    actor: api.Actor, job: JobRow, level: str | None, after: int, drafts: tuple[str, ...] | None
) -> Reading:
    """Off the GUI thread: read the log, and the problems of `drafts` if there are any."""
    lines = api.job_log(actor, job.id, after=after, level=level, limit=BATCH)
    problems = None
    if drafts is not None:
        problems = tuple(found for one in drafts for found in api.problems(actor, one))
    return Reading(job, level, lines, problems)


def levels() -> tuple[tuple[str | None, str], ...]:
    """Return the levels of the log with their words."""
    return (
        (None, gettext("All levels")),
        ("warning", gettext("Warnings")),
        ("error", gettext("Errors")),
    )


def counted(problem: ProblemRow) -> str:
    """Return the sentence, with the number of times unless the sentence says it."""
    times = words.number(problem.count)
    if problem.count < 2 or problem.message.startswith(f"{times} "):
        return problem.message
    return gettext("{message} ({number} times)", message=problem.message, number=times)


def fixed(job: JobRow, amount: int, *, here: bool) -> str:
    """Return how many problems of a job have been fixed since."""
    if not here:
        return gettext("The course was deleted.")
    return str(
        ngettext(
            "{number} of {problems} has been fixed since.",
            "{number} of {problems} have been fixed since.",
            amount,
            number=words.number(amount),
            problems=words.problems(job.problems),
        )
    )


def one_line(line: LogLine) -> str:
    """Return such as “14:05:09  warning  Two files are missing.”."""
    when = datetime.fromtimestamp(line.at / 1000).astimezone()
    return f"{when:%H:%M:%S}  {line.level:<7}  {line.message}"


def role_of(problem: ProblemRow) -> Role:
    """Return the color of a severity."""
    return "muted" if problem.severity == "info" else problem.severity
