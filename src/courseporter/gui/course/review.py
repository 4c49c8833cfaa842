"""The workbench: course tree, the chosen item in three looks, and the problems."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Final, NamedTuple

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QMenu, QStackedWidget, QVBoxLayout, QWidget

from courseporter import api
from courseporter.api.values import DraftView, NodeView, ProblemRow
from courseporter.gui import background, theme
from courseporter.gui.actions import Actions
from courseporter.gui.course.course_tree import CourseTree
from courseporter.gui.course.finder import Found, find, told
from courseporter.gui.course.item import Item
from courseporter.gui.course.lessons import Lessons, Selected
from courseporter.gui.course.overview import place
from courseporter.gui.course.problems import Problems
from courseporter.gui.forms.course_review import Ui_course_review
from courseporter.gui.icons import icon
from courseporter.gui.words import balance, count, number, quoted
from courseporter.model import PackageMode

TYPING_MS: Final = 150  # a search starts when the fingers rest
ITEM_AT_LEAST: Final = 310  # pixels of the centre
TREE, FOUND = 0, 1


class Looked(NamedTuple):
    """One place of one draft."""

    draft_id: str
    node: NodeView


class Review(QWidget):
    """`go_on`: the course is as it should be; `changed`: the draft is different now."""

    go_on = Signal()
    changed = Signal()

    def __init__(self, actor: api.Actor, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.actor = actor
        self.actions_of_app = actions
        self.draft_id = ""
        self.key: str | None = None
        self.has_scorm = False
        self.form = Ui_course_review()
        self.form.setupUi(self)  # pyright: ignore[reportUnknownMemberType]  # uic writes no types
        self.trees = QStackedWidget(self)
        self.told = QLabel(self)
        self.tree = CourseTree(actor, actions, self.trees)
        self.found = CourseTree(actor, actions, self.trees)
        self.item = Item(self)
        self.lessons = Lessons(actor, actions, self.take_back, self)
        self.problems = Problems(self)
        self.moved_by_hand = False
        self.typing = QTimer(self)
        self.typing.setSingleShot(True)
        self.typing.setInterval(TYPING_MS)
        self._compose()
        self._connect()

    def _compose(self) -> None:
        for tree in (self.tree, self.found):
            self.trees.addWidget(tree)
        for at, part in enumerate((self._left_side(), self.item, self.problems)):
            placeholder = self.form.panes.replaceWidget(at, part)
            if placeholder is not None:
                placeholder.deleteLater()
            part.show()
            self.form.panes.setStretchFactor(at, 1 if at == 1 else 0)
        self.item.setMinimumWidth(280)
        self.problems.setMinimumWidth(180)
        self.found.setAccessibleName("Places found")
        self.form.undo.setIcon(icon("undo", "muted"))
        self.form.show_problems.setIcon(icon("warning", "muted"))
        self.form.only_problems.setIcon(icon("filter", "muted"))
        self.form.search.addAction(
            icon("search", "muted"), self.form.search.ActionPosition.LeadingPosition
        )

        self._order()

    def _left_side(self) -> QWidget:
        """The tree, and above it what a search has to say."""
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.told.setContentsMargins(16, 8, 8, 4)
        theme.set_class(self.told, "muted", "small")
        self.told.hide()
        side = QWidget(self)
        side.setMinimumWidth(180)
        column = QVBoxLayout(side)
        column.setContentsMargins(8, 8, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.told)
        column.addWidget(self.trees, 1)
        return side

    def _order(self) -> None:
        """The Tab key goes the way people read."""
        item = self.item.form
        way: tuple[QWidget, ...] = (
            self.form.show_problems,
            self.tree,
            self.found,
            item.title,
            item.play,
            item.hide,
            item.tabs,
            self.item.preview,
            self.problems.form.scroll,
            self.problems.form.more,
            self.form.go_on,
        )
        for first, second in pairwise(way):
            QWidget.setTabOrder(first, second)

    def _connect(self) -> None:
        for tree in (self.tree, self.found):
            tree.picked.connect(self.show_place)
            tree.renamed.connect(self.rename)
            tree.selected.connect(self._selected)
            tree.menu_wanted.connect(self.show_menu)
        self.item.renamed.connect(self.rename)
        self.item.hide_wanted.connect(self.set_hidden)
        self.item.play_wanted.connect(self.play)
        self.item.mode_wanted.connect(self.choose_mode)
        self.lessons.busy.connect(self._show_busy)
        self.lessons.selected.connect(self._show_selected)
        self.lessons.changed.connect(self._edited)
        self.problems.jump_wanted.connect(self.jump)
        self.problems.fix_wanted.connect(self.fix)
        self.form.search.textChanged.connect(self.typing.start)
        self.form.only_problems.clicked.connect(self.search)
        self.typing.timeout.connect(self.search)
        self.form.undo.clicked.connect(self.undo)
        self.form.show_problems.toggled.connect(self.problems.setVisible)
        self.form.panes.splitterMoved.connect(self._moved)
        self.form.go_on.clicked.connect(self.go_on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out sensibly until somebody moves the borders."""
        super().resizeEvent(event)
        if not self.moved_by_hand:
            room = max(0, self.width() - ITEM_AT_LEAST)  # in a small window the item comes first
            tree = max(min(270, room // 2), min(400, self.width() * 30 // 100))
            side = max(min(240, room // 2), min(360, self.width() * 26 // 100))
            tree, side = min(tree, room // 2), min(side, room // 2)
            self.form.panes.setSizes([tree, self.width() - tree - side, side])

    def _moved(self) -> None:
        self.moved_by_hand = True

    # ---- showing

    def open_draft(self, draft_id: str) -> None:
        """Show another draft from its beginning."""
        self.draft_id, self.key, self.has_scorm = draft_id, None, False
        self.item.clear()
        self.form.search.clear()
        self.form.only_problems.setChecked(False)
        self._show_trees(TREE)
        self.tree.open_draft(draft_id)

    def show_view(self, view: DraftView, problems: tuple[ProblemRow, ...]) -> None:
        """Take what is true of the draft now."""
        self.has_scorm = bool(view.counts.get("package"))
        self.form.ledger.setText(balance(view.sums))
        self.form.ledger.setAccessibleName(balance(view.sums))
        self.problems.show_problems(problems)
        self.form.show_problems.setText(f"Notes {number(len(problems))}" if problems else "Notes")
        self.form.only_problems.setEnabled(bool(problems))
        self.form.undo.setEnabled(view.undo_label is not None)
        self.form.undo.setToolTip(f"Undo: {view.undo_label}" if view.undo_label else "")

    def reload(self) -> None:
        """Read tree and item once more."""
        self.tree.reload()
        if self.trees.currentIndex() == FOUND:
            self.search()
        if self.key is not None:
            self.show_place(self.key)

    def show_place(self, key: str) -> None:
        """Show one place in the middle."""
        self.key = key
        background.run(
            partial(look, self.actor, self.draft_id, key), self._show_node, self._look_failed
        )

    def jump(self, key: str) -> None:
        """Go to a place in the tree."""
        self.form.search.clear()
        self.form.only_problems.setChecked(False)
        self._show_trees(TREE)
        self.tree.reveal(key)

    def next_problem(self) -> None:
        """Go to the place of the next problem."""
        key = self.problems.next_place()
        if key is not None:
            self.jump(key)

    def start_search(self) -> None:
        """Put the cursor into the search field."""
        self.form.search.setFocus()
        self.form.search.selectAll()

    def search(self) -> None:
        """Look for what stands in the field; nothing there shows the whole tree again."""
        text, only = self._asked()
        if not text and not only:
            self._show_trees(TREE)
            if self.key is not None:
                self.tree.reveal(self.key)
            return
        background.run(
            partial(find, self.actor, self.draft_id, (text, only)), self._show_found, self._failed
        )

    def _show_trees(self, which: int, said: str = "") -> None:
        self.trees.setCurrentIndex(which)
        self.told.setText(said)
        self.told.setVisible(bool(said))
        if said:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.told, said))

    def _asked(self) -> tuple[str, bool]:
        return self.form.search.text().strip(), self.form.only_problems.isChecked()

    def _show_found(self, found: Found) -> None:
        if found.draft_id != self.draft_id or found.asked != self._asked():
            return
        self.found.show_nodes(found.draft_id, found.nodes)
        self._show_trees(FOUND, told(found))

    def _show_node(self, looked: Looked) -> None:
        if (looked.draft_id, looked.node.key) == (self.draft_id, self.key):
            self.item.show_node(looked.node)
            self._selected()

    def _look_failed(self, error: Exception) -> None:
        self.item.clear()  # the place may have gone with an undo
        self._failed(error)

    # ---- editing: shown at once, written off the GUI thread, undone by one click

    def rename(self, key: str, title: str) -> None:
        """Give a place another title."""
        self._write(
            partial(api.rename, self.actor, self.draft_id, key, title),
            key,
            f"Renamed to {quoted(title)}.",
            title=title,
        )

    def set_hidden(self, key: str, hidden: bool) -> None:  # noqa: FBT001 - the signal's own words
        """Hide a place from learners, or show it."""
        said = "Learners will not see it." if hidden else "Learners will see it."
        self._write(
            partial(api.set_hidden, self.actor, self.draft_id, key, hidden=hidden),
            key,
            said,
            hidden=hidden,
        )

    def toggle_hidden(self) -> None:
        """Hide or show the place in the middle."""
        if self.item.node is not None:
            self.set_hidden(self.item.node.key, not self.item.node.hidden)

    def rename_current(self) -> None:
        """Edit the title in the tree, where the eyes are."""
        current = self.trees.currentWidget()
        if isinstance(current, CourseTree):
            current.rename_current()

    def fix(self, problem_id: int, every: bool) -> None:  # noqa: FBT001 - the signal's own words
        """Repair a problem, or all that are like it."""
        work = partial(api.fix, self.actor, self.draft_id, problem_id, all_alike=every)
        background.run(work, partial(self._fixed, self.draft_id), self._edit_failed)

    # ---- SCORM lessons

    def play(self, key: str) -> None:
        """Open the lesson at or below a place in the browser."""
        self.lessons.play(self.draft_id, key)

    def play_current(self) -> None:
        """Play the place in the middle."""
        if self.key is not None:
            self.play(self.key)

    def choose_mode(self, mode: PackageMode) -> None:
        """Let the lessons at and below what is selected become this."""
        self.lessons.choose(self.draft_id, self.selected_keys(), mode)

    def selected_keys(self) -> tuple[str, ...]:
        """The places that are selected in the tree on top; else the one in the middle."""
        current = self.trees.currentWidget()
        keys = current.selected_keys() if isinstance(current, CourseTree) else ()
        return keys or ((self.key,) if self.key is not None else ())

    def show_menu(self, place: QPoint) -> None:
        """What can be done with the selected places."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def menu(self) -> QMenu:
        """The context menu of the tree."""
        menu = QMenu(self)
        items = self.actions_of_app.items
        if self.has_scorm:
            menu.addAction(items["play"])
            menu.addSeparator()
            self.lessons.fill(menu, self.draft_id, self.selected_keys(), self.item.scorm.shown)
            menu.addSeparator()
        menu.addAction(items["rename"])
        menu.addAction(items["toggle_hidden"])
        return menu

    def _selected(self) -> None:
        """Several places: the details show what becomes of the lessons of all of them."""
        keys = self.selected_keys()
        if self.has_scorm and len(keys) > 1:
            self.lessons.look(self.draft_id, keys)
        elif self.item.node is not None:
            self.item.show_modes(self.item.node.scorm)

    def _show_selected(self, found: Selected) -> None:
        if found.keys == self.selected_keys():
            self.item.show_modes(found.modes)

    def _show_busy(self, busy: bool) -> None:  # noqa: FBT001 - the signal's own words
        self.item.show_busy(busy=busy)

    def undo(self) -> None:
        """Take the last change back."""
        self.take_back(self.draft_id)

    def take_back(self, draft_id: str) -> None:
        """Take the last change of a draft back, also when another one is shown meanwhile."""
        background.run(partial(api.undo, self.actor, draft_id), self._undone, self._edit_failed)

    def _write(self, work: partial[None], key: str, said: str, **fields: object) -> None:
        for tree in (self.tree, self.found):
            tree.rows.change(key, **fields)
        background.run(work, self._written, self._edit_failed)
        self.actions_of_app.toast(said, partial(self.take_back, self.draft_id))

    def _written(self, result: object) -> None:
        del result
        self._edited()

    def _fixed(self, draft_id: str, places: int) -> None:
        said = f"Fixed {count(places, 'place')}."
        self.actions_of_app.toast(said, partial(self.take_back, draft_id))
        self._edited()

    def _undone(self, label: str | None) -> None:
        self.actions_of_app.frame.withdraw()
        self.actions_of_app.toast(f"Undone: {label}." if label else "There is nothing to undo.")
        self._edited()

    def _edit_failed(self, error: Exception) -> None:
        self._failed(error)
        self._edited()

    def _edited(self) -> None:
        self.reload()
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        self.actions_of_app.notice(error)


def look(actor: api.Actor, draft_id: str, key: str) -> Looked:
    """Off the GUI thread: one place."""
    return Looked(draft_id, place(actor, draft_id, key))
