"""Courses deleted while the window is open: hidden now, removed when it closes."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from courseporter import api
from courseporter.api.values import DraftRow
from courseporter.errors import PorterError

log = logging.getLogger(__name__)


class Deleted(QObject):
    """Nothing changes in the store before `finish`, so a crash restores the courses."""

    changed = Signal()

    def __init__(self, actor: api.Actor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.actor = actor
        self.rows: dict[str, DraftRow] = {}

    def put(self, row: DraftRow) -> None:
        """Hide a course."""
        self.rows[row.id] = row
        self.changed.emit()

    def last(self) -> DraftRow | None:
        """Return the course that was deleted last."""
        return next(reversed(self.rows.values()), None)

    def restore(self, row: DraftRow | None) -> None:
        """Show a course again."""
        if row is not None and self.rows.pop(row.id, None) is not None:
            self.changed.emit()

    def without(self, rows: Iterable[DraftRow]) -> tuple[DraftRow, ...]:
        """Return the courses that are not deleted."""
        return tuple(row for row in rows if row.id not in self.rows)

    def finish(self) -> None:
        """Remove the courses from the store: the window has closed."""
        for draft_id in self.rows:
            try:
                api.delete_draft(self.actor, draft_id)
            except PorterError as error:
                log.warning("course %s not deleted: %s", draft_id, error)
        self.rows.clear()
