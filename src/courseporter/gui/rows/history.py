"""The list of imports: a card for each, newest first, and how to begin while there is none."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from courseporter.api.rows import RowImportView
from courseporter.errors import gettext
from courseporter.gui import theme, words
from courseporter.gui.course.rows import clear_layout, plain
from courseporter.gui.icons import icon, pixmap
from courseporter.gui.one_line import OneLine
from courseporter.gui.rows import wording

WIDTH = 860


class ImportCard(QFrame):
    """One import: its file, its state, and its counters."""

    def __init__(self, view: RowImportView) -> None:
        super().__init__()
        theme.set_class(self, "card")
        self.view = view
        self.open = QPushButton(gettext("Open"))
        self.open.setAccessibleName(gettext("Open “{name}”", name=view.file_name))
        name = OneLine(view.file_name)
        name.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_class(name, "strong")
        about = OneLine(" · ".join(filter(None, (wording.about(view), wording.summary(view)))))
        theme.set_class(about, "small", "muted")
        badge = wording.job_badge(view)
        mark = QLabel()
        mark.setPixmap(pixmap(badge.icon, badge.role, 16, self.devicePixelRatioF()))
        state = QLabel(badge.word)
        theme.set_class(state, "small", badge.role)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(name)
        column.addWidget(about)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 12, 12)
        row.setSpacing(8)
        row.addLayout(column, 1)
        if view.state == "running" and view.total:
            row.addWidget(bar(view))
        row.addWidget(mark)
        row.addWidget(state)
        row.addSpacing(8)
        row.addWidget(self.open)


def bar(view: RowImportView) -> QProgressBar:
    """A thin bar of rows that have ended."""
    made = QProgressBar()
    made.setTextVisible(False)
    made.setFixedWidth(120)
    made.setRange(0, max(1, view.total))
    made.setValue(view.done)
    return made


class History(QScrollArea):
    """`wanted` asks for a file to import, `chosen` for an import to open."""

    wanted = Signal()
    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(gettext("Rows"))
        title = QLabel(gettext("Rows"))
        theme.set_class(title, "title")
        theme.keep_whole(title)
        self.start = QPushButton(icon("plus", "background"), gettext("Import rows…"))
        theme.set_class(self.start, "primary")
        self.start.clicked.connect(self.wanted)
        about = plain(
            gettext(
                "Send a table of films, shows, or learners to a web service, row by row. Each row "
                "is sent once, and you see what happened to it."
            ),
            "muted",
        )
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.start)
        self.cards = QVBoxLayout()
        self.cards.setSpacing(8)
        self.nothing = plain(
            gettext("No imports yet. Choose a CSV file, or a Letterboxd export (ZIP)."),
            "muted",
        )
        inner = QWidget()
        inner.setMaximumWidth(WIDTH)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(about)
        column.addSpacing(8)
        column.addLayout(self.cards)
        column.addWidget(self.nothing)
        column.addStretch(1)
        outer = QWidget()
        row = QHBoxLayout(outer)
        row.setContentsMargins(24, 24, 24, 24)
        row.addWidget(inner, 10)
        row.addStretch(1)
        self.setWidget(outer)
        self.shown: tuple[RowImportView, ...] = ()
        self.made: list[ImportCard] = []

    def show_all(self, views: tuple[RowImportView, ...]) -> None:
        """Show these imports; nothing is built again while they stay the same."""
        self.nothing.setVisible(not views)
        if views == self.shown and self.made:
            return
        at = next((n for n, card in enumerate(self.made) if card.open.hasFocus()), None)
        self.shown = views
        clear_layout(self.cards)
        self.made = [ImportCard(view) for view in views]
        for card in self.made:
            card.open.clicked.connect(partial(self.open_import, card.view.job))
            self.cards.addWidget(card)
        if at is not None and at < len(self.made):
            self.made[at].open.setFocus()

    def open_import(self, job: str, checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's slot
        """Open one."""
        del checked
        self.chosen.emit(job)


def counted(view: RowImportView, status: str) -> str:
    """The number on a filter."""
    return words.number(view.counts[status] if status else view.total)
