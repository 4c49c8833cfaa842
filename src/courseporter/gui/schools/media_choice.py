"""The question where videos and files will live, asked before an import starts."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from courseporter.errors import Message, _, gettext
from courseporter.gui import theme

MODES: Final[tuple[tuple[str, Message, Message], ...]] = (
    (
        "link",
        _("Keep the links"),
        _("The fastest way. The links stop working when you leave your old school."),
    ),
    (
        "package",
        _("Add them to the course"),
        _("Everything is in one package. Videos make it large."),
    ),
    (
        "folder",
        _("Download into a folder"),
        _("Upload the folder to your own host; the lessons point to its address."),
    ),
)


MOST_MEGABYTES = 1_000_000


class MediaChoice(QWidget):
    """`values` are the choices of the import (docs/reference/sources)."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.group = QButtonGroup(self)
        self.buttons: dict[str, QRadioButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        title = QLabel(gettext("Where should videos and files live?"))
        title.setWordWrap(True)
        theme.set_class(title, "strong")
        column.addWidget(title)
        for mode, label, about in MODES:
            button = QRadioButton(str(label))
            button.setAccessibleDescription(str(about))
            note = QLabel(str(about))
            note.setWordWrap(True)
            note.setContentsMargins(24, 0, 0, 6)
            theme.set_class(note, "small", "muted")
            self.buttons[mode] = button
            self.group.addButton(button)
            button.toggled.connect(self.look)
            column.addWidget(button)
            column.addWidget(note)
        self.folder_row = self.fields()
        column.addWidget(self.folder_row)
        self.limit_row = self.limits()
        column.addWidget(self.limit_row)
        column.addSpacing(6)
        column.addWidget(self.own_files())
        self.buttons["link"].setChecked(True)

    def fields(self) -> QWidget:
        """Make the fields of the third answer."""
        self.folder = QLineEdit()
        self.folder.setPlaceholderText(gettext("Folder"))
        self.folder.setAccessibleName(gettext("Folder for videos and files"))
        self.browse = QPushButton(gettext("Choose…"))
        self.browse.clicked.connect(self.ask)
        self.address = QLineEdit()
        self.address.setPlaceholderText("https://media.example.com/courses")
        self.address.setAccessibleName(gettext("The folder's future web address"))
        for line in (self.folder, self.address):
            line.textChanged.connect(self.changed)
        beside = QHBoxLayout()
        beside.setSpacing(8)
        beside.addWidget(self.folder, 1)
        beside.addWidget(self.browse)
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(24, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(beside)
        column.addWidget(self.address)
        return made

    def limits(self) -> QWidget:
        """Make the field for how much may be downloaded."""
        self.limit = QSpinBox()
        self.limit.setRange(0, MOST_MEGABYTES)
        self.limit.setSingleStep(500)
        self.limit.setGroupSeparatorShown(True)
        self.limit.setSuffix(gettext(" MB"))
        self.limit.setSpecialValueText(gettext("No limit"))
        label = gettext("Download at most (each course)")
        self.limit.setAccessibleName(label)
        self.limit.valueChanged.connect(self.changed)
        title = QLabel(label)
        title.setBuddy(self.limit)
        title.setWordWrap(True)
        note = QLabel(
            gettext(
                "Sizes are known only once lessons are read. Files beyond the limit keep their "
                "links, and the report names them."
            )
        )
        note.setWordWrap(True)
        theme.set_class(note, "small", "muted")
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(4)
        for widget in (title, self.limit, note):
            column.addWidget(widget)
        return made

    def own_files(self) -> QWidget:
        """Make the field for the folder with the creator's own files."""
        self.own = QLineEdit()
        self.own.setPlaceholderText(gettext("Folder (optional)"))
        label = gettext("Use my own files from")
        self.own.setAccessibleName(label)
        self.own.textChanged.connect(self.changed)
        title = QLabel(label)
        title.setBuddy(self.own)
        browse = QPushButton(gettext("Choose…"))
        browse.setAccessibleName(gettext("Choose the folder with my own files"))
        browse.clicked.connect(self.ask_own)
        note = QLabel(gettext("Files with a matching name and size won't be downloaded."))
        note.setWordWrap(True)
        theme.set_class(note, "small", "muted")
        beside = QHBoxLayout()
        beside.setSpacing(8)
        beside.addWidget(self.own, 1)
        beside.addWidget(browse)
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(title)
        column.addLayout(beside)
        column.addWidget(note)
        return made

    def ask_own(self) -> None:
        """Let the user choose the folder with their own files."""
        title = gettext("Folder with my own files")
        name = QFileDialog.getExistingDirectory(self, title, self.own.text() or str(Path.home()))
        if name:
            self.own.setText(name)

    def look(self) -> None:
        """Show the fields that the answer needs."""
        self.folder_row.setVisible(self.mode() == "folder")
        self.limit_row.setVisible(self.mode() != "link")
        self.changed.emit()

    def ask(self) -> None:
        """Let the user choose the folder."""
        title = gettext("Folder for videos and files")
        name = QFileDialog.getExistingDirectory(self, title, self.folder.text() or str(Path.home()))
        if name:
            self.folder.setText(name)

    def mode(self) -> str:
        """Return the answer."""
        return next((name for name, one in self.buttons.items() if one.isChecked()), "link")

    def is_complete(self) -> bool:
        """Whether the answer has what it needs."""
        own = self.own.text().strip()
        if own and not Path(own).is_dir():
            return False
        folder = self.folder.text().strip()
        return self.mode() != "folder" or (bool(folder) and Path(folder).is_dir())

    def values(self) -> dict[str, str]:
        """Return the answer as choices of the import."""
        values = {"media": self.mode(), "media_files": self.own.text().strip()}
        if self.mode() == "folder":
            values["media_dir"] = self.folder.text().strip()
            values["media_base"] = self.address.text().strip()
        if self.mode() != "link" and self.limit.value():
            values["media_budget"] = str(self.limit.value())
        return values
