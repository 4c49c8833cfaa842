"""The strip at the bottom: the running job, its progress, Pause and Stop.

It is always there, so that nothing on the page moves when a job starts or ends.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton

from courseporter.api.values import JobRow
from courseporter.errors import gettext
from courseporter.gui import theme, words
from courseporter.gui.actions import Actions
from courseporter.gui.click_guard import SUBJECT
from courseporter.gui.handover import Handover
from courseporter.gui.icons import icon, pixmap
from courseporter.gui.one_line import OneLine

STEPS: Final = 1000


class JobsStrip(QFrame):
    """Shows the running job, else the first that waits; a click opens the Jobs page."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        theme.set_class(self, "strip")
        self.setFixedHeight(theme.STRIP)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.actions_of_app = actions
        self.job: JobRow | None = None
        self.picture = QLabel()
        self.title = OneLine()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(160)
        self.bar.setAccessibleName(gettext("Progress"))
        self.figures = QLabel()
        theme.set_class(self.figures, "small", "muted")
        self.others = QPushButton()
        theme.set_class(self.others, "link")
        self.others.clicked.connect(actions.items["go_jobs"].trigger)
        self.pause = QPushButton()
        theme.set_class(self.pause, "quiet")
        self.pause.clicked.connect(self.pause_job)
        self.stop = QPushButton(icon("stop", "error"), gettext("Stop"))
        theme.set_class(self.stop, "quiet", "danger")
        self.stop.clicked.connect(self.stop_job)
        Handover(self, self.pause, self.stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 16, 0)
        row.setSpacing(12)
        row.addWidget(self.picture)
        row.addWidget(self.title, 1)
        for part in (self.bar, self.figures, self.others, self.pause, self.stop):
            row.addWidget(part)
        self.show_idle()
        actions.news.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show the running job, else the first that waits."""
        active = self.actions_of_app.news.active
        running = [job for job in active if job.state == "running"]
        before, self.job = self.job, next(iter(running or active), None)
        if self.job is None:
            self.show_idle()
            return
        theme.set_class(self.title)
        self.picture.show()
        for button in (self.pause, self.stop):
            button.show()
            button.setProperty(SUBJECT, self.job.id)
        news = self.actions_of_app.news
        badge = words.badge(self.job)
        self.picture.setPixmap(pixmap(badge.icon, badge.role, 20, self.devicePixelRatioF()))
        waits = words.waiting(self.job) or badge.word
        stage = words.stage(self.job) if self.job.state == "running" else waits
        full = " · ".join(filter(None, (words.headline(self.job), stage)))
        self.title.setText(full)
        self.title.setToolTip(full[:600])
        self.show_figures(news.progress(self.job), fresh=before is None or before.id != self.job.id)
        self.figures.setVisible(self.job.state == "running")
        self.show_share(news.share(self.job))
        more = news.open_jobs - 1
        self.others.setVisible(more > 0)
        self.others.setText(gettext("and {jobs}", jobs=words.more_jobs(more)))
        stopping = news.stops(self.job)
        self.stop.setEnabled(not stopping)
        self.stop.setText(gettext("Stopping…") if stopping else gettext("Stop"))
        waits, pausing = bool(words.waiting(self.job)), news.pauses(self.job)
        self.pause.setIcon(icon("play" if waits else "pause", "muted"))
        pause = gettext("Pausing…") if pausing else gettext("Pause")
        self.pause.setText(gettext("Resume") if waits else pause)
        self.pause.setEnabled(not stopping and not pausing)

    def show_idle(self) -> None:
        """Say that no job is running."""
        for part in (self.picture, self.bar, self.figures, self.others, self.pause, self.stop):
            part.hide()
        theme.set_class(self.title, "muted")
        self.title.setText(gettext("No jobs running"))
        self.title.setToolTip("")

    def show_figures(self, text: str, *, fresh: bool) -> None:
        """Show the progress; its width only grows for the same job, so the bar beside it stays."""
        self.figures.setMinimumWidth(0)
        wide = 0 if fresh else self.figures.width()
        self.figures.setText(text)
        self.figures.setMinimumWidth(max(wide, self.figures.sizeHint().width()))

    def show_share(self, share: float | None) -> None:
        """Show how much is done; a moving bar while the total is unknown."""
        running = self.job is not None and self.job.state == "running"
        self.bar.setVisible(running)
        self.bar.setRange(0, 0 if share is None else STEPS)
        if share is not None:
            self.bar.setValue(round(share * STEPS))

    def pause_job(self) -> None:
        """Pause the job, or resume one that waits."""
        if self.job is not None:
            self.actions_of_app.pause_job(self.job)
            self.refresh()

    def stop_job(self) -> None:
        """Stop the job; the button answers at once, the worker within a second."""
        if self.job is not None:
            self.stop.setText(gettext("Stopping…"))
            self.stop.setEnabled(False)
            self.actions_of_app.stop_job(self.job.id)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the Jobs page by a click anywhere else."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.actions_of_app.items["go_jobs"].trigger()
        super().mouseReleaseEvent(event)
