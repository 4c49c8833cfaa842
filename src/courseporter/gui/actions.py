"""What the user can do, each thing one function, shared by menu, button and shortcut.

A page tells which commands it can carry out (`commands()`); the window hands them to `adopt`.
Pages also find here what they share: `toast`, `notice`, `watcher` (its `changed` signal says that
the store changed), `news` (jobs as they stand), `open_draft`, `show_in_folder`, `copy`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
from PySide6.QtCore import QFileInfo, QObject, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QFileDialog

from courseporter import api
from courseporter.api.values import JobRow, Sniff
from courseporter.errors import PorterError
from courseporter.gui import background, words
from courseporter.gui.commands import COMMANDS
from courseporter.gui.frame import Frame
from courseporter.gui.icons import icon
from courseporter.gui.news import News
from courseporter.gui.quit_dialog import QuitDialog
from courseporter.gui.refused import Refused
from courseporter.gui.watcher import Watcher

log = logging.getLogger(__name__)
RECENT: Final = 10
REPORTS: Final = "Web page (*.html);;Table (*.csv)"
FILES: Final = "Courses (*.zip *.xlsx *.csv *.imscc);;All files (*)"
Handlers = Mapping[str, Callable[[], None]]
GO: Final = "go_"


class Entry(NamedTuple):
    """One row of the command palette."""

    words: str
    icon: str
    group: str
    run: Callable[[], object]
    keys: str = ""


class Actions(QObject):
    """The actions as QActions (`items`) and as methods."""

    def __init__(self, actor: api.Actor, frame: Frame) -> None:
        super().__init__(frame.widget())
        self.actor = actor
        self.frame = frame
        self.watcher = Watcher(actor, self)
        self.news = News(actor, self.watcher, self)
        self.page: Handlers = {}
        self.just_started: str | None = None  # a job that the page of jobs shall show
        self.items: dict[str, QAction] = {}
        self.entry_offers: list[Callable[[], Iterable[Entry]]] = []
        self.bound: dict[str, Callable[[], None]] = {
            "new_import": partial(frame.go, "new"),
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
        """Switch to the commands of the page that is on top now."""
        self.page = handlers
        for command in COMMANDS:
            if command.page:
                self.items[command.name].setEnabled(
                    command.name in handlers or command.name == "find"
                )

    def on_page(self, name: str) -> None:
        """Let the page do it; Find falls back to the search field of the window."""
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
        """Say what has happened; `undo` runs on the button."""
        self.frame.toast(text, undo, label=label)

    def notice(self, error: BaseException) -> None:
        """Say what went wrong, in the window, with what now."""
        self.frame.notice(error)

    # -- importing -----------------------------------------------------------------------------

    def open_file(self) -> None:
        """Let the user choose files and import them."""
        names, _ = QFileDialog.getOpenFileNames(
            self.frame.widget(), "Import", self.last_folder(), FILES
        )
        self.import_paths([Path(name) for name in names])

    def open_folder(self) -> None:
        """Let the user choose a folder that holds a course."""
        name = QFileDialog.getExistingDirectory(
            self.frame.widget(), "Import a folder", self.last_folder()
        )
        self.import_paths([Path(name)] if name else [])

    def paste(self) -> None:
        """Import what the clipboard names: files, or lines with paths."""
        mime = QGuiApplication.clipboard().mimeData()
        paths = local_paths(mime.urls()) or paths_in(mime.text())
        if paths:
            self.import_paths(paths)
        else:
            self.toast("The clipboard holds no file and no path of one.")

    def try_sample(self, name: str = "csv", checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's slot
        """Open a course that comes with the app."""
        del checked
        background.run(partial(api.sample, self.actor, name), self.import_one, self.notice)

    def import_paths(self, paths: Sequence[Path]) -> None:
        """One file is looked at together; several become a job each."""
        if len(paths) == 1:
            self.import_one(paths[0])
        elif paths:
            background.run(
                partial(start_all, self.actor, tuple(paths)), self.started_all, self.notice
            )

    def import_one(self, path: Path) -> None:
        """Look at the file, then show its source step."""
        background.run(partial(api.sniff, self.actor, path), self.show_sniffed, self.notice)

    def show_sniffed(self, sniff: Sniff) -> None:
        """The first step of the course page."""
        if sniff.error is None:
            background.run(partial(remember, self.actor, sniff.path), None, ignore)
        self.frame.show_source(sniff, None)

    def started_all(self, started: tuple[str | None, list[Sniff]]) -> None:
        """Show the jobs; name what could not be imported in one notice."""
        self.just_started, refused = started
        if self.just_started is not None:
            self.frame.go("jobs")
        if refused:
            self.frame.notice(Refused(refused, others=self.just_started is not None))

    # -- jobs and drafts -----------------------------------------------------------------------

    def stop_job(self, job_id: str) -> None:
        """Ask a job to stop; what it has done stays."""
        self.news.stopping.add(job_id)
        failed = partial(self.news.unasked, job_id, self.notice)
        background.run(partial(api.cancel, self.actor, job_id), self.poke, failed)

    def pause_job(self, job: JobRow) -> None:
        """Let a job rest, or one that waits go on; what it has done stays."""
        if words.waiting(job):
            self.retry_job(job)
            return
        self.news.pausing.add(job.id)
        failed = partial(self.news.unasked, job.id, self.notice)
        background.run(partial(api.pause, self.actor, job.id), self.poke, failed)

    def retry_job(self, job: JobRow) -> None:
        """Let a job go on where it was: one that failed or was stopped, or that waits."""
        wake = api.resume if words.waiting(job) else api.retry
        background.run(partial(wake, self.actor, job.id), self.poke, self.notice)

    def resume_interrupted(self) -> None:
        """Let every job go on that a crash has interrupted."""
        background.run(partial(api.resume_interrupted, self.actor), self.resumed, self.notice)

    def resumed(self, amount: int) -> None:
        """Say that they go on."""
        self.poke(None)
        self.toast("They go on now." if amount else "They go on already.")

    def retry_jobs(self, job_ids: Sequence[str]) -> None:
        """Try several jobs again."""
        background.run(partial(retry_all, self.actor, tuple(job_ids)), self.poke, self.notice)

    def clear_finished(self) -> None:
        """Take ended jobs off the list; running ones are never touched."""
        background.run(partial(api.clear_finished, self.actor), self.cleared, self.notice)

    def cleared(self, amount: int) -> None:
        """Say how many went."""
        self.poke(None)
        self.toast(f"Cleared {words.count(amount, 'finished job')}.")

    def poke(self, result: object) -> None:
        """Look at the store at once instead of at the next beat."""
        del result
        self.watcher.look()

    def open_draft(self, draft_id: str) -> None:
        """Show a course."""
        self.frame.show_draft(draft_id)

    def open_job(self, job: JobRow) -> None:
        """Show the course of a job when it has one."""
        if job.draft_id:
            self.frame.show_draft(job.draft_id)

    # -- files ---------------------------------------------------------------------------------

    def save_template(self) -> None:
        """Write the CSV template where the user wants it."""
        name, _ = QFileDialog.getSaveFileName(
            self.frame.widget(),
            "Save the CSV template",
            str(Path(self.last_folder()) / "course-template.zip"),
            "ZIP archives (*.zip)",
        )
        if name:
            out = Path(name)
            background.run(
                partial(api.write_template, out),
                partial(self.saved, out),
                self.notice,
            )

    def save_report(self, job_or_draft_id: str, title: str, folder: Path | None = None) -> None:
        """Write the report, as HTML or CSV by the ending or the kind the user chooses."""
        start = folder if folder is not None and folder.is_dir() else Path(self.last_folder())
        name, kind = QFileDialog.getSaveFileName(
            self.frame.widget(),
            "Save the report",
            str(start / f"{words.file_name(title)} report.html"),
            REPORTS,
        )
        if name:
            out = report_file(Path(name), kind)
            background.run(
                partial(api.report, self.actor, job_or_draft_id, out),
                partial(self.saved, out),
                self.notice,
            )

    def saved(self, out: Path, result: object = None) -> None:
        """Say where a file lies now."""
        del result
        self.toast(
            f"Saved {words.quoted(out.name)}.",
            partial(self.show_in_folder, out),
            label="Show in folder",
        )

    def show_in_folder(self, path: Path) -> None:
        """Open the folder of a file in the file browser of the system."""
        place = path if path.is_dir() else path.parent
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(place))):
            self.copy(str(path), "No file browser answered. The path is in the clipboard.")

    def copy(self, text: str, said: str = "Copied.") -> None:
        """Put text into the clipboard and say so."""
        QGuiApplication.clipboard().setText(text)
        self.toast(said)

    def last_folder(self) -> str:
        """Where a file dialog starts: the folder of the last import, else home."""
        try:
            recent = api.read_settings(self.actor).recent
        except PorterError:
            recent = ()
        folder = Path(recent[0]).parent if recent else Path.home()
        return str(folder if folder.is_dir() else Path.home())

    def ending(self) -> tuple[str, str | None]:
        """A sentence about the jobs that have just ended, and the course to open."""
        *others, job = self.news.latest
        text = words.finished(job)
        if others:
            text = f"{text} {words.count(len(others), 'more job')} ended."
        return text, job.draft_id if job.state == "completed" else None

    def may_quit(self) -> bool:
        """Whether the window may close; asks only while jobs run."""
        running = self.news.running
        if not running:
            return True
        dialog = QuitDialog(self.frame.widget(), running)
        return dialog.exec() == QuitDialog.DialogCode.Accepted


def start_all(actor: api.Actor, paths: tuple[Path, ...]) -> tuple[str | None, list[Sniff]]:
    """Off the GUI thread: a job per file that can be read; the newest one, and the other files."""
    sniffed = [api.sniff(actor, path) for path in paths]
    ids = [api.prepare(actor, Path(sniff.path)) for sniff in sniffed if sniff.error is None]
    return ids[-1] if ids else None, [sniff for sniff in sniffed if sniff.error is not None]


def remember(actor: api.Actor, path: str) -> None:
    """Off the GUI thread: put a file at the head of the recent ones."""
    settings = api.read_settings(actor)
    others = tuple(one for one in settings.recent if one != path)
    recent = (path, *others)[:RECENT]
    api.write_settings(actor, msgspec.structs.replace(settings, recent=recent))


def ignore(error: Exception) -> None:
    """A list of recent files is a courtesy: it is not worth a notice."""
    log.info("recent files not kept: %s", error)


def retry_all(actor: api.Actor, job_ids: tuple[str, ...]) -> None:
    """Off the GUI thread."""
    for job_id in job_ids:
        api.retry(actor, job_id)


def report_file(chosen: Path, kind: str) -> Path:
    """The file with the ending of its kind; an ending that somebody typed stays."""
    wanted = ".csv" if "*.csv" in kind else ".html"
    if chosen.suffix.lower() in {"", ".html"} and chosen.suffix != wanted:
        return chosen.with_suffix(wanted)
    return chosen


def local_paths(urls: Sequence[QUrl]) -> list[Path]:
    """The files and folders among dropped or copied addresses."""
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


def paths_in(text: str) -> list[Path]:
    """Lines that name an existing file or folder; quotes and file: addresses are understood."""
    found: list[Path] = []
    for line in text.splitlines()[:100]:
        name = line.strip().strip("\"'")
        if name.startswith("file:"):
            name = QUrl(name).toLocalFile()
        if name and len(name) < 4096 and QFileInfo.exists(name):
            found.append(Path(name))
    return found
