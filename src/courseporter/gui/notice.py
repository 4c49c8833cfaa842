"""The notice: what went wrong, where, and what to do, in the window instead of a dialog."""

from __future__ import annotations

import platform
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal, qVersion
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from courseporter import __version__, logs
from courseporter.errors import PorterError, gettext
from courseporter.gui import theme
from courseporter.gui.icons import pixmap


class Offer(NamedTuple):
    """The words of a button, and what it does."""

    words: str
    press: Callable[[], None]


class Notice(QFrame):
    """One notice at a time; the newest replaces the one before.  `closed`: it is gone."""

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
        self.copy = QPushButton(gettext("Copy details"), self)
        theme.set_class(self.copy, "link")
        self.shut = QPushButton(gettext("Close"), self)
        theme.set_class(self.shut, "link")
        self.copy.clicked.connect(self.copy_details)
        self.shut.clicked.connect(self.dismiss)
        buttons = QHBoxLayout()
        buttons.setSpacing(16)
        buttons.setContentsMargins(0, 4, 0, 0)
        self.buttons = [QPushButton(self), QPushButton(self)]
        for number, button in enumerate(self.buttons):
            button.clicked.connect(partial(self.press, number))
            button.hide()
            buttons.addWidget(button)
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
        """Show an error: a PorterError in its own words, anything else as a bug."""
        porter = isinstance(error, PorterError) or hasattr(error, "hint")
        bug = gettext("CoursePorter hit an internal error ({name}).", name=type(error).__name__)
        bug_hint = gettext("Your courses and jobs are saved. Copy the details to report it.")
        message = str(error) if porter else bug
        where = str(getattr(error, "where", None) or "")
        hint = str(getattr(error, "hint", None) or ("" if porter else bug_hint))
        self.details = details_of(error)
        self.show_words(message, where, hint)

    def show_offer(self, message: str, hint: str, *offers: Offer, error: bool = False) -> None:
        """Show a message with up to two buttons; each closes the notice."""
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
        """Show sentences; empty ones take no space."""
        role = "link" if calm else "error"
        glyph = "info" if calm else "error"
        self.picture.setPixmap(pixmap(glyph, role, 20, self.devicePixelRatioF()))
        self.presses = [offer.press for offer in offers]
        for number, button in enumerate(self.buttons):
            button.setVisible(number < len(offers))
            button.setText(offers[number].words if number < len(offers) else "")
        for label, text in ((self.message, message), (self.where, where), (self.hint, hint)):
            label.setText(text)
            label.setVisible(bool(text))
        self.copy.setVisible(bool(self.details))
        self.setAccessibleName(message)
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, message))

    def press(self, number: int, _checked: object = None) -> None:
        """Close the notice, then do what its button says."""
        action = self.presses[number]
        self.dismiss()
        action()

    def copy_details(self) -> None:
        """Copy the redacted details."""
        QGuiApplication.clipboard().setText(self.details)
        self.copy.setText(gettext("Copied"))

    def dismiss(self) -> None:
        """Close the notice."""
        self.copy.setText(gettext("Copy details"))
        self.hide()
        self.closed.emit()


def sentence(parent: QWidget, *classes: str) -> QLabel:
    """Return a label with plain text that can be selected."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    theme.set_class(label, *classes)
    return label


def details_of(error: BaseException) -> str:
    """Return versions and traceback, without secrets and the home folder."""
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
    """Return the text without secrets; the home folder becomes `~`."""
    return logs.redact(text).replace(str(Path.home()), "~")
