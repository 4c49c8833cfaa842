"""The list of connections: a row for each, or what can be connected while there is none."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from courseporter.api.connections import ConnectionView, Kind
from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.connections import wording
from courseporter.gui.icons import icon, pixmap
from courseporter.gui.one_line import OneLine

WIDTH = 720


class ConnectionRow(QFrame):
    """One connection: name, kind, state, and what can be done with it."""

    def __init__(self, view: ConnectionView, glyph: str, *, is_school: bool) -> None:
        super().__init__()
        theme.set_class(self, "card")
        self.view = view
        self.glyph = glyph
        self.picture = QLabel()
        self.mark = QLabel()
        name = OneLine(view.name)
        name.setToolTip(view.name)
        name.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_class(name, "strong")
        about = OneLine(wording.about(view))
        about.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_class(about, "small", "muted")
        self.badge = wording.badge(view)
        state = QLabel(self.badge.word)
        theme.set_class(state, "small", self.badge.role)
        self.test = button(gettext("Test"), gettext("Test “{name}”", name=view.name))
        self.edit = button(gettext("Edit"), gettext("Edit “{name}”", name=view.name))
        self.courses = button(gettext("Courses"), gettext("Courses of “{name}”", name=view.name))
        self.courses.setVisible(is_school)
        self.forget = button("", gettext("Forget “{name}”", name=view.name))
        self.forget.setIcon(icon("trash", "muted"))
        theme.set_class(self.forget, "quiet", "icon")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(name)
        words.addWidget(about)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 12, 12)
        row.setSpacing(8)
        row.addWidget(self.picture)
        row.addSpacing(4)
        row.addLayout(words, 1)
        row.addWidget(self.mark)
        row.addWidget(state)
        row.addSpacing(8)
        for one in (self.courses, self.test, self.edit, self.forget):
            row.addWidget(one)
        self.draw()

    def draw(self) -> None:
        """The glyphs in the colors of the theme."""
        ratio = self.devicePixelRatioF()
        self.picture.setPixmap(pixmap(self.glyph, "muted", 20, ratio))
        self.mark.setPixmap(pixmap(self.badge.icon, self.badge.role, 16, ratio))


class Listing(QScrollArea):
    """The rows below a title, with a button for each kind; the same buttons when it is empty."""

    chosen = Signal(str)  # the name of a kind to connect
    wanted = Signal(str, str)  # what to do, and the id of a connection

    def __init__(self, title: str, sentence: str, glyph: str, kinds: tuple[Kind, ...]) -> None:
        super().__init__()
        self.glyph = glyph
        self.schools = {kind.name for kind in kinds if kind.group == "school"}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(title)
        heading = QLabel(title)
        theme.set_class(heading, "title")
        about = QLabel(sentence)
        about.setWordWrap(True)
        theme.set_class(about, "muted")
        self.rows = QVBoxLayout()
        self.rows.setSpacing(8)
        self.more = QLabel(gettext("Connect another one"))
        theme.set_class(self.more, "section")
        self.offers = [KindOffer(kind, glyph) for kind in kinds]
        inner = QWidget()
        inner.setMaximumWidth(WIDTH)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(about)
        column.addSpacing(8)
        column.addLayout(self.rows)
        self.more.setContentsMargins(0, 16, 0, 0)
        column.addWidget(self.more)
        for offer in self.offers:
            offer.begin.clicked.connect(partial(self.choose, offer.kind.name))
            column.addWidget(offer)
        column.addStretch(1)
        outer = QWidget()
        row = QHBoxLayout(outer)
        row.setContentsMargins(24, 24, 24, 24)
        row.addWidget(inner, 10)
        row.addStretch(1)
        self.setWidget(outer)
        self.connections: list[ConnectionRow] = []
        self.show_all(())
        theme.watch.changed.connect(self.redraw)

    def choose(self, kind: str, checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's slot
        """A kind is to be connected."""
        del checked
        self.chosen.emit(kind)

    def want(self, what: str, connection_id: str, checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's slot
        """Something is to be done with a connection."""
        del checked
        self.wanted.emit(what, connection_id)

    def show_all(self, views: tuple[ConnectionView, ...]) -> None:
        """Show these connections; unchanged ones keep their row, and the keyboard its place."""
        if [row.view for row in self.connections] == list(views):
            self.more.setVisible(bool(views))
            return
        while (item := self.rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self.connections = [
            ConnectionRow(view, self.glyph, is_school=view.kind in self.schools) for view in views
        ]
        for row in self.connections:
            row.courses.clicked.connect(partial(self.want, "courses", row.view.id))
            row.test.clicked.connect(partial(self.want, "test", row.view.id))
            row.edit.clicked.connect(partial(self.want, "edit", row.view.id))
            row.forget.clicked.connect(partial(self.want, "forget", row.view.id))
            self.rows.addWidget(row)
        self.more.setVisible(bool(views))

    def first(self) -> QWidget:
        """The first row's button, or the first offer."""
        if not self.connections:
            return self.offers[0].begin
        row = self.connections[0]
        return row.courses if row.view.kind in self.schools else row.edit

    def redraw(self) -> None:
        """Paint the glyphs in the colors of the theme."""
        for row in self.connections:
            row.draw()
        for offer in self.offers:
            offer.draw()


class KindOffer(QFrame):
    """A kind that can be connected: what it is good for, and the button."""

    def __init__(self, kind: Kind, glyph: str) -> None:
        super().__init__()
        theme.set_class(self, "panel")
        self.kind = kind
        self.glyph = glyph
        self.picture = QLabel()
        name = QLabel(str(kind.label))
        theme.set_class(name, "strong")
        about = QLabel(str(kind.help or ""))
        theme.set_class(about, "small", "muted")
        label = gettext("Connect {kind}", kind=kind.label)
        self.begin = button(gettext("Connect…"), label)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(name)
        words.addWidget(about)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 12, 12)
        row.setSpacing(12)
        row.addWidget(self.picture)
        row.addLayout(words, 1)
        row.addWidget(self.begin)
        self.draw()

    def draw(self) -> None:
        """The glyph in the colors of the theme."""
        self.picture.setPixmap(pixmap(self.glyph, "muted", 20, self.devicePixelRatioF()))


def button(text: str, spoken: str) -> QPushButton:
    """A button whose name and tooltip say what it is about."""
    made = QPushButton(text)
    made.setAccessibleName(spoken)
    made.setToolTip(spoken)
    return made
