"""One item of the course in three tabs: Result, Source, Details."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from courseporter import api
from courseporter.api.values import NodeView
from courseporter.errors import gettext
from courseporter.gui import theme
from courseporter.gui.course.block_editor import BlockEditor
from courseporter.gui.course.kinds import KINDS
from courseporter.gui.course.preview import CAP, Preview
from courseporter.gui.course.scorm_choice import Modes, ScormChoice
from courseporter.gui.forms.course_item import Ui_course_item
from courseporter.gui.icons import icon, kind_icon, pixmap
from courseporter.model import Outcome


class Item(QWidget):
    """The center of the review.  Its signals are about the item shown; `mode_wanted` is about all
    selected items.
    """

    renamed = Signal(str, str)
    hide_wanted = Signal(str, bool)
    play_wanted = Signal(str)
    mode_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = Ui_course_item()
        self.form.setupUi(self)  # pyright: ignore[reportUnknownMemberType]  # uic writes no types
        self.node: NodeView | None = None
        self.preview = Preview(self)
        self.outcome_text = QLabel(self)
        theme.set_class(self.outcome_text, "muted", "small")
        self.outcome_text.setContentsMargins(16, 8, 16, 8)
        self.outcome_text.setWordWrap(True)
        self.form.result_layout.addWidget(self.preview)
        self.form.result_layout.addWidget(self.outcome_text)
        self.source = Pairs(self, mono=True)
        self.source.setAccessibleName(gettext("Source"))
        self.form.source_layout.addWidget(self.source)
        self.scorm = ScormChoice(self)
        self.scorm.setContentsMargins(16, 16, 16, 0)
        self.details = Pairs(self, head=self.scorm)
        self.details.setAccessibleName(gettext("Details"))
        self.form.details_layout.addWidget(self.details)
        self.scorm.chosen.connect(self.mode_wanted)
        self.editor = BlockEditor(self)
        self.form.tabs.insertTab(0, self.editor, gettext("Edit"))
        self.form.tabs.setTabVisible(0, False)
        self.form.play.clicked.connect(self._play_clicked)
        self.form.play.setIcon(icon("play", "muted"))
        self.form.tabs.tabBar().setDrawBase(False)
        self.form.title.editingFinished.connect(self._title_done)
        self.form.hide.clicked.connect(self._hide_clicked)
        theme.watch.changed.connect(self._head)
        self.clear()

    def clear(self) -> None:
        """Show that no item is selected."""
        self.node = None
        self.editor.forget()
        self.form.empty.show()
        self.form.filled.hide()

    def show_node(self, node: NodeView) -> None:
        """Show one item."""
        if self.node is None or self.node.key != node.key:
            for look in (self.preview, self.source, self.details):
                look.verticalScrollBar().setValue(0)
        self.node = node
        cut = self.preview.show_html(node.result_html)
        self.outcome_text.setText(outcome_of(node, cut=cut))
        self.source.show_pairs(node.source)
        self.details.show_pairs(outcome(node) + node.details)
        self.show_modes(node.scorm)
        self.form.play.setVisible(bool(node.scorm))
        self._head()
        self.form.empty.hide()
        self.form.filled.show()

    def show_content(self, draft_id: str, content: api.Content) -> None:
        """Show what the item holds, to edit it."""
        shown = self.editor.show_content(draft_id, content)
        was = self.form.tabs.isTabVisible(0)
        self.form.tabs.setTabVisible(0, shown)
        if shown and not was:
            self.form.tabs.setCurrentIndex(0)

    def show_modes(self, modes: Modes) -> None:
        """Show how the SCORM lessons at and below the selected items work."""
        self.scorm.setVisible(bool(modes))
        self.scorm.show_modes(modes)

    def show_busy(self, *, busy: bool) -> None:
        """Show that a lesson is being opened in the browser."""
        self.form.play.setEnabled(not busy)
        self.form.play.setText(gettext("Opening…") if busy else gettext("Play"))

    def edit_title(self) -> None:
        """Put the cursor into the title."""
        self.form.title.setFocus()
        self.form.title.selectAll()

    def _head(self) -> None:
        if self.node is None:
            return
        glyph = kind_icon(self.node.kind, self.node.type)
        self.form.glyph.setPixmap(pixmap(glyph, "muted", 20, self.devicePixelRatioF()))
        if not self.form.title.hasFocus():
            self.form.title.setText(self.node.title)
            self.form.title.setCursorPosition(0)
            self.form.title.setToolTip(self.node.title[:600])
        self.form.facts.setText(facts(self.node))
        hidden = self.node.hidden
        words = gettext("Show to learners") if hidden else gettext("Hide from learners")
        self.form.hide.setText(gettext("Show") if hidden else gettext("Hide"))
        self.form.hide.setToolTip(words)
        self.form.hide.setAccessibleName(words)
        self.form.hide.setIcon(icon("eye" if self.node.hidden else "eye-off", "muted"))

    def _title_done(self) -> None:
        title = self.form.title.text().strip()
        if self.node is not None and title and title != self.node.title:
            self.renamed.emit(self.node.key, title)
        elif self.node is not None:
            self.form.title.setText(self.node.title)

    def _hide_clicked(self) -> None:
        if self.node is not None:
            self.hide_wanted.emit(self.node.key, not self.node.hidden)

    def _play_clicked(self) -> None:
        if self.node is not None:
            self.play_wanted.emit(self.node.key)


class Pairs(QScrollArea):
    """Labels with values that can be selected and copied; `head` stays above them."""

    def __init__(
        self, parent: QWidget | None = None, *, mono: bool = False, head: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.mono = mono
        self.setWidgetResizable(True)
        page = QWidget()
        self.column = QVBoxLayout(page)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        if head is not None:
            self.column.addWidget(head)
        self.body = QWidget()
        self.column.addWidget(self.body, 1)
        self.setWidget(page)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_pairs(self, pairs: tuple[tuple[str, str], ...]) -> None:
        """Replace everything that was shown."""
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 16, 16, 16)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for label, value in pairs:
            if self.mono and ("\n" in value or len(value) > 120):
                column.addWidget(muted(label))
                column.addWidget(passage(label, value))
            else:
                form.addRow(muted(label), line(label, value))
        column.insertLayout(0, form)
        if not pairs:
            column.addWidget(muted(gettext("Nothing to show here.")))
        column.addStretch(1)
        self.column.replaceWidget(self.body, body)
        self.body.deleteLater()
        self.body = body
        body.show()


def muted(text: str) -> QLabel:
    """Return a small label."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    theme.set_class(made, "muted", "small")
    return made


def line(label: str, value: str) -> QLabel:
    """Return a short value."""
    made = QLabel(value)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setAccessibleName(f"{label}: {value}")
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def passage(label: str, value: str) -> QPlainTextEdit:
    """Return a long value as it is in the source."""
    made = QPlainTextEdit(value[:CAP])
    theme.set_class(made, "mono")
    made.setReadOnly(True)
    made.setTabChangesFocus(True)
    made.setAccessibleName(label)
    made.setMinimumHeight(min(480, 40 + 18 * (value.count("\n") + len(value) // 80 + 1)))
    return made


def facts(node: NodeView) -> str:
    """Return what the item is, and its state."""
    kind = (node.type or node.kind) if node.kind == "block" else node.kind
    word = str(KINDS[kind].one) if kind in KINDS else kind
    words = [word[:1].upper() + word[1:]]
    if node.hidden:
        words.append(gettext("Hidden from learners"))
    if node.outcome is not None and node.outcome != "converted":
        words.append(outcome_word(node.outcome))
    return " · ".join(words)


def outcome(node: NodeView) -> tuple[tuple[str, str], ...]:
    """Return the outcome of the item in the ledger."""
    if node.outcome is None:
        return ()
    reason = ((gettext("Reason"), node.reason),) if node.reason else ()
    return ((gettext("Outcome"), outcome_word(node.outcome)), *reason)


def outcome_of(node: NodeView, *, cut: bool) -> str:
    """Return what to know about the preview."""
    parts = [gettext("Simplified preview: no scripts, media or network content.")]
    if cut:
        parts.append(gettext("This page is long; only its start is shown."))
    if node.reason:
        parts.append(node.reason)
    return " ".join(parts)


def outcome_word(outcome: Outcome) -> str:
    """Return an outcome of the ledger in words."""
    match outcome:
        case "converted":
            return gettext("Converted")
        case "converted_with_loss":
            return gettext("Partly converted")
        case "skipped":
            return gettext("Skipped")
        case "failed":
            return gettext("Failed")
