"""The problems of a draft: a list that is worked off from the first to the last, by Enter alone."""

from __future__ import annotations

from itertools import chain, pairwise
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from courseporter.api.fix_values import FixPreview
from courseporter.api.values import ProblemRow
from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.course.fix_form import Order
from courseporter.gui.course.problem_row import Row
from courseporter.gui.course.problem_words import heading, nothing
from courseporter.gui.course.rows import clear_layout
from courseporter.gui.forms.course_problems import Ui_course_problems
from courseporter.gui.words import number

PAGE: Final = 40  # rows made at once: widgets cost time
ORDER: Final = ("error", "warning", "info")
ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Problems(QWidget):
    """The panel at the end of the review.

    `jump_wanted`: show an item; `open_wanted`: show it and start to edit it; `fix_wanted` and
    `preview_wanted`: an Order; `finished`: Enter behind the last problem; `laid_out`: the rows are
    new.
    """

    jump_wanted = Signal(str)
    open_wanted = Signal(str)
    fix_wanted = Signal(object)
    preview_wanted = Signal(object)
    finished = Signal()
    laid_out = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = Ui_course_problems()
        self.form.setupUi(self)  # pyright: ignore[reportUnknownMemberType]  # uic writes no types
        self.problems: tuple[ProblemRow, ...] = ()
        self.rows: list[Row] = []
        self.current = -1
        self.shown = PAGE
        self.waiting = False  # a fix is on its way: nothing else is started
        self.settled = True  # it has ended, and the list of before is still shown
        self.following: list[str] | None = None  # marks of the problem at work and those behind
        self.opened: str | None = None  # mark of the problem whose item is being edited
        self.form.more.clicked.connect(self._show_more)
        theme.watch.changed.connect(self._lay_out)  # links and icons have the colours of the theme

    def show_problems(self, problems: tuple[ProblemRow, ...]) -> None:
        """Show these problems, the most severe first."""
        if self.settled:
            self.waiting = False
        ordered = tuple(sorted(problems, key=lambda problem: ORDER.index(problem.severity)))
        if ordered == self.problems and self.form.rows.count():
            return
        self.problems = ordered
        self._lay_out()
        self._go_on()

    def settle(self) -> None:
        """A fix has ended; what it left is shown next."""
        self.settled = True

    def next_key(self) -> str | None:
        """Return the key of the next problem that has an item; after the last, the first."""
        for step in range(1, len(self.problems) + 1):
            at = (self.current + step) % len(self.problems)
            if self.problems[at].key:
                self.current = at
                return self.problems[at].key
        return None

    def show_preview(self, order: Order, seen: FixPreview) -> None:
        """Show what a fix will change, below its buttons."""
        for row in self.rows:
            if row.problem == order.problem:
                row.show_preview(order, seen)

    def start(self) -> None:
        """Put the keyboard on the first problem."""
        (self.rows[0].first() if self.rows else self.form.scroll).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the focused button by Enter; behind a problem without one, go to the next."""
        at = QApplication.focusWidget()
        if event.key() not in ENTER or event.isAutoRepeat() or at is None:
            super().keyPressEvent(event)
        elif isinstance(at, QPushButton):
            at.click()
        elif (row := self._row_of(at)) is not None:
            row.press()
        else:
            super().keyPressEvent(event)

    # ---- inside

    def _row_of(self, widget: QWidget) -> Row | None:
        return next((row for row in self.rows if row is widget or row.isAncestorOf(widget)), None)

    def _leave(self, row: Row) -> None:
        """Go from one problem to the next, and behind the last one to what follows."""
        at = self.rows.index(row) + 1
        if at == len(self.rows) and self.shown < len(self.problems):
            self._show_more()
        if at < len(self.rows):
            self.rows[at].first().setFocus()
            self.form.scroll.ensureWidgetVisible(self.rows[at], 0, 16)
        else:
            self.finished.emit()

    def _fix(self, order: Order) -> None:
        if not self.waiting:
            self.waiting, self.settled = True, False
            self.following = self._behind(order.problem)
            self.fix_wanted.emit(order)

    def _open(self, problem: ProblemRow) -> None:
        self.opened = mark(problem)
        self.following = self._behind(problem)
        self.open_wanted.emit(problem.key or "")

    def _behind(self, problem: ProblemRow) -> list[str]:
        at = next((n for n, one in enumerate(self.problems) if one == problem), 0)
        return [mark(one) for one in self.problems[at:]]

    def _go_on(self) -> None:
        """Put the keyboard on the problem behind the one that has just been fixed."""
        if self.following is None or self.waiting or mark_in(self.problems, self.following[0]):
            return
        behind, self.following = self.following, None
        if self.opened is not None and not self._may_take_focus():
            return
        self.opened = None
        left = {mark(row.problem): row for row in self.rows}
        row = next((left[one] for one in behind if one in left), None)
        if row is not None:
            row.show()  # now, not with the next layout: only visible widgets take the focus
            row.first().setFocus()
            self.form.scroll.ensureWidgetVisible(row, 0, 16)
        elif self.rows:
            self.start()
        else:
            self.finished.emit()

    def _may_take_focus(self) -> bool:
        """Whether nobody is typing: after an answer was marked the focus is on no text."""
        at = QApplication.focusWidget()
        return at is None or not at.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

    def _show_more(self) -> None:
        self.shown += PAGE
        self._lay_out()

    def _lay_out(self) -> None:
        at = self._keyboard_at()
        kept = {mark(row.problem): row.entered() for row in self.rows}
        clear_layout(self.form.rows)
        rows = self.rows = [Row(problem, self) for problem in self.problems[: self.shown]]
        for row in rows:
            row.jump_wanted.connect(self.jump_wanted)
            row.open_wanted.connect(self._open)
            row.fix_wanted.connect(self._fix)
            row.left.connect(self._leave)
            row.preview_wanted.connect(self.preview_wanted)
            row.enter(kept.get(mark(row.problem), ""))
            self.form.rows.addWidget(row)
        if not self.problems:
            self.form.rows.addWidget(nothing())
        self._order(rows)
        left = len(self.problems) - self.shown
        self.form.more.setVisible(left > 0)
        shown, rest = number(min(left, PAGE)), number(left)
        self.form.more.setText(gettext("Show {number} more of {total}", number=shown, total=rest))
        self.form.heading.setText(heading(self.problems))
        self.form.about.setVisible(bool(self.problems))
        if at is not None:
            self._keyboard_to(*at)
        self.laid_out.emit()

    def _keyboard_at(self) -> tuple[int, int] | None:
        """Return which row and which of its controls has the focus."""
        focus = QApplication.focusWidget()
        for at, row in enumerate(self.rows):
            if focus in row.stops:
                return at, row.stops.index(focus)
        return None

    def _keyboard_to(self, row: int, stop: int) -> None:
        """Focus the row that is at this position now: the one before was fixed, or all are new."""
        stops = self.rows[min(row, len(self.rows) - 1)].stops if self.rows else []
        for widget in self.rows:
            widget.show()  # now, not with the next layout: only visible widgets take the focus
        (stops[min(stop, len(stops) - 1)] if stops else self.form.scroll).setFocus()

    def _order(self, rows: list[Row]) -> None:
        """Let the Tab key go from row to row before it leaves the panel."""
        way = (self.form.scroll, *chain.from_iterable(row.stops for row in rows), self.form.more)
        for first, second in pairwise(way):
            QWidget.setTabOrder(first, second)


def mark(problem: ProblemRow) -> str:
    """What stays of a problem when the course is checked again: its number doesn't."""
    return "\0".join((problem.code, problem.key or "", problem.message))


def mark_in(problems: tuple[ProblemRow, ...], wanted: str) -> bool:
    """Whether a problem is still there."""
    return any(mark(one) == wanted for one in problems)
