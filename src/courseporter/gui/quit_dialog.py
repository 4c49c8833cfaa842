"""The one question the app asks: quit while jobs run?"""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from courseporter.gui import theme, words


class QuitDialog(QDialog):
    """Accepted: stop the jobs and quit.  Rejected: go on."""

    def __init__(self, parent: QWidget, running: int) -> None:
        super().__init__(parent)
        self.setWindowTitle("Quit CoursePorter")
        what = "A job is" if running == 1 else f"{words.number(running)} jobs are"
        goes = "It goes" if running == 1 else "They go"
        title = QLabel(f"{what} still running.")
        theme.set_class(title, "section")
        more = QLabel(f"Nothing is lost. {goes} on from the same place when you start again.")
        theme.set_class(more, "muted")
        self.stop = QPushButton("Stop and resume later")
        self.keep = QPushButton("Keep running")
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
