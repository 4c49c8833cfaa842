"""Remembers where somebody moved the borders between the parts of a page."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, QSettings, QTimer
from PySide6.QtWidgets import QSplitter


class Borders(QObject):
    """One splitter: its sizes are kept when a border is moved, and put back when it is shown."""

    def __init__(self, splitter: QSplitter, memory: QSettings, name: str) -> None:
        super().__init__(splitter)
        self.splitter = splitter
        self.memory = memory
        self.name = f"borders/{name}"
        self.sizes = sizes_in(memory.value(self.name))
        splitter.splitterMoved.connect(self.keep)
        if self.sizes:
            splitter.installEventFilter(self)

    def keep(self) -> None:
        """A border was moved."""
        self.sizes = self.splitter.sizes()
        self.memory.setValue(self.name, ",".join(map(str, self.sizes)))

    def put_back(self) -> None:
        """The splitter has its size now: share it out as it was."""
        self.splitter.setSizes(self.sizes)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Shown for the first time: wait until it is laid out."""
        if event.type() == QEvent.Type.Show:
            self.splitter.removeEventFilter(self)
            QTimer.singleShot(0, self.put_back)
        return super().eventFilter(watched, event)


def sizes_in(value: object) -> list[int]:
    """What was kept; nothing when it is not what was written."""
    parts = cast("list[object]", value) if isinstance(value, list) else str(value or "").split(",")
    texts = [str(part).strip() for part in parts]
    return [int(text) for text in texts] if all(text.isdecimal() for text in texts) else []
