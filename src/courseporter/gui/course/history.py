"""The changes of a course as a list that reads like a story; the newest is on top."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QDateTime, QLocale, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from courseporter import api
from courseporter.api.values import HistoryRow
from courseporter.errors import gettext
from courseporter.gui import background, theme
from courseporter.gui.actions import Actions
from courseporter.gui.course.rows import clear_layout, plain

SHOWN: Final = 100
START: Final = "start"


class History(QWidget):
    """`restore_wanted`: bring the course back to what it was after this step."""

    restore_wanted = Signal(str)

    def __init__(self, actor: api.Actor, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.actor = actor
        self.actions_of_app = actions
        self.steps: tuple[HistoryRow, ...] = ()
        self.heading = QLabel(gettext("History"), self)
        theme.set_class(self.heading, "strong")
        self.heading.setContentsMargins(16, 12, 16, 4)
        self.rows = QVBoxLayout()
        self.rows.setContentsMargins(16, 0, 16, 16)
        self.rows.setSpacing(0)
        page = QWidget(self)
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(self.rows)
        inside.addStretch(1)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(page)
        self.area.setAccessibleName(gettext("History"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.heading)
        column.addWidget(self.area, 1)

    def open(self, draft_id: str) -> None:
        """Read the history of a course."""
        work = partial(api.history, self.actor, draft_id)
        background.run(work, self.show_steps, self.actions_of_app.notice)

    def show_steps(self, steps: Sequence[HistoryRow]) -> None:
        """Show steps, the last one first."""
        if tuple(steps) == self.steps and self.rows.count():
            return
        self.steps = tuple(steps)
        clear_layout(self.rows)
        current = next((one.step for one in reversed(self.steps) if not one.undone), START)
        for one in self.steps[: -SHOWN - 1 : -1]:
            self.rows.addWidget(self._row(one, current=one.step == current))
        if not self.steps:
            text = gettext("Nothing has been changed yet.")
            self.rows.addWidget(plain(text, "muted"))
        elif current != START:
            self.rows.addWidget(self._start())

    def _row(self, step: HistoryRow, *, current: bool) -> QWidget:
        row = Entry(self)
        row.column.addWidget(plain(step.label, *(("muted",) if step.undone else ())))
        words = [moment(step.at), step.actor or ""]
        words += [gettext("undone")] if step.undone else []
        words += [gettext("current state")] if current else []
        row.column.addWidget(plain(" · ".join(filter(None, words)), "muted", "small"))
        if not step.undone and not current:
            row.column.addWidget(self._button(gettext("Go back to this"), step.step))
        row.setAccessibleName(f"{step.label}, {', '.join(filter(None, words))}")
        return row

    def _start(self) -> QWidget:
        row = Entry(self)
        row.column.addWidget(plain(gettext("The course before any change"), "muted"))
        row.column.addWidget(self._button(gettext("Go back to this"), START))
        return row

    def _button(self, words: str, step: str) -> QPushButton:
        button = QPushButton(words, self)
        theme.set_class(button, "link")
        button.clicked.connect(partial(self._clicked, step))
        return button

    def _clicked(self, step: str, checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's slot
        del checked
        self.restore_wanted.emit(step)


class Entry(QFrame):
    """One step."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 8, 0, 8)
        self.column.setSpacing(2)

    def sizeHint(self) -> QSize:
        """Allow any width of the panel."""
        return QSize(180, super().sizeHint().height())


def moment(at: int) -> str:
    """Return such as “Tuesday 14:02”; older days with their date."""
    when = QDateTime.fromMSecsSinceEpoch(at)
    time = QLocale().toString(when.time(), QLocale.FormatType.ShortFormat)
    days = when.date().daysTo(QDateTime.currentDateTime().date())
    if days == 0:
        return gettext("Today {time}", time=time)
    if days < 7:
        return f"{QLocale().dayName(when.date().dayOfWeek())} {time}"
    return f"{QLocale().toString(when.date(), QLocale.FormatType.ShortFormat)} {time}"
