"""One job, closely: what it does, its buttons, its log and its notes."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtGui import QColor, QGuiApplication, QTextCursor
from PySide6.QtWidgets import QListWidgetItem, QTextEdit, QWidget

from courseporter import api
from courseporter.api.values import DraftRow, JobRow, LogLine, ProblemRow
from courseporter.gui import background, theme, words
from courseporter.gui.actions import Actions
from courseporter.gui.forms.job_details import Ui_job_details
from courseporter.gui.handover import Handover
from courseporter.gui.icons import icon
from courseporter.gui.notice import redact
from courseporter.gui.tokens import Role

LINES: Final = 5000  # the log keeps so many on screen
BATCH: Final = 500
NOTES: Final = 500
LEVELS: Final = (("All levels", None), ("Warnings", "warning"), ("Errors", "error"))
GLYPHS: Final = {"info": "info", "warning": "warning", "error": "error"}


class Reading(NamedTuple):
    """What one look at the store brought."""

    job: JobRow
    level: str | None
    lines: tuple[LogLine, ...]
    notes: tuple[ProblemRow, ...] | None


class JobDetails(QWidget):
    """Follows the job that is chosen in the table."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.actions_of_app = actions
        self.job: JobRow | None = None
        self.last_line = 0
        self.noted: tuple[int, ...] = ()
        self.reading = False
        self.stale = False
        self.form = Ui_job_details()
        self.form.setupUi(self)  # type: ignore[no-untyped-call]
        form = self.form
        for label, level in LEVELS:
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
        """Turn to a job; the same one again only brings the news."""
        other = job is None or self.job is None or job.id != self.job.id
        self.job = job
        if other:
            self.start_over()
        if job is not None:
            self.describe(job)
            self.read()

    def start_over(self) -> None:
        """Empty what belongs to one job."""
        self.last_line, self.noted = 0, ()
        self.form.log.clear()
        self.form.notes.clear()
        self.form.tabs.setTabText(1, "Notes")

    def describe(self, job: JobRow) -> None:
        """Words and buttons for the state the job is in."""
        form = self.form
        badge = words.badge(job)
        form.headline.setText(words.headline(job))
        form.headline.setToolTip(words.headline(job))
        parts = [badge.word, words.stage(job) if job.state == "running" else ""]
        parts.append(words.outcome(job) or self.actions_of_app.news.progress(job))
        if job.sums is not None and job.sums.found and job.courses == 1:
            parts.append(words.balance(job.sums))
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
        form.stop.setText("Stopping…" if stopping else "Stop")
        form.retry.setVisible(job.state in ("failed", "canceled") or bool(waits))
        form.retry.setText("Go on now" if waits else "Try again")
        form.retry.setIcon(icon("play" if waits else "retry", "muted"))
        pausing = self.actions_of_app.news.pauses(job)
        form.pause.setVisible(job.state in ("pending", "running") and not waits)
        form.pause.setEnabled(not stopping and not pausing)
        form.pause.setText("Pausing…" if pausing else "Pause")
        form.open_course.setVisible(bool(job.draft_id))
        form.show_file.setVisible(bool(job.out_path) and job.state == "completed")

    # -- reading -------------------------------------------------------------------------------

    def read(self) -> None:
        """Fetch new log lines, and the notes when the job or its courses have changed."""
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
        with_notes = now != self.noted and job.state not in ("pending", "running")
        if with_notes:
            self.noted = now
        look = partial(
            read_job,
            self.actions_of_app.actor,
            job,
            level,
            self.last_line,
            tuple(row.id for row in made) if with_notes else None,
        )
        background.run(look, self.take, self.missed)

    def take(self, reading: Reading) -> None:
        """In the GUI thread: append what is new."""
        self.reading = False
        level = self.form.level.currentData()
        if self.job is None or reading.job.id != self.job.id or reading.level != level:
            self.noted = ()
            self.read()
            return
        if reading.lines:
            self.append(reading.lines)
        if reading.notes is not None:
            self.show_notes(reading.job, reading.notes)
        if self.stale or len(reading.lines) == BATCH:
            self.read()

    def missed(self, error: Exception) -> None:
        """The store was busy; the next change brings another look."""
        del error
        self.reading, self.noted = False, ()

    def courses_of(self, job: JobRow) -> tuple[DraftRow, ...]:
        """What an import made, or what an export wrote, as far as it is still here."""
        rows = self.actions_of_app.news.drafts
        made = tuple(row for row in rows if job.kind == "prepare" and row.job_id == job.id)
        return made or tuple(row for row in rows if row.id == job.draft_id)

    def append(self, lines: tuple[LogLine, ...]) -> None:
        """Add lines below; follow them when the user wants it."""
        fresh = [line for line in lines if line.id > self.last_line]
        if not fresh:
            return
        self.last_line = fresh[-1].id
        bar = self.form.log.verticalScrollBar()
        before = bar.value()
        self.form.log.appendPlainText("\n".join(map(one_line, fresh)))
        bar.setValue(bar.maximum() if self.form.follow.isChecked() else before)

    def read_again(self, index: int = 0) -> None:
        """Another level: read the log from its beginning."""
        del index
        self.last_line = 0
        self.form.log.clear()
        self.read()

    def show_notes(self, job: JobRow, notes: tuple[ProblemRow, ...]) -> None:
        """Problems as a list: icon, sentence, how often, where.

        The job is a record of what it found; what was mended since then is said.
        """
        self.form.notes.clear()
        if job.notes > len(notes):
            text = since(job, job.notes - len(notes), here=bool(self.courses_of(job)))
            self.form.notes.addItem(QListWidgetItem(icon("done", "success"), text))
        for note in notes[:NOTES]:
            item = QListWidgetItem(icon(GLYPHS[note.severity], role_of(note)), counted(note))
            item.setToolTip("\n".join(part for part in (note.where, note.hint) if part))
            self.form.notes.addItem(item)
        self.form.tabs.setTabText(1, f"Notes {words.number(len(notes))}" if notes else "Notes")

    # -- buttons -------------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop the job; the button answers at once."""
        if self.job is not None and self.job.state in ("pending", "running"):
            self.form.stop.setText("Stopping…")
            self.form.stop.setEnabled(False)
            self.actions_of_app.stop_job(self.job.id)

    def pause(self) -> None:
        """Let the job rest, or one that rests go on."""
        if self.job is not None and self.job.state in ("pending", "running"):
            self.actions_of_app.pause_job(self.job)
            self.describe(self.job)

    def retry(self) -> None:
        """Let the job go on where it was."""
        job = self.job
        if job is not None and (job.state in ("failed", "canceled") or words.waiting(job)):
            self.actions_of_app.retry_job(job)

    def open_course(self) -> None:
        """Show what the job made."""
        if self.job is not None:
            self.actions_of_app.open_job(self.job)

    def show_file(self) -> None:
        """Show the package in its folder."""
        if self.job is not None and self.job.out_path:
            self.actions_of_app.show_in_folder(Path(self.job.out_path))

    def copy_log(self) -> None:
        """Put the log into the clipboard, without secrets."""
        QGuiApplication.clipboard().setText(redact(self.form.log.toPlainText()))
        self.actions_of_app.toast("Copied the log.")

    def mark_found(self, text: str) -> None:
        """Mark the lines that contain the text."""
        marks: list[QTextEdit.ExtraSelection] = []
        document = self.form.log.document()
        cursor = document.find(text) if text else QTextCursor()
        while text and not cursor.isNull() and len(marks) < NOTES:
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
        """Go to the next place of the text, from the top again after the last."""
        text = self.form.find.text()
        if text and not self.form.log.find(text):
            self.form.log.moveCursor(QTextCursor.MoveOperation.Start)
            self.form.log.find(text)


def read_job(
    actor: api.Actor, job: JobRow, level: str | None, after: int, drafts: tuple[str, ...] | None
) -> Reading:
    """Off the GUI thread; the notes of `drafts` when they are asked for."""
    lines = api.job_log(actor, job.id, after=after, level=level, limit=BATCH)
    notes = None
    if drafts is not None:
        notes = tuple(note for one in drafts for note in api.problems(actor, one))
    return Reading(job, level, lines, notes)


def counted(note: ProblemRow) -> str:
    """Its sentence, and how often it is true, unless the sentence itself says so."""
    times = words.number(note.count)
    told = note.count < 2 or note.message.startswith(f"{times} ")
    return note.message if told else f"{note.message} ({times} times)"


def since(job: JobRow, gone: int, *, here: bool) -> str:
    """What became of notes that are no longer there."""
    if not here:
        return "The course was deleted, and its notes with it."
    verb = "has" if gone == 1 else "have"
    return (
        f"{words.number(gone)} of {words.count(job.notes, 'note')} {verb} been resolved since then."
    )


def one_line(line: LogLine) -> str:
    """Such as “14:05:09  warning  Two files are missing.”."""
    when = datetime.fromtimestamp(line.at / 1000).astimezone()
    return f"{when:%H:%M:%S}  {line.level:<7}  {line.message}"


def role_of(note: ProblemRow) -> Role:
    """The colour of a severity."""
    return "muted" if note.severity == "info" else note.severity
