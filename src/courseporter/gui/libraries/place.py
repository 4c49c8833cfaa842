"""Where a library is: in a file, or at a site."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from courseporter import api
from courseporter.api import libraries
from courseporter.api.libraries import SiteLibrary
from courseporter.errors import gettext
from courseporter.gui import background, theme
from courseporter.gui.course.rows import plain


class Offered(NamedTuple):
    """The libraries that the account of a connection may edit."""

    connection: str
    libraries: tuple[SiteLibrary, ...]


class LibraryPlace(QWidget):
    """Fields in the rows of a grid.  `changed`: another place; `failed`: a site can't be read."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, actor: api.Actor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hide()  # its fields are in the grid of somebody else
        self.actor = actor
        self.where = named(QComboBox(parent), gettext("Library in"))
        self.where.addItem(gettext("A ZIP file"), "")
        self.site_library = named(QComboBox(parent), gettext("Library"))
        self.file = named(QLineEdit(parent), gettext("Library file"))
        self.base = named(QLineEdit(parent), gettext("Backup to merge into (optional)"))
        self.choose_file = self._button(self._choose_file, parent)
        self.choose_base = self._button(self._choose_base, parent)
        self.labels: dict[QWidget, QLabel] = {}
        for line in (self.file, self.base):
            line.textEdited.connect(self.changed)
        self.where.activated.connect(self._chosen)
        self.site_library.activated.connect(self.changed)

    def _button(self, work: object, parent: QWidget | None) -> QPushButton:
        button = QPushButton(gettext("Choose…"), parent)
        theme.set_class(button, "secondary")
        button.clicked.connect(work)
        return button

    def add_to(self, grid: QGridLayout) -> None:
        """Put the fields into the next rows."""
        rows = (
            (self.where, None), (self.site_library, None), (self.file, self.choose_file),
            (self.base, self.choose_base),
        )  # fmt: skip
        for field, button in rows:
            self.labels[field] = add_row(grid, field)
            if button is not None:
                grid.addWidget(button, grid.rowCount() - 1, 2)
        self.show_fields()

    def site(self) -> str:
        """The chosen connection; "" for a file."""
        return str(self.where.currentData() or "")

    def target(self) -> str:
        """Where to write, as the api wants it."""
        site = self.site()
        key = str(self.site_library.currentData() or "lib:")
        return f"{site}/{key}" if site else self.file.text().strip()

    def backup(self) -> str | None:
        """The backup that is continued."""
        return None if self.site() else self.base.text().strip() or None

    def offer(self, names: list[str]) -> None:
        """Offer a file, and the libraries of these sites."""
        values = ["", *names]
        if values == [self.where.itemData(at) for at in range(self.where.count())]:
            return
        chosen = self.where.currentData()
        self.where.clear()
        for name in values:
            self.where.addItem(name or gettext("A ZIP file"), name)
        self.where.setCurrentIndex(max(0, self.where.findData(chosen)))
        self.show_fields()

    def set_enabled(self, on: bool) -> None:  # noqa: FBT001 - as setEnabled of Qt
        """Let them be changed, or not while a job works."""
        for part in (self.where, self.site_library, self.file, self.base, self.choose_file,
                     self.choose_base):  # fmt: skip
            part.setEnabled(on)

    def show_fields(self) -> None:
        """Show the fields of a file, or of a site."""
        site = bool(self.site())
        for part in (self.file, self.base):
            part.setVisible(not site)
            self.labels[part].setVisible(not site)
        for button in (self.choose_file, self.choose_base):
            button.setVisible(not site)
        for part in (self.site_library, self.labels[self.site_library]):
            part.setVisible(site)
        for part in (self.where, self.labels[self.where]):
            part.setVisible(self.where.count() > 1)

    def _chosen(self) -> None:
        self.show_fields()
        self.site_library.clear()
        self.changed.emit()
        if name := self.site():
            background.run(partial(offered, self.actor, name), self._take, self.failed.emit)

    def _take(self, found: Offered) -> None:
        if found.connection != self.site():
            return
        for one in found.libraries:
            self.site_library.addItem(f"{one.title} ({one.key})", one.key)
        self.site_library.setPlaceholderText(gettext("This account can't edit any library"))

    def _choose_file(self) -> None:
        name, _kind = QFileDialog.getSaveFileName(
            self.file, gettext("Save the library"), self.file.text(), gettext("Libraries (*.zip)"),
            options=QFileDialog.Option.DontConfirmOverwrite,
        )  # fmt: skip
        if name:
            self.file.setText(name if name.endswith(".zip") else f"{name}.zip")
            self.changed.emit()

    def _choose_base(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(
            self.base, gettext("Choose a library backup"), self.base.text(),
            gettext("Libraries (*.zip)"),
        )  # fmt: skip
        if name:
            self.base.setText(name)
            self.changed.emit()


Field = TypeVar("Field", QComboBox, QLineEdit)


def named(field: Field, name: str) -> Field:
    """The field with a name for screen readers."""
    field.setAccessibleName(name)
    if isinstance(field, QComboBox):
        field.view().setAccessibleName(name)
    return field


def add_row(grid: QGridLayout, field: QWidget) -> QLabel:
    """A new row: the field's name, and the field."""
    at = grid.rowCount()
    label = plain(field.accessibleName())
    grid.addWidget(label, at, 0)
    grid.addWidget(field, at, 1)
    return label


def offered(actor: api.Actor, connection: str) -> Offered:
    """Off the GUI thread: the libraries of a site."""
    found = libraries.site_libraries(actor, connection)
    return Offered(connection, tuple(one for one in found if one.can_edit))
