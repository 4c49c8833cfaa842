"""One row: its cells, which can be corrected, what was found for it, and what can be decided."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from courseporter.api.rows import RowDetail
from courseporter.errors import gettext
from courseporter.gui import theme, words
from courseporter.gui.course.rows import clear_layout, plain
from courseporter.gui.icons import pixmap
from courseporter.gui.rows import wording

WIDTH = 312
LONG = 200
UNKNOWN = "outcome_unknown"
NONE = "none"


class RowPanel(QScrollArea):
    """Next to the table.

    `decided` carries a film's id, a record's name, or `none`; `retried` and `corrected` ask for
    those; `corrections` holds the cells that were changed.
    """

    decided = Signal(str)
    retried = Signal()
    corrected = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFixedWidth(WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(gettext("Row"))
        inner = QWidget()
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(16, 0, 8, 16)
        self.column.setSpacing(8)
        self.setWidget(inner)
        self.detail: RowDetail | None = None
        self.fields: dict[str, QLineEdit] = {}
        self.choices: list[str] = []

    def show_row(self, detail: RowDetail | None) -> None:
        """Show a row; what is being typed stays while the row stays the same."""
        if detail == self.detail:
            return
        self.detail = detail
        clear_layout(self.column)
        self.fields.clear()
        self.choices.clear()
        if detail is None:
            return
        self.add_head(detail)
        self.add_candidates(detail)
        self.add_decisions(detail)
        self.add_found(detail)
        self.add_cells(detail)
        self.column.addStretch(1)

    def add_head(self, detail: RowDetail) -> None:
        """Title, state and reason."""
        self.column.addWidget(plain(detail.title[:LONG] or gettext("No title"), "section"))
        badge = wording.state_badge(detail.view.status)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        mark = QLabel()
        mark.setPixmap(pixmap(badge.icon, badge.role, 16, self.devicePixelRatioF()))
        line.addWidget(mark)
        place = gettext("row {row}, line {line}", row=words.number(detail.view.row),
                        line=words.number(detail.view.line))  # fmt: skip
        line.addWidget(plain(f"{badge.word} · {place}", "small"), 1)
        self.column.addWidget(row)
        told = detail.view.message or wording.reason(detail.view.code)
        if told:
            self.column.addWidget(plain(told))

    def add_candidates(self, detail: RowDetail) -> None:
        """The films among which to choose, with their keys 1 to 5."""
        if detail.view.status != "held" or detail.view.code == UNKNOWN:
            return
        for number, one in enumerate(detail.candidates, 1):
            imdb_id = str(one["imdb_id"])
            self.choices.append(imdb_id)
            votes = one.get("votes")
            more = [str(one.get("year") or ""), str(one.get("kind") or "")]
            if isinstance(votes, int):
                more.append(gettext("{number} votes", number=words.number(votes)))
            facts = " · ".join(part for part in more if part)
            text = f"{number}   {one['title']}\n     {facts}"
            self.add_button(text, imdb_id, "candidate")
        self.add_button(gettext("N   None of these"), NONE, "secondary")
        self.other = QLineEdit()
        self.other.setPlaceholderText(gettext("Another IMDb ID, such as tt0022100"))
        self.other.setAccessibleName(gettext("Another IMDb ID"))
        self.other.returnPressed.connect(self.choose_other)
        self.column.addWidget(self.other)

    def add_button(self, text: str, choice: str, kind: str) -> None:
        """One choice."""
        made = QPushButton(text.replace("&", "&&"))
        theme.set_class(made, kind)
        made.clicked.connect(partial(self.choose, choice))
        self.column.addWidget(made)

    def add_decisions(self, detail: RowDetail) -> None:
        """What can be done with a row that failed, or whose answer was lost."""
        status, code = detail.view.status, detail.view.code
        if status == "held" and code == UNKNOWN:
            self.record = QLineEdit()
            self.record.setPlaceholderText(gettext("Its ID at the service"))
            self.column.addWidget(self.record)
            self.add_action(gettext("It exists"), self.choose_record)
            self.add_action(gettext("Send again"), self.retried.emit)
            self.add_button(gettext("Give up"), NONE, "secondary")
        elif status == "failed" and code == "rejected":
            self.add_action(gettext("Try again"), self.retried.emit)
        elif code == "duplicate_in_file":
            self.add_action(gettext("Import anyway"), self.retried.emit)

    def add_action(self, text: str, run: object) -> None:
        """A button."""
        made = QPushButton(text)
        made.clicked.connect(run)
        self.column.addWidget(made)

    def add_found(self, detail: RowDetail) -> None:
        """The film that was found, and how sure that is."""
        if not detail.found:
            return
        found = detail.found
        self.column.addWidget(plain(gettext("Found"), "strong"))
        names = (("title", gettext("Title")), ("year", gettext("Year")), ("imdb_id", "IMDb"),
                 ("confidence", gettext("Confidence")), ("by", gettext("Found by")))  # fmt: skip
        for name, label in names:
            if (value := found.get(name)) is not None:
                self.column.addWidget(plain(f"{label}: {value}", "small"))

    def add_cells(self, detail: RowDetail) -> None:
        """The cells of the file; those of a failed row can be changed."""
        self.column.addWidget(plain(gettext("In the file"), "strong"))
        may = detail.view.status == "failed"
        for name, cell in detail.cells:
            if not may:
                if cell:
                    self.column.addWidget(plain(f"{name}: {cell[:LONG]}", "small"))
                continue
            field = QLineEdit(cell)
            field.setAccessibleName(name)
            if name == detail.column:
                theme.set_class(field, "error")
            self.fields[name] = field
            self.column.addWidget(plain(name, "small", "muted"))
            self.column.addWidget(field)
        if may:
            save = QPushButton(gettext("Save and try again"))
            theme.set_class(save, "primary")
            save.clicked.connect(self.corrected)
            self.column.addWidget(save)

    def corrections(self) -> dict[str, str]:
        """The cells as they are now."""
        return {name: field.text() for name, field in self.fields.items()}

    def choose(self, choice: str, checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's slot
        """A film, a record, or none."""
        del checked
        self.decided.emit(choice)

    def choose_other(self) -> None:
        """The id that was typed."""
        if self.other.text().strip():
            self.decided.emit(self.other.text().strip())

    def choose_record(self) -> None:
        """The record that a person found at the service."""
        if self.record.text().strip():
            self.decided.emit(self.record.text().strip())

    def press(self, key: str) -> bool:
        """Choose by a key, 1 to 5 or N; whether that was a choice."""
        if not self.choices and not (self.detail and self.detail.view.status == "held"):
            return False
        if key.isdigit() and 1 <= int(key) <= len(self.choices):
            self.decided.emit(self.choices[int(key) - 1])
            return True
        if key.casefold() == "n":
            self.decided.emit(NONE)
            return True
        return False
