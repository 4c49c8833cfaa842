"""Step 1: what the file is, what won't be imported, and the progress of the import."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidgetItem, QWidget

from courseporter import api
from courseporter.api.values import CourseChoice, DraftView, ErrorView, JobRow, Sniff
from courseporter.errors import gettext
from courseporter.gui import background, theme, words
from courseporter.gui.actions import Actions
from courseporter.gui.course.kinds import details
from courseporter.gui.course.rows import add_figures, add_points
from courseporter.gui.course.scorm_choice import ScormChoice
from courseporter.gui.forms.course_source import Ui_course_source
from courseporter.gui.handover import Handover
from courseporter.gui.icons import icon, pixmap
from courseporter.gui.words import badge, clicked, size, stage

CHECKED = Qt.CheckState.Checked
KEY = Qt.ItemDataRole.UserRole


class SourceStep(QWidget):
    """`started`: a job reads the file now; `proceed`: review the course that was imported;
    `update_wanted`: compare the course with its source.
    """

    started = Signal(str)
    proceed = Signal()
    update_wanted = Signal()

    def __init__(self, actor: api.Actor, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.actor = actor
        self.actions_of_app = actions
        self.sniff: Sniff | None = None
        self.job: JobRow | None = None
        self.error: ErrorView | None = None
        self.ready = False
        self.has_source = False
        self.form = Ui_course_source()
        self.form.setupUi(self)  # pyright: ignore[reportUnknownMemberType]  # uic writes no types
        self.scorm = ScormChoice(self)
        self.form.scorm_layout.addWidget(self.scorm)
        self.form.stop.setIcon(icon("stop", "error"))
        self.form.courses.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.form.courses.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.form.error_copy.setIcon(icon("copy", "muted"))
        self.form.error_template.setIcon(icon("table", "muted"))
        self.form.primary.clicked.connect(self.next)
        self.form.stop.clicked.connect(self.stop)
        self.form.update_course.clicked.connect(self.update_wanted)
        self.form.other_file.clicked.connect(actions.open_file)
        self.form.error_again.clicked.connect(self.retry)
        self.form.error_template.clicked.connect(actions.save_template)
        self.form.error_copy.clicked.connect(self._copy)
        self.form.courses.itemChanged.connect(self._count_courses)
        Handover(self, self.form.primary, self.form.stop, self.form.error_again)

    # ---- showing

    def show_reading(self, path: Path) -> None:
        """Show the name of a file that is being read."""
        self.sniff, self.job, self.ready = None, None, False
        self.form.title.setText(path.name)
        theme.keep_whole(self.form.title)
        self.form.facts.setText(gettext("Reading the file…"))
        self.form.facts.show()
        self.form.facts.setToolTip(str(path))
        self._show_courses(())
        self._show_parts((), ())
        self._show_error(None)
        self._buttons()
        self.form.stage.setText(gettext("Reading"))
        self.form.progress.setRange(0, 0)
        self.form.progress_text.setText("")
        self.form.progress_card.show()
        self.form.stop.hide()
        self.form.primary.hide()

    def show_sniff(self, sniff: Sniff) -> None:
        """Show a file that was dropped or chosen, before it is imported."""
        self.sniff, self.job, self.ready = sniff, None, False
        self.form.title.setText(sniff.name)
        theme.keep_whole(self.form.title)
        lessons = sniff.courses[0].lessons if len(sniff.courses) == 1 else None
        facts = (
            sniff.label,
            size(sniff.size) if sniff.size else "",
            words.lessons(lessons) if lessons else "",
        )
        self.form.facts.setText(" · ".join(fact for fact in facts if fact))
        self.form.facts.setVisible(any(facts))
        self.form.facts.setToolTip(sniff.path)
        self._show_courses(sniff.courses)
        self.scorm.start()
        self._show_parts(sniff.files, sniff.not_carried)
        self._show_error(sniff.error)
        self._buttons()

    def show_view(self, view: DraftView) -> None:
        """Show where a draft was imported from."""
        path, is_school = Path(view.row.source_path), view.row.is_school
        self.sniff, self.job, self.ready = None, None, True
        self.has_source = bool(view.row.source_path)
        self.form.title.setText(view.row.source_path if is_school else path.name)
        theme.keep_whole(self.form.title)
        facts = [view.source_label, "" if is_school else str(path.parent)]
        self.form.facts.setText(" · ".join(fact for fact in facts if fact))
        self.form.facts.show()
        self.form.facts.setToolTip("" if is_school else str(path))
        self.form.courses_card.hide()
        self._show_parts((), view.not_carried)
        self._show_error(None)
        self._buttons()

    def show_job(self, job: JobRow) -> None:
        """Show the progress of the import, or how it ended."""
        self.job = job
        self.ready = job.state == "completed" and job.draft_id is not None
        news = self.actions_of_app.news
        waits = job.state == "pending"
        self.form.stage.setText(badge(job).word if waits else stage(job))
        share = news.share(job)
        self.form.progress.setRange(0, 0 if share is None and not waits else 1000)
        self.form.progress.setValue(round((share or 0) * 1000))
        self.form.progress_text.setText(news.progress(job))
        stopping = news.stops(job)
        self.form.stop.setEnabled(not stopping)
        self.form.stop.setText(gettext("Stopping…") if stopping else gettext("Stop"))
        self._show_error(job.error if job.state == "failed" else stopped(job))
        self._buttons()

    def forget_job(self) -> None:
        """Forget the job: it was cleared and can't be resumed."""
        if self.job is not None and self.sniff is not None:
            self.show_sniff(self.sniff)
            return
        self.job = None
        self._show_error(self.error)
        self._buttons()

    def running(self) -> bool:
        """Whether a job is reading the file now."""
        return self.job is not None and self.job.state in {"pending", "running"}

    def _show_courses(self, offered: tuple[CourseChoice, ...]) -> None:
        courses = words.courses(len(offered))
        self.form.courses_title.setText(gettext("{courses} in this file", courses=courses))
        self.form.courses.clear()
        for course in offered:
            row = QListWidgetItem(course.title, self.form.courses)
            row.setData(KEY, course.key)
            row.setToolTip(course.title[:600])
            row.setCheckState(CHECKED)
            row.setSizeHint(QSize(0, theme.row_height()))
        shown = min(8, len(offered))
        self.form.courses.setFixedHeight(shown * theme.row_height() + 2)

    def _show_parts(
        self, files: tuple[tuple[str, int | None], ...], ignored: tuple[str, ...]
    ) -> None:
        self.form.files_card.setVisible(bool(files))
        add_figures(self.form.files, tuple((name, rows_of(rows)) for name, rows in files))
        self.form.left_out_card.setVisible(bool(ignored))
        add_points(self.form.left_out, ignored, "info", "muted")

    def _show_error(self, error: ErrorView | None) -> None:
        self.error = error
        self.form.error_card.setVisible(error is not None)
        if error is None:
            return
        is_stop = error.code == "canceled"
        glyph = pixmap(
            "stopped" if is_stop else "error",
            "muted" if is_stop else "error",
            20,
            self.devicePixelRatioF(),
        )
        self.form.error_icon.setPixmap(glyph)
        self.form.error_message.setText(error.message)
        self.form.error_where.setText(error.where or "")
        name = self.sniff.name if self.sniff else ""  # the title of the page says it
        self.form.error_where.setVisible(error.where not in {None, "", name})
        self.form.error_hint.setText(clicked(error.hint or ""))
        self.form.error_hint.setVisible(bool(error.hint))
        self.form.error_template.setVisible(self._is_table(error))
        self.form.error_copy.setVisible(not is_stop)
        self.form.error_again.setVisible(self.job is not None)

    def _is_table(self, error: ErrorView) -> bool:
        name = self.sniff.name.lower() if self.sniff else ""
        return error.code == "table_schema" or name.endswith((".csv", ".tsv"))

    def _buttons(self) -> None:
        running = self.running()
        self.form.progress_card.setVisible(running)
        self.form.stop.show()
        self.form.primary.setText(gettext("Continue") if self.ready else gettext("Import"))
        self.form.primary.setVisible(not running and self.error is None)
        several = self.sniff is not None and len(self.sniff.courses) > 1
        self.form.courses_card.setVisible(several and self.job is None)
        offered = () if self.sniff is None else self.sniff.choices
        scorm = any(one.name == "scorm" for one in offered) and self.error is None
        self.form.scorm_card.setVisible(scorm and self.job is None)
        self.form.update_course.setVisible(self.ready and self.has_source)
        self._count_courses()

    def _count_courses(self) -> None:
        keys = self._chosen()
        several = self.sniff is not None and len(self.sniff.courses) > 1
        self.form.primary.setEnabled(not several or bool(keys))
        if several and not self.ready:
            self.form.primary.setText(gettext("Import {courses}", courses=words.courses(len(keys))))

    def _chosen(self) -> tuple[str, ...]:
        rows = (self.form.courses.item(row) for row in range(self.form.courses.count()))
        return tuple(str(row.data(KEY)) for row in rows if row.checkState() == CHECKED)

    # ---- doing

    def next(self) -> None:
        """Import the file, or continue to review the course."""
        if self.ready:
            self.proceed.emit()
        elif self.sniff is not None and self.error is None and self.form.primary.isEnabled():
            self.form.primary.setEnabled(False)
            self.form.primary.setText(gettext("Starting…"))
            keys = self._chosen() if len(self.sniff.courses) > 1 else ()
            work = partial(
                api.prepare,
                self.actor,
                Path(self.sniff.path),
                source=self.sniff.source,
                course_keys=keys,
                choices=self._choices(),
            )
            background.run(work, self._started, self._failed)

    def _choices(self) -> dict[str, str]:
        """What was chosen of what the source offers."""
        offered = () if self.sniff is None else self.sniff.choices
        return {one.name: self.scorm.mode() for one in offered if one.name == "scorm"}

    def stop(self) -> None:
        """Stop the import; the button answers at once."""
        if self.job is not None and self.running():
            self.form.stop.setEnabled(False)
            self.form.stop.setText(gettext("Stopping…"))
            self.actions_of_app.stop_job(self.job.id)

    def retry(self) -> None:
        """Resume the job where it stopped."""
        if self.job is not None:
            self.actions_of_app.retry_job(self.job)

    def _started(self, job_id: str) -> None:
        self.started.emit(job_id)

    def _failed(self, error: Exception) -> None:
        self._buttons()
        self.actions_of_app.notice(error)

    def _copy(self) -> None:
        if self.error is not None:
            self.actions_of_app.copy(details(self.error), gettext("Copied the details."))


def rows_of(rows: int | None) -> str:
    """Return such as `1,204 rows`; a long table is not counted beforehand."""
    return gettext("counted during import") if rows is None else words.rows(rows)


def stopped(job: JobRow) -> ErrorView | None:
    """Return what to say about a job that was stopped."""
    if job.state != "canceled":
        return None
    return ErrorView(
        code="canceled",
        message=gettext("You stopped this import."),
        hint=gettext("Nothing is lost. Choose “Try again” to continue where it stopped."),
    )
