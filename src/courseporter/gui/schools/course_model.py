"""The courses of a school as a list: bundles as groups, a check mark for each course."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from courseporter.api import CourseCost, SchoolCourse
from courseporter.errors import gettext, ngettext
from courseporter.gui import words
from courseporter.gui.words import Badge

Index = QModelIndex | QPersistentModelIndex
Row = str | SchoolCourse  # a string is the title of a group
NOWHERE: Final = QModelIndex()
CHECKED: Final = Qt.CheckState.Checked
UNCHECKED: Final = Qt.CheckState.Unchecked


class CourseModel(QAbstractListModel):
    """`chosen`: the ids of checked courses, also of those that the search hides."""

    chosen_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.courses: list[SchoolCourse] = []
        self.costs: dict[str, CourseCost] = {}
        self.rows: list[Row] = []
        self.chosen: dict[str, None] = {}  # in the order of the clicks
        self.wanted = ""

    def clear(self) -> None:
        """Forget everything: another school is shown."""
        self.courses, self.costs, self.chosen, self.wanted = [], {}, {}, ""
        self.narrow()
        self.chosen_changed.emit()

    def add(self, courses: Iterable[SchoolCourse]) -> None:
        """Add courses that have arrived."""
        self.courses += courses
        self.narrow()

    def search(self, text: str) -> None:
        """Show only courses whose title, or whose bundle, contains `text`."""
        self.wanted = text.strip().casefold()
        self.narrow()

    def put_cost(self, cost: CourseCost) -> None:
        """Keep the counts of a course."""
        self.costs[cost.course.id] = cost
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def narrow(self) -> None:
        """Work out what is shown."""
        shown = [one for one in self.courses if self.matches(one)]
        self.beginResetModel()
        self.rows = grouped(shown)
        self.endResetModel()

    def matches(self, course: SchoolCourse) -> bool:
        """Whether the search finds the course."""
        return any(self.wanted in (text or "").casefold() for text in (course.title, course.bundle))

    def shown(self) -> list[SchoolCourse]:
        """Return the courses that are listed now."""
        return [row for row in self.rows if isinstance(row, SchoolCourse)]

    def toggle(self, row: int) -> None:
        """Check a course, or uncheck it; a group checks all its courses."""
        one = self.rows[row]
        if isinstance(one, str):
            self.check(self.of_group(row), on=not self.all_chosen(self.of_group(row)))
        else:
            self.check([one], on=one.id not in self.chosen)

    def of_group(self, row: int) -> list[SchoolCourse]:
        """Return the courses below the title of a group."""
        found: list[SchoolCourse] = []
        for one in self.rows[row + 1 :]:
            if isinstance(one, str):
                break
            found.append(one)
        return found

    def all_chosen(self, courses: Iterable[SchoolCourse]) -> bool:
        """Whether all of these are checked."""
        return all(one.id in self.chosen for one in courses)

    def check(self, courses: Iterable[SchoolCourse], *, on: bool) -> None:
        """Check these courses, or uncheck them."""
        for one in courses:
            if on:
                self.chosen.setdefault(one.id)
            else:
                self.chosen.pop(one.id, None)
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))
        self.chosen_changed.emit()

    def titles(self) -> dict[str, str]:
        """Return the titles of the checked courses by id, in the order of the school."""
        return {one.id: one.title for one in self.courses if one.id in self.chosen}

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every row takes the keyboard and a check."""
        del index
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Title and state for eyes and for screen readers."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole:
            courses = self.of_group(index.row()) if isinstance(row, str) else [row]
            return CHECKED if self.all_chosen(courses) else UNCHECKED
        if isinstance(row, str):
            return row if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.title[:600]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            badge = state(row)
            parts = [row.title, self.facts(row), badge.word if badge else ""]
            return ", ".join(part for part in parts if part)
        return None

    def facts(self, course: SchoolCourse) -> str:
        """Return such as “6 sections · 41 lessons”; the id while nothing is known."""
        cost = self.costs.get(course.id)
        known = course if cost is None else cost.course
        parts: list[str] = []
        if known.sections is not None:
            parts.append(sections(known.sections))
        if known.lessons is not None:
            parts.append(words.lessons(known.lessons))
        return " · ".join(parts) or gettext("Course {id}", id=course.id)


def grouped(courses: list[SchoolCourse]) -> list[Row]:
    """Return the courses below the titles of their bundles; without bundles there is no title."""
    bundles: dict[str, list[SchoolCourse]] = {}
    single: list[SchoolCourse] = []
    for one in courses:
        if one.bundle:
            bundles.setdefault(one.bundle, []).append(one)
        else:
            single.append(one)
    rows: list[Row] = []
    for title, inside in bundles.items():
        rows += [title, *inside]
    if bundles and single:
        rows.append(gettext("Not in a bundle"))
    return [*rows, *single]


def state(course: SchoolCourse) -> Badge | None:
    """Return whether learners see it, as icon and word; None where the school doesn't say."""
    if course.published is None:
        return None
    if course.published:
        return Badge("eye", gettext("Published"), "success")
    return Badge("eye-off", gettext("Draft"), "muted")


def sections(amount: int) -> str:
    """Return “1 section”, “6 sections”."""
    number = words.number(amount)
    return str(ngettext("{number} section", "{number} sections", amount, number=number))
