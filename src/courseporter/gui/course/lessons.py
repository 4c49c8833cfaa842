"""SCORM lessons in the review: playing one in the browser, choosing what becomes of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QMenu

from courseporter import api
from courseporter.gui import background
from courseporter.gui.actions import Actions
from courseporter.gui.course.scorm_choice import Modes, verb
from courseporter.gui.icons import icon
from courseporter.gui.words import count
from courseporter.model import PackageMode

CHOICES: Final[dict[PackageMode, str]] = {
    "play": "Play in the course",
    "plugin": "Block of the SCORM plug-in",
    "download": "Offer for download",
}


class Selected(NamedTuple):
    """What becomes of the lessons at and below some places."""

    keys: tuple[str, ...]
    modes: Modes


class Lessons(QObject):
    """`changed`: lessons of the draft become something else now; `busy`: one is being packed.

    `selected` brings what was asked with `look`; `undo` takes the last change of a draft back.
    """

    changed = Signal()
    busy = Signal(bool)
    selected = Signal(object)

    def __init__(
        self, actor: api.Actor, actions: Actions, undo: Callable[[str], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self.actor = actor
        self.actions_of_app = actions
        self.undo = undo
        self.packing = 0

    def play(self, draft_id: str, key: str) -> None:
        """Open the lesson at or below a place in the system's browser; packing comes first."""
        self._pack(1)
        background.run(partial(api.play, self.actor, draft_id, key), self._open, self._refused)

    def choose(self, draft_id: str, keys: Sequence[str], mode: PackageMode) -> None:
        """Let the lessons at and below these places become this."""
        work = partial(api.choose_scorm, self.actor, draft_id, tuple(keys), mode)
        background.run(work, partial(self._chosen, draft_id, mode), self._failed)

    def look(self, draft_id: str, keys: tuple[str, ...]) -> None:
        """Ask what becomes of the lessons at and below several places."""
        background.run(partial(look, self.actor, draft_id, keys), self.selected.emit, self._failed)

    def fill(self, menu: QMenu, draft_id: str, keys: tuple[str, ...], modes: Modes) -> None:
        """Add what can be done with the lessons at and below these places to a menu; `modes` says
        what becomes of them now.
        """
        only = modes[0][0] if len(modes) == 1 else None
        for mode, words in CHOICES.items():
            item = QAction(words, menu)
            if mode == only:
                item.setIcon(icon("check", "muted"))
                item.setCheckable(True)  # so that a screen reader tells it, too
                item.setChecked(True)
            item.triggered.connect(partial(self._pick, draft_id, keys, mode))
            menu.addAction(item)

    def _pick(
        self,
        draft_id: str,
        keys: tuple[str, ...],
        mode: PackageMode,
        checked: bool = False,  # noqa: FBT001, FBT002 - Qt's slot
    ) -> None:
        del checked
        self.choose(draft_id, keys, mode)

    def _open(self, address: str) -> None:
        self._pack(-1)
        if not QDesktopServices.openUrl(QUrl(address)):
            self.actions_of_app.copy(
                address, "No browser answered. The address of the lesson is in the clipboard."
            )

    def _refused(self, error: Exception) -> None:
        self._pack(-1)
        self._failed(error)

    def _pack(self, more: int) -> None:
        self.packing += more
        self.busy.emit(self.packing > 0)

    def _chosen(self, draft_id: str, mode: PackageMode, lessons: int) -> None:
        if lessons:
            said = f"{count(lessons, 'lesson')} {verb(mode, lessons)}."
            self.actions_of_app.toast(said, partial(self.undo, draft_id))
        else:
            self.actions_of_app.toast("No SCORM lesson there becomes anything else.")
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        self.actions_of_app.notice(error)


def look(actor: api.Actor, draft_id: str, keys: tuple[str, ...]) -> Selected:
    """Off the GUI thread: what becomes of the lessons at and below several places."""
    return Selected(keys, tuple(api.scorm_modes(actor, draft_id, keys).items()))
