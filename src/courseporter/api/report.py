"""The report of an import: the whole ledger with its problems, as a page or as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from html import escape
from pathlib import Path

from courseporter.api.actor import Actor
from courseporter.api.consent import scorm_question
from courseporter.api.values import ScormQuestion
from courseporter.disk.staging import staged
from courseporter.errors import Problem, SettingsError, _, place_of
from courseporter.flows.places import name_of
from courseporter.formats.tabular import escape_cell
from courseporter.jobs import overview
from courseporter.model import Entry, Video
from courseporter.settings import full_path
from courseporter.workspace import drafts, ledger, problems
from courseporter.workspace.stored import StoredDraft

COLUMNS = ("kind", "depth", "title", "identifier", "address", "outcome", "reason", "became")
WORDS = {
    "converted": "converted",
    "converted_with_loss": "converted with loss",
    "skipped": "skipped",
    "failed": "failed",
}
_STYLE = (
    "body{font:14px/1.5 Inter,system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b1f27;background:#fff}table{border-collapse:collapse;width:100%}"
    "td,th{text-align:left;padding:.35rem .75rem .35rem 0;border-bottom:1px solid #e3e6eb;"
    "vertical-align:top}th{color:#5c6675;font-weight:400}.failed,.error{color:#b3261e}"
    ".converted_with_loss,.warning{color:#946200}.skipped,.info{color:#5c6675}"
    "td:first-child{white-space:nowrap}@media(prefers-color-scheme:dark){body{background:#17191d;"
    "color:#e8eaee}td,th{border-color:#343a44}}"
)


def report(actor: Actor, job_or_draft_id: str, out: Path) -> None:
    """Write the report of a draft (or of a job's draft) as .html or .csv.  Raises SettingsError."""
    draft = drafts.get(actor.store, draft_of(actor, job_or_draft_id), actor.organisation)
    if out.suffix == ".html":
        parts = _page(actor, draft)
    elif out.suffix == ".csv":
        parts = _table(actor, draft.id)
    else:
        raise SettingsError(
            _("“{name}” is neither an .html nor a .csv file.", name=out.name),
            _("Use a .html or .csv file name."),
            str(out),
            code="usage",
        )
    with staged(full_path(out)) as stream:
        stream.writelines(part.encode("utf-8", "replace") for part in parts)


def draft_of(actor: Actor, some_id: str) -> str:
    """The draft that an id means: its own, or that of the job with this id.

    Raises SettingsError `unknown_item`.
    """
    try:
        with actor.store.read() as connection:
            job = overview.beginning_with(connection, some_id, actor.organisation)
    except SettingsError:
        return drafts.get(actor.store, some_id, actor.organisation).id
    if job.draft_id is None:
        raise SettingsError(
            _("This job hasn't created a draft."),
            _("“courseporter jobs show” shows what happened."),
            f"job {job.id}",
            code="unknown_item",
        )
    return job.draft_id


def _table(actor: Actor, draft_id: str) -> Iterator[str]:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    yield "\ufeff"
    for entry in ledger.entries(actor.store, draft_id):
        writer.writerow([escape_cell(cell) for cell in _cells(entry)])
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def _cells(entry: Entry) -> tuple[str, ...]:
    return (
        entry.kind,
        str(entry.depth),
        entry.title or "",
        entry.ref or "",
        entry.href or "",
        WORDS[entry.outcome],
        str(entry.reason or ""),
        " ".join(entry.to),
    )


def _page(actor: Actor, draft: drafts.DraftRecord) -> Iterator[str]:
    with actor.store.read() as connection:
        sums = ledger.sums(connection, draft.id)
        listed = [one for _, one in problems.listing(connection, draft.id)]
    title = escape(draft.title)
    place = name_of(actor.store, actor.organisation, draft.source_path)
    yield (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1><p>From "
        f"{escape(place)}: {_sentence(sums)}</p>"
    )
    yield from _captions(actor, draft.id)
    if listed:
        yield "<h2>Notes</h2><table>"
        yield from map(_problem, listed)
        yield "</table>"
    yield from _scorm(scorm_question(actor, draft.id))
    yield "<h2>Everything found</h2><table><tr><th>Kind<th>Title<th>Identifier<th>Outcome<th>Reason"
    for entry in ledger.entries(actor.store, draft.id):
        yield (
            f'<tr><td>{escape(entry.kind)}<td style="padding-left:{entry.depth}rem">'
            f"{escape(entry.title or '')}<td>{escape(entry.ref or '')}"
            f'<td class="{entry.outcome}">{WORDS[entry.outcome]}'
            f"<td>{escape(str(entry.reason or ''))}\n"
        )
    yield "</table></body></html>\n"


def _captions(actor: Actor, draft_id: str) -> Iterator[str]:
    """How many videos have captions: without them, some learners can't follow."""
    blocks = (node.block for node in StoredDraft(actor.store, draft_id).nodes(pages=False))
    videos = [one for one in blocks if isinstance(one, Video)]
    if videos:
        done = sum(bool(one.captions) for one in videos)
        share = round(100 * done / len(videos))
        line = _(
            "Captions: {done} of {videos} videos ({share} %)",
            done=done, videos=len(videos), share=share,
        )  # fmt: skip
        yield f"<p>{escape(str(line))}</p>"


def _scorm(question: ScormQuestion | None) -> Iterator[str]:
    """What the package may do, and who has allowed it."""
    if question is None:
        return
    yield f"<h2>What the SCORM package may do</h2><p>{escape(_allowed(question))}</p>"
    rows = (*question.hosts, *question.calls)
    if rows:
        yield "<table><tr><th>It loads from, or calls<th>Places<th>First files"
        for one in rows:
            files = escape(", ".join(one.files))
            kind = "warning" if one.serious else "info"
            yield f'<tr><td class="{kind}">{escape(one.words)}<td>{one.count:,}<td>{files}\n'
        yield "</table>"


def _allowed(question: ScormQuestion) -> str:
    parts = [
        f"{count:,} {words}"
        for count, words in (
            (question.play, "played in the course"),
            (question.plugin, "using the SCORM XBlock"),
            (question.download, "offered for download"),
        )
        if count
    ]
    scripts = "The scripts of lessons that play run with the session of whoever opens them."
    if question.is_open:
        answer = f"{scripts} In the app, nobody has been asked yet whether they may."
    elif question.play:
        answer = f"{scripts} You allowed it for this package."
    else:
        answer = "None of the package’s scripts run in the course."
    return f"Lessons: {', '.join(parts)}. {answer}"


def _sentence(sums: dict[str, int]) -> str:
    parts = " + ".join(f"{sums[name]:,} {words}" for name, words in WORDS.items())
    return f"{sums['found']:,} found = {parts}."


def _problem(one: Problem) -> str:
    hint = f"<br>{escape(str(one.hint))}" if one.hint else ""
    return (
        f'<tr><td class="{one.severity}">{one.severity}<td>{escape(str(one.message))}{hint}'
        f"<td>{escape(place_of(one) or '')}\n"
    )
