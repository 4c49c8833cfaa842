"""The workbench: course tree, the selected item, and the problems."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QMenu, QStackedWidget, QVBoxLayout, QWidget

from courseporter import api
from courseporter.api.values import DraftView, ProblemRow, TreeNode
from courseporter.errors import SettingsError, gettext
from courseporter.gui import background, theme
from courseporter.gui.actions import Actions
from courseporter.gui.course.course_tree import CourseTree
from courseporter.gui.course.empty_course import EmptyCourse
from courseporter.gui.course.finder import SearchResult, find, summary
from courseporter.gui.course.fixing import Fixing
from courseporter.gui.course.history import History
from courseporter.gui.course.item import Item
from courseporter.gui.course.lessons import Lessons, Selected
from courseporter.gui.course.overview import LookedUp, look
from courseporter.gui.course.panes import divide
from courseporter.gui.course.problems import Problems
from courseporter.gui.course.workbench import Workbench
from courseporter.gui.forms.course_review import Ui_course_review
from courseporter.gui.icons import icon
from courseporter.gui.words import balance, number
from courseporter.model import PackageMode

TYPING_MS: Final = 150  # after the last key, a search starts
TREE, FOUND, EMPTY = 0, 1, 2
MENU: Final = (  # "" is a line
    "", "cut", "copy", "paste", "duplicate", "", "rename", "toggle_hidden", "merge", "split", "",
    "move_up", "move_down", "", "remove",
)  # fmt: skip


class Review(QWidget):
    """`proceed`: go to the next step; `changed`: the draft has been edited."""

    proceed = Signal()
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
        self.message = QLabel(self)
        self.tree = CourseTree(actor, actions, self.trees)
        self.found = CourseTree(actor, actions, self.trees)
        self.item = Item(self)
        self.bench = Workbench(actor, actions, self, self.item.editor, self)
        self.lessons = Lessons(actor, actions, self.bench.undo_in, self)
        self.start = EmptyCourse(self)
        self.history = History(actor, actions, self)
        self.right = QStackedWidget(self)
        self.problems = Problems(self)
        self.fixing = Fixing(actor, actions, self, self)
        self.moved_by_hand = False
        self.typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._compose()
        self._connect()

    def _compose(self) -> None:
        for tree in (self.tree, self.found):
            self.trees.addWidget(tree)
        self.trees.addWidget(self.start)
        self.right.addWidget(self.problems)
        self.right.addWidget(self.history)
        for at, part in enumerate((self._left_side(), self.item, self.right)):
            placeholder = self.form.panes.replaceWidget(at, part)
            if placeholder is not None:
                placeholder.deleteLater()
            part.show()
            self.form.panes.setStretchFactor(at, 1 if at == 1 else 0)
        self.item.setMinimumWidth(280)
        self.right.setMinimumWidth(180)
        self.found.setAccessibleName(gettext("Search results"))
        self.form.undo.setIcon(icon("undo", "muted"))
        self.form.add.setIcon(icon("plus", "muted"))
        self.form.show_history.setIcon(icon("history", "muted"))
        self.form.show_problems.setIcon(icon("warning", "muted"))
        self.form.only_problems.setIcon(icon("filter", "muted"))
        self.form.search.addAction(
            icon("search", "muted"), self.form.search.ActionPosition.LeadingPosition
        )

        self._order()

    def _left_side(self) -> QWidget:
        """Return the tree with the message of a search above it."""
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.message.setContentsMargins(16, 8, 8, 4)
        theme.set_class(self.message, "muted", "small")
        self.message.hide()
        side = QWidget(self)
        side.setMinimumWidth(180)
        column = QVBoxLayout(side)
        column.setContentsMargins(8, 8, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.message)
        column.addWidget(self.trees, 1)
        return side

    def _order(self) -> None:
        """Let the Tab key follow the reading order."""
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
            self.form.primary,
        )
        for first, second in pairwise(way):
            QWidget.setTabOrder(first, second)

    def _connect(self) -> None:
        for tree in (self.tree, self.found):
            tree.picked.connect(self.show_item)
            tree.renamed.connect(self.bench.rename)
            tree.dropped.connect(self.bench.move)
            tree.selected.connect(self._selected)
            tree.menu_wanted.connect(self.show_menu)
            tree.plus.wanted.connect(self.bench.show_kinds)
        self.item.renamed.connect(self.bench.rename)
        self.item.hide_wanted.connect(self.bench.set_hidden)
        self.item.play_wanted.connect(self.play)
        self.item.mode_wanted.connect(self.choose_mode)
        self.lessons.busy.connect(self._show_busy)
        self.lessons.selected.connect(self._show_selected)
        self.lessons.changed.connect(self._edited)
        self.problems.jump_wanted.connect(self.jump)
        self.problems.finished.connect(self.form.primary.setFocus)
        self.bench.edited.connect(self._edited)
        self.bench.revealed.connect(self._reveal)
        self.start.wanted.connect(self.bench.add)
        self.history.restore_wanted.connect(self.bench.restore)
        self.form.search.textChanged.connect(self.typing.start)
        self.form.only_problems.clicked.connect(self.search)
        self.typing.timeout.connect(self.search)
        self.form.undo.clicked.connect(self.bench.undo)
        self.form.add.clicked.connect(self.show_kinds)
        self.form.show_problems.clicked.connect(partial(self._show_right, self.problems))
        self.form.show_history.clicked.connect(partial(self._show_right, self.history))
        self.form.panes.splitterMoved.connect(self._moved)
        self.form.primary.clicked.connect(self.proceed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the width until the user moves the borders."""
        super().resizeEvent(event)
        if not self.moved_by_hand:
            self.form.panes.setSizes(divide(self.width()))

    def _show_right(self, part: QWidget) -> None:
        """Show the problems, the history, or neither."""
        button = self.form.show_history if part is self.history else self.form.show_problems
        on = button.isChecked()
        self.right.setVisible(on)
        self.right.setCurrentWidget(part)
        self.form.show_problems.setChecked(on and part is self.problems)
        self.form.show_history.setChecked(on and part is self.history)
        if on and part is self.history:
            self.history.open(self.draft_id)

    def _moved(self) -> None:
        self.moved_by_hand = True

    # ---- showing

    def open_draft(self, draft_id: str) -> None:
        """Show another draft from its start."""
        self.item.editor.forget()
        self.draft_id, self.key, self.has_scorm = draft_id, None, False
        self.item.clear()
        self.form.search.clear()
        self.form.only_problems.setChecked(False)
        self._show_trees(TREE)
        self.tree.open_draft(draft_id)

    def show_view(self, view: DraftView, problems: tuple[ProblemRow, ...]) -> None:
        """Show the ledger, the problems and what can be undone."""
        self.has_scorm = bool(view.counts.get("package"))
        words = balance(view.sums) if view.sums.found else ""  # nothing was imported into it
        self.form.ledger.setText(words)
        self.form.ledger.setAccessibleName(words)
        self.fixing.rev = view.row.rev
        self.problems.show_problems(problems)
        amount = number(len(problems)) if problems else ""
        self.form.show_problems.setText(gettext("Problems {number}", number=amount).rstrip())
        self.form.only_problems.setEnabled(bool(problems))
        self.form.undo.setEnabled(view.undo_label is not None)
        label = view.undo_label
        self.form.undo.setToolTip(gettext("Undo: {label}", label=label) if label else "")
        self._show_emptiness(empty=not view.counts.get("section"))

    def reload(self) -> None:
        """Read the tree and the item again."""
        self.tree.reload()
        if self.trees.currentIndex() == FOUND:
            self.search()
        if self.key is not None:
            self.show_item(self.key)

    def show_item(self, key: str) -> None:
        """Show one item in the center."""
        self.key = key
        background.run(
            partial(look, self.actor, self.draft_id, key), self._show_node, self._look_failed
        )

    def jump(self, key: str) -> None:
        """Select an item in the tree."""
        self.form.search.clear()
        self.form.only_problems.setChecked(False)
        self._show_trees(TREE)
        self.item.editor.wanted = key  # of a question: its quiz is selected
        self.tree.reveal(key)
        if self.key is not None:
            self.item.editor.go_to_wanted()

    def start_problems(self) -> None:
        """Put the keyboard on the first problem."""
        self.form.show_problems.setChecked(True)
        self._show_right(self.problems)
        self.problems.start()

    def next_problem(self) -> None:
        """Select the item of the next problem."""
        key = self.problems.next_key()
        if key is not None:
            self.jump(key)

    def start_search(self) -> None:
        """Put the cursor into the search field."""
        self.form.search.setFocus()
        self.form.search.selectAll()

    def search(self) -> None:
        """Show what matches the field; an empty field shows the whole tree."""
        text, only = self._asked()
        if not text and not only:
            self._show_trees(TREE)
            if self.key is not None:
                self.tree.reveal(self.key)
            return
        background.run(
            partial(find, self.actor, self.draft_id, (text, only)), self._show_found, self._failed
        )

    def _show_trees(self, which: int, message: str = "") -> None:
        self.trees.setCurrentIndex(which)
        self.message.setText(message)
        self.message.setVisible(bool(message))
        if message:
            event = QAccessibleAnnouncementEvent(self.message, message)
            QAccessible.updateAccessibility(event)

    def _show_emptiness(self, *, empty: bool) -> None:
        """Offer the first section of a course that has none."""
        current = self.trees.currentIndex()
        if empty and current == TREE:
            self.trees.setCurrentIndex(EMPTY)
        elif not empty and current == EMPTY:
            self.trees.setCurrentIndex(TREE)

    def _reveal(self, key: str, rename: bool) -> None:  # noqa: FBT001 - the signal's own words
        self.form.search.clear()
        self.form.only_problems.setChecked(False)
        self._show_trees(TREE)
        self.tree.reload()
        self.tree.reveal(key, rename=rename)

    def _asked(self) -> tuple[str, bool]:
        return self.form.search.text().strip(), self.form.only_problems.isChecked()

    def _show_found(self, found: SearchResult) -> None:
        if found.draft_id != self.draft_id or found.asked != self._asked():
            return
        self.found.show_nodes(found.draft_id, found.nodes)
        self._show_trees(FOUND, summary(found))

    def _show_node(self, looked: LookedUp) -> None:
        if (looked.draft_id, looked.node.key) == (self.draft_id, self.key):
            self.item.show_node(looked.node)
            self.item.show_content(looked.draft_id, looked.content)
            self.fixing.item_shown()
            self._selected()

    def _look_failed(self, error: Exception) -> None:
        self.item.clear()
        if isinstance(error, SettingsError) and error.code == "unknown_item":
            self.key = None  # an undo has removed it
        else:
            self._failed(error)

    def rename_current(self) -> None:
        """Edit the title in the tree."""
        current = self.trees.currentWidget()
        if isinstance(current, CourseTree):
            current.rename_current()

    # ---- SCORM lessons

    def play(self, key: str) -> None:
        """Open the lesson at or below an item in the browser."""
        self.lessons.play(self.draft_id, key)

    def play_current(self) -> None:
        """Play the item in the center."""
        if self.key is not None:
            self.play(self.key)

    def choose_mode(self, mode: PackageMode) -> None:
        """Choose how the lessons at and below the selected items work."""
        self.lessons.choose(self.draft_id, self.selected_keys(), mode)

    def selected_nodes(self) -> tuple[TreeNode, ...]:
        """Return the items that are selected in the visible tree."""
        current = self.trees.currentWidget()
        return current.selected_nodes() if isinstance(current, CourseTree) else ()

    def selected_keys(self) -> tuple[str, ...]:
        """Return the items that are selected in the visible tree, else the one in the center."""
        keys = tuple(node.key for node in self.selected_nodes())
        return keys or ((self.key,) if self.key is not None else ())

    def show_kinds(self) -> None:
        """Show what can be added to the course."""
        self.bench.show_kinds(self.form.add.mapToGlobal(self.form.add.rect().bottomLeft()))

    def show_menu(self, place: QPoint) -> None:
        """Show what can be done with the selected items."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def menu(self) -> QMenu:
        """Return the context menu of the tree."""
        menu = QMenu(self)
        items = self.actions_of_app.items
        if self.has_scorm:
            menu.addAction(items["play"])
            menu.addSeparator()
            self.lessons.fill(menu, self.draft_id, self.selected_keys(), self.item.scorm.shown)
            menu.addSeparator()
        self.bench.kinds_menu(menu.addMenu(icon("plus", "muted"), gettext("Add")))
        for name in MENU:
            menu.addAction(items[name]) if name else menu.addSeparator()
        return menu

    def _selected(self) -> None:
        """Show in the details how the lessons at and below all selected items work."""
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

    def _edited(self) -> None:
        self.reload()
        if self.form.show_history.isChecked():
            self.history.open(self.draft_id)
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        self.actions_of_app.notice(error)
