"""The page Rows: the list of imports, a new one, or one of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from courseporter.api import rows as api_rows
from courseporter.api.rows import RowImportView
from courseporter.errors import gettext
from courseporter.gui import background
from courseporter.gui.actions import Actions
from courseporter.gui.rows.history import History
from courseporter.gui.rows.import_view import ImportView
from courseporter.gui.rows.upload import Upload
from courseporter.settings import Preferences


def rows_page(actions: Actions, settings: Preferences) -> RowsPage:
    """Files of rows and their imports."""
    del settings
    return RowsPage(actions)


class RowsPage(QStackedWidget):
    """One of three views at a time."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.actions_of_app = actions
        self.history = History()
        self.upload = Upload(actions)
        self.import_view = ImportView(actions)
        for view in (self.history, self.upload, self.import_view):
            self.addWidget(view)
        self.reading = False
        self.history.wanted.connect(self.choose_file)
        self.history.chosen.connect(self.show_import)
        self.upload.left.connect(self.show_history)
        self.upload.started.connect(self.show_import)
        self.import_view.left.connect(self.show_history)
        actions.bind("import_rows", self.choose_file)
        actions.news.changed.connect(self.refresh)

    def first(self) -> QWidget:
        """Where the keyboard starts."""
        if self.currentWidget() is self.import_view:
            return self.import_view.table
        return self.upload.kind if self.currentWidget() is self.upload else self.history.start

    def opened(self) -> None:
        """Read again: the page has come to the front."""
        self.read()

    def commands(self) -> dict[str, Callable[[], None]]:
        """What works here by key and menu."""
        return {"refresh": self.read}

    def go_back(self) -> bool:
        """From an import or a form to the list."""
        if self.currentWidget() is self.history:
            return False
        self.show_history()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves what is on top of the list."""
        if event.key() == Qt.Key.Key_Escape and self.go_back():
            return
        super().keyPressEvent(event)

    def refresh(self) -> None:
        """Read again after a change; while hidden, only until imports are known."""
        if self.isVisible() or not self.actions_of_app.news.row_imports:
            self.read()

    def read(self) -> None:
        """Read what is on screen, off the GUI thread."""
        if self.currentWidget() is self.import_view and self.isVisible():
            self.import_view.refresh()
        elif not self.reading:
            self.reading = True
            look = partial(api_rows.row_imports, self.actions_of_app.actor)
            background.run(look, self.take, self.missed)

    def take(self, views: tuple[RowImportView, ...]) -> None:
        """Show the imports; the sidebar learns whether there are any."""
        self.reading = False
        news = self.actions_of_app.news
        before, news.row_imports = news.row_imports, len(views)
        self.history.show_all(views)
        if not before and views:
            news.changed.emit()

    def missed(self, error: Exception) -> None:
        """The store was busy: the next change reads it again."""
        del error
        self.reading = False

    # -- moving --------------------------------------------------------------------------------

    def show_history(self) -> None:
        """The list of imports."""
        self.setCurrentWidget(self.history)
        self.read()
        self.first().setFocus()

    def show_import(self, job: str) -> None:
        """One import."""
        self.setCurrentWidget(self.import_view)
        self.import_view.show_import(job)
        self.first().setFocus()

    def choose_file(self) -> None:
        """Ask for a file."""
        self.actions_of_app.frame.go("rows")
        dialog = QFileDialog(self, gettext("Import rows"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        tables = gettext("Tables and exports (*.csv *.tsv *.txt *.zip)")
        dialog.setNameFilters([tables, gettext("All files (*)")])
        dialog.fileSelected.connect(self.open_file)
        dialog.open()

    def open_file(self, path: str | Path) -> None:
        """Begin an import of a file."""
        self.setCurrentWidget(self.upload)
        self.upload.open_file(Path(path))
        self.first().setFocus()
