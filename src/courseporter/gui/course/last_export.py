"""The line on the destination step that leads back to the last export of the course."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from courseporter.api.values import DraftView, ExportView
from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.course.rows import plain
from courseporter.gui.words import moment, quoted


class LastExport(QFrame):
    """`wanted`: show the page of the last export."""

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_class(self, "panel")
        self.sentence = plain("")
        self.show_it = QPushButton(gettext("Show export"), self)
        theme.set_class(self.show_it, "link")
        self.show_it.clicked.connect(self.wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(16)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.show_it)
        self.hide()

    def show_export(self, view: DraftView) -> None:
        """Show when and where the course was exported last; hide for one that never was."""
        export = view.export
        self.setVisible(export is not None)
        if export is not None:
            self.sentence.setText(about(export))
            self.show_it.setVisible(export.exists)


def about(export: ExportView) -> str:
    """Return such as “Exported at 14:05 as “pottery.tar.gz”. Changed since export.”."""
    name, at = quoted(Path(export.path).name), moment(export.at)
    parts = [gettext("Last exported as {file} ({time}).", file=name, time=at)]
    if not export.exists:
        parts.append(gettext("The file has been moved or deleted."))
    if export.changed:
        parts.append(gettext("Changed since export."))
    return " ".join(parts)
