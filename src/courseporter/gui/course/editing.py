"""Changes of a course on their way to the store, one after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from courseporter import api
from courseporter.api.values import EditView
from courseporter.gui import background

CHECK_MS: Final = 1_500  # after the last change, the course is checked again
Work = Callable[[], EditView | None]
Done = Callable[[EditView | None], None]


class Editing(QObject):
    """`edited`: a change is stored; `checked`: the problems are those of the course as it is now;
    `failed`: a change was refused.
    """

    edited = Signal()
    checked = Signal()
    failed = Signal(object)

    def __init__(self, actor: api.Actor, parent: QObject) -> None:
        super().__init__(parent)
        self.actor = actor
        self.waiting: deque[tuple[Work, Done | None]] = deque()
        self.running = False
        self.draft_id = ""  # of the course to check
        self.checking = QTimer(self, singleShot=True, interval=CHECK_MS)
        self.checking.timeout.connect(self._check)

    def apply(
        self, draft_id: str, operations: list[api.ops.Operation], done: Done | None = None
    ) -> None:
        """Perform operations as one step."""
        work = partial(api.edit, self.actor, draft_id, operations, check=False)
        self.run(draft_id, work, done)

    def run(self, draft_id: str, work: Work, done: Done | None = None) -> None:
        """Run something that changes a course, after everything that was asked for before."""
        self.draft_id = draft_id
        self.waiting.append((work, done))
        self._next()

    def idle(self) -> bool:
        """Whether everything is stored."""
        return not self.running and not self.waiting

    def _next(self) -> None:
        if self.running or not self.waiting:
            return
        self.running = True
        work, done = self.waiting.popleft()
        background.run(work, partial(self._done, done), self._failed)

    def _done(self, done: Done | None, view: EditView | None) -> None:
        self.running = False
        if done is not None:
            done(view)
        self.edited.emit()
        self.checking.start()
        self._next()

    def _failed(self, error: Exception) -> None:
        self.running = False
        self.failed.emit(error)
        self._next()

    def _check(self) -> None:
        if not self.idle():
            self.checking.start()
            return
        work = partial(api.recheck, self.actor, self.draft_id)
        background.run(work, self._checked, self.failed.emit)

    def _checked(self, result: object) -> None:
        del result
        self.checked.emit()
