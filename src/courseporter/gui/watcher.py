"""Looks ten times a second whether anybody wrote to the store; then views read again."""

from __future__ import annotations

import logging
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from courseporter import api
from courseporter.errors import PorterError

log = logging.getLogger(__name__)
BEAT_MS: Final = 100


class Watcher(QObject):
    """`changed` says that something is different; what, the views find out themselves."""

    changed = Signal()

    def __init__(self, actor: api.Actor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.actor = actor
        self.token: int | None = None
        self.timer = QTimer(self)
        self.timer.setInterval(BEAT_MS)
        self.timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin; the first look always reports a change."""
        self.timer.start()
        self.look()

    def stop(self) -> None:
        """No more looks."""
        self.timer.stop()

    def look(self) -> None:
        """One look.  A store that is busy for a moment is looked at again at the next beat."""
        try:
            token = api.change_token(self.actor)
        except PorterError as error:
            log.debug("skipped a beat: %s", error)
            return
        if token != self.token:
            self.token = token
            self.changed.emit()
