"""Files to import: what the file dialog offers, what was dropped or pasted, several at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import QFileInfo, QUrl

from courseporter import api
from courseporter.api.values import Sniff
from courseporter.errors import gettext
from courseporter.gui import words
from courseporter.gui.frame import Frame
from courseporter.gui.notice import Offer

log = logging.getLogger(__name__)
RECENT: Final = 10


def importable() -> str:
    """Return the filter of the file dialog: what the installed sources read."""
    endings = {ending for source in api.sources() for ending in source.extensions}
    patterns = " ".join(f"*{ending}" for ending in sorted(endings))
    return ";;".join((gettext("Courses ({patterns})", patterns=patterns), gettext("All files (*)")))


def start_all(actor: api.Actor, paths: tuple[Path, ...]) -> tuple[str | None, list[Sniff]]:
    """Off the GUI thread: start a job per file; return the newest, and files that can't be read."""
    sniffed = [api.sniff(actor, path) for path in paths]
    ids = [api.prepare(actor, Path(sniff.path)) for sniff in sniffed if sniff.error is None]
    return ids[-1] if ids else None, [sniff for sniff in sniffed if sniff.error is not None]


def show_file(frame: Frame, sniff: Sniff, show_course: Callable[[Sniff], None]) -> None:
    """Show a course or rows; ask when a file can be both."""
    rows = partial(frame.show_rows, Path(sniff.path))
    if not sniff.rows:
        show_course(sniff)
    elif sniff.error is not None:
        rows()
    else:
        frame.offer(
            gettext("{file} is both a course and a table of rows.", file=words.quoted(sniff.name)),
            gettext("What do you want to import?"),
            Offer(gettext("The course"), partial(show_course, sniff)),
            Offer(gettext("The rows"), rows),
        )


def remember(actor: api.Actor, path: str) -> None:
    """Off the GUI thread: make a file the first of the recent ones."""
    settings = api.read_settings(actor)
    others = tuple(one for one in settings.recent if one != path)
    recent = (path, *others)[:RECENT]
    api.write_settings(actor, msgspec.structs.replace(settings, recent=recent))


def ignore(error: Exception) -> None:
    """Log it: the list of recent files is not worth a message."""
    log.info("recent files not saved: %s", error)


def retry_all(actor: api.Actor, job_ids: tuple[str, ...]) -> None:
    """Off the GUI thread: retry several jobs."""
    for job_id in job_ids:
        api.retry(actor, job_id)


def report_file(chosen: Path, kind: str) -> Path:
    """Return the file with the extension of its kind; one that the user typed stays."""
    wanted = ".csv" if "*.csv" in kind else ".html"
    if chosen.suffix.lower() in {"", ".html"} and chosen.suffix != wanted:
        return chosen.with_suffix(wanted)
    return chosen


def local_paths(urls: Sequence[QUrl]) -> list[Path]:
    """Return the files and folders among dropped or copied URLs."""
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


def paths_in(text: str) -> list[Path]:
    """Return the lines that name an existing file or folder, also in quotes or as file: URLs."""
    found: list[Path] = []
    for line in text.splitlines()[:100]:
        name = line.strip().strip("\"'")
        if name.startswith("file:"):
            name = QUrl(name).toLocalFile()
        if name and len(name) < 4096 and QFileInfo.exists(name):
            found.append(Path(name))
    return found
