"""The covers of courses: read and scaled off the GUI thread, kept while the window is open."""

from __future__ import annotations

from functools import partial
from typing import Final, NamedTuple

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from courseporter import api
from courseporter.api.values import DraftRow
from courseporter.gui import background

EDGE: Final = 144  # pixels of the square, enough for three times the scale of a card


class Cover(NamedTuple):
    """One cover as it was read; None: there is no picture that Qt can read."""

    key: tuple[str, str]
    image: QImage | None


class Covers(QObject):
    """`changed`: another cover has been read."""

    changed = Signal()

    def __init__(self, actor: api.Actor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.actor = actor
        self.known: dict[tuple[str, str], QPixmap | None] = {}

    def of(self, row: DraftRow) -> QPixmap | None:
        """Return the cover of a course; None while it is being read, and without one."""
        if row.cover is None:
            return None
        key = row.id, row.cover
        if key not in self.known:
            self.known[key] = None
            background.run(partial(read, self.actor, key), self.take, ignore)
        return self.known[key]

    def take(self, cover: Cover) -> None:
        """In the GUI thread: keep a cover that was read."""
        if cover.image is not None:
            self.known[cover.key] = QPixmap.fromImage(cover.image)
            self.changed.emit()


def read(actor: api.Actor, key: tuple[str, str]) -> Cover:
    """Off the GUI thread: read the cover of a draft, scaled to fill a square."""
    data = api.cover(actor, key[0])
    return Cover(key, square(data) if data else None)


def square(data: bytes) -> QImage | None:
    """Return the middle of a picture as a square; None when Qt cannot read it."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    if reader.size().isValid():
        fill = Qt.AspectRatioMode.KeepAspectRatioByExpanding
        reader.setScaledSize(reader.size().scaled(QSize(EDGE, EDGE), fill))
    image = reader.read()
    if image.isNull():
        return None
    left, top = (image.width() - EDGE) // 2, (image.height() - EDGE) // 2
    return image.copy(max(0, left), max(0, top), EDGE, EDGE)


def ignore(error: Exception) -> None:
    """A missing cover needs no message: the card shows a glyph."""
    del error
