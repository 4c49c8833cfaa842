"""Decisions about single rows: try again, choose, or leave out."""

from __future__ import annotations

from courseporter.api.actor import Actor
from courseporter.api.inline import QUEUE, Watch
from courseporter.api.rows.finding import found, found_row, need_rest
from courseporter.api.rows.looking import rows_of
from courseporter.api.rows.starting import reopen_job, run_here
from courseporter.api.rows.values import RowsResult
from courseporter.errors import SettingsError, _
from courseporter.flows.import_rows import forget_refusals
from courseporter.workspace import imported_rows
from courseporter.workspace.imported_rows import Outcome, SavedRow


def retry_rows(
    actor: Actor, job_id: str, row: int | None = None, watch: Watch = lambda _job: None
) -> RowsResult:
    """Send failed rows again, or this one, which may also be held or skipped as a duplicate."""
    if not reopen_rows(actor, job_id, row, QUEUE):
        return rows_of(actor, job_id)
    return run_here(actor, job_id, watch)


def reopen_rows(
    actor: Actor, job_id: str, row: int | None = None, queue_name: str = "default"
) -> int:
    """Make failed rows pending again, or this one; a worker sends them.  Returns how many."""
    job, mine = found(actor, job_id)
    need_rest(job)
    states = ("failed",) if row is None else ("failed", "held", "skipped")
    if row is not None:
        _may_reopen(found_row(actor, job_id, row)[2])
    with actor.store.write() as connection:
        numbers = imported_rows.reopen(connection, mine.seq, states, row)
        forget_refusals(connection, job_id, numbers)
        if numbers:
            reopen_job(connection, job, to=queue_name)
    return len(numbers)


def choose_row(
    actor: Actor,
    job_id: str,
    row: int,
    record: str | None,
    watch: Watch = lambda _job: None,
) -> RowsResult:
    """Decide about a held row: it is this record at the target, or it is left out (None)."""
    del watch
    job, mine, saved = found_row(actor, job_id, row)
    need_rest(job)
    if saved.status != "held":
        raise SettingsError(
            _("Row {row} doesn't wait for a decision.", row=row), None, code="unknown_item"
        )
    end = Outcome(number=row, status="success", target=record)
    if record is None:
        end = Outcome(number=row, status="skipped", code="not_chosen")
    with actor.store.write() as connection:
        imported_rows.conclude(connection, mine.seq, [end], of="held")
    return rows_of(actor, job_id)


def _may_reopen(row: SavedRow) -> None:
    if row.status in ("failed", "held") or row.error_code == "duplicate_in_file":
        return
    raise SettingsError(
        _("Row {row} can't be retried: it is {status}.", row=row.row_number, status=row.status),
        _("Failed and held rows can be retried, and rows that the file has twice."),
        code="usage",
    )
