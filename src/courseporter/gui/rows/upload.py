"""A new import: the file, what is in it, and how it is to be imported."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from courseporter import api
from courseporter.api import rows as api_rows
from courseporter.api.rows import RowOptions, RowsPreview
from courseporter.errors import PorterError, gettext
from courseporter.gui import background, theme, words
from courseporter.gui.actions import Actions
from courseporter.gui.course.rows import add_figures, clear_layout, plain
from courseporter.gui.rows.mapping_form import MappingForm

WIDTH = 860
FACTS = 480
READ_AT_MOST = 100_000  # rows of a preview: more are counted when the import reads them
SAMPLE_COLUMNS = 6


class Upload(QScrollArea):
    """`left` asks for the list of imports, `started` carries the id of a job."""

    left = Signal()
    started = Signal(str)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.actions_of_app = actions
        self.path: Path | None = None
        self.preview: RowsPreview | None = None
        self.reading = 0  # the newest preview that was asked for
        self.formats = {one.name: one for one in api_rows.row_formats()}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.make_fields()
        self.lay_out()

    def make_fields(self) -> None:
        """The choices."""
        known = [(str(one.label), one.name) for one in self.formats.values()]
        self.kind = combo((gettext("Recognize the columns"), ""), *known)
        self.to = combo((gettext("Nowhere: only check the rows"), ""))
        self.enrich = combo((gettext("Don't look up films"), ""))
        self.order = combo((gettext("Choose an order"), ""), (gettext("Day first"), "dmy"),
                           (gettext("Month first"), "mdy"))  # fmt: skip
        self.date = QLineEdit()
        self.date.setPlaceholderText(gettext("YYYY-MM-DD, for tables without viewing dates"))
        self.dry = QCheckBox(gettext("Check first, send later"))
        self.dry.setChecked(True)
        self.twice = QCheckBox(gettext("Also import duplicates"))
        self.mapping = MappingForm()
        for one in (self.kind, self.enrich, self.order):
            one.currentIndexChanged.connect(self.look)
        self.kind.currentIndexChanged.connect(self.ask_columns)
        self.to.currentIndexChanged.connect(self.enable)
        self.date.editingFinished.connect(self.look)
        self.twice.toggled.connect(self.look)
        self.mapping.changed.connect(self.look)

    def lay_out(self) -> None:
        """Title, what is in the file, choices, and the buttons."""
        self.title = QLabel(gettext("Import rows"))
        theme.set_class(self.title, "title")
        self.said = plain("")
        self.said.hide()
        self.facts, self.first_rows = QWidget(), QWidget()
        self.facts.setMaximumWidth(FACTS)
        self.figures = QGridLayout(self.facts)
        self.figures.setContentsMargins(0, 0, 0, 0)
        self.figures.setHorizontalSpacing(32)
        self.sample = QGridLayout(self.first_rows)
        self.sample.setContentsMargins(0, 0, 0, 0)
        self.sample.setHorizontalSpacing(16)
        self.lay_out_choices()
        self.cancel = QPushButton(gettext("Back"))
        self.cancel.clicked.connect(self.left)
        self.begin = QPushButton(gettext("Start"))
        theme.set_class(self.begin, "primary")
        self.begin.clicked.connect(self.start)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.begin)
        inner = QWidget()
        inner.setMaximumWidth(WIDTH)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addWidget(self.said)
        column.addWidget(self.mapping)
        column.addWidget(self.facts)
        column.addWidget(self.first_rows)
        column.addSpacing(8)
        column.addLayout(self.form)
        column.addStretch(1)
        column.addLayout(buttons)
        outer = QWidget()
        row = QHBoxLayout(outer)
        row.setContentsMargins(24, 24, 24, 16)
        row.addWidget(inner, 10)
        row.addStretch(1)
        self.setWidget(outer)

    def lay_out_choices(self) -> None:
        """The choices below each other; the order of dates is asked for when it matters."""
        self.form = QFormLayout()
        self.date.setMaximumWidth(FACTS - 120)
        self.form.setVerticalSpacing(8)
        self.form.addRow(gettext("Table"), self.kind)
        self.form.addRow(gettext("Send to"), self.to)
        self.form.addRow(gettext("Look up films at"), self.enrich)
        self.form.addRow(gettext("Dates"), self.order)
        self.form.addRow(gettext("One date for all"), self.date)
        self.form.addRow("", self.twice)
        self.form.addRow("", self.dry)
        self.form.setRowVisible(self.order, False)

    # -- looking -------------------------------------------------------------------------------

    def open_file(self, path: Path) -> None:
        """Begin with a file."""
        self.path, self.preview = path, None
        self.title.setText(gettext("Import “{name}”", name=path.name))
        self.mapping.hide()
        self.mapping.choices.clear()
        self.date.clear()
        for one in (self.kind, self.order):
            one.setCurrentIndex(0)
        self.form.setRowVisible(self.order, False)
        self.offer_connections()
        self.look()

    def offer_connections(self) -> None:
        """The services there are."""
        news = self.actions_of_app.news
        for box, kind in ((self.to, "http_api"), (self.enrich, "omdb")):
            while box.count() > 1:
                box.removeItem(1)
            for one in news.connections("target", "service"):
                if one.kind == kind:
                    box.addItem(one.name, one.id)
            box.setCurrentIndex(1 if box.count() == 2 and box is self.to else 0)

    def options(self, *, dry_run: bool) -> RowOptions:
        """What was chosen."""
        return RowOptions(
            format=str(self.kind.currentData()),
            to=self.to.currentData() or None,
            enrich=self.enrich.currentData() or None,
            dry_run=dry_run,
            keep_duplicates=self.twice.isChecked(),
            date_order=self.order.currentData() or None,
            date=self.date.text().strip() or None,
            mapped=self.mapping.mapped(),
        )

    def look(self) -> None:
        """Read the file again, off the GUI thread; an older reading no longer counts."""
        if self.path is None:
            return
        self.reading += 1
        self.preview = None
        self.enable()
        call = partial(
            api_rows.preview_rows,
            self.actions_of_app.actor,
            self.path,
            self.options(dry_run=True),
            READ_AT_MOST,
        )
        reading = self.reading
        background.run(call, partial(self.take, reading), partial(self.refused, reading))

    def take(self, reading: int, preview: RowsPreview) -> None:
        """Show what is in the file."""
        if reading != self.reading:
            return
        self.preview = preview
        self.said.hide()
        if not self.mapping.choices:
            self.mapping.hide()
        add_figures(self.figures, figures(preview))
        self.show_sample(preview)
        self.enable()

    def refused(self, reading: int, error: Exception) -> None:
        """Say what is wrong, and ask what can be asked."""
        if reading != self.reading:
            return
        clear_layout(self.figures)
        clear_layout(self.sample)
        parts = (getattr(error, "message", str(error)), getattr(error, "hint", None))
        self.said.setText("\n".join(str(part) for part in parts if part))
        self.said.show()
        if isinstance(error, PorterError) and "--date-order" in (error.hint or ""):
            self.said.setText(error.message)
            self.form.setRowVisible(self.order, True)
        self.ask_columns(error)
        self.enable()

    def ask_columns(self, error: object = None) -> None:
        """Ask what the columns of an unknown header mean."""
        metadata = error.metadata if isinstance(error, PorterError) else {}
        header = cast("list[str] | None", metadata.get("header"))
        chosen = self.formats.get(str(self.kind.currentData()) or "letterboxd_movies")
        if header is None or self.mapping.choices or chosen is None:
            return
        self.mapping.ask(header, chosen)

    def show_sample(self, preview: RowsPreview) -> None:
        """The first rows."""
        clear_layout(self.sample)
        for at, name in enumerate(preview.header[:SAMPLE_COLUMNS]):
            self.sample.addWidget(plain(name[:40], "small", "muted"), 0, at)
            for line, row in enumerate(preview.sample[:3], 1):
                cell = plain(row[at][:40], "small")
                cell.setWordWrap(False)
                self.sample.addWidget(cell, line, at)

    def enable(self) -> None:
        """Whether it can start."""
        self.begin.setEnabled(self.preview is not None and bool(self.preview.rows))
        sends = bool(self.to.currentData())
        self.dry.setEnabled(sends)
        self.begin.setText(gettext("Start") if sends else gettext("Check"))

    # -- doing ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the import, off the GUI thread: the file is hashed first."""
        if self.path is None:
            return
        self.begin.setEnabled(False)
        dry = self.dry.isChecked() and self.dry.isEnabled()
        call = partial(start, self.actions_of_app.actor, self.path, self.options(dry_run=dry))
        background.run(call, self.began, self.not_begun)

    def began(self, job: str) -> None:
        """The job is in the store."""
        self.actions_of_app.watcher.look()
        self.started.emit(job)

    def not_begun(self, error: Exception) -> None:
        """Say why."""
        self.enable()
        self.actions_of_app.notice(error)


def start(actor: api.Actor, path: Path, options: RowOptions) -> str:
    """Off the GUI thread."""
    return api_rows.start_rows(actor, path, options)


def figures(preview: RowsPreview) -> tuple[tuple[str, str], ...]:
    """What is in the file, as names and numbers."""
    count = words.number(preview.rows)
    shown = [(gettext("Rows"), count if preview.whole else gettext("over {n}", n=count))]
    if preview.first:
        shown.append((gettext("Period"), f"{preview.first} – {preview.last}"))
    shown.append((gettext("Duplicates"), words.number(preview.duplicates)))
    shown.append((gettext("Invalid rows"), words.number(sum(preview.errors.values()))))
    if preview.skipped:
        shown.append((gettext("Other records"), words.number(preview.skipped)))
    if preview.requests is not None:
        shown.append((gettext("Minimum requests to OMDb"), words.number(preview.requests)))
        shown.append((gettext("Days with a free key"), words.number(preview.days or 0)))
    shown.extend(
        (gettext("Line {line}", line=words.number(one.line)), one.message)
        for one in preview.problems[:3]
    )
    return tuple(shown)


def combo(*items: tuple[str, str]) -> QComboBox:
    """A choice; what is chosen is its data."""
    made = QComboBox()
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(20)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    for text, value in items:
        made.addItem(text, value)
    return made
