"""After the export: what was written and where, the report, and the way into Studio."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from courseporter import api
from courseporter.api.values import DraftView, JobRow, Sums
from courseporter.errors import gettext
from courseporter.gui.actions import Actions
from courseporter.gui.forms.course_done import Ui_course_done
from courseporter.gui.icons import icon, pixmap
from courseporter.gui.words import balance, moment, quoted, size


class Package(NamedTuple):
    """A package that was written; `owner`: the job or draft whose report can be saved."""

    owner: str
    title: str
    path: Path
    size: int
    sums: Sums | None
    at: int = 0  # epoch milliseconds; 0: just now


class Done(QWidget):
    """`proceed`: show how to import it; `back`: return to the settings."""

    proceed = Signal()
    back = Signal()

    def __init__(self, actor: api.Actor, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.actor = actor
        self.actions_of_app = actions
        self.package: Package | None = None
        self.form = Ui_course_done()
        self.form.setupUi(self)  # pyright: ignore[reportUnknownMemberType]  # uic writes no types
        self.form.show_in_folder.setIcon(icon("folder", "muted"))
        self.form.copy_path.setIcon(icon("copy", "muted"))
        self.form.save_report.setIcon(icon("report", "muted"))
        self.form.primary.clicked.connect(self.proceed)
        self.form.back.clicked.connect(self.back)
        self.form.show_in_folder.clicked.connect(self._show_in_folder)
        self.form.copy_path.clicked.connect(self._copy_path)
        self.form.save_report.clicked.connect(self._report)

    def show_job(self, job: JobRow, sums: Sums | None) -> None:
        """Show an export that has just finished; `sums`: the ledger of the draft."""
        path = Path(job.out_path or "")
        self._show(Package(job.id, job.title, path, job.out_bytes or 0, job.sums or sums))

    def show_export(self, view: DraftView) -> None:
        """Show the last export of a course."""
        export = view.export
        if export is not None:
            path = Path(export.path)
            title = view.course.title
            self._show(Package(view.row.id, title, path, export.bytes, view.sums, export.at))

    def path(self) -> Path:
        """Return the package that was written."""
        return self.package.path if self.package else Path()

    def _show(self, package: Package) -> None:
        self.package = package
        sums = package.sums
        failed = sums is not None and bool(sums.failed)
        glyph, role = ("warning", "warning") if failed else ("done", "success")
        self.form.glyph.setPixmap(pixmap(glyph, role, 32, self.devicePixelRatioF()))
        self.form.sentence.setText(sentence(package))
        self.form.file.setText(where(package))
        self.form.ledger.setText(f"{balance(sums)}." if sums and sums.found else "")
        self.form.ledger.setVisible(bool(self.form.ledger.text()))

    def _show_in_folder(self) -> None:
        self.actions_of_app.show_in_folder(self.path())

    def _copy_path(self) -> None:
        self.actions_of_app.copy(str(self.path()), gettext("Copied the path."))

    def _report(self) -> None:
        if self.package is not None:
            owner, title = self.package.owner, self.package.title
            self.actions_of_app.save_report(owner, title, self.path().parent)


def sentence(package: Package) -> str:
    """Return such as “Exported “Pottery”. All items exported and verified.”."""
    title, sums = quoted(package.title), package.sums
    if sums is not None and sums.found and sums.converted == sums.found:
        return gettext("Exported {title}. All items exported and verified.", title=title)
    return gettext("Exported {title} and verified the package.", title=title)


def where(package: Package) -> str:
    """Return such as “pottery.tar.gz, 48 MB, in /home/ada/courses · 14:05”."""
    parts = [package.path.name, size(package.size) if package.size else ""]
    parts.append(gettext("in {folder}", folder=str(package.path.parent)))
    text = ", ".join(part for part in parts if part)
    return f"{text} · {moment(package.at)}" if package.at else text
