"""The view of the course tree: reads off the GUI thread and keeps what is expanded."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import Final, NamedTuple

from PySide6.QtCore import QItemSelection, QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget

from courseporter import api
from courseporter.api.values import TreeNode
from courseporter.errors import gettext
from courseporter.gui import background, theme
from courseporter.gui.actions import Actions
from courseporter.gui.course.plus_button import PlusButton
from courseporter.gui.course.tree_delegate import TreeDelegate
from courseporter.gui.course.tree_model import Index, Levels, TreeModel

EXPANDED_AT_FIRST: Final = 8  # courses with more sections are shown collapsed
INDENT: Final = 20
SOME: Final = 300  # levels refreshed at once
SCROLL_MS: Final = 80  # after the last movement, rows that came into sight are read again
SPRING_MS: Final = 700  # over a collapsed row, dragged rows open it


class Reading(NamedTuple):
    """Rows of one draft; `way` leads down to the item to select."""

    draft_id: str
    levels: Levels
    way: tuple[str, ...] = ()


class CourseTree(QTreeView):
    """`picked`: another item is current; `renamed`: the user typed another title.

    `selected`: the selection has changed; `menu_wanted`: show the context menu here; `dropped`:
    rows were dropped below a parent, in front of a row.
    """

    picked = Signal(str)
    renamed = Signal(str, str)
    selected = Signal()
    menu_wanted = Signal(QPoint)
    dropped = Signal(tuple, object, object)

    def __init__(self, actor: api.Actor, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.actor = actor
        self.actions_of_app = actions
        self.draft_id = ""
        self.key: str | None = None
        self.waiting: Levels = {}
        self.asked: list[str | None] = []
        self.rows = TreeModel(self)
        self.setItemDelegate(TreeDelegate(self))
        self.setModel(self.rows)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setIndentation(INDENT)
        self.setIconSize(QSize(16, 16))
        self.setAccessibleName(gettext("Course tree"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setAutoExpandDelay(SPRING_MS)
        self.setAutoScrollMargin(32)
        self.to_rename: str | None = None  # a new item, when its row arrives
        self.plus = PlusButton(self)
        self.stale: set[str | None] = set()  # levels to read again when they come into sight
        self.scrolling = QTimer(self, singleShot=True, interval=SCROLL_MS)
        self.scrolling.timeout.connect(self._read_stale)
        self.verticalScrollBar().valueChanged.connect(self.scrolling.start)
        self.expanded.connect(self.scrolling.start)
        self.rows.wanted.connect(self._read_below)
        self.rows.dropped.connect(self.dropped)
        self.rows.renamed.connect(self.renamed)

    def open_draft(self, draft_id: str) -> None:
        """Show the sections of a draft."""
        self.draft_id, self.key, self.waiting, self.stale = draft_id, None, {}, set()
        self.rows.clear()
        background.run(partial(read_start, self.actor, self.draft_id), self._opened, self._failed)

    def show_nodes(self, draft_id: str, nodes: tuple[TreeNode, ...]) -> None:
        """Show a flat list of items instead of the sections."""
        self.draft_id = draft_id
        self.rows.clear()
        self.rows.put({None: nodes})

    def reload(self) -> None:
        """Read what is in sight again; the rest when it comes into sight."""
        loaded = self.rows.loaded()
        seen = self._levels_in_sight()
        self.stale = set(loaded) - seen
        self._read(tuple(key for key in loaded if key in seen), self._take)

    def _levels_in_sight(self) -> set[str | None]:
        """The parents of the rows in sight, and those above them."""
        found: set[str | None] = {None}
        index = self.indexAt(QPoint(4, 1))
        bottom = self.viewport().height()
        while index.isValid() and self.visualRect(index).top() < bottom:
            above = index
            while above.isValid():
                node = self.rows.node(above)
                found.add(node.key if node is not None else None)
                above = above.parent()
            index = self.indexBelow(index)
        return found

    def _read_stale(self) -> None:
        """Read levels again that have come into sight since the course was changed."""
        if not self.stale:
            return
        seen = self._levels_in_sight() & self.stale
        self.stale -= seen
        if seen:
            self._read(tuple(key for key in self.rows.loaded() if key in seen), self._take)

    def reveal(self, key: str, *, rename: bool = False) -> None:
        """Expand the way down to an item and select it; `rename`: start to edit its title."""
        self.to_rename = key if rename else None
        found = self.rows.index_of(key)
        if found.isValid():
            self._select(found)
        else:
            background.run(
                partial(read_way, self.actor, self.draft_id, key), self._revealed, self._failed
            )

    def doItemsLayout(self) -> None:
        """Lay out all expanded rows, which takes a third of a second for 20,000.

        While a theme is applied, Qt asks for this a dozen times; once is enough.
        """
        if theme.applying():
            self.scheduleDelayedItemsLayout()
        else:
            super().doItemsLayout()

    def rename_current(self) -> None:
        """Edit the title of the current row in place."""
        if self.currentIndex().isValid():
            self.setFocus()
            self.edit(self.currentIndex())

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Report which item is current."""
        super().currentChanged(current, previous)
        node = self.rows.node(current) if current.isValid() else None
        if node is not None and node.key != self.key:
            self.key = node.key
            self.picked.emit(node.key)

    def selected_nodes(self) -> tuple[TreeNode, ...]:
        """Return the selected items, in the order of selection."""
        nodes = (self.rows.node(index) for index in self.selectedIndexes())
        return tuple(node for node in nodes if node is not None)

    def selected_keys(self) -> tuple[str, ...]:
        """Return the keys of the selected items, in the order of selection."""
        return tuple(node.key for node in self.selected_nodes())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Report that the selection has changed."""
        super().selectionChanged(selected, deselected)
        self.selected.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu at the pointer; by the keyboard, at the current row."""
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            row = self.visualRect(self.currentIndex())
            place = self.viewport().mapToGlobal(row.bottomLeft())
        if self.currentIndex().isValid():
            self.menu_wanted.emit(place)

    def _read(self, parents: tuple[str | None, ...], done: Callable[[Reading], None]) -> None:
        work = partial(read_levels, self.actor, self.draft_id, parents)
        background.run(work, done, self._failed)

    def _read_below(self, parent: str) -> None:
        self.asked.append(parent or None)
        if len(self.asked) == 1:  # expanding many rows asks for each: read them together
            QTimer.singleShot(0, self._read_asked)

    def _read_asked(self) -> None:
        asked, self.asked = tuple(self.asked), []
        self._read(asked, self._take)

    def _take(self, reading: Reading) -> None:
        if reading.draft_id != self.draft_id:
            return
        known = set(self.rows.loaded())
        self.rows.put({key: rows for key, rows in reading.levels.items() if key not in known})
        self.waiting = {key: rows for key, rows in reading.levels.items() if key in known}
        self._take_some()

    def _take_some(self) -> None:
        """Refresh a part of the rows, so that the window keeps responding in between."""
        some = dict(islice(self.waiting.items(), SOME))
        self.rows.put(some)
        for key in some:
            del self.waiting[key]
        if self.waiting:
            QTimer.singleShot(0, self._take_some)

    def _opened(self, reading: Reading) -> None:
        self._take(reading)
        if reading.draft_id != self.draft_id:
            return
        if len(reading.levels) > 1:
            self.expandToDepth(0)
        if not self.currentIndex().isValid():
            first = self.rows.index(0, 0)
            lesson = self.rows.index(0, 0, first)
            self.setCurrentIndex(lesson if lesson.isValid() else first)

    def _revealed(self, reading: Reading) -> None:
        self._take(reading)
        if reading.draft_id != self.draft_id:
            return
        found = [index for index in map(self.rows.index_of, reading.way) if index.isValid()]
        if found:
            self._select(found[-1])

    def _select(self, index: QModelIndex) -> None:
        self.setCurrentIndex(index)
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        node = self.rows.node(index)
        if node is not None and node.key == self.to_rename:
            self.to_rename = None
            self.rename_current()

    def in_order(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Return keys in the order of their rows."""
        places = {key: self._place_of(key) for key in keys}
        return tuple(sorted(keys, key=places.__getitem__))

    def neighbor(self, keys: tuple[str, ...]) -> str | None:
        """Return the key of the row to select when these are gone."""
        index = self.rows.index_of(self.in_order(keys)[-1])
        while index.isValid():
            below = index.siblingAtRow(index.row() + 1)
            above = index.siblingAtRow(index.row() - 1)
            for other in (below, above):
                node = self.rows.node(other) if other.isValid() else None
                if node is not None and node.key not in keys:
                    return node.key
            index = index.parent()
        return None

    def _place_of(self, key: str) -> tuple[int, ...]:
        """The rows from the section down to an item."""
        found: list[int] = []
        index = self.rows.index_of(key)
        while index.isValid():
            found.insert(0, index.row())
            index = index.parent()
        return tuple(found)

    def _failed(self, error: Exception) -> None:
        self.actions_of_app.notice(error)


def read_start(actor: api.Actor, draft_id: str) -> Reading:
    """Off the GUI thread: read the sections, and the lessons of a small course."""
    sections = api.tree(actor, draft_id, None)
    if len(sections) > EXPANDED_AT_FIRST:
        return Reading(draft_id, {None: sections})
    below = api.branches(actor, draft_id, tuple(node.key for node in sections))
    return Reading(draft_id, {None: sections} | below)


def read_levels(actor: api.Actor, draft_id: str, parents: tuple[str | None, ...]) -> Reading:
    """Off the GUI thread: read the rows below each of these items."""
    keys = tuple(parent for parent in parents if parent is not None)
    levels: Levels = {None: api.tree(actor, draft_id, None)} if None in parents else {}
    levels.update(api.branches(actor, draft_id, keys))
    return Reading(draft_id, fold(actor, draft_id, levels))


def fold(actor: api.Actor, draft_id: str, levels: Levels) -> Levels:
    """Show the blocks of a lesson's only unit below the lesson: the unit repeats its title."""
    units = {
        rows[0].key: parent
        for parent, rows in levels.items()
        if len(rows) == 1 and rows[0].kind == "unit" and rows[0].children
    }
    inside = api.branches(actor, draft_id, tuple(units))
    return levels | {units[unit]: rows for unit, rows in inside.items()}


def read_way(actor: api.Actor, draft_id: str, key: str) -> Reading:
    """Off the GUI thread: read the rows of each level down to an item."""
    way = api.path(actor, draft_id, key)
    return read_levels(actor, draft_id, (None, *way[:-1]))._replace(way=way)
