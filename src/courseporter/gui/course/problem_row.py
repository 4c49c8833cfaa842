"""One problem: its sentence, the item it is about, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from courseporter.api.fix_values import FixPreview
from courseporter.api.values import ProblemRow
from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.course.fix_form import FilesForm, FixForm, Order, TextForm
from courseporter.gui.course.problem_words import PlaceLink, breakable, sentence, severity_of
from courseporter.gui.icons import pixmap
from courseporter.gui.words import clicked, number


class Row(QFrame):
    """`left`: go to the next problem; the others as of `Problems`."""

    jump_wanted = Signal(str)
    open_wanted = Signal(object)
    fix_wanted = Signal(object)
    preview_wanted = Signal(object)
    left = Signal(object)

    def __init__(self, problem: ProblemRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem = problem
        self.stops: list[QWidget] = []  # for the Tab key
        self.link: PlaceLink | None = None
        self.form: FixForm | None = None
        self.preview = QLabel(self)
        self.preview.hide()
        self.jumped = False
        icon, role, word = severity_of(problem)
        self.setAccessibleName(f"{word}: {problem.message}")
        glyph = QLabel(self)
        glyph.setPixmap(pixmap(icon, role, 16, self.devicePixelRatioF()))
        glyph.setAccessibleName(word)
        glyph.setToolTip(word)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 0, 8)
        row.setSpacing(8)
        row.addWidget(glyph, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(sentence(problem.message))
        if problem.hint:
            column.addWidget(sentence(clicked(problem.hint), "muted", "small"))
        if problem.key or (problem.where and problem.where not in problem.message):
            column.addWidget(self._place(problem.where or gettext("Show in the course")))
        self._add_fix(column)
        row.addLayout(column, 1)
        if not self.stops:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # for Enter, which leads to the next
            self.stops.append(self)

    def sizeHint(self) -> QSize:
        """Allow any width of the panel."""
        return QSize(200, super().sizeHint().height())

    def first(self) -> QWidget:
        """Return where the keyboard starts: the fix, else the link to the item."""
        return next((one for one in self.stops if one is not self.link), self.stops[0])

    def entered(self) -> str:
        """Return the text that was typed and not used yet."""
        return self.form.text.text() if isinstance(self.form, TextForm) else ""

    def press(self) -> None:
        """Do what Enter does where no button has the focus."""
        if isinstance(self.form, TextForm) and self.form.text.hasFocus():
            self.form.press()
        else:
            self._leave()

    def enter(self, text: str) -> None:
        """Put back a text that was typed."""
        if text and isinstance(self.form, TextForm):
            self.form.text.setText(text)

    def show_preview(self, order: Order, seen: FixPreview) -> None:
        """Show what the fix will change; once more hides it."""
        if self.form is not None:
            self.form.show_preview(order, seen)
            return
        text = "\n".join(seen.lines) or gettext("Nothing changes.")
        self.preview.setText(breakable(text))
        self.preview.setVisible(self.preview.isHidden())

    def _place(self, where: str) -> QWidget:
        if not self.problem.key:
            return sentence(where, "muted", "small")
        self.link = PlaceLink(where)
        self.link.linkActivated.connect(self._jump)
        theme.set_class(self.link, "small")
        self.stops.append(self.link)
        return self.link

    def _add_fix(self, column: QVBoxLayout) -> None:
        problem = self.problem
        if problem.asks == "text":
            self._add_form(TextForm(problem, self), column)
        elif problem.asks in ("files", "captions"):
            self._add_form(FilesForm(problem, self), column)
        elif problem.asks == "editor" and problem.key:
            button = self._button(column, problem.fix_label or gettext("Open the editor"))
            button.clicked.connect(self._open)
        elif problem.fix and not problem.asks:
            self._add_buttons(column)

    def _add_form(self, form: FixForm, column: QVBoxLayout) -> None:
        self.form = form
        form.wanted.connect(self.fix_wanted)
        form.preview_wanted.connect(self.preview_wanted)
        form.left.connect(self._leave)
        self.stops += form.stops
        column.addWidget(form)

    def _add_buttons(self, column: QVBoxLayout) -> None:
        """Add the fix of this problem, of all like it, and what will change, one below the other:
        side by side they'd be wider than the panel.
        """
        self._button(column, self.problem.fix_label or gettext("Fix")).clicked.connect(self._fix)
        if self.problem.alike > 1:
            every = gettext("Fix all {number}", number=number(self.problem.alike))
            self._button(column, every).clicked.connect(self._fix_all)
        ask = self._button(column, gettext("What will change?"), "link", "small")
        ask.clicked.connect(self._preview)
        self.preview.deleteLater()
        self.preview = sentence("", "muted", "small")
        self.preview.hide()
        column.addWidget(self.preview)

    def _button(self, column: QVBoxLayout, words: str, *classes: str) -> QPushButton:
        made = QPushButton(words, self)
        made.setMinimumWidth(40)  # never wider than the panel
        if classes:
            theme.set_class(made, *classes)
        column.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        self.stops.append(made)
        return made

    def _preview(self) -> None:
        self.preview_wanted.emit(Order(self.problem, every=self.problem.alike > 1))

    def _jump(self) -> None:
        """Show the item; once more goes to the next problem, if there is nothing else to press."""
        if self.jumped and self.first() is self.link:
            self._leave()
            return
        self.jumped = True
        self.jump_wanted.emit(self.problem.key or "")

    def _open(self) -> None:
        self.open_wanted.emit(self.problem)

    def _leave(self) -> None:
        self.left.emit(self)

    def _fix(self) -> None:
        self.fix_wanted.emit(Order(self.problem))

    def _fix_all(self) -> None:
        self.fix_wanted.emit(Order(self.problem, every=True))
