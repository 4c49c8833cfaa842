"""Sentences and numbers as people read them: states, progress, sizes, times."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Final, NamedTuple

from PySide6.QtCore import QLocale

from courseporter.api.values import JobRow, Sums
from courseporter.errors import gettext, ngettext
from courseporter.gui.pace import Pace
from courseporter.gui.tokens import Role

COMMAND: Final = re.compile(r"\s*\(courseporter [^)]*\)")
NEEDS_PERSON: Final = {"keychain", "disk"}
SPOKEN: Final = QLocale(QLocale.Language.English)  # names of months are in the app's language


class Badge(NamedTuple):
    """The state of something: never color alone, always an icon and a word."""

    icon: str
    word: str
    role: Role


def badge(job: JobRow) -> Badge:
    """Return the badge of a job."""
    if job.state == "running":
        return Badge("running", stopping(job) or gettext("Running"), "link")
    if job.state == "pending":
        return pending_badge(job)
    if job.state == "failed":
        return Badge("failed", gettext("Failed"), "error")
    if job.state == "canceled":
        return Badge("stopped", gettext("Stopped"), "muted")
    return done_badge(job)


def stopping(job: JobRow) -> str:
    """Return what a running job was asked to do; empty when it was not asked."""
    if job.cancel_requested:
        return gettext("Stopping…")
    return gettext("Pausing…") if job.pause_requested else ""


def pending_badge(job: JobRow) -> Badge:
    """Return such as “Paused”: what a waiting job waits for."""
    if job.waiting_for == "user":
        return Badge("pause", gettext("Paused"), "muted")
    if job.waiting_for in NEEDS_PERSON:
        return Badge("person", gettext("Needs you"), "warning")
    if job.waiting_for:
        return Badge("network", gettext("Waiting for network"), "muted")
    return Badge("waiting", gettext("Waiting"), "muted")


def done_badge(job: JobRow) -> Badge:
    """Return such as “Done”, with the number of problems when there are some."""
    if job.sums is not None and job.sums.failed:
        word = gettext("Done, {number} failed", number=number(job.sums.failed))
        return Badge("warning", word, "warning")
    if job.problems:
        word = gettext("Done with {problems}", problems=problems(job.problems))
        return Badge("done", word, "success")
    return Badge("done", gettext("Done"), "success")


def waiting(job: JobRow) -> str:
    """Return why a job waits and what ends that; empty when it does not wait."""
    if job.state != "pending":
        return ""
    text = ""
    match job.waiting_for:
        case "disk":
            text = gettext("The disk is full. Free up space; the job resumes within 30 seconds.")
        case "keychain":
            text = gettext("The keychain is locked. Unlock it; the job resumes within a minute.")
        case "user":
            text = gettext("Paused. Choose “Resume” to continue where it stopped.")
        case "retry":
            text = gettext("No answer. Trying again{when}.", when=at_time(job))
        case "rate_limit":
            text = gettext("The service asked us to wait. Resuming{when}.", when=at_time(job))
        case "remote":
            text = gettext("The service is working on it. Checking again{when}.", when=at_time(job))
        case _:
            pass
    return text


def at_time(job: JobRow) -> str:
    """Return such as “ at 14:05:09”; empty when it is not known when the job is tried again."""
    if job.run_after is None:
        return ""
    when = datetime.fromtimestamp(job.run_after / 1000).astimezone()
    return gettext(" at {time}", time=f"{when:%H:%M:%S}")


def headline(job: JobRow) -> str:
    """Return what a job does, in one short line."""
    title, exports = titled(job), job.kind == "publish"
    if job.state == "completed":
        done = gettext("Exported {title}", title=title)
        return done if exports else gettext("Imported {title}", title=title)
    if job.state == "running":
        doing = gettext("Exporting {title}", title=title)
        return doing if exports else gettext("Importing {title}", title=title)
    plan = gettext("Export of {title}", title=title)
    return plan if exports else gettext("Import of {title}", title=title)


def titled(job: JobRow) -> str:
    """Return the title of its course in quotes; an import may have made several."""
    if job.courses < 2:
        return quoted(job.title)
    more = ngettext(
        "{title} and {number} more course",
        "{title} and {number} more courses",
        job.courses - 1,
        title=quoted(job.title),
        number=number(job.courses - 1),
    )
    return str(more)


def finished(job: JobRow) -> str:
    """Return what is true about a job that has ended, for the notice."""
    if job.state == "failed":
        why = f" {job.error.message}" if job.error else ""
        return failed(job) + why
    if job.state == "canceled":
        more = gettext("Choose “Try again” to continue where it stopped.")
        return f"{stopped(job)} {more}"
    text = headline(job)
    if job.sums is None or not job.sums.found or job.courses > 1:
        return f"{text}."
    return f"{text}: {balance(job.sums)}."


def failed(job: JobRow) -> str:
    """Return the sentence for a failed job, without the reason."""
    title = titled(job)
    if job.kind == "publish":
        return gettext("Can't export {title}.", title=title)
    return gettext("Can't import {title}.", title=title)


def stopped(job: JobRow) -> str:
    """Return the sentence for a job that somebody stopped."""
    title = titled(job)
    if job.kind == "publish":
        return gettext("Stopped exporting {title}.", title=title)
    return gettext("Stopped importing {title}.", title=title)


def outcome(job: JobRow) -> str:
    """Return what a job that has ended made; empty while it waits or runs."""
    if job.state in ("pending", "running"):
        return ""
    if job.state == "failed":
        return job.error.message if job.error else gettext("Failed")
    parts = [balance(job.sums)] if job.sums is not None and job.sums.found else []
    if job.courses > 1:  # the rows of one course are skipped rows of the others
        parts = [courses(job.courses)]
    if job.out_bytes:
        parts.append(size(job.out_bytes))
    return " · ".join(parts)


def balance(sums: Sums) -> str:
    """Return the ledger in words that add up: “61 items: 58 converted, 1 partly, 2 skipped”."""
    if sums.converted == sums.found:
        return gettext("{items}, all converted", items=items(sums.found))
    parts = [gettext("{number} converted", number=number(sums.converted))]
    if sums.converted_with_loss:
        parts.append(gettext("{number} partly", number=number(sums.converted_with_loss)))
    if sums.skipped:
        parts.append(gettext("{number} skipped", number=number(sums.skipped)))
    if sums.failed:
        parts.append(gettext("{number} failed", number=number(sums.failed)))
    return f"{items(sums.found)}: {', '.join(parts)}"


def stage(job: JobRow) -> str:
    """Return the stage in words; empty for one that has no words."""
    return {
        "detect": gettext("Looking at the file"),
        "read": gettext("Reading"),
        "check": gettext("Checking"),
        "write": gettext("Writing and verifying"),
    }.get(job.stage, job.stage.replace("_", " ").capitalize())


def progress(job: JobRow, pace: Pace | None, now: float) -> str:
    """Return such as “412 of 1,000 lessons · 35/s · about 2 min”."""
    done = max(job.done or 0, pace.done) if pace else job.done
    if not done and not job.total:
        return gettext("Counting…") if job.state == "running" else ""
    parts = [amount(done or 0, job.total, job.unit)]
    if pace is not None and job.state == "running":
        rate, left = pace.rate(), pace.left(now)
        if rate is not None:
            shown = number(round(rate)) if rate >= 10 else decimal(rate)
            parts.append(gettext("{rate}/s", rate=shown))
        if left is not None:
            parts.append(about(left))
    return " · ".join(parts)


def amount(done: int, total: int | None, unit: str) -> str:
    """Return such as “412 of 1,000 lessons”, or “412 lessons so far”."""
    word = units(unit, total or done)
    if not total:
        return gettext("{done} {unit} so far", done=number(done), unit=word)
    shown = {"done": number(min(done, total)), "total": number(total)}
    return gettext("{done} of {total} {unit}", **shown, unit=word).rstrip()


def units(unit: str, of: int) -> str:
    """Return what a job counts, in the number it needs."""
    match unit:
        case "lessons":
            return str(ngettext("lesson", "lessons", of))
        case "rows":
            return str(ngettext("row", "rows", of))
        case "rows compared":
            return str(ngettext("row compared", "rows compared", of))
        case "MB packed":
            return gettext("MB packed")
        case "MB checked":
            return gettext("MB checked")
        case _:
            return unit


def about(seconds: float) -> str:
    """Return a time left, rounded as a person would say it."""
    if seconds < 10:
        return gettext("a few seconds")
    if seconds < 55:
        return gettext("about {seconds} s", seconds=round(seconds / 10) * 10)
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return gettext("about {minutes} min", minutes=minutes)
    hours, rest = divmod(round(minutes / 10) * 10, 60)
    if rest:
        return gettext("about {hours} h {minutes} min", hours=hours, minutes=rest)
    return gettext("about {hours} h", hours=hours)


def clicked(hint: str) -> str:
    """Return a hint without the command for a terminal: the window has a button for it."""
    return COMMAND.sub("", hint)


# -- numbers with their nouns ----------------------------------------------------------------------


def items(amount: int) -> str:
    """Return such as “1 item” and “1,000 items”."""
    return str(ngettext("{number} item", "{number} items", amount, number=number(amount)))


def problems(amount: int) -> str:
    """Return such as “1 problem” and “1,000 problems”."""
    return str(ngettext("{number} problem", "{number} problems", amount, number=number(amount)))


def warnings(amount: int) -> str:
    """Return such as “1 warning” and “1,000 warnings”."""
    return str(ngettext("{number} warning", "{number} warnings", amount, number=number(amount)))


def errors(amount: int) -> str:
    """Return such as “1 error” and “1,000 errors”."""
    return str(ngettext("{number} error", "{number} errors", amount, number=number(amount)))


def courses(amount: int) -> str:
    """Return such as “1 course” and “1,000 courses”."""
    return str(ngettext("{number} course", "{number} courses", amount, number=number(amount)))


def lessons(amount: int) -> str:
    """Return such as “1 lesson” and “1,000 lessons”."""
    return str(ngettext("{number} lesson", "{number} lessons", amount, number=number(amount)))


def jobs(amount: int) -> str:
    """Return such as “1 job” and “1,000 jobs”."""
    return str(ngettext("{number} job", "{number} jobs", amount, number=number(amount)))


def more_jobs(amount: int) -> str:
    """Return such as “1 more job” and “3 more jobs”."""
    return str(ngettext("{number} more job", "{number} more jobs", amount, number=number(amount)))


def files(amount: int) -> str:
    """Return such as “1 file” and “1,000 files”."""
    return str(ngettext("{number} file", "{number} files", amount, number=number(amount)))


def rows(amount: int) -> str:
    """Return such as “1 row” and “1,000 rows”."""
    return str(ngettext("{number} row", "{number} rows", amount, number=number(amount)))


def number(amount: int) -> str:
    """Return a number with the separators of the locale."""
    return QLocale().toString(amount)


def decimal(amount: float) -> str:
    """Return a number with one digit after the decimal mark of the locale."""
    return QLocale().toString(amount, "f", 1)


def size(amount: int) -> str:
    """Return such as “48 MB” or “1.8 kB” (1 MB is 1,000,000 bytes)."""
    small = amount < 10_000 or 1_000_000 <= amount < 10_000_000
    return QLocale().formattedDataSize(
        amount, 1 if small else 0, QLocale.DataSizeFormat.DataSizeSIFormat
    )


def moment(epoch_ms: int, now: datetime | None = None) -> str:
    """Return such as “14:05” today, “12 Nov” this year, “12 Nov 2025” before."""
    if not epoch_ms:
        return ""
    when = datetime.fromtimestamp(epoch_ms / 1000).astimezone()
    today = now or datetime.now().astimezone()
    if when.date() == today.date():
        return f"{when:%H:%M}"
    day = f"{when.day} {SPOKEN.monthName(when.month, QLocale.FormatType.ShortFormat)}"
    return day if when.year == today.year else f"{day} {when.year}"


# -- titles ----------------------------------------------------------------------------------------


def file_name(title: str) -> str:
    """Return a title as a file name that every system takes, at most 80 characters long."""
    plain = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', "-", " ".join(title.split()))
    return whole_characters(plain, 80).strip(" .-") or gettext("course")


def quoted(title: str, limit: int = 80) -> str:
    """Return a title in quotes, shortened at its end; isolated, so it keeps its own direction."""
    return f"“\u2068{shortened(title, limit)}\u2069”"


def shortened(title: str, limit: int = 80) -> str:
    """Return a title that is cut at its end when it is longer than this."""
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
