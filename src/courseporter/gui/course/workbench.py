"""What a person does to a course: add, rename, move, hide, remove, undo.

Each change is shown at once where that is possible, stored off the GUI thread, and undone by one
click.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu

from courseporter import api
from courseporter.api.values import EditView, TreeNode
from courseporter.errors import gettext
from courseporter.gui import background
from courseporter.gui.actions import Actions
from courseporter.gui.course import arranging
from courseporter.gui.course.block_editor import BlockEditor, picture_files
from courseporter.gui.course.course_tree import CourseTree
from courseporter.gui.course.edit_messages import hidden_message, removed_message
from courseporter.gui.course.editing import Editing
from courseporter.gui.course.new_items import KINDS, insertion
from courseporter.gui.icons import icon, kind_icon
from courseporter.gui.words import items, quoted

PICTURE_BYTES = 32 << 20
FOUND_LESSONS = 20


class Held(NamedTuple):
    """Items in the clipboard of the workbench; cut ones are moved, others copied."""

    draft_id: str
    keys: tuple[str, ...]
    cut: bool


class Clipboard:
    """Shared by all courses that are open in this window."""

    held: Held | None = None


class CourseView(Protocol):
    """The part of the window that shows a course."""

    draft_id: str
    key: str | None
    tree: CourseTree
    found: CourseTree

    def selected_nodes(self) -> tuple[TreeNode, ...]:
        """Return the items that are selected."""
        ...

    def reload(self) -> None:
        """Read the tree and the item again."""
        ...


class Workbench(QObject):
    """`edited`: the course has changed; `revealed`: show an item, and perhaps rename it."""

    edited = Signal()
    revealed = Signal(str, bool)

    def __init__(
        self,
        actor: api.Actor,
        actions: Actions,
        place: CourseView,
        editor: BlockEditor,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.actor = actor
        self.actions_of_app = actions
        self.place = place
        self.editor = editor
        self.editing = Editing(actor, self)
        self.editing.edited.connect(self.edited)
        self.editing.checked.connect(self.edited)
        self.editing.failed.connect(self._refused)
        editor.changed.connect(self._editor_changed)
        editor.pictures_wanted.connect(self._add_pictures)
        editor.lessons_wanted.connect(self._find_lessons)

    # ---- what is there

    def rename(self, key: str, title: str) -> None:
        """Change the title of an item."""
        self._show((key,), title=title)
        draft_id = self.place.draft_id
        work = partial(rename, self.actor, draft_id, key, title)
        self.editing.run(draft_id, work)
        self._toast(gettext("Renamed to {title}.", title=quoted(title)))

    def set_hidden(self, key: str, hidden: bool) -> None:  # noqa: FBT001 - the signal's own words
        """Hide an item from learners, or show it."""
        self.hide((key,), hidden=hidden)

    def toggle_hidden(self) -> None:
        """Hide the selected items, or show them when all are hidden."""
        nodes = self.place.selected_nodes()
        if nodes:
            hidden = not all(node.hidden for node in nodes)
            changed = [node.key for node in nodes if node.hidden != hidden]
            self.hide(tuple(changed), hidden=hidden)

    def hide(self, keys: tuple[str, ...], *, hidden: bool) -> None:
        """Hide items from learners, or show them."""
        self._show(keys, hidden=hidden)
        draft_id = self.place.draft_id
        work = partial(set_hidden, self.actor, draft_id, keys, hidden=hidden)
        self.editing.run(draft_id, work)
        self._toast(hidden_message(len(keys), hidden=hidden))

    # ---- the tree

    def add(self, name: str, at: str | None = None) -> None:
        """Add an item of a kind behind another one: by default the one that is selected."""
        self.editor.flush()
        draft_id = self.place.draft_id
        work = partial(add, self.actor, draft_id, name, at or self.place.key)
        self.editing.run(draft_id, work, self._added)

    def remove(self) -> None:
        """Remove the selected items."""
        nodes = self.place.selected_nodes()
        if not nodes:
            return
        self.editor.forget()
        after = self.place.tree.neighbor(tuple(node.key for node in nodes))
        operation = api.ops.Remove(keys=tuple(node.key for node in nodes))
        self.editing.apply(self.place.draft_id, [operation])
        if after is not None:
            self.revealed.emit(after, False)
        self._toast(removed_message(nodes[0].title, len(nodes)))

    def duplicate(self) -> None:
        """Add a copy behind each selected item."""
        operations: list[api.ops.Operation] = [
            api.ops.Duplicate(key=node.key) for node in self.place.selected_nodes()
        ]
        if operations:
            self.editor.flush()
            self.editing.apply(self.place.draft_id, operations)
            self._toast(gettext("Duplicated {items}.", items=items(len(operations))))

    def merge(self) -> None:
        """Put the content of the selected items into the first of them."""
        keys = self.place.tree.in_order(tuple(one.key for one in self.place.selected_nodes()))
        if len(keys) > 1:
            self.editor.forget()
            self.editing.apply(self.place.draft_id, [api.ops.Merge(keys=keys)])
            self.revealed.emit(keys[0], False)
            self._toast(gettext("Merged {items}.", items=items(len(keys))))

    def split(self) -> None:
        """Divide the item above: the selected one and those behind it go to a new one."""
        nodes = self.place.selected_nodes()
        if len(nodes) == 1 and nodes[0].parent is not None:
            self.editor.flush()
            operation = api.ops.Split(key=nodes[0].parent, at=nodes[0].key)
            self.editing.apply(self.place.draft_id, [operation])
            self._toast(gettext("Split before {title}.", title=quoted(nodes[0].title)))

    def move(self, keys: tuple[str, ...], parent: str | None, before: str | None) -> None:
        """Move items below another one, in front of `before`."""
        self.editor.flush()
        draft_id = self.place.draft_id
        work = partial(arranging.move, self.actor, draft_id, keys, parent, before)
        self.editing.run(draft_id, work)
        self._toast(gettext("Moved {items}.", items=items(len(keys))))

    def move_by(self, by: int) -> None:
        """Move the selected items up or down among their neighbors."""
        keys = self.place.tree.in_order(tuple(one.key for one in self.place.selected_nodes()))
        target = self.place.tree.rows.beside(keys, by) if keys else None
        if target is None:
            return
        self.editor.flush()
        self.place.tree.rows.shift(keys, target)
        operation = api.ops.Move(keys=keys, parent=target.parent, before=target.before)
        self.editing.apply(self.place.draft_id, [operation])

    # ---- clipboard

    def hold(self, *, cut: bool) -> None:
        """Remember the selected items for `paste`."""
        keys = self.place.tree.in_order(tuple(one.key for one in self.place.selected_nodes()))
        if keys:
            Clipboard.held = Held(self.place.draft_id, keys, cut)
            amount = items(len(keys))
            cut_words = gettext("Cut {items}. Paste moves them.", items=amount)
            copied = gettext("Copied {items}.", items=amount)
            self.actions_of_app.toast(cut_words if cut else copied)

    def paste(self) -> None:
        """Put what is held behind the selected item."""
        held = Clipboard.held
        if held is None:
            return
        self.editor.flush()
        draft_id = self.place.draft_id
        work = partial(arranging.paste, self.actor, draft_id, held, self.place.key)
        self.editing.run(draft_id, work, self._pasted)
        if held.cut:
            Clipboard.held = None

    def _pasted(self, view: EditView | None) -> None:
        if view is not None and view.keys:
            self.revealed.emit(view.keys[0], False)
        self._toast(gettext("Pasted."))

    # ---- history

    def undo(self) -> None:
        """Undo the last change."""
        self.undo_in(self.place.draft_id)

    def undo_in(self, draft_id: str) -> None:
        """Undo the last change of a course, also when another one is shown meanwhile."""
        self.editor.flush()
        self.editing.run(draft_id, partial(api.undo_step, self.actor, draft_id), self._undone)

    def redo(self) -> None:
        """Make the change again that was undone last."""
        self.editor.flush()
        draft_id = self.place.draft_id
        self.editing.run(draft_id, partial(api.redo_step, self.actor, draft_id), self._redone)

    def restore(self, step: str) -> None:
        """Bring the course back to what it was after a step."""
        self.editor.forget()
        draft_id = self.place.draft_id
        work = partial(api.restore_state, self.actor, draft_id, step)
        self.editing.run(draft_id, work, self._restored)

    def _undone(self, view: EditView | None) -> None:
        self.actions_of_app.frame.withdraw()
        if view is None or not view.label:
            self.actions_of_app.toast(gettext("Nothing to undo."))
        else:
            self.actions_of_app.toast(gettext("Undone: {label}.", label=view.label))

    def _redone(self, view: EditView | None) -> None:
        if view is None or not view.label:
            self.actions_of_app.toast(gettext("Nothing to redo."))
        else:
            self._toast(gettext("Redone: {label}.", label=view.label))

    def _restored(self, view: EditView | None) -> None:
        if view is None:
            self.actions_of_app.toast(gettext("The course is already like this."))
        else:
            self._toast(f"{view.label}.")

    # ---- menus

    def kinds_menu(self, parent: QMenu, at: str | None = None) -> QMenu:
        """Fill a menu with the kinds of items that can be added."""
        for name, new in KINDS.items():
            glyph = kind_icon(name, name if name not in {"section", "lesson", "unit"} else None)
            action = parent.addAction(icon(glyph, "muted"), str(new.words))
            action.triggered.connect(partial(self._add_clicked, name, at))
            if name == "unit":
                parent.addSeparator()
        return parent

    def show_kinds(self, where: QPoint, at: str | None = None) -> None:
        """Show what can be added."""
        menu = self.kinds_menu(QMenu(self.place.tree), at)
        menu.popup(where)

    def _add_clicked(self, name: str, at: str | None, checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's slot
        del checked
        self.add(name, at)

    # ---- inside

    def _editor_changed(self, draft_id: str, operations: list[api.ops.Operation]) -> None:
        self.editing.apply(draft_id, operations, self._tell)

    def _tell(self, view: EditView | None) -> None:
        if view is not None and view.messages:
            self._toast(" ".join(view.messages))

    def _add_pictures(self, paths: Sequence[Path]) -> None:
        draft_id = self.place.draft_id
        work = partial(add_pictures, self.actor, draft_id, tuple(paths))
        background.run(work, self.editor.take_pictures, self._refused)

    def _find_lessons(self, text: str) -> None:
        draft_id = self.place.draft_id
        work = partial(find_lessons, self.actor, draft_id, text)
        background.run(work, self.editor.take_lessons, self._refused)

    def _added(self, view: EditView | None) -> None:
        if view is not None and view.keys:
            self.revealed.emit(view.keys[-1], True)

    def _show(self, keys: tuple[str, ...], **fields: object) -> None:
        for tree in (self.place.tree, self.place.found):
            for key in keys:
                tree.rows.change(key, **fields)

    def _toast(self, message: str) -> None:
        self.actions_of_app.toast(message, partial(self.undo_in, self.place.draft_id))

    def _refused(self, error: Exception) -> None:
        self.actions_of_app.notice(error)
        self.edited.emit()


def rename(actor: api.Actor, draft_id: str, key: str, title: str) -> None:
    """Off the GUI thread: rename an item."""
    api.rename(actor, draft_id, key, title)


def set_hidden(actor: api.Actor, draft_id: str, keys: tuple[str, ...], *, hidden: bool) -> None:
    """Off the GUI thread: hide items."""
    api.set_hidden(actor, draft_id, keys, hidden=hidden)


def add(actor: api.Actor, draft_id: str, name: str, at: str | None) -> EditView:
    """Off the GUI thread: find the place of a new item, and add it."""
    return api.edit(actor, draft_id, [insertion(actor, draft_id, name, at)], check=False)


def add_pictures(
    actor: api.Actor, draft_id: str, paths: tuple[Path, ...]
) -> list[tuple[str, bytes]]:
    """Off the GUI thread: make files part of the course; returns their paths and bytes."""
    files = picture_files(paths)
    puts = [api.ops.PutFile(path=one.path, file=one.file) for one in files]
    api.edit(actor, draft_id, puts, check=False)
    return [(one.path, Path(one.file).read_bytes()[:PICTURE_BYTES]) for one in files]


def find_lessons(actor: api.Actor, draft_id: str, text: str) -> list[tuple[str, str]]:
    """Off the GUI thread: lessons with a text in their title."""
    found = api.find(actor, draft_id, text, limit=FOUND_LESSONS * 4)
    lessons = [(one.title, one.key) for one in found if one.kind == "lesson"]
    return lessons[:FOUND_LESSONS]
