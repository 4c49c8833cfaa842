"""Content library: choose level and file, see the plan, decide, import, undo."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from courseporter import api
from courseporter.api import libraries
from courseporter.api.libraries import (
    LibraryDifference,
    LibraryOptions,
    LibraryResult,
)
from courseporter.api.values import DraftView, JobRow
from courseporter.errors import Message, PorterError, _, gettext
from courseporter.gui import background, theme
from courseporter.gui.actions import Actions
from courseporter.gui.course.rows import plain
from courseporter.gui.libraries.items_view import ItemsView
from courseporter.gui.libraries.library_words import LEVELS, POLICIES, counts_line
from courseporter.gui.libraries.place import LibraryPlace, add_row, named

IMPORT, UNDO, SITE = "import_library", "undo_library", "openedx"
ACTIVE = {"pending", "running"}
SUFFIX = " library.zip"
ABOUT = _(
    "Blocks that several courses can use: in a site's library, or as a ZIP to restore in Studio. "
    "Review the plan before anything is written."
)


class Seen(NamedTuple):
    """A job and what it did so far; no result before it has begun."""

    job: JobRow
    result: LibraryResult | None


class Compared(NamedTuple):
    """Both sides of an item."""

    key: str
    found: LibraryDifference


class LibraryCard(QFrame):
    """One card on the destination step."""

    def __init__(self, actor: api.Actor, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.actor = actor
        self.actions_of_app = actions
        self.draft_id = ""
        self.job_id = ""
        self.seen: Seen | None = None
        theme.set_class(self, "panel")
        self.place = LibraryPlace(actor, self)
        self.level = self._choice(gettext("Import as"), LEVELS, "unit")
        self.policy = self._choice(gettext("Items that already exist"), POLICIES, "skip")
        self.message = plain("")
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.items = ItemsView(self)
        self.history = self._button(gettext("History"), "link", self._open_history)
        self.folder = self._button(gettext("Show in folder"), "link", self._show_in_folder)
        self.undo = self._button(gettext("Undo"), "secondary", self.take_back)
        self.plan = self._button(gettext("Show the plan"), "secondary", self.show_plan)
        self.begin = self._button(gettext("Import"), "secondary", self.start)
        self.stop = self._button(gettext("Stop"), "secondary", self._stop)
        self._compose()
        self.items.chosen.connect(self._compare)
        self.items.decided.connect(self.show_plan)
        for choice in (self.level, self.policy):
            choice.activated.connect(self._changed)
        self.place.changed.connect(self._forget_plan)
        self.place.failed.connect(self._failed)
        actions.news.changed.connect(self.refresh)
        self.refresh()
        self._show()

    def _choice(self, name: str, values: tuple[tuple[str, Message], ...], first: str) -> QComboBox:
        made = named(QComboBox(self), name)
        for value, words in values:
            made.addItem(str(words), value)
        made.setCurrentIndex(made.findData(first))
        return made

    def _button(self, words: str, kind: str, work: object) -> QPushButton:
        button = QPushButton(words, self)
        theme.set_class(button, kind)
        button.clicked.connect(work)
        return button

    def _compose(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(plain(gettext("Content library"), "section"))
        column.addWidget(plain(str(ABOUT), "muted"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        self.place.add_to(grid)
        for field in (self.level, self.policy):
            add_row(grid, field)
        column.addLayout(grid)
        for part in (self.items, self.bar, self.message):
            column.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.history, self.folder):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self.undo, self.plan, self.begin, self.stop):
            row.addWidget(button)
        column.addLayout(row)

    # ---- showing

    def open_view(self, view: DraftView) -> None:
        """Offer to import this draft."""
        if view.row.id == self.draft_id:
            return
        self.draft_id, self.seen, self.job_id = view.row.id, None, ""
        self.place.file.clear()
        self.place.base.clear()
        self._forget_plan()
        background.run(partial(default_file, self.actor, self.draft_id), self._take_file)

    def _take_file(self, found: tuple[str, str]) -> None:
        draft_id, path = found
        if draft_id == self.draft_id and not self.place.file.text():
            self.place.file.setText(path)
            self.place.file.setCursorPosition(0)

    def refresh(self) -> None:
        """Show the sites there are, and how the job is going."""
        sites = [one for one in self.actions_of_app.news.connections("target") if one.kind == SITE]
        self.place.offer([one.name for one in sites if one.active])
        for job in self.actions_of_app.news.active:
            if job.kind in (IMPORT, UNDO) and job.draft_id == self.draft_id:
                self.job_id = job.id
        if self.job_id:
            background.run(partial(read, self.actor, self.job_id), self._take, self._failed)

    def _take(self, seen: Seen) -> None:
        if seen.job.id != self.job_id:
            return
        self.seen = seen
        if seen.result is not None and seen.job.state not in ACTIVE:
            self.items.show_result(seen.result)
            self.items.setVisible(bool(seen.result.items))
        self._show()

    def _show(self) -> None:
        seen = self.seen
        running = seen is not None and seen.job.state in ACTIVE
        done = seen is not None and seen.job.state == "completed"
        self.place.set_enabled(not running)
        for part in (self.level, self.policy):
            part.setEnabled(not running)
        for part in (self.bar, self.stop):
            part.setVisible(running)
        for part in (self.plan, self.begin):
            part.setVisible(not running)
        self.undo.setVisible(bool(done and seen and seen.job.kind == IMPORT))
        self.folder.setVisible(done and not self.place.site())
        self._say(seen, running=running)

    def _say(self, seen: Seen | None, *, running: bool) -> None:
        words = ""
        if seen is not None and running:
            share = self.actions_of_app.news.share(seen.job)
            self.bar.setRange(0, 0 if share is None else 1000)
            self.bar.setValue(round((share or 0) * 1000))
            words = self.actions_of_app.news.progress(seen.job)
        elif seen is not None and seen.job.error is not None:
            words = f"{seen.job.error.message} {seen.job.error.hint or ''}".strip()
        elif seen is not None and seen.result is not None:
            words = headline(seen)
        self.message.setText(words)
        self.message.setVisible(bool(words))

    def _forget_plan(self) -> None:
        self.items.setVisible(False)
        self.items.forget()
        self.seen = None
        self._show()

    # ---- doing

    def options(self) -> LibraryOptions:
        """What the card says."""
        return msgspec.convert(
            {
                "to": self.place.target(),
                "base": self.place.backup(),
                "level": self.level.currentData(),
                "policy": self.policy.currentData(),
                "rows": dict(self.items.rows),
            },
            LibraryOptions,
        )

    def show_plan(self) -> None:
        """Compare the course with the library; nothing is written."""
        self.job_id, self.seen = "", None
        work = partial(libraries.plan_library, self.actor, self.draft_id, self.options())
        background.run(work, self._planned, self._failed)

    def _planned(self, plan: LibraryResult) -> None:
        self.items.setVisible(True)
        self.items.show_result(plan)
        held = plan.held
        self.message.setText(gettext("Items that need your decision stay as they are until you "
                                     "choose what to do with them.") if held else "")  # fmt: skip
        self.message.setVisible(bool(held))

    def _changed(self) -> None:
        if self.items.isVisible():
            self.show_plan()

    def _compare(self, key: str) -> None:
        if self.draft_id and self.seen is None:
            work = partial(compare, self.actor, self.draft_id, self.options(), key)
            background.run(work, self._compared, self._failed)

    def _compared(self, both: Compared) -> None:
        self.items.show_difference(both.key, both.found)

    def start(self) -> None:
        """Import."""
        options = msgspec.structs.replace(self.options(), only=self.items.model.wanted())
        work = partial(libraries.start_library_import, self.actor, self.draft_id, options)
        background.run(work, self._begun, self._failed)

    def take_back(self) -> None:
        """Undo the import that was just done."""
        if self.seen is not None:
            work = partial(libraries.start_library_undo, self.actor, self.seen.job.id)
            background.run(work, self._begun, self._failed)

    def _begun(self, job_id: str) -> None:
        self.job_id = job_id
        self.actions_of_app.poke(job_id)
        self.refresh()

    def _stop(self) -> None:
        if self.job_id:
            self.actions_of_app.stop_job(self.job_id)

    def _open_history(self) -> None:
        self.actions_of_app.items["go_libraries"].trigger()

    def _show_in_folder(self) -> None:
        self.actions_of_app.show_in_folder(Path(self.place.file.text().strip()))

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, PorterError):
            self.actions_of_app.notice(error)
            return
        self.message.setText(f"{error.message} {error.hint or ''}".strip())
        self.message.setVisible(True)


def default_file(actor: api.Actor, draft_id: str) -> tuple[str, str]:
    """Off the GUI thread: a name for the library next to the package of the course."""
    out = api.default_out(actor, draft_id)
    stem = out.name.removesuffix(".tar.gz")
    return draft_id, str(out.with_name(f"{stem}{SUFFIX}"))


def read(actor: api.Actor, job_id: str) -> Seen:
    """Off the GUI thread: a job and its result."""
    job = api.job(actor, job_id)
    if job.state in ACTIVE or job.error is not None:
        return Seen(job, None)
    return Seen(job, libraries.library_items(actor, job_id))


def compare(actor: api.Actor, draft_id: str, options: LibraryOptions, key: str) -> Compared:
    """Off the GUI thread: both sides of an item."""
    return Compared(key, libraries.library_difference(actor, draft_id, options, key))


def headline(seen: Seen) -> str:
    """What an import or an undo did."""
    result = seen.result
    assert result is not None
    counts = counts_line(result.counts, result.held)
    if seen.job.kind == UNDO:
        return str(_("Undone. {target} is as it was before.", target=Path(result.target).name))
    name = Path(result.target).name
    return str(_("Imported into “{name}”: {counts}.", name=name, counts=counts))
