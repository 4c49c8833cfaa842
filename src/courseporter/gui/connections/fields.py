"""Widgets for the fields of a kind: a label, an input, a line of help or of what is wrong."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from courseporter.api.connections import Field, SecretField
from courseporter.errors import gettext
from courseporter.gui import theme

NUMBER_WIDTH = 120


class FieldRow(QWidget):
    """One value. `name` is the field's; `value` what has been entered, None for nothing."""

    changed = Signal()

    def __init__(self, name: str, label: str, help_text: str, *, required: bool) -> None:
        super().__init__()
        self.name = name
        self.help_text = help_text
        self.required = required
        self.label = QLabel(label if required else gettext("{label} (optional)", label=label))
        theme.set_class(self.label, "strong")
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self.column.addWidget(self.label)

    def finish(self, entry: QWidget, label: str) -> None:
        """Put the input between label and note, and tie them together for screen readers."""
        self.label.setBuddy(entry)
        entry.setAccessibleName(label)
        self.entry = entry
        if entry.parent() is None:
            self.column.addWidget(entry)
        self.column.addWidget(self.note)
        self.tell("")

    def tell(self, problem: str) -> None:
        """Show what is wrong with the value, or else the help."""
        self.note.setText(problem or self.help_text)
        self.note.setVisible(bool(self.note.text()))
        theme.set_class(self.note, "small", "error" if problem else "muted")
        if isinstance(self.entry, QLineEdit):
            theme.set_class(self.entry, "error" if problem else "")
        self.entry.setAccessibleDescription(self.note.text())

    def value(self) -> object:
        """What has been entered."""
        return None

    def put(self, value: object) -> None:
        """Show a value."""


class TextRow(FieldRow):
    """A text, address or number."""

    def __init__(self, field: Field) -> None:
        text = str(field.help or "")
        super().__init__(field.name, str(field.label), text, required=field.required)
        if not field.required:
            self.label.setText(str(field.label))
        self.line = QLineEdit()
        self.line.setPlaceholderText(field.placeholder)
        self.line.textChanged.connect(self.changed)
        if field.unit is not None:
            self.line.setFixedWidth(NUMBER_WIDTH)
            beside = QHBoxLayout()
            beside.setSpacing(8)
            beside.addWidget(self.line)
            unit = QLabel(str(field.unit))
            theme.set_class(unit, "muted")
            beside.addWidget(unit)
            beside.addStretch(1)
            self.column.addLayout(beside)
        elif field.type == "number":
            self.line.setFixedWidth(NUMBER_WIDTH)
        self.finish(self.line, str(field.label))

    def value(self) -> object:
        """The text without outer spaces; None for nothing."""
        return self.line.text().strip() or None

    def put(self, value: object) -> None:
        """Show a value."""
        self.line.setText("" if value is None else str(value))


class FlagRow(FieldRow):
    """Something that is on or off."""

    def __init__(self, field: Field) -> None:
        super().__init__(field.name, "", str(field.help or ""), required=True)
        self.label.hide()
        self.box = QCheckBox(str(field.label))
        self.box.toggled.connect(self.changed)
        self.finish(self.box, str(field.label))

    def value(self) -> object:
        """On or off."""
        return self.box.isChecked()

    def put(self, value: object) -> None:
        """Show a value."""
        self.box.setChecked(bool(value))


class SecretRow(FieldRow):
    """A secret: shown as dots; what is kept already stays when nothing is entered."""

    def __init__(self, field: SecretField, *, kept: bool) -> None:
        super().__init__(
            field.name, str(field.label), str(field.help or ""), required=field.required
        )
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        if kept:
            self.line.setPlaceholderText(gettext("Unchanged"))
        self.line.textChanged.connect(self.changed)
        self.finish(self.line, str(field.label))

    def value(self) -> object:
        """What has been entered."""
        return self.line.text().strip() or None


def row_for(field: Field) -> FieldRow:
    """The row of a field."""
    made = FlagRow(field) if field.type == "flag" else TextRow(field)
    made.put(field.default)
    return made
