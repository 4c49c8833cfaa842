"""The form of one connection, made from its kind, with the check list beside it."""

from __future__ import annotations

from collections.abc import Mapping

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

from courseporter import api
from courseporter.api.connections import ConnectionView, Field, Kind
from courseporter.errors import PorterError, _, gettext
from courseporter.gui import theme
from courseporter.gui.connections import wording
from courseporter.gui.connections.checklist import ChecklistPanel
from courseporter.gui.connections.fields import FieldRow, SecretRow, row_for
from courseporter.secret import Secret

FORM_WIDTH = 440
LIST_WIDTH = 360


class ConnectionForm(QWidget):
    """Name, fields and secrets of a kind. `saved` asks to keep it and to test it."""

    saved = Signal()
    left = Signal()
    browsed = Signal()

    def __init__(self, kind: Kind, view: ConnectionView | None = None) -> None:
        super().__init__()
        self.kind = kind
        self.view = view
        self.asked = False  # whether somebody has tried to save: from then on problems are shown
        self.name = row_for(
            Field(
                name="name",
                label=_("Name"),
                required=True,
                help=_("How it appears in lists."),
            )
        )
        self.fields = {field.name: row_for(field) for field in kind.fields}
        kept = view is not None and view.secrets_kept is not None
        self.secrets = {field.name: SecretRow(field, kept=kept) for field in kind.secrets}
        self.checks = ChecklistPanel()
        self.checks.setFixedWidth(LIST_WIDTH)
        self.checks.hide()
        self.warning = QLabel()
        self.warning.setWordWrap(True)
        theme.set_class(self.warning, "small", "warning")
        self.warning.hide()
        self.session_only = False
        self.lay_out()
        self.fill()
        for row in self.all_rows():
            row.changed.connect(self.look)

    def lay_out(self) -> None:
        """Title, fields, and the buttons at the bottom right."""
        words = gettext("Connect {kind}", kind=self.kind.label)
        if self.view is not None:
            words = gettext("Edit “{name}”", name=self.view.name)
        title = QLabel(words)
        theme.set_class(title, "title")
        theme.keep_whole(title)
        about = QLabel(str(self.kind.help or ""))
        theme.set_class(about, "muted")
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 16, 0)
        column.setSpacing(16)
        column.addWidget(self.name)
        for field in self.kind.fields:
            if not field.advanced:
                column.addWidget(self.fields[field.name])
        for row in self.secrets.values():
            column.addWidget(row)
        column.addWidget(self.warning)
        self.add_advanced(column)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumWidth(FORM_WIDTH // 2)
        scroll.setMaximumWidth(FORM_WIDTH + 16)
        beside = QHBoxLayout()
        beside.setSpacing(32)
        beside.addWidget(scroll, 100)
        beside.addWidget(self.checks, 0, Qt.AlignmentFlag.AlignTop)
        beside.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 24, 24, 16)
        outer.setSpacing(8)
        outer.addWidget(title)
        outer.addWidget(about)
        outer.addSpacing(8)
        outer.addLayout(beside, 1)
        outer.addLayout(self.buttons())

    def add_advanced(self, column: QVBoxLayout) -> None:
        """Settings that hardly anybody changes are behind a link."""
        rare = [self.fields[field.name] for field in self.kind.fields if field.advanced]
        if not rare:
            return
        self.more = QPushButton(gettext("More settings"))
        theme.set_class(self.more, "link")
        self.more.setCheckable(True)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeading)
        for row in rare:
            row.hide()
            self.more.toggled.connect(row.setVisible)
            column.addWidget(row)

    def buttons(self) -> QHBoxLayout:
        """Cancel, and the one thing to do."""
        self.cancel = QPushButton(gettext("Back"))
        self.cancel.clicked.connect(self.left)
        self.save = QPushButton(gettext("Save and test"))
        theme.set_class(self.save, "primary")
        self.save.clicked.connect(self.ask)
        self.state = QLabel()
        theme.set_class(self.state, "small", "muted")
        self.courses = QPushButton(gettext("Show courses"))
        theme.set_class(self.courses, "primary")
        self.courses.clicked.connect(self.browsed)
        self.courses.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.state, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.save)
        row.addWidget(self.courses)
        return row

    def fill(self) -> None:
        """Show what is stored, or a name to start with."""
        if self.view is None:
            self.name.put(str(self.kind.label))
            return
        self.name.put(self.view.name)
        for name, value in self.view.values.items():
            if name in self.fields:
                self.fields[name].put(value)
        kept = wording.WHERE_KEPT.get(self.view.secrets_kept or "")
        self.state.setText(str(kept) if kept else "")
        if self.view.report is not None:
            self.checks.finish(self.view.report)
            self.checks.show()
            self.offer_courses(possible=self.view.report.success)

    def offer_courses(self, *, possible: bool) -> None:
        """Lead on to the courses of a school that works; then saving is no longer the one thing."""
        shown = possible and self.kind.group == "school"
        self.courses.setVisible(shown)
        theme.set_class(self.save, "" if shown else "primary")

    def all_rows(self) -> list[FieldRow]:
        """Every row, in the order of the form."""
        return [self.name, *self.fields.values(), *self.secrets.values()]

    def values(self) -> dict[str, object]:
        """What has been entered, by the names of the fields."""
        return {name: row.value() for name, row in self.fields.items()}

    def secret_values(self) -> dict[str, Secret]:
        """The secrets that have been entered."""
        found = {name: row.value() for name, row in self.secrets.items()}
        return {name: Secret(str(value)) for name, value in found.items() if value}

    def title(self) -> str:
        """The name that has been entered."""
        return str(self.name.value() or "")

    def first(self) -> QLineEdit:
        """The first field that is to be filled in."""
        rows = [row for row in self.all_rows() if row.required and not row.value()]
        entry = (rows or [self.name])[0].entry
        assert isinstance(entry, QLineEdit)
        return entry

    def ask(self) -> None:
        """Save, when everything is filled in."""
        self.asked = True
        problems = self.look()
        if problems:
            wrong = next(row for row in self.all_rows() if row.name in problems)
            wrong.entry.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.saved.emit()

    def look(self) -> dict[str, str]:
        """What is wrong, by field; shown once somebody has tried to save."""
        found = api.connection_problems(self.kind.name, self.values())
        problems = {name: str(problem) for name, problem in found.items()}
        if not self.title():
            problems["name"] = gettext("Enter a name.")
        for field in self.kind.secrets:
            missing = not self.secrets[field.name].value()
            if self.view is None and field.required and missing:
                problems[field.name] = gettext("{label} is missing.", label=field.label)
        if self.asked:
            self.tell(problems)
        return problems

    def tell(self, problems: Mapping[str, str]) -> None:
        """Show each problem below its field; a hidden one is brought into sight."""
        for row in self.all_rows():
            row.tell(problems.get(row.name, ""))
        rare = {field.name for field in self.kind.fields if field.advanced}
        if rare & problems.keys():
            self.more.setChecked(True)

    def tell_error(self, error: PorterError) -> bool:
        """Show an error below the field that it names; whether there is one."""
        row = next((row for row in self.all_rows() if row.name == error.where), None)
        if row is None:
            return False
        row.tell(error.message)
        row.entry.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def tell_keychain(self, problem: str | None) -> None:
        """Say that secrets can't be kept, and until when they are known."""
        self.session_only = problem is not None
        if problem is not None:
            self.warning.setText(
                gettext(
                    "{problem} The secret is kept only until you quit CoursePorter.",
                    problem=problem,
                )
            )
        self.warning.setVisible(problem is not None)

    def work(self, *, busy: bool) -> None:
        """While it is saved and tested nothing can be pressed twice."""
        self.save.setDisabled(busy)
        self.checks.setVisible(busy or bool(self.checks.shown))
