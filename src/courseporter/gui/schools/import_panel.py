"""The panel next to the list: what the chosen courses cost, where media go, and the button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from courseporter import api
from courseporter.api import CourseCost
from courseporter.errors import gettext, ngettext
from courseporter.gui import theme, words
from courseporter.gui.course.rows import add_figures, add_points, clear_layout
from courseporter.gui.schools.media_choice import MediaChoice

WIDTH = 328


class ImportPanel(QFrame):
    """`started`: the button was pressed; `asked`: the user wants to know the cost of many."""

    started = Signal()
    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.set_class(self, "panel")
        self.setFixedWidth(WIDTH)
        self.chosen = 0
        self.title = QLabel()
        theme.set_class(self.title, "section")
        self.about = QLabel()
        self.about.setWordWrap(True)
        theme.set_class(self.about, "small", "muted")
        self.figures = QGridLayout()
        self.figures.setHorizontalSpacing(16)
        self.figures.setVerticalSpacing(4)
        self.figures.setColumnStretch(1, 1)
        self.estimate = QPushButton(gettext("Estimate now"))
        theme.set_class(self.estimate, "link")
        self.estimate.clicked.connect(self.asked)
        self.media = MediaChoice()
        self.media.changed.connect(self.look)
        self.why = QLabel()
        self.why.setWordWrap(True)
        theme.set_class(self.why, "small", "muted")
        self.begin = QPushButton()
        theme.set_class(self.begin, "primary")
        self.begin.clicked.connect(self.started)
        self.not_imported = QVBoxLayout()
        self.not_imported.setSpacing(6)
        self.missing = QLabel(gettext("What won't be imported"))
        theme.set_class(self.missing, "strong")
        self.lay_out()
        self.show_costs(0, (), waiting=0)

    def lay_out(self) -> None:
        """Everything scrolls but the button."""
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 16, 16, 8)
        column.setSpacing(8)
        for widget in (self.title, self.about):
            column.addWidget(widget)
        column.addLayout(self.figures)
        column.addWidget(self.estimate, 0, Qt.AlignmentFlag.AlignLeading)
        column.addSpacing(12)
        column.addWidget(self.media)
        column.addSpacing(12)
        column.addWidget(self.missing)
        column.addLayout(self.not_imported)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        theme.set_class(inner, "surface")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 8, 16, 16)
        foot.addWidget(self.why)
        foot.addWidget(self.begin)
        outer.addLayout(foot)

    def show_school(self, not_imported: Sequence[str]) -> None:
        """Say what this kind of school never gives."""
        add_points(self.not_imported, tuple(not_imported), "close", "muted")
        self.missing.setVisible(bool(not_imported))

    def show_costs(self, chosen: int, costs: Sequence[CourseCost], *, waiting: int) -> None:
        """Show how many courses are chosen, and what those that are known cost together.

        `waiting`: how many are being asked for.
        """
        self.chosen = chosen
        clear_layout(self.figures)
        if not chosen:
            self.title.setText(gettext("No courses chosen"))
            self.about.setText(gettext("Choose courses to see what the import will cost."))
        else:
            self.title.setText(gettext("{courses} chosen", courses=words.courses(chosen)))
            self.about.setText(self.says(chosen, len(costs), waiting))
        self.about.setVisible(bool(self.about.text()))
        self.estimate.setVisible(chosen > len(costs) and not waiting)
        if costs:
            self.show_figures(costs)
        self.look()

    @staticmethod
    def says(chosen: int, known: int, waiting: int) -> str:
        """Return what the figures below are about, as long as they aren't about all."""
        if waiting:
            return gettext("Counting lessons…")
        if known < chosen:
            return str(
                ngettext(
                    "The cost of {number} course isn't known yet.",
                    "The cost of {number} courses isn't known yet.",
                    chosen - known,
                    number=words.number(chosen - known),
                )
            )
        return ""

    def show_figures(self, costs: Sequence[CourseCost]) -> None:
        """Lessons, requests, points, time."""
        total = api.sum_of([one.estimate for one in costs])
        lessons = sum(one.course.lessons or 0 for one in costs)
        rows = [
            (gettext("Lessons"), words.number(lessons)),
            (gettext("Requests"), words.number(total.requests)),
            (gettext("Time"), words.about(total.seconds)),
        ]
        if total.points is not None:
            rows.insert(2, (gettext("Points"), words.number(total.points)))
        if total.bytes is not None:
            rows.append((gettext("Downloads"), words.size(total.bytes)))
        add_figures(self.figures, tuple(rows))

    def look(self) -> None:
        """The button says what it does, and works when the answers are complete."""
        text = gettext("Import")
        if self.chosen:
            text = gettext("Import {courses}", courses=words.courses(self.chosen))
        self.begin.setText(text)
        self.begin.setEnabled(bool(self.chosen) and self.media.is_complete())
        without = self.chosen and not self.media.is_complete()
        self.why.setText(gettext("Choose a folder that exists.") if without else "")
        self.why.setVisible(bool(self.why.text()))
