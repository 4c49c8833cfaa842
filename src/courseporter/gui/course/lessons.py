"""SCORM lessons in the review: playing one in the browser, choosing how several work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu

from courseporter import api
from courseporter.errors import SettingsError, _, gettext
from courseporter.gui import background
from courseporter.gui.actions import Actions
from courseporter.gui.course.scorm_choice import Modes, clause
from courseporter.gui.icons import icon
from courseporter.model import PackageMode

CHECK_MS: Final = 500  # between questions whether the browser has opened a lesson
CHECKS: Final = 24  # then the address is offered instead


class Selected(NamedTuple):
    """How the lessons at and below some items work."""

    keys: tuple[str, ...]
    modes: Modes


class Lessons(QObject):
    """`changed`: lessons of the draft work differently now; `busy`: one is being opened.

    `selected` answers `look`; `undo` undoes the last change of a draft.
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
        self.opening = 0

    def play(self, draft_id: str, key: str) -> None:
        """Prepare the lesson at or below an item, then open it in the browser of the system."""
        self._count(1)
        background.run(partial(api.play, self.actor, draft_id, key), self._open, self._refused)

    def choose(self, draft_id: str, keys: Sequence[str], mode: PackageMode) -> None:
        """Choose how the lessons at and below these items work."""
        work = partial(api.choose_scorm, self.actor, draft_id, tuple(keys), mode)
        background.run(work, partial(self._chosen, draft_id, mode), self._failed)

    def look(self, draft_id: str, keys: tuple[str, ...]) -> None:
        """Ask how the lessons at and below several items work."""
        background.run(partial(look, self.actor, draft_id, keys), self.selected.emit, self._failed)

    def fill(self, menu: QMenu, draft_id: str, keys: tuple[str, ...], modes: Modes) -> None:
        """Add the options for the lessons at and below these items to a menu; `modes`: how they
        work now.
        """
        only = modes[0][0] if len(modes) == 1 else None
        for mode, words in options():
            item = QAction(words, menu)
            if mode == only:
                item.setIcon(icon("check", "muted"))
                item.setCheckable(True)  # so that a screen reader says it, too
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
        if QDesktopServices.openUrl(QUrl(address)):
            self.actions_of_app.toast(gettext("Opening the lesson in your browser…"))
            self._check(address, CHECKS)
        else:
            self._offer_address(address)

    def _check(self, address: str, left: int) -> None:
        """Ask whether a browser has opened the lesson: starting one may fail silently."""
        ask = partial(api.was_opened, self.actor, address)
        background.run(ask, partial(self._checked, address, left), self._refused)

    def _checked(self, address: str, left: int, opened: bool) -> None:  # noqa: FBT001 - an answer
        if opened:
            self._count(-1)
        elif left:
            QTimer.singleShot(CHECK_MS, self, partial(self._check, address, left - 1))
        else:
            self._offer_address(address)

    def _offer_address(self, address: str) -> None:
        self._count(-1)
        QGuiApplication.clipboard().setText(address)
        self.actions_of_app.notice(
            SettingsError(
                _("No browser opened the lesson."),
                _("Its address was copied to the clipboard. Paste it into a browser."),
                address,
            )
        )

    def _refused(self, error: Exception) -> None:
        self._count(-1)
        self._failed(error)

    def _count(self, more: int) -> None:
        self.opening += more
        self.busy.emit(self.opening > 0)

    def _chosen(self, draft_id: str, mode: PackageMode, lessons: int) -> None:
        if lessons:
            self.actions_of_app.toast(f"{clause(mode, lessons)}.", partial(self.undo, draft_id))
        else:
            self.actions_of_app.toast(gettext("No SCORM lessons were changed."))
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        self.actions_of_app.notice(error)


def look(actor: api.Actor, draft_id: str, keys: tuple[str, ...]) -> Selected:
    """Off the GUI thread: read how the lessons at and below several items work."""
    return Selected(keys, tuple(api.scorm_modes(actor, draft_id, keys).items()))


def options() -> tuple[tuple[PackageMode, str], ...]:
    """Return how a SCORM lesson can work, in words."""
    return (
        ("play", gettext("Play in the course")),
        ("plugin", gettext("Use the SCORM XBlock")),
        ("download", gettext("Offer as a download")),
    )
