"""Step 3: the settings of the course in Open edX, the file to write, and the progress."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from courseporter import api
from courseporter.api.values import (
    DraftView,
    ErrorView,
    JobRow,
    ProblemRow,
    ScormQuestion,
)
from courseporter.errors import PorterError, gettext, ngettext
from courseporter.gui import background
from courseporter.gui.actions import Actions
from courseporter.gui.course.consent import Consent
from courseporter.gui.course.fields import Tried, mark_file, try_folder, values_of
from courseporter.gui.course.kinds import KINDS, details
from courseporter.gui.course.last_export import LastExport
from courseporter.gui.course.library_card import LibraryCard
from courseporter.gui.course.problem_words import heading
from courseporter.gui.course.publish_card import PublishCard
from courseporter.gui.course.rows import add_figures, add_points
from courseporter.gui.course.setting_fields import Value
from courseporter.gui.course.settings_form import SettingsForm
from courseporter.gui.forms.course_destination import Ui_course_destination
from courseporter.gui.handover import Handover
from courseporter.gui.icons import icon, pixmap
from courseporter.gui.words import badge, clicked, number, stage

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
SAVE_MS: Final = 400  # after the last key, what was typed is saved
TRY_MS: Final = 200  # and the folder is tested


class Started(NamedTuple):
    """The job that was started, once the settings are saved."""

    draft_id: str
    job_id: str


class Suggested(NamedTuple):
    """A file to write."""

    draft_id: str
    path: str


class Destination(QWidget):
    """`started`: a job writes now; `problems_wanted`: go to the review; `export_wanted`: show the
    last export; `changed`: the draft has been edited.
    """

    started = Signal(str)
    problems_wanted = Signal()
    export_wanted = Signal()
    changed = Signal()

    def __init__(self, actor: api.Actor, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.actor = actor
        self.actions_of_app = actions
        self.view: DraftView | None = None
        self.job: JobRow | None = None
        self.error: ErrorView | None = None
        self.obstacle = ""  # why the export can't start; its field may be scrolled out of view
        self.warnings: dict[str, str] = {}  # by field: problems that don't stop the export
        self.form = Ui_course_destination()
        self.form.setupUi(self)  # pyright: ignore[reportUnknownMemberType]  # uic writes no types
        form = self.form
        self.consent = Consent(self)
        self.last_export = LastExport(self)
        form.column.insertWidget(1, self.last_export)
        form.column.insertWidget(2, self.consent)
        self.publish = PublishCard(actor, actions, self)
        self.library = LibraryCard(actor, actions, self)
        form.column.addWidget(self.publish)
        form.column.addWidget(self.library)
        self.last_export.wanted.connect(self.export_wanted)
        target = api.targets()[0]
        self.settings = SettingsForm(tuple(one for one in target.settings if one.of == "course"))
        form.column.insertWidget(3, self.settings)
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
        self.settings.edited.connect(self._typed)
        self.form.file.textChanged.connect(self._named)
        self.form.choose.clicked.connect(self._choose)
        self.form.see_problems.clicked.connect(self.problems_wanted)
        self.form.primary.clicked.connect(self.export)
        self.form.stop.clicked.connect(self.stop)
        self.form.stop.setIcon(icon("stop", "error"))
        self.form.error_again.clicked.connect(self.retry)
        self.form.error_copy.clicked.connect(self._copy)
        self.consent.answered.connect(self._answer)
        Handover(self, self.form.primary, self.form.stop, self.form.error_again)

    # ---- showing

    def open_view(self, view: DraftView) -> None:
        """Show the settings of another draft; what was just typed is saved first."""
        if self.saving.isActive():
            self.save()
        self.view, self.job = view, None
        self.settings.start()
        self.form.file.clear()
        self.fill(view)
        self.show_error(None)
        self._progress()
        background.run(partial(default_out, self.actor, view.row.id), self._take_file, self._failed)

    def fill(self, view: DraftView) -> None:
        """Fill in what the store holds, except in fields that the user has changed."""
        self.view = view
        self.settings.fill(values_of(view))
        self.settings.show_only(useful_flags(view))
        self.last_export.show_export(view)
        self.publish.open_view(view)
        self.library.open_view(view)
        self._named()

    def show_problems(self, problems: tuple[ProblemRow, ...]) -> None:
        """Show what the course contains, its problems, and what to know before the export."""
        if self.view is None:
            return
        counts = self.view.counts
        names = tuple((name_of(kind), number(counts[kind])) for kind in COUNTED if counts.get(kind))
        add_figures(self.form.counts, names)
        self.form.warnings.setText(f"{heading(problems)}.")
        about_title = next((one.message for one in problems if is_about_title(one)), "")
        self.warnings = {"title": about_title}
        self.form.see_problems.setVisible(bool(problems))
        before = before_start(self.view)
        self.form.before_card.setVisible(bool(before))
        add_points(self.form.before, before, "info", "muted")

    def show_question(self, asked: ScormQuestion | None) -> None:
        """Show the question about the scripts of the SCORM package, and its answer."""
        self.consent.show_question(asked)

    def show_job(self, job: JobRow) -> None:
        """Show the progress of the export, or why it failed."""
        self.job = job
        self.show_error(job.error if job.state == "failed" else None)
        self._progress()

    def forget_job(self) -> None:
        """Forget the job: it was cleared, and the course can be exported again."""
        if self.job is None:
            return
        self.job = None
        self.show_error(None)
        self._progress()
        self.validate()

    def show_error(self, error: ErrorView | None) -> None:
        """Show an error above the buttons."""
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
        """Whether a job is exporting now."""
        return self.job is not None and self.job.state in {"pending", "running"}

    def _progress(self) -> None:
        running = self.running()
        for part in (self.form.progress, self.form.stop):
            part.setVisible(running)
        self.form.progress_text.setVisible(running or bool(self.obstacle))
        self.form.primary.setVisible(not running)
        self.form.page.setEnabled(not running)
        if self.job is None or not running:
            self.form.progress_text.setText(self.obstacle)
            return
        news = self.actions_of_app.news
        share = news.share(self.job)
        waits = self.job.state == "pending"
        self.form.progress.setRange(0, 0 if share is None and not waits else 1000)
        self.form.progress.setValue(round((share or 0) * 1000))
        word = badge(self.job).word if waits else stage(self.job)
        progress = news.progress(self.job)
        words = (progress,) if progress.startswith(word) else (word, progress)
        self.form.progress_text.setText(" · ".join(filter(None, words)))
        stopping = news.stops(self.job)
        self.form.stop.setEnabled(not stopping)
        self.form.stop.setText(gettext("Stopping…") if stopping else gettext("Stop"))

    def _take_file(self, found: Suggested) -> None:
        if self.view is not None and found.draft_id == self.view.row.id:
            self.form.file.setText(found.path)
            self.form.file.setCursorPosition(0)

    # ---- checking and keeping what was typed

    def validate(self) -> bool:
        """Show errors beside their fields; return whether the export can start."""
        errors = {error.field: error for error in api.validate_course(self.settings.texts())}
        bad = self.settings.mark(errors, self.warnings)
        fine = mark_file(self.form.file, self.form.file_error, self.tried)
        self.form.primary.setEnabled(not errors and fine and self.view is not None)
        if not fine and (self.form.file.text().strip() or self.form.file.isModified()):
            bad.append(self.form.file_error.text() or gettext("Enter a file name."))
        self.obstacle = bad[0] if bad else ""
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

    def save(self) -> None:
        """Save what was typed if it is different and valid."""
        self.saving.stop()
        changes = self.settings.changes()
        if self.view is None or not changes or api.validate_course(self.settings.texts()):
            return
        work = partial(set_course, self.actor, self.view.row.id, changes)
        background.run(work, self._saved, self._failed)

    def _typed(self) -> None:
        self.validate()
        self.saving.start()

    def _saved(self, result: object) -> None:
        del result
        self.changed.emit()

    def _choose(self) -> None:
        name, _kind = QFileDialog.getSaveFileName(
            self,
            gettext("Save the OLX package"),
            self.form.file.text(),
            gettext("OLX packages (*.tar.gz)"),
        )
        if name:
            self.form.file.setText(name if name.endswith(".tar.gz") else f"{name}.tar.gz")

    # ---- doing

    def export(self) -> None:
        """Save the settings, then start the job."""
        if self.view is None or self.running() or not self.validate():
            return
        if self.consent.is_open():
            self.consent.demand()
            self.form.scroll.ensureWidgetVisible(self.consent.form.missing)
            return
        self.saving.stop()
        self.form.primary.setEnabled(False)
        out = Path(self.form.file.text().strip()).expanduser()
        work = partial(begin, self.actor, self.view.row.id, self.settings.changes(), out)
        background.run(work, self._started, self._failed)

    def _answer(self, answer: str) -> None:
        """Save the answer about the SCORM package."""
        if self.view is not None:
            choice = "play" if answer == "play" else "download"
            work = partial(api.answer_scorm, self.actor, self.view.row.id, choice)
            background.run(work, self._saved, self._failed)

    def stop(self) -> None:
        """Stop the export; the button answers at once."""
        if self.job is not None and self.running():
            self.form.stop.setEnabled(False)
            self.form.stop.setText(gettext("Stopping…"))
            self.actions_of_app.stop_job(self.job.id)

    def retry(self) -> None:
        """Resume the job where it stopped."""
        if self.job is not None:
            self.actions_of_app.retry_job(self.job)

    def _started(self, started: Started) -> None:
        self.show_error(None)
        self.started.emit(started.job_id)

    def _failed(self, error: Exception) -> None:
        self.form.primary.setEnabled(True)
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
            self.actions_of_app.copy(details(self.error), gettext("Copied the details."))


def default_out(actor: api.Actor, draft_id: str) -> Suggested:
    """Off the GUI thread: return the suggested file for a draft."""
    return Suggested(draft_id, str(api.default_out(actor, draft_id)))


def set_course(actor: api.Actor, draft_id: str, changes: dict[str, Value]) -> None:
    """Off the GUI thread: save settings."""
    api.set_course(actor, draft_id, **changes)


def begin(actor: api.Actor, draft_id: str, changes: dict[str, Value], out: Path) -> Started:
    """Off the GUI thread: save the settings, start the job.  The page has said what it replaces."""
    if changes:
        api.set_course(actor, draft_id, **changes)
    return Started(draft_id, api.publish(actor, draft_id, out, overwrite=out.exists()))


def is_about_title(problem: ProblemRow) -> bool:
    """Whether a problem is about the title of the course, not of an item."""
    return problem.code in ("title_too_long", "title_cut") and problem.key is None


def useful_flags(view: DraftView) -> set[str]:
    """Return the names of the flags that make a difference to this course."""
    names = {"olx_gate"}
    if view.counts.get("package"):
        names |= {"scorm_locked", "scorm_download"}
    if view.counts.get("video"):
        names.add("native_player")
    return names


def name_of(kind: str) -> str:
    """Return a kind as the name of a row: `Lessons`."""
    return str(KINDS[kind].many)


def before_start(view: DraftView) -> tuple[str, ...]:
    """Return what to know before the export: what failed, what was skipped, what never comes."""
    facts: list[str] = []
    if view.sums.failed:
        failed = ngettext(
            "{number} item couldn't be converted. The report says why.",
            "{number} items couldn't be converted. The report says why for each.",
            view.sums.failed,
            number=number(view.sums.failed),
        )
        facts.append(str(failed))
    if view.sums.skipped:
        skipped = ngettext(
            "{number} item was skipped. The report says why.",
            "{number} items were skipped. The report says why for each.",
            view.sums.skipped,
            number=number(view.sums.skipped),
        )
        facts.append(str(skipped))
    return (*facts, *view.not_carried)
