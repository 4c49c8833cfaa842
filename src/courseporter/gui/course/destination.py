"""Step 3: what the course is called in Open edX, where the package goes, how writing goes on."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QWidget

from courseporter import api
from courseporter.api.values import (
    DraftView,
    ErrorView,
    JobRow,
    ProblemRow,
    ScormQuestion,
)
from courseporter.errors import PorterError
from courseporter.gui import background
from courseporter.gui.actions import Actions
from courseporter.gui.course.consent import Consent
from courseporter.gui.course.fields import Tried, mark, mark_file, try_folder, values_of
from courseporter.gui.course.kinds import KINDS, details
from courseporter.gui.course.problems import heading
from courseporter.gui.course.rows import add_figures, add_points
from courseporter.gui.forms.course_destination import Ui_course_destination
from courseporter.gui.handover import Handover
from courseporter.gui.icons import icon, pixmap
from courseporter.gui.words import badge, clicked, count, number, stage

COUNTED: Final = (
    "section",
    "lesson",
    "text",
    "video",
    "audio",
    "quiz",
    "question",
    "assignment",
    "resource",
    "link",
    "discussion",
    "package",
    "foreign",
    "asset",
)
SAVE_MS: Final = 400  # what was typed is kept when the fingers rest
TRY_MS: Final = 200  # and the folder is tried


class Started(NamedTuple):
    """The settings were kept and the job has begun."""

    draft_id: str
    job_id: str


class Suggested(NamedTuple):
    """A file to write that is not there yet."""

    draft_id: str
    path: str


class Destination(QWidget):
    """`started`: a job writes now; `problems_wanted`: back to the review."""

    started = Signal(str)
    problems_wanted = Signal()
    changed = Signal()

    def __init__(self, actor: api.Actor, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.actor = actor
        self.actions_of_app = actions
        self.view: DraftView | None = None
        self.job: JobRow | None = None
        self.error: ErrorView | None = None
        self.why = ""  # the export cannot start; its field may be scrolled out of sight
        self.filled: dict[str, str] = {}  # what the store held when a field was last filled
        self.form = Ui_course_destination()
        self.form.setupUi(self)  # pyright: ignore[reportUnknownMemberType]  # uic writes no types
        form = self.form
        self.consent = Consent(self)
        form.column.insertWidget(1, self.consent)
        self.fields: dict[str, tuple[QLineEdit, QLabel]] = {
            "title": (form.title, form.title_error),
            "org": (form.org, form.org_error),
            "number": (form.number, form.number_error),
            "run": (form.run, form.run_error),
            "language": (form.language, form.language_error),
            "start": (form.start, form.start_error),
            "end": (form.end, form.end_error),
            "enrollment_start": (form.enrollment_start, form.enrollment_start_error),
            "enrollment_end": (form.enrollment_end, form.enrollment_end_error),
        }
        self.saving = QTimer(self)
        self.saving.setSingleShot(True)
        self.saving.setInterval(SAVE_MS)
        self.saving.timeout.connect(self.save)
        self.tried = Tried("", "")
        self.trying = QTimer(self)
        self.trying.setSingleShot(True)
        self.trying.setInterval(TRY_MS)
        self.trying.timeout.connect(self._try)
        self._connect()

    def _connect(self) -> None:
        for field, _ in self.fields.values():
            field.textEdited.connect(self._typed)
        self.form.file.textChanged.connect(self._named)
        self.form.choose.clicked.connect(self._choose)
        self.form.see_problems.clicked.connect(self.problems_wanted)
        self.form.go_on.clicked.connect(self.export)
        self.form.stop.clicked.connect(self.stop)
        self.form.stop.setIcon(icon("stop", "error"))
        self.form.error_again.clicked.connect(self.retry)
        self.form.error_copy.clicked.connect(self._copy)
        self.consent.answered.connect(self._answer)
        Handover(self, self.form.go_on, self.form.stop, self.form.error_again)

    # ---- showing

    def open_view(self, view: DraftView) -> None:
        """Show the settings of another draft; what was typed a moment before is kept."""
        if self.saving.isActive():
            self.save()
        self.view, self.job = view, None
        self.filled = {name: field.text() for name, (field, _) in self.fields.items()}
        self.form.file.clear()
        self.fill(view)
        self.show_error(None)
        self._progress()
        background.run(partial(default_out, self.actor, view.row.id), self._take_file, self._failed)

    def fill(self, view: DraftView) -> None:
        """Put in what the store holds, except where somebody has typed something else."""
        self.view = view
        for name, value in values_of(view).items():
            field = self.fields[name][0]
            if field.text() == self.filled.get(name) and field.text() != value:
                field.setText(value)
                field.setCursorPosition(0)
            self.filled[name] = value
        self._named()

    def show_problems(self, problems: tuple[ProblemRow, ...]) -> None:
        """Say how much there is to look at, and what everybody should know before the start."""
        if self.view is None:
            return
        counts = self.view.counts
        names = tuple((name_of(kind), number(counts[kind])) for kind in COUNTED if counts.get(kind))
        add_figures(self.form.counts, names)
        self.form.warnings.setText(f"{heading(problems)}.")
        self.form.see_problems.setVisible(bool(problems))
        notes = before_start(self.view)
        self.form.notes_card.setVisible(bool(notes))
        add_points(self.form.notes, notes, "info", "muted")

    def show_question(self, asked: ScormQuestion | None) -> None:
        """The question about the draft's SCORM package, and what was answered."""
        self.consent.show_question(asked)

    def show_job(self, job: JobRow) -> None:
        """How the export goes on, or why it ended."""
        self.job = job
        self.show_error(job.error if job.state == "failed" else None)
        self._progress()

    def forget_job(self) -> None:
        """The job was taken off the list: the course can be exported anew."""
        if self.job is None:
            return
        self.job = None
        self.show_error(None)
        self._progress()
        self.validate()

    def show_error(self, error: ErrorView | None) -> None:
        """Say what happened, above the buttons."""
        self.error = error
        self.form.error_card.setVisible(error is not None)
        if error is None:
            return
        self.form.error_icon.setPixmap(pixmap("error", "error", 20, self.devicePixelRatioF()))
        where = f" {error.where}" if error.where and error.where not in error.message else ""
        self.form.error_message.setText(f"{error.message}{where}")
        self.form.error_hint.setText(clicked(error.hint or ""))
        self.form.error_hint.setVisible(bool(error.hint))
        self.form.error_again.setVisible(self.job is not None)

    def running(self) -> bool:
        """Whether a job writes at the moment."""
        return self.job is not None and self.job.state in {"pending", "running"}

    def _progress(self) -> None:
        running = self.running()
        for part in (self.form.progress, self.form.stop):
            part.setVisible(running)
        self.form.progress_text.setVisible(running or bool(self.why))
        self.form.go_on.setVisible(not running)
        self.form.page.setEnabled(not running)
        if self.job is None or not running:
            self.form.progress_text.setText(self.why)
            return
        news = self.actions_of_app.news
        share = news.share(self.job)
        waits = self.job.state == "pending"  # then nothing moves
        self.form.progress.setRange(0, 0 if share is None and not waits else 1000)
        self.form.progress.setValue(round((share or 0) * 1000))
        word = badge(self.job).word if waits else stage(self.job)
        progress = news.progress(self.job)
        words = (progress,) if progress.startswith(word) else (word, progress)
        self.form.progress_text.setText(" · ".join(filter(None, words)))
        stopping = news.stops(self.job)
        self.form.stop.setEnabled(not stopping)
        self.form.stop.setText("Stopping…" if stopping else "Stop")

    def _take_file(self, found: Suggested) -> None:
        if self.view is not None and found.draft_id == self.view.row.id:
            self.form.file.setText(found.path)
            self.form.file.setCursorPosition(0)

    # ---- checking and keeping what was typed

    def validate(self) -> bool:
        """Say what cannot stay as it is, beside its field; whether the export may start."""
        errors = {error.field: error for error in api.validate_course(self.typed())}
        for name, (field, label) in self.fields.items():
            mark(field, label, errors.get(name))
        fine = mark_file(self.form.file, self.form.file_error, self.tried)
        self.form.go_on.setEnabled(not errors and fine and self.view is not None)
        bad = [label.text() for _, label in self.fields.values() if not label.isHidden()]
        if not fine and (self.form.file.text().strip() or self.form.file.isModified()):
            bad.append(self.form.file_error.text() or "Name the file to write.")
        self.why = bad[0] if bad else ""
        self._progress()
        return not errors and fine

    def _named(self) -> None:
        self.validate()
        self.trying.start()

    def _try(self) -> None:
        background.run(partial(try_folder, self.form.file.text().strip()), self._take_tried)

    def _take_tried(self, tried: Tried) -> None:
        self.tried = tried
        self.validate()

    def typed(self) -> dict[str, str]:
        """What stands in the fields."""
        return {name: field.text().strip() for name, (field, _) in self.fields.items()}

    def save(self) -> None:
        """Keep what was typed when it is different and valid."""
        self.saving.stop()
        changes = self.changes()
        if self.view is None or not changes or api.validate_course(self.typed()):
            return
        work = partial(api.set_course, self.actor, self.view.row.id, **changes)
        background.run(work, self._saved, self._failed)

    def changes(self) -> dict[str, str]:
        """The fields that differ from the store."""
        before = values_of(self.view) if self.view else {}
        return {name: text for name, text in self.typed().items() if text != before.get(name, "")}

    def _typed(self) -> None:
        self.validate()
        self.saving.start()

    def _saved(self, result: object) -> None:
        del result
        self.changed.emit()

    def _choose(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, "Write the OLX package to", self.form.file.text(), "OLX packages (*.tar.gz)"
        )
        if name:
            self.form.file.setText(name if name.endswith(".tar.gz") else f"{name}.tar.gz")

    # ---- doing

    def export(self) -> None:
        """The primary button: keep the settings, then start the job."""
        if self.view is None or self.running() or not self.validate():
            return
        if self.consent.is_open():
            self.consent.demand()
            self.form.scroll.ensureWidgetVisible(self.consent.form.missing)
            return
        self.saving.stop()
        self.form.go_on.setEnabled(False)
        out = Path(self.form.file.text().strip()).expanduser()
        work = partial(begin, self.actor, self.view.row.id, self.changes(), out)
        background.run(work, self._started, self._failed)

    def _answer(self, answer: str) -> None:
        """Keep what was answered about the SCORM package."""
        if self.view is not None:
            said = "play" if answer == "play" else "download"
            work = partial(api.answer_scorm, self.actor, self.view.row.id, said)
            background.run(work, self._saved, self._failed)

    def stop(self) -> None:
        """Stop the job that writes; the answer is seen at once."""
        if self.job is not None and self.running():
            self.form.stop.setEnabled(False)
            self.form.stop.setText("Stopping…")
            self.actions_of_app.stop_job(self.job.id)

    def retry(self) -> None:
        """Let the job go on where it was."""
        if self.job is not None:
            self.actions_of_app.retry_job(self.job)

    def _started(self, started: Started) -> None:
        self.show_error(None)
        self.started.emit(started.job_id)

    def _failed(self, error: Exception) -> None:
        self.form.go_on.setEnabled(True)
        if isinstance(error, PorterError):
            self.show_error(
                ErrorView(
                    code=error.code, message=error.message, where=error.where, hint=error.hint
                )
            )
        else:
            self.actions_of_app.notice(error)

    def _copy(self) -> None:
        if self.error is not None:
            self.actions_of_app.copy(details(self.error), "Copied the details.")


def default_out(actor: api.Actor, draft_id: str) -> Suggested:
    """Off the GUI thread: the file that is suggested for a draft."""
    return Suggested(draft_id, str(api.default_out(actor, draft_id)))


def begin(actor: api.Actor, draft_id: str, changes: dict[str, str], out: Path) -> Started:
    """Off the GUI thread: keep the settings, start the job.  The page has said what is replaced."""
    if changes:
        api.set_course(actor, draft_id, **changes)
    return Started(draft_id, api.publish(actor, draft_id, out, overwrite=out.exists()))


def name_of(kind: str) -> str:
    """A kind as the name of a row: `Lessons`."""
    return KINDS[kind].many if kind == "package" else KINDS[kind].many.capitalize()


def before_start(view: DraftView) -> tuple[str, ...]:
    """What people should know before they export."""
    notes: list[str] = []
    if view.sums.failed:
        notes.append(
            f"{count(view.sums.failed, 'thing')} of the source could not be converted; "
            "the report names each one and why."
        )
    return (*notes, *view.not_carried)
