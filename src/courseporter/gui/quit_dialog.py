"""The one question the app asks: quit while jobs run?"""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from courseporter.errors import gettext, ngettext
from courseporter.gui import theme, words


class QuitDialog(QDialog):
    """Accepted: stop the jobs and quit.  Rejected: keep the app open."""

    def __init__(self, parent: QWidget, running: int) -> None:
        super().__init__(parent)
        self.setWindowTitle(gettext("Quit CoursePorter"))
        title = QLabel(
            str(
                ngettext(
                    "{number} job is still running.",
                    "{number} jobs are still running.",
                    running,
                    number=words.number(running),
                )
            )
        )
        theme.set_class(title, "section")
        more = QLabel(
            gettext("If you quit, they stop and resume when you open CoursePorter again.")
            if running > 1
            else gettext("If you quit, it stops and resumes when you open CoursePorter again.")
        )
        theme.set_class(more, "muted")
        self.stop = QPushButton(gettext("Quit and resume later"))
        self.keep = QPushButton(gettext("Don't quit"))
        theme.set_class(self.keep, "primary")
        self.keep.setDefault(True)
        self.stop.setAutoDefault(False)
        self.stop.clicked.connect(self.accept)
        self.keep.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.stop)
        buttons.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(title)
        column.addWidget(more)
        column.addSpacing(16)
        column.addLayout(buttons)
