"""The report of an import: the whole ledger with its problems, as a page or as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from courseporter.api.actor import Actor
from courseporter.api.consent import scorm_question
from courseporter.api.publish_words import details_of, headline
from courseporter.api.publishing import job_of, published_by, result_of_job
from courseporter.api.values import ScormQuestion
from courseporter.disk.staging import staged
from courseporter.errors import SettingsError, _
from courseporter.flows.places import name_of
from courseporter.formats.report_page import (
    Report,
    ScormFacts,
    ScriptRow,
    SiteFacts,
    render_published,
    render_report,
)
from courseporter.formats.tabular import escape_cell
from courseporter.jobs import overview
from courseporter.jobs.job import Job
from courseporter.model import Entry, Video
from courseporter.settings import full_path
from courseporter.workspace import drafts, ledger, problems
from courseporter.workspace.stored import StoredDraft

ENTRY_COLUMNS = ("kind", "depth", "title", "identifier", "address", "outcome", "reason", "became")
DIFFERENCE_COLUMNS = ("where", "difference")
WORDS = {
    "converted": "converted",
    "converted_with_loss": "converted with loss",
    "skipped": "skipped",
    "failed": "failed",
}


def report(actor: Actor, job_or_draft_id: str, out: Path) -> None:
    """Write the report of a draft, of a job's draft, or of a publish job, as .html or .csv.

    The page of a publish job says how the course on the site compares.  Raises SettingsError.
    """
    job = _publish_job(actor, job_or_draft_id)
    if job is None or job.draft_id is not None:
        draft = drafts.get(actor.store, draft_of(actor, job_or_draft_id), actor.organisation)
        page, table = _page(actor, draft, job), _table(ENTRY_COLUMNS, _entry_rows(actor, draft.id))
    else:
        title = job.source_course_title or str(job.target_course_id)
        page = render_published(title, _site(job))
        table = _table(DIFFERENCE_COLUMNS, _differences(job))
    if out.suffix == ".html":
        parts = page
    elif out.suffix == ".csv":
        parts = table
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


def _publish_job(actor: Actor, some_id: str) -> Job | None:
    """The publish or undo job that this id means, when it has ended well."""
    found = published_by(actor, some_id)
    job = job_of(actor, found) if found else None
    return job if job is not None and job.summary else None


def _site(job: Job) -> SiteFacts:
    result = result_of_job(job)
    return SiteFacts(
        headline(result, undo=job.kind == "undo_publish"),
        details_of(result),
        tuple(link for link in (result.studio_url, result.course_url) if link),
    )


def _differences(job: Job) -> Iterator[tuple[str, ...]]:
    back = result_of_job(job).read_back
    for one in back.differences if back else ():
        yield one.where, one.what


def _table(columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    yield "\ufeff"
    for row in rows:
        writer.writerow([escape_cell(cell) for cell in row])
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def _entry_rows(actor: Actor, draft_id: str) -> Iterator[tuple[str, ...]]:
    return map(_cells, ledger.entries(actor.store, draft_id))


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


def _page(actor: Actor, draft: drafts.DraftRecord, job: Job | None) -> Iterator[str]:
    with actor.store.read() as connection:
        sums = ledger.sums(connection, draft.id)
        listed = tuple(one for _id, one in problems.listing(connection, draft.id))
    return render_report(
        Report(
            title=draft.title,
            source=name_of(actor.store, actor.organisation, draft.source_path),
            sums=sums,
            problems=listed,
            videos=_captioned(actor, draft.id),
            scorm=_scorm(scorm_question(actor, draft.id)),
            entries=ledger.entries(actor.store, draft.id),
            site=_site(job) if job else None,
        )
    )


def _captioned(actor: Actor, draft_id: str) -> tuple[int, int]:
    """How many videos there are, and how many of them have captions."""
    blocks = (node.block for node in StoredDraft(actor.store, draft_id).nodes(pages=False))
    videos = [one for one in blocks if isinstance(one, Video)]
    return len(videos), sum(bool(one.captions) for one in videos)


def _scorm(question: ScormQuestion | None) -> ScormFacts | None:
    if question is None:
        return None
    found = (*question.hosts, *question.calls)
    return ScormFacts(
        play=question.play,
        plugin=question.plugin,
        download=question.download,
        allowed=None if question.is_open else True,
        rows=tuple(ScriptRow(one.words, one.count, tuple(one.files), one.serious) for one in found),
    )
