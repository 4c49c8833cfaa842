"""The question whether a SCORM package may run scripts, asked once, on the destination step."""

from __future__ import annotations

from typing import Final

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from courseporter.api.values import ScormFinding, ScormQuestion
from courseporter.errors import gettext
from courseporter.gui import theme, words
from courseporter.gui.course.rows import clear_layout, plain
from courseporter.gui.forms.course_consent import Ui_course_consent
from courseporter.gui.icons import pixmap
from courseporter.gui.words import number, quoted

FEW: Final = 4  # findings of each kind that are shown at first
GLYPH: Final = 16
LONGEST: Final = 28  # characters of a file's name


class Consent(QFrame):
    """`answered`: play or download; the answer can be changed later."""

    answered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.asked: ScormQuestion | None = None
        self.unfolded = False  # the user opened an answered question again
        self.whole = False  # the user wants to see all findings
        self.form = Ui_course_consent()
        self.form.setupUi(self)  # pyright: ignore[reportUnknownMemberType]  # uic writes no types
        theme.set_class(self, "card")
        self.form.change.clicked.connect(self._unfold)
        self.form.all.clicked.connect(self._show_all)
        self.form.play.clicked.connect(self._play)
        self.form.download.clicked.connect(self._download)
        theme.watch.changed.connect(self._head)
        self.hide()

    def show_question(self, asked: ScormQuestion | None) -> None:
        """Show the question and its answer; hide it for a draft without SCORM lessons."""
        if asked is None or self.asked is None or asked.package != self.asked.package:
            self.unfolded = self.whole = False
        if asked == self.asked and self.isVisible() == (asked is not None):
            return
        self.asked = asked
        self.setVisible(asked is not None)
        self.form.missing.hide()
        if asked is not None:
            self._fill(asked)

    def is_open(self) -> bool:
        """Whether an answer is needed before the export."""
        return self.asked is not None and self.asked.is_open

    def demand(self) -> None:
        """Ask for an answer: the user wants to export without one."""
        self.form.missing.show()
        self.form.play.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self, asked: ScormQuestion) -> None:
        form = self.form
        self._head()
        folded = not asked.is_open and not self.unfolded
        had_focus = form.play.hasFocus() or form.download.hasFocus()
        form.change.setVisible(folded)
        if folded and had_focus:  # keep the focus here
            form.change.setFocus(Qt.FocusReason.OtherFocusReason)
        form.body.setVisible(not folded)
        few = None if self.whole else FEW
        form.hosts_title.setVisible(bool(asked.hosts))
        add_findings(form.hosts, tuple(map(with_programs, asked.hosts[:few])))
        form.calls_title.setVisible(bool(asked.calls))
        add_findings(form.calls, asked.calls[:few])
        more = max(0, len(asked.hosts) - FEW) + max(0, len(asked.calls) - FEW)
        form.all.setVisible(bool(more) and not self.whole)
        form.all.setText(gettext("Show {number} more", number=number(more)))
        form.note.setText(details_of(asked))
        form.note.setVisible(bool(form.note.text()))

    def _head(self) -> None:
        if self.asked is not None:
            glyph, role = ("warning", "warning") if self.asked.is_open else ("scorm", "muted")
            self.form.glyph.setPixmap(pixmap(glyph, role, 20, self.devicePixelRatioF()))
            self.form.question.setText(headline(self.asked))
            theme.set_class(self.form.question, "section" if self.asked.is_open else "")

    def _unfold(self) -> None:
        self.unfolded = True
        if self.asked is not None:
            self._fill(self.asked)
            self.form.play.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_all(self) -> None:
        self.whole = True
        if self.asked is not None:
            self._fill(self.asked)

    def _play(self) -> None:
        self._answer("play")

    def _download(self) -> None:
        self._answer("download")

    def _answer(self, answer: str) -> None:
        self.unfolded = False
        self.form.missing.hide()
        if self.asked is not None:
            self._fill(self.asked)  # the same answer again changes nothing in the store
        self.answered.emit(answer)


def add_findings(grid: QGridLayout, findings: tuple[ScormFinding, ...]) -> None:
    """Replace a table of findings: what, how often, and the first file."""
    clear_layout(grid)
    for at, one in enumerate(findings):
        glyph = QLabel()
        glyph.setFixedWidth(GLYPH)
        if one.serious:
            glyph.setPixmap(pixmap("warning", "warning", GLYPH, glyph.devicePixelRatioF()))
        grid.addWidget(glyph, at, 0, Qt.AlignmentFlag.AlignTop)
        places = QLabel(places_of(one))
        places.setTextFormat(Qt.TextFormat.PlainText)
        places.setToolTip("\n".join(file[:600] for file in one.files))
        places.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        theme.set_class(places, "muted", "small")
        grid.addWidget(plain(one.words), at, 1)
        grid.addWidget(places, at, 2)
    grid.setColumnStretch(1, 1)


def with_programs(host: ScormFinding) -> ScormFinding:
    """Return a host with the detail that scripts are loaded from it."""
    if not host.serious:
        return host
    return msgspec.structs.replace(host, words=gettext("{host} (scripts, too)", host=host.words))


def places_of(one: ScormFinding) -> str:
    """Return such as `12 times, a.js`, without the folder."""
    name = one.files[0].rpartition("/")[2] if one.files else ""
    if len(name) > LONGEST:
        half = LONGEST // 2
        name = f"{name[:half]}…{name[-half:]}"
    if one.count == 1:
        return name
    return gettext("{number} times, {file}", number=number(one.count), file=name)


def headline(asked: ScormQuestion) -> str:
    """Return the question, or the answer."""
    name = quoted(asked.package, 60)
    if asked.is_open:
        return gettext("Allow {package} to run scripts in the course?", package=name)
    if asked.play:
        return gettext("You allowed {package} to run scripts in the course.", package=name)
    return gettext("{package} doesn't run in the course.", package=name)


def details_of(asked: ScormQuestion) -> str:
    """Return what was not checked, or that nothing was found."""
    parts: list[str] = []
    if not (asked.hosts or asked.calls):
        parts.append(gettext("No content from other sites and no unusual calls found."))
    if asked.unread:
        large = words.files(len(asked.unread))
        parts.append(gettext("{files} too large to check.", files=large))
    if asked.cut:
        parts.append(gettext("The package contains more text than can be checked."))
    parts.append(gettext("This check only looks for known names; scripts can hide what they do."))
    return " ".join(parts)
