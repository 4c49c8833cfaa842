"""Words and badges for rows and their imports."""

from __future__ import annotations

from typing import Final

from courseporter.api.rows import RowImportView, RowLine
from courseporter.errors import gettext, ngettext
from courseporter.gui import words
from courseporter.gui.words import Badge

STATES: Final = ("success", "held", "failed", "skipped", "pending")


def state_badge(status: str) -> Badge:
    """The badge of a row."""
    return {
        "success": Badge("done", gettext("Imported"), "success"),
        "failed": Badge("failed", gettext("Failed"), "error"),
        "held": Badge("person", gettext("Needs you"), "warning"),
        "skipped": Badge("stopped", gettext("Skipped"), "muted"),
    }.get(status, Badge("waiting", gettext("Waiting"), "muted"))


def filter_word(status: str) -> str:
    """The word of a counter."""
    return {
        "": gettext("All"),
        "success": gettext("Imported"),
        "held": gettext("Needs you"),
        "failed": gettext("Failed"),
        "skipped": gettext("Skipped"),
    }.get(status, gettext("Waiting"))


def reason(code: str | None) -> str:
    """Why a row ended as it did, when no message says it."""
    return {
        "duplicate_in_file": gettext("This row appears twice in the file."),
        "duplicate_at_target": gettext("It already exists at the service."),
        "merged_into_season": gettext("The season was imported with an earlier row."),
        "not_chosen": gettext("You skipped it."),
        "not_a_viewing": gettext("This isn't a viewing."),
        "not_a_film": gettext("This isn't a film."),
        "undone": gettext("The record was deleted."),
    }.get(code or "", "")


def would(line: RowLine) -> str:
    """What a check found for a row that waits."""
    return {
        "success": gettext("Will be imported"),
        "skipped": gettext("Will be skipped: it already exists"),
        "held": gettext("Will need you: the film isn't certain"),
        "failed": gettext("Will fail: the service doesn't accept it"),
    }.get(line.would or "", "")


def note(line: RowLine) -> str:
    """What the table says about a row."""
    if line.status == "success":
        return gettext("Record {id}", id=line.target) if line.target else ""
    return line.message or reason(line.code) or would(line)


def job_badge(view: RowImportView) -> Badge:
    """The badge of an import."""
    if view.state == "running":
        return Badge("running", gettext("Running"), "link")
    if view.state == "pending":
        waits = {"rate_limit": gettext("Waiting for the service"), "user": gettext("Paused"),
                 "remote": gettext("Waiting to confirm")}  # fmt: skip
        return Badge("waiting", waits.get(view.waiting_for or "", gettext("Waiting")), "muted")
    if view.state == "failed":
        return Badge("failed", gettext("Failed"), "error")
    if view.state == "canceled":
        return Badge("stopped", gettext("Stopped"), "muted")
    if view.counts["failed"] or view.counts["held"]:
        return Badge("warning", gettext("Done, with problems"), "warning")
    if view.dry_run or view.counts["pending"]:
        return Badge("check", gettext("Checked"), "link")
    return Badge("done", gettext("Done"), "success")


def about(view: RowImportView) -> str:
    """Such as “1,204 rows · letterboxd_movies · today 14:02 · 3 min, 80 rows/s”."""
    parts = [words.rows(view.total), view.format, words.moment(view.created_at)]
    if view.duration_ms and view.state == "completed":
        seconds = max(view.duration_ms / 1000, 0.001)
        parts.append(words.about(seconds))
        parts.append(gettext("{rate} rows/s", rate=words.number(round(view.done / seconds))))
    return " · ".join(part for part in parts if part)


def summary(view: RowImportView) -> str:
    """What the counters mean, in one sentence."""
    ended = view.counts["success"] + view.counts["failed"] + view.counts["held"]
    if not ended:
        return ""
    share = round(100 * view.counts["success"] / ended)
    return gettext("{share}% imported", share=share)


def waiting(view: RowImportView) -> str:
    """What an import waits for, or why it ended; empty when there is nothing to say."""
    if view.state == "pending" and view.waiting_for == "rate_limit":
        return gettext(
            "The service isn't accepting more requests right now. The import continues "
            "automatically."
        )
    if view.state == "pending" and view.waiting_for == "remote":
        return gettext("A response was lost. The import continues once that row can be checked.")
    if view.state == "failed":
        return view.error or ""
    if view.state == "completed" and view.counts["pending"] and not view.sends:
        return gettext("Checked without a service. Choose one to send the rows.")
    if view.state == "completed" and view.counts["pending"]:
        ready = ngettext(
            "Nothing has been sent yet. {count} row is ready.",
            "Nothing has been sent yet. {count} rows are ready.",
            view.counts["pending"],
        )
        return str(ready)
    return ""
