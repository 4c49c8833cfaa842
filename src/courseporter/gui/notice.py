"""The notice: what went wrong, where, and what now, inside the window instead of a dialog."""

from __future__ import annotations

import platform
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import Qt, Signal, qVersion
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from courseporter import __version__, logs
from courseporter.errors import PorterError
from courseporter.gui import theme
from courseporter.gui.icons import pixmap

BUG: Final = "CoursePorter met an error of its own"
BUG_HINT: Final = "Your courses and jobs are saved. Copy the details when you report it."


class Offer(NamedTuple):
    """A way out: the words of a button, and what it does."""

    words: str
    press: Callable[[], None]


class Notice(QFrame):
    """One notice at a time; the newest replaces the one before.  `closed` says that it went."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_class(self, "notice")
        self.details = ""
        self.presses: list[Callable[[], None]] = []
        self.picture = QLabel(self)
        self.message = sentence(self, "strong")
        self.where = sentence(self, "small", "muted")
        self.hint = sentence(self)
        self.copy = QPushButton("Copy details", self)
        theme.set_class(self.copy, "link")
        self.shut = QPushButton("Close", self)
        theme.set_class(self.shut, "link")
        self.copy.clicked.connect(self.copy_details)
        self.shut.clicked.connect(self.dismiss)
        buttons = QHBoxLayout()
        buttons.setSpacing(16)
        buttons.setContentsMargins(0, 4, 0, 0)
        self.ways = [QPushButton(self), QPushButton(self)]
        for number, way in enumerate(self.ways):
            way.clicked.connect(partial(self.take_way, number))
            way.hide()
            buttons.addWidget(way)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.shut)
        buttons.addStretch(1)
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.addWidget(self.picture, 0, 0, Qt.AlignmentFlag.AlignTop)
        for row, part in enumerate((self.message, self.where, self.hint)):
            grid.addWidget(part, row, 1)
        grid.addLayout(buttons, 3, 1)
        grid.setColumnStretch(1, 1)
        self.hide()

    def show_error(self, error: BaseException) -> None:
        """Say what happened; a PorterError in its own words, anything else as our bug."""
        porter = isinstance(error, PorterError) or hasattr(error, "hint")
        message = str(error) if porter else f"{BUG}: {type(error).__name__}."
        where = str(getattr(error, "where", None) or "")
        hint = str(getattr(error, "hint", None) or ("" if porter else BUG_HINT))
        self.details = details_of(error)
        self.show_words(message, where, hint)

    def show_offer(self, message: str, hint: str, *offers: Offer, error: bool = False) -> None:
        """Say something that has a way out, two at most; pressing one closes the notice."""
        if not error:
            self.details = ""
        self.show_words(message, "", hint, offers, calm=not error)

    def show_words(
        self,
        message: str,
        where: str = "",
        hint: str = "",
        offers: Sequence[Offer] = (),
        *,
        calm: bool = False,
    ) -> None:
        """Show sentences; empty ones take no room."""
        role = "link" if calm else "error"
        glyph = "info" if calm else "error"
        self.picture.setPixmap(pixmap(glyph, role, 20, self.devicePixelRatioF()))
        self.presses = [offer.press for offer in offers]
        for number, way in enumerate(self.ways):
            way.setVisible(number < len(offers))
            way.setText(offers[number].words if number < len(offers) else "")
        for label, text in ((self.message, message), (self.where, where), (self.hint, hint)):
            label.setText(text)
            label.setVisible(bool(text))
        self.copy.setVisible(bool(self.details))
        self.setAccessibleName(message)
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, message))

    def take_way(self, number: int, _checked: object = None) -> None:
        """A button that leads out: the notice has done its work."""
        press = self.presses[number]
        self.dismiss()
        press()

    def copy_details(self) -> None:
        """Put the redacted details into the clipboard."""
        QGuiApplication.clipboard().setText(self.details)
        self.copy.setText("Copied")

    def dismiss(self) -> None:
        """Go away."""
        self.copy.setText("Copy details")
        self.hide()
        self.closed.emit()


def sentence(parent: QWidget, *classes: str) -> QLabel:
    """A label whose text can be selected and is never taken for HTML."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    theme.set_class(label, *classes)
    return label


def details_of(error: BaseException) -> str:
    """What helps whoever mends it: versions and traceback, without secrets and home folders."""
    code = f" [{error.code}]" if isinstance(error, PorterError) else ""
    versions = f"CoursePorter {__version__} · Python {platform.python_version()} · Qt {qVersion()}"
    lines = [
        f"{versions} · {platform.platform()}",
        f"{type(error).__name__}{code}: {error}",
        *(str(value) for value in (getattr(error, "where", None),) if value),
        "".join(traceback.format_exception(error)),
    ]
    return redact("\n".join(lines))


def redact(text: str) -> str:
    """The text as the log keeps it, without secrets; the home folder becomes `~`."""
    return logs.redact(text).replace(str(Path.home()), "~")
