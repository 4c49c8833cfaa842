"""The fields of the settings form: a label, an editor, and a message below it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from courseporter.api.values import SettingInfo
from courseporter.errors import gettext
from courseporter.gui import theme

Value = str | bool
# Qt adds the country, or the variety, that it assumes for these.
PLAIN: Final = {"en": "English", "es": "español", "no": "norsk"}
NARROW: Final = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
MAX_ROWS: Final = 16  # of an open list


class Field(QWidget):
    """One setting.  `edited`: the user has changed it."""

    edited = Signal()

    def __init__(self, setting: SettingInfo, editor: QWidget, *, labeled: bool = True) -> None:
        super().__init__()
        self.setting = setting
        self.editor = editor
        self.error = QLabel(self)
        self.error.setWordWrap(True)
        self.error.setTextFormat(Qt.TextFormat.PlainText)
        self.error.hide()
        theme.set_class(self.error, "error", "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        if labeled:
            label = QLabel(setting.label, self)
            theme.set_class(label, "small", "strong")
            label.setBuddy(editor)
            column.addWidget(label)
        editor.setAccessibleName(setting.label)
        column.addWidget(editor)
        column.addWidget(self.error)
        column.addStretch(1)

    def value(self) -> Value:
        """Return what is in the field."""
        raise NotImplementedError

    def fill(self, value: Value) -> None:
        """Show a value of the store; this is not an edit."""
        raise NotImplementedError

    def mark(self, error: str, warning: str = "") -> None:
        """Show an error, else a warning, below the field; empty texts show none."""
        text = error or warning
        self.error.setText(text)
        self.error.setVisible(bool(text))
        theme.set_class(self.error, "error" if error else "warning", "small")
        self.editor.setAccessibleDescription(text)
        wanted = "error" if error else ""
        if isinstance(self.editor, QLineEdit) and self.editor.property("class") != wanted:
            theme.set_class(self.editor, wanted)


class TextField(Field):
    """A line of text."""

    def __init__(self, setting: SettingInfo) -> None:
        self.line = QLineEdit()
        super().__init__(setting, self.line)
        self.line.textEdited.connect(self.edited)

    def value(self) -> str:
        """Return the text without spaces around it."""
        return self.line.text().strip()

    def fill(self, value: Value) -> None:
        """Show a text from its start."""
        self.line.setText(str(value))
        self.line.setCursorPosition(0)


class DateField(TextField):
    """A date as YYYY-MM-DD, perhaps with a time."""

    def __init__(self, setting: SettingInfo) -> None:
        super().__init__(setting)
        self.line.setPlaceholderText(gettext("YYYY-MM-DD"))


class QuietComboBox(QComboBox):
    """A list that the mouse wheel scrolls past instead of changing it."""

    def set_name(self, words: str) -> None:
        """Name it, and the list that opens, for screen readers."""
        self.setAccessibleName(words)
        self.view().setAccessibleName(words)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()


class ChoiceField(Field):
    """One of several values."""

    def __init__(self, setting: SettingInfo) -> None:
        self.box = QuietComboBox()
        self.box.setMaxVisibleItems(MAX_ROWS)
        self.box.setSizeAdjustPolicy(NARROW)
        self.box.setMinimumContentsLength(12)
        super().__init__(setting, self.box)
        for value, text in self.choices():
            self.box.addItem(text, value)
        self.box.view().setAccessibleName(setting.label)
        self.box.activated.connect(self.edited)

    def choices(self) -> tuple[tuple[str, str], ...]:
        """Return the values with their words."""
        return self.setting.choices

    def value(self) -> str:
        """Return the chosen value."""
        return str(self.box.currentData() or "")

    def fill(self, value: Value) -> None:
        """Choose a value; one that is not in the list is added."""
        with QSignalBlocker(self.box):
            at = self.box.findData(value)
            if at < 0:
                self.box.addItem(self.word(str(value)), value)
                at = self.box.count() - 1
            self.box.setCurrentIndex(at)

    def word(self, value: str) -> str:
        """Return the words for a value that is not in the list."""
        return value


class LanguageField(ChoiceField):
    """One of the languages that the target knows, in its own name and in English."""

    def choices(self) -> tuple[tuple[str, str], ...]:
        """Return the languages by name; the first entry is none."""
        named = sorted(((code, self.word(code)) for code, _ in self.setting.choices), key=by_name)
        return (("", gettext("Not set")), *named)

    def word(self, value: str) -> str:
        """Return such as “Deutsch – German (de)”."""
        locale = QLocale(value.replace("-", "_"))
        if not value or locale.language() == QLocale.Language.C:
            return value
        english = QLocale.languageToString(locale.language())
        native = PLAIN.get(value) or locale.nativeLanguageName()
        names = english if native in ("", english) else f"{native} – {english}"
        return f"{names} ({value})"


def by_name(choice: tuple[str, str]) -> str:
    """Return the key that sorts languages by the name people look for first."""
    return choice[1].casefold()


class FlagField(Field):
    """A box to check."""

    def __init__(self, setting: SettingInfo) -> None:
        self.box = QCheckBox(setting.label)
        super().__init__(setting, self.box, labeled=False)
        self.box.setToolTip(setting.help)
        self.box.clicked.connect(self.edited)

    def value(self) -> bool:
        """Return whether it is checked."""
        return self.box.isChecked()

    def fill(self, value: Value) -> None:
        """Check it or not."""
        self.box.setChecked(bool(value))
