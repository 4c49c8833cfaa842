"""The settings of a course as fields, made from what its target asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from courseporter.api.values import FieldError, SettingInfo
from courseporter.gui.course.setting_fields import (
    ChoiceField,
    DateField,
    Field,
    FlagField,
    LanguageField,
    TextField,
    Value,
)

MAX_IN_A_ROW = 3


class SettingsForm(QWidget):
    """`edited`: the user has changed a field."""

    edited = Signal()

    def __init__(self, settings: Sequence[SettingInfo], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[str, Field] = {}
        self.filled: dict[str, Value] = {}  # what the store held when a field was last filled
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for row in rows_of(settings):
            line = QHBoxLayout()
            line.setSpacing(16)
            for setting in row:
                field = self.fields[setting.name] = create(setting)
                field.edited.connect(self.edited)
                line.addWidget(field, 2 if setting.required else 1)
            column.addLayout(line)

    def start(self) -> None:
        """Prepare for another course: replace whatever is in the fields."""
        self.filled = self.values()

    def fill(self, values: Mapping[str, Value]) -> None:
        """Fill in what the store holds, except in fields that the user has changed."""
        for name, value in values.items():
            field = self.fields.get(name)
            if field is None:
                continue
            if field.value() == self.filled.get(name) and field.value() != value:
                field.fill(value)
            self.filled[name] = value

    def values(self) -> dict[str, Value]:
        """Return the contents of the fields."""
        return {name: field.value() for name, field in self.fields.items()}

    def texts(self) -> dict[str, str]:
        """Return the contents of the fields that hold text."""
        return {name: value for name, value in self.values().items() if isinstance(value, str)}

    def changes(self) -> dict[str, Value]:
        """Return the fields that differ from the store."""
        return {
            name: value
            for name, value in self.values().items()
            if name in self.filled and value != self.filled[name]
        }

    def mark(self, errors: Mapping[str, FieldError], warnings: Mapping[str, str]) -> list[str]:
        """Show errors and warnings below their fields; return the sentences of the errors."""
        found: list[str] = []
        for name, field in self.fields.items():
            error = errors.get(name)
            field.mark(error.message if error else "", warnings.get(name, ""))
            if error is not None:
                found.append(error.message)
        return found

    def show_only(self, names: set[str]) -> None:
        """Hide the flags that are not among these names: they make no difference."""
        for name, field in self.fields.items():
            if isinstance(field, FlagField):
                field.setVisible(name in names)

    def first(self) -> QWidget:
        """Return the first editor."""
        return next(iter(self.fields.values())).editor


def rows_of(settings: Sequence[SettingInfo]) -> Iterator[list[SettingInfo]]:
    """Yield the settings of each row: those of a group side by side, flags each on their own."""
    fields = [one for one in settings if one.kind != "flag"]
    for group in dict.fromkeys(one.group for one in fields):
        members = [one for one in fields if one.group == group]
        width = 2 if len(members) % MAX_IN_A_ROW else MAX_IN_A_ROW
        for start in range(0, len(members), width):
            yield members[start : start + width]
    for one in settings:
        if one.kind == "flag":
            yield [one]


def create(setting: SettingInfo) -> Field:
    """Return the field for a setting."""
    match setting.kind:
        case "flag":
            return FlagField(setting)
        case "language":
            return LanguageField(setting)
        case "choice":
            return ChoiceField(setting)
        case "date":
            return DateField(setting)
        case _:
            return TextField(setting)
