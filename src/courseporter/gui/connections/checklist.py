"""The check list of a test, filled step by step while it runs off the GUI thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from courseporter.api.connections import Check, CheckReport
from courseporter.errors import gettext, shown
from courseporter.gui import theme
from courseporter.gui.connections import wording
from courseporter.gui.icons import pixmap


class Relay(QObject):
    """Brings checks from the thread of the test to the window; the signal only says so."""

    arrived = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.checks: deque[Check] = deque()

    def put(self, check: Check) -> None:
        """Called in the thread of the test."""
        self.checks.append(check)
        self.arrived.emit()


class ChecklistPanel(QFrame):
    """One row per step: mark, name, time; below it what was found and what to do."""

    def __init__(self) -> None:
        super().__init__()
        theme.set_class(self, "panel")
        self.title = QLabel()
        theme.set_class(self.title, "section")
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        theme.set_class(self.summary, "muted")
        self.rows = QVBoxLayout()
        self.rows.setSpacing(12)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.summary)
        column.addSpacing(8)
        column.addLayout(self.rows)
        self.can = Capabilities()
        column.addWidget(self.can)
        column.addStretch(1)
        self.shown: list[Check] = []
        theme.watch.changed.connect(self.redraw)

    def start(self) -> None:
        """A test begins."""
        self.empty()
        self.title.setText(gettext("Testing…"))
        self.summary.setText(
            gettext("The test checks every step, from the secret to its permissions.")
        )
        theme.set_class(self.summary, "muted")

    def add(self, check: Check) -> None:
        """A step is done."""
        self.shown.append(check)
        self.rows.addWidget(StepRow(check))

    def finish(self, report: CheckReport) -> None:
        """The test is over, or this is what an earlier one said."""
        self.empty()
        for check in report.checks:
            self.add(check)
        self.can.show_all(report.can)
        works = report.success
        self.title.setText(gettext("It works") if works else gettext("It doesn't work yet"))
        again = gettext("Fix what is marked, then save and test again.")
        self.summary.setText(str(report.message) if works else again)
        theme.set_class(self.summary, "success" if works else "muted")

    def empty(self) -> None:
        """Take all rows away."""
        self.shown = []
        self.can.show_all({})
        while (item := self.rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()

    def redraw(self) -> None:
        """Paint the marks in the colors of the theme."""
        for row in self.findChildren(StepRow):
            row.draw()
        self.can.draw()


class Capabilities(QWidget):
    """What a key can read and what it can't, as marks with words."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, bool] = {}
        self.marks: list[tuple[QLabel, bool]] = []
        title = QLabel(gettext("What this connection can read"))
        theme.set_class(title, "strong")
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(4)
        self.grid.setColumnStretch(1, 1)
        self.grid.setColumnStretch(3, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addWidget(title)
        column.addLayout(self.grid)
        self.hide()

    def show_all(self, can: Mapping[str, bool]) -> None:
        """Show these capabilities; those without words are for programs."""
        self.known = {name: able for name, able in can.items() if name in wording.CAPABILITIES}
        while (item := self.grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self.marks = []
        for at, (name, able) in enumerate(self.known.items()):
            mark, label = QLabel(), QLabel(str(wording.CAPABILITIES[name]))
            theme.set_class(label, "small", "" if able else "muted")
            yes = gettext("{what}: yes", what=label.text())
            label.setAccessibleName(yes if able else gettext("{what}: no", what=label.text()))
            self.marks.append((mark, able))
            self.grid.addWidget(mark, at // 2, at % 2 * 2)
            self.grid.addWidget(label, at // 2, at % 2 * 2 + 1)
        self.setVisible(bool(self.known))
        self.draw()

    def draw(self) -> None:
        """The marks in the colors of the theme."""
        for mark, able in self.marks:
            glyph = pixmap("check", "success", 16) if able else pixmap("close", "muted", 16)
            mark.setPixmap(glyph)


class StepRow(QWidget):
    """One step of the list."""

    def __init__(self, check: Check) -> None:
        super().__init__()
        self.check = check
        self.mark = QLabel()
        self.mark.setFixedSize(16, 16)
        name = QLabel(wording.step(check))
        theme.set_class(name, "muted" if check.state == "skipped" else "strong")
        time = QLabel(f"{check.ms:,} ms" if check.state != "skipped" else gettext("skipped"))
        theme.set_class(time, "small", "muted")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(name, 1)
        head.addWidget(time)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.mark, 0, 0)
        grid.addLayout(head, 0, 1)
        for at, text in enumerate(self.sentences(), start=1):
            label = QLabel(text)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setTextFormat(Qt.TextFormat.PlainText)
            failed = check.state == "failed" and at == 1
            theme.set_class(label, "small", "error" if failed else "muted")
            grid.addWidget(label, at, 1)
        spoken = [wording.step(check), check.state, *self.sentences()]
        self.setAccessibleName(". ".join(spoken))
        self.draw()

    def sentences(self) -> list[str]:
        """What was found, and what to do."""
        return [text for text in (str(self.check.message), shown(self.check.hint)) if text]

    def draw(self) -> None:
        """The mark in the colors of the theme."""
        glyph, role = wording.MARKS[self.check.state]
        self.mark.setPixmap(pixmap(glyph, role, 16, self.devicePixelRatioF()))
