"""Fixing problems in the review: looking first, fixing, opening what only a person can decide."""

from __future__ import annotations

from functools import partial
from typing import Final, Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage

from courseporter import api
from courseporter.api.fix_values import FixPreview
from courseporter.errors import gettext
from courseporter.gui import background
from courseporter.gui.actions import Actions
from courseporter.gui.course.fix_form import Order, TextForm
from courseporter.gui.course.item import Item
from courseporter.gui.course.problems import Problems
from courseporter.gui.course.workbench import Workbench
from courseporter.gui.words import items
from courseporter.model import Quiz

PICTURES: Final = 12  # that are read at once
WIDTH: Final = 160
HEIGHT: Final = 96  # pixels


class ReviewView(Protocol):
    """The part of the window that shows a course with its problems."""

    draft_id: str
    item: Item
    bench: Workbench
    problems: Problems

    def jump(self, key: str) -> None:
        """Select an item in the tree."""
        ...


class Fixing(QObject):
    """Between the list of problems and the course.  `rev`: the revision of the list shown."""

    def __init__(
        self, actor: api.Actor, actions: Actions, place: ReviewView, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.actor = actor
        self.actions_of_app = actions
        self.place = place
        self.rev: int | None = None
        self.to_edit: str | None = None  # the item or question to edit once it is shown
        place.bench.editing.edited.connect(self._outdate)
        place.problems.fix_wanted.connect(self.fix)
        place.problems.preview_wanted.connect(self.preview)
        place.problems.open_wanted.connect(self.open)
        place.problems.laid_out.connect(self._show_pictures)

    def fix(self, order: Order) -> None:
        """Fix a problem, or all like it, unless others have changed the course meanwhile."""
        self.place.bench.editor.flush()
        draft_id = self.place.draft_id
        expect = self.rev if self.place.bench.editing.idle() else None
        work = partial(fix, self.actor, draft_id, order, expect)
        background.run(work, partial(self._fixed, draft_id), self._refused)

    def preview(self, order: Order) -> None:
        """Show what fixing a problem would change."""
        work = partial(preview, self.actor, self.place.draft_id, order)
        shown = partial(self.place.problems.show_preview, order)
        background.run(work, shown, self.actions_of_app.notice)

    def open(self, key: str) -> None:
        """Select an item, and start to edit it once it's shown."""
        self.to_edit = key
        self.place.jump(key)
        self.item_shown()

    def item_shown(self) -> None:
        """Start to edit the item in the center if it's the one that was asked for."""
        node = self.place.item.editor.node
        if self.to_edit is None or node is None:
            return
        keys = {node.key}
        if isinstance(node.block, Quiz):
            keys |= {one.key for one in node.block.questions}
        if self.to_edit in keys:
            self.to_edit = None
            self.place.item.form.tabs.setCurrentIndex(0)
            self.place.item.editor.start()

    def _show_pictures(self) -> None:
        """Show the first pictures that have no text."""
        forms = [row.form for row in self.place.problems.rows if isinstance(row.form, TextForm)]
        for form in forms[:PICTURES]:
            work = partial(picture, self.actor, self.place.draft_id, form.problem.id)
            background.run(work, partial(self._show_picture, form))

    def _show_picture(self, form: TextForm, found: QImage | None) -> None:
        if found is not None:
            form.show_picture(found)

    def _outdate(self) -> None:
        """The list is of an earlier revision, which this window itself has changed."""
        self.rev = None

    def _fixed(self, draft_id: str, amount: int) -> None:
        message = gettext("Fixed {items}.", items=items(amount))
        self.actions_of_app.toast(message, partial(self.place.bench.undo_in, draft_id))
        self.rev = None
        self.place.problems.settle()
        self.place.bench.edited.emit()

    def _refused(self, error: Exception) -> None:
        self.actions_of_app.notice(error)
        self.place.problems.settle()
        self.place.bench.edited.emit()


def fix(actor: api.Actor, draft_id: str, order: Order, expect: int | None) -> int:
    """Off the GUI thread: fix a problem; return the number of items that changed."""
    return api.fix(
        actor,
        draft_id,
        order.problem.id,
        all_alike=order.every,
        answer=order.answer,
        seen=order.problem,
        expect=expect,
    )


def picture(actor: api.Actor, draft_id: str, problem_id: int) -> QImage | None:
    """Off the GUI thread: read the picture of a problem, as small as it is shown."""
    data = api.problem_picture(actor, draft_id, problem_id)
    found = QImage.fromData(data) if data else QImage()
    if found.isNull():
        return None
    if found.width() <= WIDTH and found.height() <= HEIGHT:
        return found
    ratio = Qt.AspectRatioMode.KeepAspectRatio
    return found.scaled(WIDTH, HEIGHT, ratio, Qt.TransformationMode.SmoothTransformation)


def preview(actor: api.Actor, draft_id: str, order: Order) -> FixPreview:
    """Off the GUI thread: look at what a fix would change."""
    return api.fix_preview(
        actor,
        draft_id,
        order.problem.id,
        all_alike=order.every,
        answer=order.answer,
        seen=order.problem,
    )
