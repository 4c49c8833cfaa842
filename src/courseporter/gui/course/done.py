"""After the export: what was written, where it lies, the report, and the way into Studio."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from courseporter import api
from courseporter.api.values import JobRow, Sums
from courseporter.gui.actions import Actions
from courseporter.gui.forms.course_done import Ui_course_done
from courseporter.gui.icons import icon, pixmap
from courseporter.gui.words import balance, items, quoted, size


class Done(QWidget):
    """`go_on`: show how to import it; `back`: to the settings again."""

    go_on = Signal()
    back = Signal()

    def __init__(self, actor: api.Actor, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.actor = actor
        self.actions_of_app = actions
        self.job: JobRow | None = None
        self.form = Ui_course_done()
        self.form.setupUi(self)  # pyright: ignore[reportUnknownMemberType]  # uic writes no types
        self.form.show_in_folder.setIcon(icon("folder", "muted"))
        self.form.copy_path.setIcon(icon("copy", "muted"))
        self.form.save_report.setIcon(icon("report", "muted"))
        self.form.go_on.clicked.connect(self.go_on)
        self.form.back.clicked.connect(self.back)
        self.form.show_in_folder.clicked.connect(self._show_in_folder)
        self.form.copy_path.clicked.connect(self._copy_path)
        self.form.save_report.clicked.connect(self._report)

    def show_job(self, job: JobRow, sums: Sums | None) -> None:
        """Say what is true about a finished export; `sums`: what the draft holds."""
        self.job = job = msgspec.structs.replace(job, sums=job.sums or sums)
        notes = bool(job.sums and job.sums.failed)
        glyph, role = ("warning", "warning") if notes else ("done", "success")
        self.form.glyph.setPixmap(pixmap(glyph, role, 32, self.devicePixelRatioF()))
        self.form.sentence.setText(sentence(job))
        self.form.file.setText(where(job))
        self.form.ledger.setText(f"{balance(job.sums)}." if job.sums else "")
        self.form.ledger.setVisible(job.sums is not None)

    def path(self) -> Path:
        """The package that was written."""
        return Path(self.job.out_path or "") if self.job else Path()

    def _show_in_folder(self) -> None:
        self.actions_of_app.show_in_folder(self.path())

    def _copy_path(self) -> None:
        self.actions_of_app.copy(str(self.path()), "Copied the path.")

    def _report(self) -> None:
        if self.job is not None:
            self.actions_of_app.save_report(self.job.id, self.job.title, self.path().parent)


def sentence(job: JobRow) -> str:
    """`Exported ‘Pottery’: 212 of 212 items, checked.`"""
    said = f"Exported {quoted(job.title)}"
    return f"{said}: {items(job.sums)}, checked." if job.sums and job.sums.found else f"{said}."


def where(job: JobRow) -> str:
    """`pottery.tar.gz, 48 MB, in /home/ada/courses`."""
    path = Path(job.out_path or "")
    parts = [path.name, size(job.out_bytes) if job.out_bytes else "", f"in {path.parent}"]
    return ", ".join(part for part in parts if part)
