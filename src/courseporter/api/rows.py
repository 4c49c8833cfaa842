"""Rows: import a table row by row, look at the outcome, try again, and export what failed."""

from __future__ import annotations

from pathlib import Path

import msgspec
from sqlalchemy import Connection

from courseporter.api.actor import Actor
from courseporter.api.inline import QUEUE, Watch, run_to_end, seen
from courseporter.api.rights import guarded
from courseporter.disk.staging import refuse_existing, staged
from courseporter.errors import Message, PorterError, SettingsError, _, shown
from courseporter.flows.import_rows import IMPORT_ROWS, KIND, Order, forget_refusals
from courseporter.flows.material import limits_of
from courseporter.formats.archive import fingerprint
from courseporter.jobs import queue
from courseporter.jobs.job import FINISHED, Job, Json, NewJob
from courseporter.rows import FORMATS, open_rows
from courseporter.rows.formats import Reading
from courseporter.rows.reading import write_failed
from courseporter.settings import full_path
from courseporter.store.schema import ACTIVE
from courseporter.workspace import imported_rows
from courseporter.workspace.imported_rows import Outcome, RowImport, SavedRow

PAGE = 500
MAX_LISTED = 1000


class RowFormatInfo(msgspec.Struct, frozen=True):
    """A row format and its columns."""

    name: str
    label: Message
    required: tuple[str, ...]
    optional: tuple[str, ...]


class RowOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to import rows.  `to` names a connection; without one rows are checked and kept."""

    format: str = ""
    to: str | None = None
    dry_run: bool = False
    keep_duplicates: bool = False
    date_order: str | None = None
    date: str | None = None


class RowView(msgspec.Struct, frozen=True, kw_only=True):
    """One row for people; `would` is what a dry run found."""

    row: int
    line: int
    status: str
    code: str | None
    message: str | None
    target: str | None
    attempts: int
    would: str | None


class RowsResult(msgspec.Struct, frozen=True, kw_only=True):
    """An import of rows, its counters, and some of its rows."""

    job: str
    format: str
    state: str
    total: int
    pending: int
    processing: int
    success: int
    failed: int
    skipped: int
    held: int
    waiting_for: str | None = None
    list: tuple[RowView, ...] = ()


def row_formats() -> tuple[RowFormatInfo, ...]:
    """The row formats."""
    return tuple(RowFormatInfo(one.name, one.label, one.required, one.optional) for one in FORMATS)


def start_rows(actor: Actor, path: Path, options: RowOptions, queue_name: str = "default") -> str:
    """Start importing rows; the file's header is checked first.  Returns the job's id.

    Raises InputError, SettingsError.
    """
    path = full_path(path)
    order = Order(
        path=str(path),
        sha256="",
        format=options.format,
        date_order=options.date_order,
        date=options.date,
        keep_duplicates=options.keep_duplicates,
        dry_run=options.dry_run,
        connection_id=options.to,
    )
    limits = limits_of(actor.store)
    file = open_rows(path, limits, _reading(order), options.format)
    found = file.format.name
    file.close()
    order = msgspec.structs.replace(order, sha256=fingerprint(path, limits), format=found)
    new = NewJob(
        kind=KIND,
        queue=queue_name,
        org_id=actor.organisation,
        created_by=actor.user,
        provider=found,
        source_course_title=path.name,
        connection_id=options.to,
        input=msgspec.structs.asdict(order),
    )
    with actor.store.write() as connection:
        return queue.enqueue(connection, new).id


def _reading(order: Order) -> Reading:
    try:
        return order.reading()
    except msgspec.ValidationError as error:
        raise SettingsError(
            _("The order of dates is either dmy or mdy."), None, "--date-order", code="usage"
        ) from error


def import_rows(
    actor: Actor, path: Path, options: RowOptions, watch: Watch = lambda _job: None
) -> RowsResult:
    """Import rows in this process.  A job that has to wait for a limit stays pending."""
    job_id = start_rows(actor, path, options, QUEUE)
    return _run(actor, job_id, watch)


def run_rows(actor: Actor, job_id: str, watch: Watch = lambda _job: None) -> RowsResult:
    """Continue an import; one that was a dry run sends its rows now."""
    job, _mine = _found(actor, job_id)
    with actor.store.write() as connection:
        _reopen(connection, job)
    return _run(actor, job_id, watch)


def retry_rows(
    actor: Actor, job_id: str, row: int | None = None, watch: Watch = lambda _job: None
) -> RowsResult:
    """Send failed rows again, or this one, which may also be held."""
    job, mine = _found(actor, job_id)
    _need_rest(job)
    states = ("failed",) if row is None else ("failed", "held")
    with actor.store.write() as connection:
        numbers = imported_rows.reopen(connection, mine.seq, states, row)
        forget_refusals(connection, job_id, numbers)
        if numbers:
            _reopen(connection, job)
    return _run(actor, job_id, watch) if numbers else rows_of(actor, job_id)


def choose_row(actor: Actor, job_id: str, row: int, record: str | None) -> RowsResult:
    """Decide about a held row: it is this record at the target, or it is left out (None)."""
    job, mine = _found(actor, job_id)
    _need_rest(job)
    end = Outcome(number=row, status="success", target=record)
    if record is None:
        end = Outcome(number=row, status="skipped", code="not_chosen")
    with actor.store.write() as connection:
        if not imported_rows.reopen(connection, mine.seq, ("held",), row):
            raise SettingsError(
                _("Row {row} doesn't wait for a decision.", row=row), None, code="unknown_item"
            )
        imported_rows.conclude(connection, mine.seq, [end])
    return rows_of(actor, job_id)


def rows_of(
    actor: Actor,
    job_id: str,
    *,
    status: str | None = None,
    limit: int = MAX_LISTED,
    after: int = 0,
) -> RowsResult:
    """An import and a page of its rows."""
    job, mine = _found(actor, job_id)
    with actor.store.read() as connection:
        page = imported_rows.listed(
            connection, mine.seq, (status,) if status else (), after=after, limit=limit
        )
    return _result(job, mine, page)


def export_failed_rows(actor: Actor, job_id: str, out: Path, *, force: bool = False) -> int:
    """Write failed and held rows as CSV, with why; it can be imported again.  Returns how many."""
    _job, mine = _found(actor, job_id)
    out = full_path(out)
    if not force:
        refuse_existing(out)
    found = list[SavedRow]()
    with actor.store.read() as connection:
        while page := imported_rows.listed(
            connection, mine.seq, ("failed", "held"), limit=PAGE,
            after=found[-1].row_number if found else 0,
        ):  # fmt: skip
            found += page
    lines = ((row.raw, _why(row)) for row in found)
    with staged(out) as stream:
        stream.write(write_failed(list(mine.header), lines))
    return len(found)


def _why(row: SavedRow) -> tuple[str, ...]:
    numbers = (str(row.row_number), str(row.line), str(row.attempt_count))
    return (row.error_code or "", shown(row.error_message) or "", *numbers)


def _run(actor: Actor, job_id: str, watch: Watch) -> RowsResult:
    """Run the job here; one that waits for a limit, or for a doubt to end, stays pending."""
    try:
        run_to_end(actor, seen(actor, job_id), watch)
    except PorterError:
        if seen(actor, job_id).status not in ACTIVE:
            raise
    return rows_of(actor, job_id)


def _reopen(connection: Connection, job: Job) -> None:
    """Let a finished import send what is pending; one that broke off while reading reads on."""
    if job.status not in FINISHED:
        return
    checkpoint = job.checkpoint
    if checkpoint is not None and checkpoint.get("step") != "read":
        checkpoint = Json(flow_version=IMPORT_ROWS.version, step="send", cursor=None)
    queue.reopen(connection, job.id, {**job.input, "dry_run": False}, checkpoint, to=QUEUE)


def _need_rest(job: Job) -> None:
    if job.status not in FINISHED:
        raise SettingsError(
            _("This import is still running."),
            _("Wait until it has finished, or stop it."),
            f"job {job.id}",
        )


def _found(actor: Actor, job_id: str) -> tuple[Job, RowImport]:
    with actor.store.read() as connection:
        mine = imported_rows.of_job(connection, actor.organisation, job_id)
        return queue.get(connection, job_id), mine


def _result(job: Job, mine: RowImport, page: list[SavedRow]) -> RowsResult:
    counters = {name: getattr(mine, name) for name in ("total", *imported_rows.ROW_STATES)}
    return RowsResult(
        job=job.id,
        format=mine.format,
        state=job.status,
        waiting_for=job.waiting_for,
        list=tuple(
            RowView(
                row=row.row_number,
                line=row.line,
                status=row.status,
                code=row.error_code,
                message=shown(row.error_message),
                target=row.target_record_id,
                attempts=row.attempt_count,
                would=row.would,
            )
            for row in page
        ),
        **counters,
    )


DOOR = (
    row_formats, start_rows, import_rows, run_rows, retry_rows, choose_row, rows_of,
    export_failed_rows,
)  # fmt: skip
for _call in DOOR:
    globals()[_call.__name__] = guarded(_call.__name__, _call)
