"""What the user can do: one function each, shared by menu, button and shortcut.

A page returns the commands it runs from `commands()`; the window passes them to `adopt`.  Pages
also share `toast`, `notice`, `watcher` (its `changed` signal reports changes of the store), `news`
(the state of all jobs), `open_draft`, `show_in_folder` and `copy`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import QFileInfo, QObject, QTimer, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QFileDialog, QInputDialog

from courseporter import api
from courseporter.api.values import JobRow, Sniff
from courseporter.errors import PorterError, gettext, ngettext
from courseporter.errors.addresses import not_a_file, web_address
from courseporter.gui import background, words
from courseporter.gui.commands import COMMANDS
from courseporter.gui.frame import Frame
from courseporter.gui.icons import icon
from courseporter.gui.importing import (
    ignore,
    importable,
    local_paths,
    paths_in,
    remember,
    report_file,
    retry_all,
    show_file,
    start_all,
)
from courseporter.gui.news import News
from courseporter.gui.quit_dialog import QuitDialog
from courseporter.gui.refused import Refused
from courseporter.gui.watcher import Watcher

Handlers = Mapping[str, Callable[[], None]]
GO: Final = "go_"
READING_MS: Final = 200  # a file that takes longer to read is named at once


class Entry(NamedTuple):
    """One row of the command palette."""

    words: str
    icon: str
    group: str
    run: Callable[[], object]
    keys: str = ""


class Actions(QObject):
    """The commands as QActions (`items`) and as methods."""

    def __init__(self, actor: api.Actor, frame: Frame) -> None:
        super().__init__(frame.widget())
        self.actor = actor
        self.frame = frame
        self.watcher = Watcher(actor, self)
        self.news = News(actor, self.watcher, self)
        self.page: Handlers = {}
        self.reading: Path | None = None  # the file that is being looked at
        self.just_started: str | None = None  # a job that the Jobs page selects
        self.items: dict[str, QAction] = {}
        self.entry_offers: list[Callable[[], Iterable[Entry]]] = []
        self.bound: dict[str, Callable[[], None]] = {
            "new_import": partial(frame.go, "new"),
            "new_course": self.new_course,
            "open_file": self.open_file,
            "open_folder": self.open_folder,
            "paste": self.paste,
            "try_sample": partial(self.try_sample, "csv"),
            "try_scorm": partial(self.try_sample, "scorm"),
            "save_template": self.save_template,
            "go_back": frame.go_back,
            "palette": frame.open_palette,
            "shortcuts": partial(frame.go, "help"),
            "quit": frame.close_window,
        }
        for command in COMMANDS:
            item = QAction(icon(command.icon, "muted"), command.words, self)
            item.setShortcuts([QKeySequence(key) for key in command.keys])
            item.triggered.connect(partial(self.perform, command.name))
            item.setEnabled(not command.page)
            self.items[command.name] = item
        frame.widget().addActions(list(self.items.values()))

    # -- pages ---------------------------------------------------------------------------------

    def bind(self, name: str, function: Callable[[], None]) -> None:
        """Let a command that works everywhere run `function`."""
        self.bound[name] = function

    def offer_entries(self, entries: Callable[[], Iterable[Entry]]) -> None:
        """Let the command palette list more than commands: `entries()` is asked at each key."""
        self.entry_offers.append(entries)

    def perform(self, name: str, checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's slot
        """Run a command: its own function, the page it goes to, or what the current page does."""
        del checked
        if name in self.bound:
            self.bound[name]()
        elif name.startswith(GO):
            self.frame.go(name.removeprefix(GO))
        else:
            self.on_page(name)

    def adopt(self, handlers: Handlers) -> None:
        """Enable the commands of the current page."""
        self.page = handlers
        for command in COMMANDS:
            if command.page:
                self.items[command.name].setEnabled(
                    command.name in handlers or command.name == "find"
                )

    def on_page(self, name: str) -> None:
        """Run a command of the current page; Find falls back to the search field above."""
        handler = self.page.get(name)
        if handler is not None:
            handler()
        elif name == "find":
            self.frame.focus_search()

    def toast(
        self,
        text: str,
        undo: Callable[[], None] | None = None,
        *,
        label: str = "Undo",
    ) -> None:
        """Say what has happened; the button runs `undo`."""
        self.frame.toast(text, undo, label=label)

    def notice(self, error: BaseException) -> None:
        """Show an error in the window."""
        self.frame.notice(error)

    # -- importing -----------------------------------------------------------------------------

    def open_file(self) -> None:
        """Let the user choose files and import them."""
        names, _kind = QFileDialog.getOpenFileNames(
            self.frame.widget(), gettext("Import"), self.last_folder(), importable()
        )
        self.import_paths([Path(name) for name in names])

    def open_folder(self) -> None:
        """Let the user choose a folder with a course."""
        name = QFileDialog.getExistingDirectory(
            self.frame.widget(), gettext("Import a folder"), self.last_folder()
        )
        self.import_paths([Path(name)] if name else [])

    def paste(self) -> None:
        """Paste what the page takes, else import what is in the clipboard."""
        self.page.get("paste", self.import_clipboard)()

    def import_clipboard(self) -> None:
        """Import what is in the clipboard: files, or lines with paths."""
        mime = QGuiApplication.clipboard().mimeData()
        paths = local_paths(mime.urls()) or paths_in(mime.text())
        address = web_address(mime.text())
        if paths:
            self.import_paths(paths)
        elif address is not None:
            self.notice(not_a_file(address))
        else:
            self.toast(gettext("The clipboard contains no file or path."))

    def try_sample(self, name: str = "csv", checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's slot
        """Open a course that is part of the app."""
        del checked
        background.run(partial(api.sample, self.actor, name), self.import_one, self.notice)

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Show the source step of one file; import several at once, one job each."""
        if len(paths) == 1:
            self.import_one(paths[0])
        elif paths:
            self.toast(gettext("Reading {files}…", files=words.files(len(paths))))
            background.run(
                partial(start_all, self.actor, tuple(paths)), self.started_all, self.notice
            )

    def open_all(self, arguments: Sequence[str]) -> None:
        """Import the files that the app was started with, and answer web addresses."""
        addresses = [one for one in arguments if web_address(one) and not QFileInfo.exists(one)]
        self.import_paths([Path(one) for one in arguments if one not in addresses])
        if addresses:
            self.notice(not_a_file(addresses[0]))

    def import_one(self, path: Path) -> None:
        """Read what the file is, then show its source step; say so when that takes time."""
        self.reading = path
        QTimer.singleShot(READING_MS, self, self.show_reading)
        background.run(partial(api.sniff, self.actor, path), self.show_sniffed, self.unread)

    def show_reading(self) -> None:
        """Show the name of the file that is still being read."""
        if self.reading is not None:
            self.frame.show_reading(self.reading)

    def unread(self, error: Exception) -> None:
        """Show why a file could not be read."""
        self.reading = None
        self.notice(error)

    def show_sniffed(self, sniff: Sniff) -> None:
        """Show the first step of what the file is."""
        self.reading = None
        show_file(self.frame, sniff, self.show_course)

    def show_course(self, sniff: Sniff) -> None:
        """Show the first step of the course page."""
        if sniff.error is None:
            background.run(partial(remember, self.actor, sniff.path), None, ignore)
        self.frame.show_source(sniff, None)

    def started_all(self, started: tuple[str | None, list[Sniff]]) -> None:
        """Show the jobs, and list the files that can't be imported."""
        self.just_started, refused = started
        if self.just_started is not None:
            self.frame.go("jobs")
        if refused:
            self.frame.notice(Refused(refused, others=self.just_started is not None))

    # -- jobs and drafts -----------------------------------------------------------------------

    def stop_job(self, job_id: str) -> None:
        """Ask a job to stop; it keeps what it has done."""
        self.news.stopping.add(job_id)
        failed = partial(self.news.unasked, job_id, self.notice)
        background.run(partial(api.cancel, self.actor, job_id), self.poke, failed)

    def pause_job(self, job: JobRow) -> None:
        """Pause a job, or resume one that waits."""
        if words.waiting(job):
            self.retry_job(job)
            return
        self.news.pausing.add(job.id)
        failed = partial(self.news.unasked, job.id, self.notice)
        background.run(partial(api.pause, self.actor, job.id), self.poke, failed)

    def retry_job(self, job: JobRow) -> None:
        """Resume a job where it stopped: one that failed, was stopped or waits."""
        wake = api.resume if words.waiting(job) else api.retry
        background.run(partial(wake, self.actor, job.id), self.poke, self.notice)

    def resume_interrupted(self) -> None:
        """Resume all jobs that a crash has interrupted."""
        background.run(partial(api.resume_interrupted, self.actor), self.resumed, self.notice)

    def resumed(self, amount: int) -> None:
        """Say that they are running again."""
        self.poke(None)
        self.toast(gettext("Jobs resumed.") if amount else gettext("The jobs are already running."))

    def retry_jobs(self, job_ids: Sequence[str]) -> None:
        """Retry several jobs."""
        background.run(partial(retry_all, self.actor, tuple(job_ids)), self.poke, self.notice)

    def clear_finished(self) -> None:
        """Remove finished jobs from the list; running ones stay."""
        background.run(partial(api.clear_finished, self.actor), self.cleared, self.notice)

    def cleared(self, amount: int) -> None:
        """Say how many were removed."""
        self.poke(None)
        cleared = ngettext(
            "Cleared {number} finished job.",
            "Cleared {number} finished jobs.",
            amount,
            number=words.number(amount),
        )
        self.toast(str(cleared))

    def poke(self, result: object) -> None:
        """Read the store now instead of at the next tick."""
        del result
        self.watcher.look()

    def open_draft(self, draft_id: str) -> None:
        """Show a course."""
        self.frame.show_draft(draft_id)

    def open_job(self, job: JobRow) -> None:
        """Show the course of a job, if it has one."""
        if job.draft_id:
            self.frame.show_draft(job.draft_id)

    # -- files ---------------------------------------------------------------------------------

    def new_course(self) -> None:
        """Create a course without any content, and show it."""
        title, given = QInputDialog.getText(
            self.frame.widget(), gettext("New course"), gettext("Title of the course")
        )
        if given and title.strip():
            work = partial(api.new_draft, self.actor, title.strip())
            background.run(work, self.open_draft, self.notice)

    def save_template(self) -> None:
        """Save the CSV template where the user wants it."""
        name, _kind = QFileDialog.getSaveFileName(
            self.frame.widget(),
            gettext("Save the CSV template"),
            str(Path(self.last_folder()) / "course-template.zip"),
            gettext("ZIP archives (*.zip)"),
        )
        if name:
            out = Path(name)
            background.run(
                partial(api.write_template, out),
                partial(self.saved, out),
                self.notice,
            )

    def save_report(self, job_or_draft_id: str, title: str, folder: Path | None = None) -> None:
        """Save the report as HTML or CSV, as the user chooses."""
        start = folder if folder is not None and folder.is_dir() else Path(self.last_folder())
        name, kind = QFileDialog.getSaveFileName(
            self.frame.widget(),
            gettext("Save the report"),
            str(start / gettext("{title} report.html", title=words.file_name(title))),
            gettext("Web page (*.html);;Table (*.csv)"),
        )
        if name:
            out = report_file(Path(name), kind)
            background.run(
                partial(api.report, self.actor, job_or_draft_id, out),
                partial(self.saved, out),
                self.notice,
            )

    def saved(self, out: Path, result: object = None) -> None:
        """Say that a file was saved."""
        del result
        self.toast(
            gettext("Saved {file}.", file=words.quoted(out.name)),
            partial(self.show_in_folder, out),
            label=gettext("Show in folder"),
        )

    def show_in_folder(self, path: Path) -> None:
        """Show a file in the file manager of the system."""
        place = path if path.is_dir() else path.parent
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(place))):
            text = gettext("Can't open the file manager. The path was copied to the clipboard.")
            self.copy(str(path), text)

    def copy(self, text: str, message: str | None = None) -> None:
        """Copy text to the clipboard and say so."""
        QGuiApplication.clipboard().setText(text)
        self.toast(message or gettext("Copied."))

    def last_folder(self) -> str:
        """Return where a file dialog starts: the folder of the last import, else home."""
        try:
            recent = api.read_settings(self.actor).recent
        except PorterError:
            recent = ()
        folder = Path(recent[0]).parent if recent else Path.home()
        return str(folder if folder.is_dir() else Path.home())

    def ending(self) -> tuple[str, str | None]:
        """Return a sentence about the jobs that have just ended, and the course to open."""
        *others, job = self.news.latest
        text = words.finished(job)
        if others:
            more = ngettext(
                "{number} more job finished.",
                "{number} more jobs finished.",
                len(others),
                number=words.number(len(others)),
            )
            text = f"{text} {more}"
        return text, job.draft_id if job.state == "completed" else None

    def may_quit(self) -> bool:
        """Whether the window may close; asks only while jobs are running."""
        running = self.news.running
        if not running:
            return True
        dialog = QuitDialog(self.frame.widget(), running)
        return dialog.exec() == QuitDialog.DialogCode.Accepted
