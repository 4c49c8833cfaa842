"""Sentences and figures as people read them: states, progress, sizes, times."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Final, NamedTuple

from PySide6.QtCore import QDate, QLocale

from courseporter.api.values import JobRow, Sums
from courseporter.gui.pace import Pace
from courseporter.gui.tokens import Role

STAGES: Final = {
    "detect": "Looking at the file",
    "read": "Reading",
    "check": "Checking",
    "write": "Writing and checking",
}
COMMAND: Final = re.compile(r"\s*\(courseporter [^)]*\)")
NEEDS_PERSON: Final = {"keychain", "disk"}


class Badge(NamedTuple):
    """State of a job: never colour alone, always icon and word."""

    icon: str
    word: str
    role: Role


def badge(job: JobRow) -> Badge:
    """The badge of a job."""
    if job.state == "running":
        asked = "Stopping…" if job.cancel_requested else "Pausing…" if job.pause_requested else ""
        return Badge("running", asked or "Running", "link")
    if job.state == "pending":
        return pending_badge(job)
    if job.state == "failed":
        return Badge("failed", "Failed", "error")
    if job.state == "canceled":
        return Badge("stopped", "Stopped", "muted")
    return done_badge(job)


def pending_badge(job: JobRow) -> Badge:
    """Such as “Paused”: what it would take to go on."""
    if job.waiting_for == "user":
        return Badge("pause", "Paused", "muted")
    if job.waiting_for in NEEDS_PERSON:
        return Badge("person", "Needs you", "warning")
    if job.waiting_for:
        return Badge("network", "Waiting for network", "muted")
    return Badge("waiting", "Waiting", "muted")


def done_badge(job: JobRow) -> Badge:
    """Such as “Done”, with the number of notes when there are some."""
    if job.sums is not None and job.sums.failed:
        return Badge("warning", f"Done, {number(job.sums.failed)} failed", "warning")
    if job.notes:
        return Badge("done", f"Done with {count(job.notes, 'note')}", "success")
    return Badge("done", "Done", "success")


WAITS: Final = {
    "disk": "The disk is full. Make room on it; the job goes on by itself within half a minute.",
    "keychain": "The keychain is locked. Unlock it; the job goes on by itself within a minute.",
    "user": "Paused. “Go on now” lets it go on where it was.",
    "retry": "There was no answer. It tries again by itself",
    "rate_limit": "The other side asked for a pause. It goes on by itself",
    "remote": "The other side is at work. It looks again by itself",
}


def waiting(job: JobRow) -> str:
    """Why a job waits, and what ends that; nothing when it does not wait."""
    said = WAITS.get(job.waiting_for or "", "") if job.state == "pending" else ""
    if not said or said.endswith("."):
        return said
    if job.run_after is None:
        return f"{said}."
    return f"{said} at {datetime.fromtimestamp(job.run_after / 1000).astimezone():%H:%M:%S}."


def headline(job: JobRow) -> str:
    """What a job does, in one short line."""
    title = titled(job)
    if job.state == "completed":
        return f"{'Exported' if job.kind == 'publish' else 'Imported'} {title}"
    if job.state == "running":
        return f"{'Exporting' if job.kind == 'publish' else 'Importing'} {title}"
    return f"{'Export' if job.kind == 'publish' else 'Import'} of {title}"


def titled(job: JobRow) -> str:
    """The title of its course in quotes; an import may have made several."""
    more = count(job.courses - 1, "more course") if job.courses > 1 else ""
    return f"{quoted(job.title)} and {more}" if more else quoted(job.title)


def finished(job: JobRow) -> str:
    """What is true about a job that has ended, for the notice."""
    title = titled(job)
    verb = "export" if job.kind == "publish" else "import"
    if job.state == "failed":
        why = f" {job.error.message}" if job.error else ""
        return f"The {verb} of {title} failed.{why}"
    if job.state == "canceled":
        return f"Stopped the {verb} of {title}. Try again goes on where it was."
    said = f"{verb.capitalize()}ed {title}"
    if job.sums is None or not job.sums.found or job.courses > 1:
        return f"{said}."
    return f"{said}: {items(job.sums)}."


def outcome(job: JobRow) -> str:
    """What an ended job brought; nothing while it waits or runs."""
    if job.state in ("pending", "running"):
        return ""
    if job.state == "failed":
        return job.error.message if job.error else "Failed"
    parts = [items(job.sums)] if job.sums is not None and job.sums.found else []
    if job.courses > 1:  # the rows of one are skipped rows of the others
        parts = [count(job.courses, "course")]
    if job.out_bytes:
        parts.append(size(job.out_bytes))
    return " · ".join(parts)


def items(sums: Sums) -> str:
    """Such as “212 of 212 items”."""
    kept = sums.converted + sums.converted_with_loss
    return f"{number(kept)} of {number(sums.found)} items"


def balance(sums: Sums) -> str:
    """The ledger as a sum that adds up."""
    parts = [f"{number(sums.converted)} converted"]
    if sums.converted_with_loss:
        parts.append(f"{number(sums.converted_with_loss)} with loss")
    if sums.skipped:
        parts.append(f"{number(sums.skipped)} skipped")
    if sums.failed:
        parts.append(f"{number(sums.failed)} failed")
    return f"{number(sums.found)} found = {' + '.join(parts)}"


def stage(job: JobRow) -> str:
    """The stage in words."""
    return STAGES.get(job.stage, job.stage.replace("_", " ").capitalize())


def progress(job: JobRow, pace: Pace | None, now: float) -> str:
    """Such as “412 of 1,000 lessons · 35/s · about 2 min”."""
    done = max(job.done or 0, pace.done) if pace else job.done
    if not done and not job.total:
        return "Counting…" if job.state == "running" else ""
    done = done or 0
    unit = f" {job.unit}" if job.unit else ""
    parts = [f"{number(done)}{unit} so far"]
    if job.total:
        parts = [f"{number(min(done, job.total))} of {number(job.total)}{unit}"]
    if pace is not None and job.state == "running":
        rate, left = pace.rate(), pace.left(now)
        if rate is not None:
            parts.append(f"{number(round(rate)) if rate >= 10 else decimal(rate)}/s")
        if left is not None:
            parts.append(about(left))
    return " · ".join(parts)


def about(seconds: float) -> str:
    """A time left, rounded as a person would say it."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 55:
        return f"about {round(seconds / 10) * 10} s"
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return f"about {minutes} min"
    hours, rest = divmod(round(minutes / 10) * 10, 60)
    return f"about {hours} h {rest} min" if rest else f"about {hours} h"


def clicked(hint: str) -> str:
    """A hint without the command that does it in a terminal: the window has a button for it."""
    return COMMAND.sub("", hint)


def count(amount: int, noun: str) -> str:
    """Such as “1 note” and “1,000 notes”."""
    return f"{number(amount)} {noun}" if amount == 1 else f"{number(amount)} {noun}s"


def number(amount: int) -> str:
    """With the separators of the locale."""
    return QLocale().toString(amount)


def decimal(amount: float) -> str:
    """With one digit after the point of the locale."""
    return QLocale().toString(amount, "f", 1)


def size(amount: int) -> str:
    """Such as “48 MB” or “1.8 kB” (1 MB is 1,000,000 bytes)."""
    small = amount < 10_000 or 1_000_000 <= amount < 10_000_000
    return QLocale().formattedDataSize(
        amount, 1 if small else 0, QLocale.DataSizeFormat.DataSizeSIFormat
    )


def moment(epoch_ms: int, now: datetime | None = None) -> str:
    """Such as “14:05” today, “12 Nov” this year, “12 Nov 2025” before."""
    if not epoch_ms:
        return ""
    when = datetime.fromtimestamp(epoch_ms / 1000).astimezone()
    today = now or datetime.now().astimezone()
    if when.date() == today.date():
        return f"{when:%H:%M}"
    form = "d MMM" if when.year == today.year else "d MMM yyyy"
    return QLocale().toString(QDate(when.year, when.month, when.day), form)


def file_name(title: str) -> str:
    """A title as a name that every system takes: no slashes, no more than 80 characters."""
    plain = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', "-", " ".join(title.split()))
    return plain[:80].strip(" .-") or "course"


def quoted(title: str, limit: int = 80) -> str:
    """A title in quotes, shortened at its end; isolated so that right-to-left titles stay whole."""
    return f"“\u2068{shortened(title, limit)}\u2069”"


def shortened(title: str, limit: int = 80) -> str:
    """Return a title, cut at the end of a character a reader sees when it is too long."""
    return title if len(title) <= limit else whole_characters(title, limit - 1).rstrip() + "…"


JOINERS: Final = {"\u200d", "\ufe0e", "\ufe0f", *map(chr, range(0x1F3FB, 0x1F400))}


def whole_characters(text: str, limit: int) -> str:
    """Return at most `limit` code points; an accent or a joined emoji is never torn apart."""
    end = limit
    while 0 < end < len(text) and (joins(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end]


def joins(character: str) -> bool:
    """Whether a character belongs to the one before it (Unicode UAX #29, the common cases)."""
    return character in JOINERS or unicodedata.category(character).startswith("M")
