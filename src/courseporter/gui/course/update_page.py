"""A second import of the same source: what is new, changed or removed there, and bringing over what
is chosen, as one step that can be undone.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from courseporter import api
from courseporter.api.values import JobRow, UpdateItem, UpdateView
from courseporter.errors import PorterError, gettext
from courseporter.gui import background, theme
from courseporter.gui.actions import Actions
from courseporter.gui.course.rows import plain
from courseporter.gui.course.update_model import CLASS, TITLE, UpdateModel
from courseporter.gui.course.update_words import (
    difference_html,
    summary,
    update_words,
    what_happens,
)
from courseporter.gui.words import badge, clicked, quoted, stage

CLASS_WIDTH: Final = 256


class UpdatePage(QWidget):
    """`ended`: back to the course; `updated`: the course has changed."""

    ended = Signal()
    updated = Signal()

    def __init__(self, actor: api.Actor, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.actor = actor
        self.actions_of_app = actions
        self.draft_id = self.course = ""
        self.job_id: str | None = None
        self.reading = False  # the job has not ended
        self.read_job: str | None = None  # the last job; its end is shown here
        self.view: UpdateView | None = None
        self.path: Path | None = None  # the source, if it is another file now
        self.model = UpdateModel(self)
        self.title = plain("", "title")
        self.summary = plain("", "muted")
        self.progress_text = plain("", "muted")
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.error = plain("", "error")
        self.hint = plain("", "muted")
        self.tree = QTreeView(self)
        self.difference = QTextBrowser(self)
        self.split = QSplitter(Qt.Orientation.Horizontal, self)
        self.other = QPushButton(gettext("Choose another file…"), self)
        self.stop = QPushButton(gettext("Stop"), self)
        self.again = QPushButton(gettext("Compare again"), self)
        self.cancel = QPushButton(gettext("Cancel"), self)
        self.primary = QPushButton(gettext("Update"), self)
        self._compose()
        self._connect()

    def _compose(self) -> None:
        theme.set_class(self.primary, "primary")
        theme.set_class(self.other, "link")
        self.tree.setModel(self.model)
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setAccessibleName(gettext("Items that differ"))
        head = self.tree.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(TITLE, QHeaderView.ResizeMode.Stretch)
        self.tree.setColumnWidth(CLASS, CLASS_WIDTH)
        self.difference.setOpenLinks(False)
        self.difference.setAccessibleName(gettext("Differences"))
        self.difference.document().setDocumentMargin(16)
        self.difference.setFrameShape(QFrame.Shape.NoFrame)
        self.split.addWidget(self.tree)
        self.split.addWidget(self.difference)
        self.split.setSizes([560, 400])
        self.split.setChildrenCollapsible(False)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        column = QVBoxLayout()
        column.setContentsMargins(24, 24, 24, 0)
        column.setSpacing(8)
        page.addLayout(column, 1)
        page.addWidget(self._footer())
        for part in (self.title, self.summary, self.progress_text, self.progress):
            column.addWidget(part)
        for part in (self.error, self.hint):
            column.addWidget(part)
        column.addWidget(self.split, 1)
        self.filler = QWidget(self)
        column.addWidget(self.filler, 1)

    def _footer(self) -> QFrame:
        footer = QFrame(self)
        theme.set_class(footer, "strip")
        row = QHBoxLayout(footer)
        row.setContentsMargins(24, 12, 24, 12)
        row.setSpacing(8)
        row.addWidget(self.other)
        row.addStretch(1)
        for button in (self.stop, self.again, self.cancel, self.primary):
            row.addWidget(button)
        return footer

    def _connect(self) -> None:
        self.model.toggled.connect(self._count)
        self.tree.selectionModel().currentChanged.connect(self._show_difference)
        theme.watch.changed.connect(self._show_difference)
        self.other.clicked.connect(self._choose_file)
        self.stop.clicked.connect(self._stop)
        self.again.clicked.connect(self._again)
        self.cancel.clicked.connect(self.close_update)
        self.primary.clicked.connect(self.update_course)
        self.actions_of_app.news.changed.connect(self._watch)

    # ---- asking

    def open(self, draft_id: str, title: str, path: Path | None = None) -> None:
        """Read the source of a course again, or another file in its place."""
        self.draft_id, self.course, self.path = draft_id, title, path
        self.job_id = self.view = None
        self.title.setText(gettext("Update {title}", title=quoted(title, 60)))
        self.model.show_items(())
        self._show_state(gettext("Reading the source…"))
        work = partial(api.start_update, self.actor, draft_id, path)
        background.run(work, partial(self._started, draft_id), self._failed)

    def update_course(self) -> None:
        """Bring over what is chosen."""
        if self.view is None or self.job_id is None or not self.model.chosen:
            return
        take = "all" if self.model.is_default() else tuple(sorted(self.model.chosen))
        self.primary.setEnabled(False)
        work = partial(api.take_update, self.actor, self.draft_id, self.job_id, take, self.view.rev)
        amount = len(self.model.chosen)
        background.run(work, partial(self._updated, amount), self._failed)

    def close_update(self) -> None:
        """Forget what was read, and go back to the course."""
        self.forget()
        self.ended.emit()

    def forget(self) -> None:
        """Another course is shown: stop reading, and forget what was read."""
        if self.reading:
            self._stop()
        elif self.job_id is not None:
            work = partial(api.drop_update, self.actor, self.draft_id, self.job_id)
            background.run(work, None, self.actions_of_app.notice)
        self.job_id = self.view = None
        self.reading = False

    # ---- the job

    def _started(self, draft_id: str, job_id: str) -> None:
        if draft_id == self.draft_id:
            self.job_id = self.read_job = job_id
            self.reading = True
            self.actions_of_app.watcher.look()
            self._read_job()

    def _watch(self) -> None:
        if not self.reading:
            return
        active = {job.id: job for job in self.actions_of_app.news.active}
        if self.job_id in active:
            self._show_job(active[self.job_id])
        else:
            self._read_job()

    def _read_job(self) -> None:
        if self.job_id is not None:
            work = partial(api.job, self.actor, self.job_id)
            background.run(work, self._show_job, self._failed)

    def _show_job(self, job: JobRow) -> None:
        if job.id != self.job_id or not self.reading:
            return
        self.reading = job.state in ("pending", "running")
        if job.state == "completed":
            work = partial(api.look_at_update, self.actor, self.draft_id, job.id)
            background.run(work, partial(self._show_view, job.id), self._failed)
        elif job.state == "failed" and job.error is not None:
            self._show_error(job.error.message, job.error.hint)
        elif job.state == "canceled":
            self._show_error(gettext("You stopped reading the source."), None)
        else:
            words = (badge(job).word if job.state == "pending" else stage(job),
                     self.actions_of_app.news.progress(job))  # fmt: skip
            self._show_state(" · ".join(filter(None, words)))
            share = self.actions_of_app.news.share(job)
            self.progress.setRange(0, 0 if share is None else 1000)
            self.progress.setValue(round((share or 0) * 1000))

    def _show_view(self, job_id: str, view: UpdateView) -> None:
        if job_id != self.job_id or self.view is not None:
            return
        self.view = view
        self._show_state("")
        self.summary.setText(summary(view))
        nothing = not view.items
        if nothing:
            self.hint.setText(gettext("The source hasn't changed. There is nothing to update."))
        self.hint.setVisible(nothing)
        self.summary.setVisible(not nothing)
        self.split.setVisible(not nothing)
        self.filler.setVisible(nothing)
        self.primary.setVisible(not nothing)
        self.model.show_items(view.items)
        if not nothing:
            self.tree.setCurrentIndex(self.model.index(0, 0))
            self.tree.setFocus()

    def _updated(self, amount: int, view: UpdateView) -> None:
        self.job_id = self.view = None
        self.ended.emit()
        self.updated.emit()
        if view.step is None:
            self.actions_of_app.toast(gettext("Nothing was changed."))
        else:
            undo = partial(self._undo, self.draft_id)
            self.actions_of_app.toast(f"{update_words(amount)}: {gettext('done')}.", undo)

    def _undo(self, draft_id: str) -> None:
        background.run(
            partial(api.undo, self.actor, draft_id), self._undone, self.actions_of_app.notice
        )

    def _undone(self, label: str | None) -> None:
        self.updated.emit()
        if label:
            self.actions_of_app.toast(gettext("Undone: {label}.", label=label))

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, PorterError):
            self.actions_of_app.notice(error)
            self.close_update()
            return
        self._show_error(str(error.message), str(error.hint or ""))

    # ---- showing

    def _show_state(self, words: str) -> None:
        """Show that the source is being read; no words: it has been."""
        reading = bool(words)
        self.progress_text.setText(words)
        for part in (self.progress, self.progress_text, self.stop):
            part.setVisible(reading)
        self.progress.setRange(0, 0)
        for part in (self.error, self.hint, self.again, self.summary):
            part.hide()
        self.split.setVisible(not reading)
        self.filler.setVisible(reading)
        self.primary.setVisible(not reading)
        self.cancel.setVisible(not reading)

    def _show_error(self, message: str, hint: str | None) -> None:
        """Show why the source can't be read, or the course can't be updated."""
        self.view = None
        self._show_state("")
        self.error.setText(message)
        self.hint.setText(clicked(hint or ""))
        self.error.show()
        self.hint.setVisible(bool(hint))
        self.split.hide()
        self.filler.show()
        self.primary.hide()
        self.again.show()
        self.again.setFocus()

    def _count(self) -> None:
        amount = len(self.model.chosen)
        self.primary.setText(update_words(amount))
        self.primary.setEnabled(bool(amount))
        self._show_difference()

    def _show_difference(self, current: QModelIndex | None = None) -> None:
        item = self._current(current)
        if item is None:
            self.difference.clear()
            return
        sentence = what_happens(item, chosen=item.key in self.model.chosen)
        self.difference.setHtml(difference_html(item.diff, sentence))

    def _current(self, current: QModelIndex | None) -> UpdateItem | None:
        index = current if current is not None else self.tree.currentIndex()
        return self.model.items[index.row()] if index.isValid() else None

    def _choose_file(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, gettext("Choose the source"))
        if name:
            self._start_over(Path(name))

    def _again(self) -> None:
        self._start_over(self.path)

    def _start_over(self, path: Path | None) -> None:
        self.forget()
        self.open(self.draft_id, self.course, path)

    def _stop(self) -> None:
        if self.job_id is not None:
            self.actions_of_app.stop_job(self.job_id)
