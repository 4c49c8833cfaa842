"""Checks ten times a second whether the store has changed; then views read it again."""

from __future__ import annotations

import logging
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from courseporter import api
from courseporter.errors import PorterError

log = logging.getLogger(__name__)
BEAT_MS: Final = 100


class Watcher(QObject):
    """`changed`: something in the store is different; views find out what."""

    changed = Signal()

    def __init__(self, actor: api.Actor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.actor = actor
        self.token: int | None = None
        self.timer = QTimer(self)
        self.timer.setInterval(BEAT_MS)
        self.timer.timeout.connect(self.look)

    def start(self) -> None:
        """Start; the first check always reports a change."""
        self.timer.start()
        self.look()

    def stop(self) -> None:
        """Stop checking."""
        self.timer.stop()

    def look(self) -> None:
        """Check once; a busy store is checked again at the next tick."""
        try:
            token = api.change_token(self.actor)
        except PorterError as error:
            log.debug("skipped a check: %s", error)
            return
        if token != self.token:
            self.token = token
            self.changed.emit()
