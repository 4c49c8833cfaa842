"""Dropping files: the zone on Home, and the overlay that says what a drop on the window will do."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from courseporter import api
from courseporter.api.values import Sniff
from courseporter.errors import gettext
from courseporter.gui import background, theme, words
from courseporter.gui.actions import Actions
from courseporter.gui.forms.drop_zone import Ui_drop_zone
from courseporter.gui.icons import pixmap
from courseporter.gui.importing import local_paths

NAMED: Final = 3  # files are named up to this number; more are only counted


class DropZone(QWidget):
    """One sentence, one button, and links to the other ways to import."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.form = Ui_drop_zone()
        self.form.setupUi(self)  # type: ignore[no-untyped-call]
        self.form.choose.clicked.connect(actions.items["open_file"].trigger)
        self.form.folder.clicked.connect(actions.items["open_folder"].trigger)
        self.form.school.clicked.connect(actions.items["connect_school"].trigger)
        self.form.create.clicked.connect(actions.items["new_course"].trigger)
        self.form.sample.clicked.connect(actions.items["try_sample"].trigger)
        self.form.template_csv.clicked.connect(actions.items["save_template"].trigger)
        self.paint_picture()
        theme.watch.changed.connect(self.paint_picture)

    def paint_picture(self) -> None:
        """Paint the icon in the colors of the theme."""
        self.form.picture.setPixmap(pixmap("import", "link", 40, self.devicePixelRatioF()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a dashed outline."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(theme.tokens().surface))
        painter.setPen(QPen(QColor(theme.tokens().control), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()


class DropOverlay(QWidget):
    """Covers the window while files are dragged over it and says what a drop will do."""

    def __init__(self, parent: QWidget, actions: Actions) -> None:
        super().__init__(parent)
        self.covered = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.actions_of_app = actions
        self.paths: tuple[Path, ...] = ()
        self.picture = QLabel(self)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words = QLabel(self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setWordWrap(True)
        theme.set_class(self.words, "title")
        column = QVBoxLayout(self)
        column.setSpacing(16)
        column.addStretch(1)
        column.addWidget(self.picture)
        column.addWidget(self.words)
        column.addStretch(1)
        self.hide()

    def enter(self, event: QDragEnterEvent) -> None:
        """Accept files that are dragged over the window and say what they are."""
        paths = tuple(local_paths(event.mimeData().urls()))
        if not paths:
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.paths = paths
        self.words.setText(announce(paths))
        self.picture.setPixmap(pixmap("import", "link", 48, self.devicePixelRatioF()))
        self.setGeometry(self.covered.rect())
        self.show()
        self.raise_()
        if len(paths) == 1:
            look = partial(api.sniff, self.actions_of_app.actor, paths[0])
            background.run(look, self.name, ignore)

    def name(self, sniff: Sniff) -> None:
        """Name the format of the file, or say why it can't be imported."""
        if not self.isVisible() or self.paths != (Path(sniff.path),):
            return
        if sniff.rows and sniff.error is not None:
            self.words.setText(gettext("Import the rows of {file}", file=words.quoted(sniff.name)))
        elif sniff.error is not None:
            self.words.setText(sniff.error.message)
            self.picture.setPixmap(pixmap("error", "error", 48, self.devicePixelRatioF()))
        else:
            text = gettext(
                "Import {file} as {format}", file=words.quoted(sniff.name), format=sniff.label
            )
            self.words.setText(text)

    def drop(self, event: QDropEvent) -> None:
        """Import what was dropped."""
        announced = self.paths if self.isVisible() else ()
        self.hide()
        paths = local_paths(event.mimeData().urls()) or announced  # the other program may have quit
        if paths:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.actions_of_app.import_paths(paths)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a veil in the color of the page, with an accent outline."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(theme.tokens().background)
        veil.setAlpha(248)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(QColor(theme.tokens().accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(16, 16, -16, -16), 8, 8)
        painter.end()


def announce(paths: tuple[Path, ...]) -> str:
    """Return what will happen, before any file has been read."""
    if len(paths) == 1:
        return gettext("Import {file}", file=words.quoted(paths[0].name))
    if len(paths) <= NAMED:
        names = ", ".join(words.quoted(path.name) for path in paths)
        return gettext("Import {file}", file=names)
    return gettext("Import {files}, one job each", files=words.files(len(paths)))


def ignore(error: Exception) -> None:
    """Ignore it: the message comes after the drop."""
    del error
