"""A file of the course: which one it is, and a button to choose another one."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.icons import icon


class NewFile(NamedTuple):
    """A file of this computer, and its path in the course."""

    path: str
    file: str


class FileField(QFrame):
    """`chosen`: a NewFile; `removed`: don't use the file any more.  Files can be dropped."""

    chosen = Signal(object)
    removed = Signal()

    def __init__(self, name: str, filters: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filters = filters
        self.setAcceptDrops(True)
        self.name = QLabel(self)
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.name.setMinimumWidth(40)
        self.choose = QPushButton(gettext("Choose a file…"), self)
        self.choose.setAccessibleName(name)
        self.remove = QPushButton(gettext("Remove"), self)
        self.remove.setIcon(icon("close", "muted"))
        theme.set_class(self.remove, "quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.choose)
        row.addWidget(self.name, 1)
        row.addWidget(self.remove)
        self.choose.clicked.connect(self._choose)
        self.remove.clicked.connect(self.removed)

    def fill(self, path: str | None) -> None:
        """Show the file's name."""
        self.name.setText(Path(path).name if path else gettext("No file"))
        self.name.setToolTip(path or "")
        theme.set_class(self.name, "" if path else "muted")
        self.remove.setVisible(bool(path))

    def take(self, file: Path) -> None:
        """Use a file of this computer."""
        self.chosen.emit(new_file(file))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept one file."""
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Use the dropped file."""
        self.take(Path(event.mimeData().urls()[0].toLocalFile()))
        event.acceptProposedAction()

    def _choose(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, gettext("Choose a file"), "", self.filters)
        if name:
            self.take(Path(name))


def new_file(file: Path, folder: str = "files") -> NewFile:
    """A path in the course of its own: files of the same name from two folders don't meet."""
    mark = sha256(str(file.resolve()).encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return NewFile(f"{folder}/{mark}/{file.name}", str(file))
