"""The images of a school's courses: fetched off the GUI thread when their row is painted."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from courseporter import api
from courseporter.gui import background
from courseporter.gui.covers import ignore, square

AT_ONCE: Final = 2  # the other threads stay free for what the user does


class SchoolCovers(QObject):
    """`changed`: another image has arrived."""

    changed = Signal()

    def __init__(self, actor: api.Actor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.actor = actor
        self.connection = ""
        self.known: dict[str, QPixmap | None] = {}
        self.waiting: list[str] = []  # the newest is fetched first: its row is visible
        self.running = 0

    def show_school(self, connection: str) -> None:
        """Fetch with this connection from now on."""
        self.connection = connection
        self.waiting.clear()

    def of(self, address: str | None) -> QPixmap | None:
        """Return the image at an address; None while it is on its way, and without one."""
        if not address:
            return None
        if address not in self.known:
            self.known[address] = None
            self.waiting.append(address)
            self.fetch()
        return self.known[address]

    def fetch(self) -> None:
        """Start as many as may run."""
        while self.waiting and self.running < AT_ONCE:
            self.running += 1
            address = self.waiting.pop()
            read = partial(load, self.actor, self.connection, address)
            background.run(read, partial(self.take, address), self.failed)

    def take(self, address: str, image: QImage | None) -> None:
        """In the GUI thread: keep an image."""
        self.running -= 1
        if image is not None:
            self.known[address] = QPixmap.fromImage(image)
            self.changed.emit()
        self.fetch()

    def failed(self, error: Exception) -> None:
        """A missing image isn't worth a message: the row shows a glyph."""
        ignore(error)
        self.running -= 1
        self.fetch()


def load(actor: api.Actor, connection: str, address: str) -> QImage | None:
    """Off the GUI thread: fetch an image, scaled to fill a square."""
    return square(api.school_cover(actor, connection, address))
