"""One import: its counters, which are filters, its rows, and the chosen row next to them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from courseporter import api
from courseporter.api import rows as api_rows
from courseporter.api.rows import RowDetail, RowImportView
from courseporter.errors import gettext, ngettext
from courseporter.gui import background, theme
from courseporter.gui.actions import Actions
from courseporter.gui.course.rows import plain
from courseporter.gui.icons import icon
from courseporter.gui.one_line import OneLine
from courseporter.gui.rows import wording
from courseporter.gui.rows.detail import NONE, RowPanel
from courseporter.gui.rows.history import counted
from courseporter.gui.rows.model import DATE, NOTE, NUMBER, STATE, TITLE, RowsModel
from courseporter.gui.rows.state_delegate import StateDelegate

WIDTHS = {NUMBER: 72, DATE: 108, STATE: 124}
PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
FINISHED = ("completed", "failed", "canceled")


class ImportView(QWidget):
    """`left` asks for the list of imports."""

    left = Signal()

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.actions_of_app = actions
        self.model = RowsModel(actions.actor)
        self.panel = RowPanel()
        self.row = 0  # the number of the row next to the table
        self.table = QTableView()
        self.filters: dict[str, QPushButton] = {}
        self.lay_out()
        self.set_up_table()
        self.model.updated.connect(self.update_head)
        self.panel.decided.connect(self.decide)
        self.panel.retried.connect(self.retry_row)
        self.panel.corrected.connect(self.correct)

    def lay_out(self) -> None:
        """Title and buttons, counters, table and row."""
        self.title = OneLine("")
        theme.set_class(self.title, "title")
        self.back = QPushButton(icon("chevron-left", "muted"), "")
        theme.set_class(self.back, "quiet", "icon")
        self.back.setAccessibleName(gettext("All imports"))
        self.back.setToolTip(gettext("All imports"))
        self.back.clicked.connect(self.left)
        self.state = QLabel()
        self.send = self.button(gettext("Send the rows"), self.run_job, "primary")
        self.stop = self.button(gettext("Stop"), self.stop_job, "secondary")
        self.retry = self.button(gettext("Retry failed"), self.retry_failed, "secondary")
        self.export = self.button(gettext("Export failed…"), self.export_failed, "secondary")
        self.undo = self.button(gettext("Undo"), self.undo_job, "secondary")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.back)
        head.addWidget(self.title, 1)
        for one in (self.undo, self.export, self.retry, self.stop, self.send):
            head.addWidget(one)
        self.about = plain("", "muted")
        self.why = plain("")
        views = QHBoxLayout()
        views.setSpacing(4)
        self.group = QButtonGroup(self)
        for status in ("", *wording.STATES):
            chip = QPushButton()
            chip.setCheckable(True)
            chip.setChecked(not status)
            theme.set_class(chip, "quiet")
            chip.clicked.connect(partial(self.show_status, status))
            self.group.addButton(chip)
            self.filters[status] = chip
            views.addWidget(chip)
        views.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.table, 1)
        middle.addWidget(self.panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.about)
        column.addWidget(self.why)
        column.addLayout(views)
        column.addLayout(middle, 1)
        self.why.hide()

    def button(self, text: str, run: object, kind: str) -> QPushButton:
        """A button of the head."""
        made = QPushButton(text)
        theme.set_class(made, kind)
        made.clicked.connect(run)
        made.hide()
        return made

    def set_up_table(self) -> None:
        """Fixed heights and widths, so no row is measured."""
        table = self.table
        table.setModel(self.model)
        table.setItemDelegateForColumn(STATE, StateDelegate(table))
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.installEventFilter(self)
        table.setAccessibleName(gettext("Rows"))
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(theme.row_height())
        head = table.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for column in (TITLE, NOTE):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        for column, width in WIDTHS.items():
            table.setColumnWidth(column, width)
        table.selectionModel().currentRowChanged.connect(self.choose)

    # -- looking -------------------------------------------------------------------------------

    def show_import(self, job: str) -> None:
        """Show another import."""
        self.row = 0
        self.panel.show_row(None)
        self.filters[""].setChecked(True)
        self.model.show_rows(job)

    def show_status(self, status: str, checked: bool = True) -> None:  # noqa: FBT001, FBT002 - Qt's slot
        """Show rows of one status."""
        del checked
        self.model.show_rows(self.model.job, status)

    def refresh(self) -> None:
        """Read again after a change."""
        self.model.refresh()

    @property
    def view(self) -> RowImportView | None:
        """The import as it was read last."""
        return self.model.view

    def at_rest(self) -> bool:
        """Whether nothing is at work."""
        return self.view is not None and self.view.state in FINISHED

    def update_head(self) -> None:
        """Words, buttons and counters of what was read."""
        view = self.view
        if view is None:
            return
        badge = wording.job_badge(view)
        self.title.setText(view.file_name)
        about = (badge.word, wording.about(view), wording.summary(view))
        self.about.setText(" · ".join(part for part in about if part))
        why = wording.waiting(view)
        self.why.setText(why)
        self.why.setVisible(bool(why))
        theme.set_class(self.why, "error" if view.state == "failed" else "text")
        for status, chip in self.filters.items():
            chip.setText(f"{wording.filter_word(status)}  {counted(view, status)}")
            chip.setVisible(not status or bool(view.counts[status]) or chip.isChecked())
        rest, pending = self.at_rest(), view.counts["pending"]
        self.send.setVisible(rest and bool(pending) and view.sends)
        self.send.setText(
            gettext("Continue")
            if view.state != "completed"
            else str(ngettext("Send {count} row", "Send {count} rows", pending))
        )
        self.stop.setVisible(not rest)
        self.retry.setVisible(bool(view.counts["failed"]))
        self.export.setVisible(bool(view.counts["failed"] or view.counts["held"]))
        self.undo.setVisible(rest and view.sends and bool(view.counts["success"]))
        if not self.table.currentIndex().isValid() and self.model.total:
            self.table.setCurrentIndex(self.model.index(0, 0))
        self.read_row()

    def choose(self, now: QModelIndex, before: QModelIndex | None = None) -> None:
        """Show the row next to the table."""
        del before
        line = self.model.line(now.row()) if now.isValid() else None
        if line is not None:
            self.row = line.row
            self.read_row()

    def read_row(self) -> None:
        """Read the row that is shown again."""
        line = self.model.line(self.table.currentIndex().row())
        if line is not None:
            self.row = line.row
        if not self.row or not self.model.job:
            return
        look = partial(read_row, self.actions_of_app.actor, self.model.job, self.row)
        background.run(look, self.take_row, self.actions_of_app.notice)

    def take_row(self, detail: RowDetail) -> None:
        """In the GUI thread."""
        if detail.view.row == self.row:
            self.panel.show_row(detail)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys 1 to 5 and N choose for a held row; the table would search for them."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            plain_key = event.modifiers() in PLAIN
            if plain_key and self.panel.press(event.text()):
                return True
        return super().eventFilter(watched, event)

    # -- doing ---------------------------------------------------------------------------------

    def work(self, function: Callable[..., object], *arguments: object) -> None:
        """Do something off the GUI thread, then look again."""
        call = partial(function, self.actions_of_app.actor, self.model.job, *arguments)
        background.run(call, self.did, self.actions_of_app.notice)

    def did(self, result: object) -> None:
        """Something has changed."""
        del result
        self.actions_of_app.watcher.look()
        self.model.refresh()

    def run_job(self) -> None:
        """Send what is pending."""
        self.work(api_rows.continue_rows)

    def stop_job(self) -> None:
        """Stop after the row that is being sent."""
        self.work(api.cancel)

    def retry_failed(self) -> None:
        """Send failed rows again."""
        self.work(api_rows.reopen_rows)

    def retry_row(self) -> None:
        """Send this row again."""
        self.work(api_rows.reopen_rows, self.row)

    def undo_job(self) -> None:
        """Delete the records of this import."""
        self.work(api_rows.start_undo_rows)

    def decide(self, choice: str) -> None:
        """Choose for a held row, and continue to the next one."""
        self.work(api_rows.decide_row, self.row, None if choice == NONE else choice)

    def correct(self) -> None:
        """Save the cells of the row, and send it."""
        self.work(api_rows.correct_row, self.row, self.panel.corrections())

    def export_failed(self) -> None:
        """Ask where to, and write the rows."""
        stem = Path(self.view.file_name).stem if self.view else "rows"
        dialog = QFileDialog(self, gettext("Export failed rows"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"{stem}-failed.csv")
        dialog.fileSelected.connect(self.write_failed)
        dialog.open()

    def write_failed(self, path: str) -> None:
        """Write the file; the dialog has asked before replacing one."""
        call = partial(
            api_rows.export_failed_rows,
            self.actions_of_app.actor,
            self.model.job,
            Path(path),
            force=True,
        )
        background.run(call, partial(self.wrote, Path(path)), self.actions_of_app.notice)

    def wrote(self, path: Path, count: int) -> None:
        """Say so."""
        said = ngettext("Exported {count} row to {name}.", "Exported {count} rows to {name}.",
                        count, name=path.name)  # fmt: skip
        self.actions_of_app.toast(
            str(said),
            partial(self.actions_of_app.show_in_folder, path),
            label=gettext("Show in folder"),
        )


def read_row(actor: api.Actor, job: str, row: int) -> RowDetail:
    """Off the GUI thread."""
    return api_rows.row_of(actor, job, row)
