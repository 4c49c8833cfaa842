"""Remembers where the user moved the borders between the parts of a page."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, QSettings, QTimer
from PySide6.QtWidgets import QSplitter


class Borders(QObject):
    """Saves the sizes of a splitter when a border is moved, and restores them when it is shown."""

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
        """Save the sizes: a border was moved."""
        self.sizes = self.splitter.sizes()
        self.memory.setValue(self.name, ",".join(map(str, self.sizes)))

    def put_back(self) -> None:
        """Restore the sizes: the splitter has its own size now."""
        self.splitter.setSizes(self.sizes)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Restore the sizes once the splitter is laid out for the first time."""
        if event.type() == QEvent.Type.Show:
            self.splitter.removeEventFilter(self)
            QTimer.singleShot(0, self.put_back)
        return super().eventFilter(watched, event)


def sizes_in(value: object) -> list[int]:
    """Return the saved sizes; nothing if they can't be read."""
    parts = cast("list[object]", value) if isinstance(value, list) else str(value or "").split(",")
    texts = [str(part).strip() for part in parts]
    return [int(text) for text in texts] if all(text.isdecimal() for text in texts) else []
