"""Which column means what, for a header that no format knows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QVBoxLayout, QWidget

from courseporter.api.rows import RowFormatInfo
from courseporter.errors import gettext
from courseporter.gui.course.rows import plain


class MappingForm(QWidget):
    """A choice for each column that the chosen format needs.  `changed`: all have been made."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.header: tuple[str, ...] = ()
        self.choices: dict[str, QComboBox] = {}
        self.said = plain(
            gettext(
                "Match your columns. CoursePorter remembers this for files with the same header."
            ),
            "muted",
        )
        self.form = QFormLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.said)
        column.addLayout(self.form)
        self.hide()

    def ask(self, header: Sequence[str], known: RowFormatInfo) -> None:
        """Ask for the columns of this format."""
        self.header = tuple(header)
        self.choices.clear()
        while self.form.rowCount():
            self.form.removeRow(0)
        names = {cell.strip().casefold() for cell in header}
        for needed in known.required:
            if needed.casefold() in names:
                continue
            choice = QComboBox()
            choice.addItem(gettext("Choose a column"), "")
            for cell in header:
                choice.addItem(cell[:80], cell)
            choice.currentIndexChanged.connect(self.look)
            choice.setAccessibleName(needed)
            self.choices[needed] = choice
            self.form.addRow(needed, choice)
        self.show()

    def look(self) -> None:
        """Whether every column has been chosen."""
        if all(choice.currentData() for choice in self.choices.values()):
            self.changed.emit()

    def mapped(self) -> dict[str, str]:
        """Column of the file → column of the format."""
        return {
            str(choice.currentData()): needed
            for needed, choice in self.choices.items()
            if choice.currentData()
        }
