"""Starting imports of rows, continuing them, and undoing them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import cast

import msgspec
from sqlalchemy import Connection, select

from courseporter.api.actor import Actor
from courseporter.api.inline import QUEUE, Watch, run_to_end, seen
from courseporter.api.rows.finding import found, need_rest
from courseporter.api.rows.looking import rows_of
from courseporter.api.rows.values import RowFormatInfo, RowOptions, RowsResult
from courseporter.connections import stored
from courseporter.errors import PorterError, SettingsError, _
from courseporter.flows.import_rows import IMPORT_ROWS, KIND, UNDO_KIND, Order, begin_again
from courseporter.flows.material import limits_of
from courseporter.formats.archive import fingerprint
from courseporter.jobs import queue
from courseporter.jobs.job import FINISHED, Job, Json, NewJob
from courseporter.rows import FORMATS, Mapped, Reading, RowFile, open_rows, read_mapping
from courseporter.settings import full_path
from courseporter.store.schema import ACTIVE
from courseporter.store.schema import job as job_table
from courseporter.workspace import lookups

UNFINISHED = (*ACTIVE, "failed", "canceled")
AT_LOOK_UP = Json(flow_version=IMPORT_ROWS.version, step="enrich", cursor=None)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def row_formats() -> tuple[RowFormatInfo, ...]:
    """The row formats."""
    return tuple(RowFormatInfo(one.name, one.label, one.required, one.optional) for one in FORMATS)


def row_mapping(path: Path) -> dict[str, str]:
    """A mapping of columns from a file.  Raises InputError, SettingsError."""
    return dict(read_mapping(full_path(path)))


def start_rows(actor: Actor, path: Path, options: RowOptions, queue_name: str = "default") -> str:
    """Start importing rows; the file's header and dates are checked first.  Returns the job's id.

    The same request again gives its job as long as that has rows to send.  Raises InputError,
    SettingsError.
    """
    path = full_path(path)
    options = _named(actor, options)
    file, mapped = opened_rows(actor, path, options)
    try:
        order = Order(
            path=str(path),
            sha256=fingerprint(path, limits_of(actor.store)),
            format=file.format.name,
            mapped=dict(mapped),
            date_order=file.date_order(),
            date=options.date,
            keep_duplicates=options.keep_duplicates,
            dry_run=options.dry_run,
            connection_id=options.to,
            enrich_id=options.enrich,
        )
    finally:
        file.close()
    request = hashlib.sha256(msgspec.json.encode(order)).hexdigest()
    new = NewJob(
        kind=KIND,
        queue=queue_name,
        org_id=actor.organisation,
        created_by=actor.user,
        provider=order.format,
        source_course_title=path.name,
        connection_id=options.to,
        input=msgspec.structs.asdict(order),
        input_hash=request,
    )
    with actor.store.write() as connection:
        earlier = _earlier(connection, actor.organisation, request)
        if earlier is None:
            return queue.enqueue(connection, new).id
        begin_again(connection, earlier)
        return earlier


def opened_rows(actor: Actor, path: Path, options: RowOptions) -> tuple[RowFile, Mapped]:
    """The file, with the columns mapped as given, or as remembered for its header.

    Raises InputError, SettingsError.
    """
    limits, reading = limits_of(actor.store), _reading(options)
    if options.mapped:
        file = open_rows(path, limits, reading, options.format, options.mapped)
        with actor.store.write() as connection:
            lookups.remember_mapping(
                connection, actor.organisation, file.header, file.format.name, options.mapped
            )
        return file, options.mapped
    try:
        return open_rows(path, limits, reading, options.format), {}
    except PorterError as error:
        header = cast("list[str] | None", error.metadata.get("header"))
        if header is None:
            raise
        with actor.store.read() as connection:
            known = lookups.mapping_of(connection, actor.organisation, header)
        if known is None:
            raise
    return open_rows(path, limits, reading, options.format or known[0], known[1]), known[1]


def _named(actor: Actor, options: RowOptions) -> RowOptions:
    """The options with the ids of connections.  Raises SettingsError `unknown_item`."""
    ids = dict[str, str]()
    for field, name in (("to", options.to), ("enrich", options.enrich)):
        if name is not None:
            with actor.store.read() as connection:
                ids[field] = stored.find(connection, actor.organisation, name).id
    return msgspec.structs.replace(options, **ids)


def _reading(options: RowOptions) -> Reading:
    if options.date is not None and not _is_day(options.date):
        raise SettingsError(
            _("“{date}” isn't a valid date.", date=options.date),
            _("Write it as YYYY-MM-DD."),
            "--date",
            code="usage",
        )
    try:
        return msgspec.convert({"date_order": options.date_order, "date": options.date}, Reading)
    except msgspec.ValidationError as error:
        raise SettingsError(
            _("The date order must be dmy or mdy."), None, "--date-order", code="usage"
        ) from error


def _is_day(text: str) -> bool:
    import datetime as dt

    try:
        return bool(_DAY.fullmatch(text) and dt.date.fromisoformat(text))
    except ValueError:
        return False


def _earlier(connection: Connection, org_id: str, request: str) -> str | None:
    """The unfinished job of the same request."""
    query = (
        select(job_table.c.id)
        .where(
            job_table.c.org_id == org_id,
            job_table.c.kind == KIND,
            job_table.c.input_hash == request,
            job_table.c.status.in_(UNFINISHED),
        )
        .order_by(job_table.c.created_at.desc())
        .limit(1)
    )
    return connection.scalar(query)


def import_rows(
    actor: Actor, path: Path, options: RowOptions, watch: Watch = lambda _job: None
) -> RowsResult:
    """Import rows in this process.  A job that has to wait for a limit stays pending."""
    return run_here(actor, start_rows(actor, path, options, QUEUE), watch)


def run_rows(actor: Actor, job_id: str, watch: Watch = lambda _job: None) -> RowsResult:
    """Continue an import; one that was a dry run sends its rows now."""
    job, _mine = found(actor, job_id)
    with actor.store.write() as connection:
        reopen_job(connection, job, to=QUEUE, real=True)
    return run_here(actor, job_id, watch)


def continue_rows(actor: Actor, job_id: str) -> None:
    """As `run_rows`, by a worker."""
    job, _mine = found(actor, job_id)
    with actor.store.write() as connection:
        reopen_job(connection, job, to="default", real=True)


def undo_rows(actor: Actor, job_id: str, watch: Watch = lambda _job: None) -> RowsResult:
    """Delete the records that an import created, if the service can delete."""
    run_to_end(actor, seen(actor, start_undo_rows(actor, job_id, QUEUE)), watch)
    return rows_of(actor, job_id)


def start_undo_rows(actor: Actor, job_id: str, queue_name: str = "default") -> str:
    """Start deleting the records that an import made.  Returns the id of the new job."""
    job, _mine = found(actor, job_id)
    need_rest(job)
    if job.connection_id is None:
        raise SettingsError(
            _("This import sent nothing, so there is nothing to undo."), None, f"job {job_id}"
        )
    new = NewJob(
        kind=UNDO_KIND,
        queue=queue_name,
        org_id=actor.organisation,
        created_by=actor.user,
        source_course_title=job.source_course_title,
        connection_id=job.connection_id,
        parent_job_id=job_id,
        active_key=f"undo:{job_id}",
        input={"job_id": job_id, "connection_id": job.connection_id},
    )
    with actor.store.write() as connection:
        return queue.enqueue(connection, new).id


def run_here(actor: Actor, job_id: str, watch: Watch) -> RowsResult:
    """Run the job here; one that waits for a limit, or for a doubt to end, stays pending."""
    try:
        run_to_end(actor, seen(actor, job_id), watch)
    except PorterError:
        if seen(actor, job_id).status not in ACTIVE:
            raise
    return rows_of(actor, job_id)


def reopen_job(connection: Connection, job: Job, *, to: str, real: bool = False) -> None:
    """Let a finished import send what is pending; one that broke off while reading reads on.

    `real`: after a dry run, too, rows are sent now.
    """
    if job.status not in FINISHED:
        return
    begin_again(connection, job.id)
    checkpoint = job.checkpoint
    if checkpoint is not None and checkpoint.get("step") != "read":
        checkpoint = AT_LOOK_UP
    given = {**job.input, "dry_run": False} if real else job.input
    queue.reopen(connection, job.id, given, checkpoint, to=to)
