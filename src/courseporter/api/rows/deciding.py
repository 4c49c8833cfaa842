"""Decisions about single rows: try again, choose, or skip."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import cast

import msgspec
from sqlalchemy import Connection

from courseporter.api.actor import Actor
from courseporter.api.inline import QUEUE, Watch, seen
from courseporter.api.rows.finding import found, found_row, need_rest
from courseporter.api.rows.looking import rows_of
from courseporter.api.rows.starting import AT_LOOK_UP, reopen_job, run_here
from courseporter.api.rows.values import RowDetail, RowsResult, detail_of
from courseporter.errors import SettingsError, _
from courseporter.flows.import_rows import Order, film_of, forget_refusals, kind_of, replaced
from courseporter.jobs import presence, queue
from courseporter.jobs.job import DONE, Job
from courseporter.rows import parsed_again
from courseporter.workspace import imported_rows, lookups
from courseporter.workspace.imported_rows import Outcome, RowImport, SavedRow

UNKNOWN = "outcome_unknown"
ENDING_SECONDS, LOOK_SECONDS = 10.0, 0.05
_IMDB_ID = re.compile(r"tt\d{5,10}")


def retry_rows(
    actor: Actor, job_id: str, row: int | None = None, watch: Watch = lambda _job: None
) -> RowsResult:
    """Send failed rows again, or this one, which may also be held or skipped as a duplicate."""
    reopen_rows(actor, job_id, row, QUEUE)
    return _continued(actor, job_id, watch)


def _continued(actor: Actor, job_id: str, watch: Watch) -> RowsResult:
    """The import after a decision: run here, unless it is at work, paused or at its end."""
    job = seen(actor, job_id)
    if job.status == "pending" and job.waiting_for != "user":
        return run_here(actor, job_id, watch)
    return rows_of(actor, job_id)


def reopen_rows(
    actor: Actor, job_id: str, row: int | None = None, queue_name: str = "default"
) -> int:
    """Make failed rows pending again, or this one; a worker sends them.  Returns how many."""
    _job, mine = found(actor, job_id)
    states = ("failed",) if row is None else ("failed", "held", "skipped")
    if row is not None:
        _may_reopen(found_row(actor, job_id, row)[2])

    def write(connection: Connection, job: Job) -> int:
        numbers = imported_rows.reopen(connection, mine.seq, states, row)
        forget_refusals(connection, job_id, numbers)
        if numbers:
            _take_up(connection, job, queue_name)
        return len(numbers)

    return _deciding(actor, job_id, write)


def _deciding(actor: Actor, job_id: str, write: Callable[[Connection, Job], int]) -> int:
    """One transaction in which the import doesn't move on, at rest or at work.

    Raises SettingsError when it doesn't come to its end.
    """
    presence.rescue_lost(actor.store)
    until = time.monotonic() + ENDING_SECONDS
    while True:
        with actor.store.write() as connection:
            job = queue.get(connection, job_id, lock=True)
            if not (job.status == "running" and _is_at_end(job)):
                return write(connection, job)
        if time.monotonic() > until:  # it has seen its last row, and says so any moment
            need_rest(job)
        time.sleep(LOOK_SECONDS)


def _is_at_end(job: Job) -> bool:
    return (job.checkpoint or {}).get("step") == DONE


def _take_up(connection: Connection, job: Job, queue_name: str) -> None:
    """Let what is pending now be sent: by whoever has the import, or from the start again."""
    reopen_job(connection, job, to=queue_name)
    if _is_at_end(job):
        queue.rewind(connection, job.id, AT_LOOK_UP)


def correct_row(
    actor: Actor, job_id: str, row: int, cells: Mapping[str, str], queue_name: str = "default"
) -> RowDetail:
    """Give a failed row other cells, by column; when it is valid now, a worker sends it.

    Raises SettingsError.
    """
    job, mine, saved = found_row(actor, job_id, row)
    if saved.status != "failed":
        raise SettingsError(_("Row {row} hasn't failed.", row=row), None, code="usage")
    raw = [cells.get(name, cell) for name, cell in zip(mine.header, saved.raw, strict=False)]
    order = msgspec.convert(dict(job.input), Order)
    parsed = parsed_again(mine.format, mine.header, raw, order.reading(), order.mapped, saved.line)

    def write(connection: Connection, job: Job) -> int:
        if not imported_rows.replace(connection, mine.seq, replaced(saved.row_number, parsed)):
            return 0
        forget_refusals(connection, job_id, [row])
        if parsed.error is None:
            _take_up(connection, job, queue_name)
        return 1

    _deciding(actor, job_id, write)
    return detail_of(*found_row(actor, job_id, row)[1:])


def choose_row(
    actor: Actor,
    job_id: str,
    row: int,
    record: str | None,
    watch: Watch = lambda _job: None,
) -> RowsResult:
    """Decide about a held row, and send it if that is what was decided.

    `record` is the film's id at IMDb, or, for a row whose answer was lost, the record at the
    target; None leaves the row out.  A choice of a film holds for every row of its title and year,
    and for later imports.  Raises SettingsError.
    """
    if decide_row(actor, job_id, row, record, QUEUE):
        return _continued(actor, job_id, watch)
    return rows_of(actor, job_id)


def decide_row(
    actor: Actor, job_id: str, row: int, record: str | None, queue_name: str = "default"
) -> int:
    """As `choose_row`; a worker sends what is pending now.  Returns how many rows that are."""
    _job, mine, saved = found_row(actor, job_id, row)
    if saved.status != "held":
        raise SettingsError(
            _("Row {row} doesn't need a decision.", row=row), None, code="unknown_item"
        )
    if saved.error_code == UNKNOWN:
        end = Outcome(number=row, status="success", target=record)
        if record is None:
            end = Outcome(number=row, status="skipped", code="not_chosen")
        with actor.store.write() as connection:
            imported_rows.conclude(connection, mine.seq, [end], of="held")
        return 0
    if record is not None and not _IMDB_ID.fullmatch(record):
        raise SettingsError(
            _("“{record}” isn't an IMDb ID.", record=record),
            _("IMDb IDs look like tt0111161; “none” skips the row."),
            code="usage",
        )
    return _choose_film(actor, mine, saved, record, queue_name)


def _choose_film(
    actor: Actor, mine: RowImport, row: SavedRow, record: str | None, queue_name: str
) -> int:
    kind = "series" if kind_of(mine.format, row) == "shows" else "movie"
    film = _film(row)

    def write(connection: Connection, job: Job) -> int:
        lookups.choose(connection, actor.organisation, kind, film, record)
        alike = [
            one.row_number
            for one in imported_rows.held_like(connection, mine.seq, row.title)
            if one.error_code != UNKNOWN and _film(one) == film
        ]
        if record is None:
            ends = [Outcome(number=n, status="skipped", code="not_chosen") for n in alike]
            imported_rows.conclude(connection, mine.seq, ends, of="held")
            return 0
        for number in alike:
            imported_rows.reopen(connection, mine.seq, ("held",), number)
        if alike:
            _take_up(connection, job, queue_name)
        return len(alike)

    return _deciding(actor, mine.job_id, write)


def _film(row: SavedRow) -> bytes:
    return film_of(row.title, cast("int | None", row.seed.get("year")))


def _may_reopen(row: SavedRow) -> None:
    if row.status in ("failed", "held") or row.error_code == "duplicate_in_file":
        return
    raise SettingsError(
        _("Row {row} can't be retried: it is {status}.", row=row.row_number, status=row.status),
        _("You can retry failed rows, held rows, and duplicates."),
        code="usage",
    )
