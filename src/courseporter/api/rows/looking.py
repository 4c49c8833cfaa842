"""Looking at imports of rows: counters, pages of rows, single rows, and the file of failed ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from courseporter.api.actor import Actor
from courseporter.api.rows.finding import found, found_row
from courseporter.api.rows.values import (
    MAX_LISTED,
    RowDetail,
    RowImportView,
    RowLine,
    RowsResult,
    detail_of,
    import_view_of,
    line_of,
    result_of,
)
from courseporter.disk.staging import refuse_existing, staged
from courseporter.errors import SettingsError, _, shown
from courseporter.jobs import queue
from courseporter.rows import failed_blocks
from courseporter.settings import full_path
from courseporter.workspace import imported_rows
from courseporter.workspace.imported_rows import ROW_STATES, SavedRow

PAGE = 500


def rows_of(
    actor: Actor,
    job_id: str,
    *,
    status: str | None = None,
    limit: int = MAX_LISTED,
    after: int = 0,
) -> RowsResult:
    """An import and a page of its rows, those after the row number `after`."""
    if status is not None and status not in ROW_STATES:
        raise SettingsError(
            _("“{status}” isn't a row status.", status=status),
            _("Choose one of these: {names}.", names=", ".join(ROW_STATES)),
            "--status",
            code="usage",
        )
    job, mine = found(actor, job_id)
    with actor.store.read() as connection:
        page = imported_rows.listed(
            connection, mine.seq, (status,) if status else (), after=after, limit=limit
        )
    return result_of(job, mine, page)


def row_lines(
    actor: Actor,
    job_id: str,
    status: str | None = None,
    *,
    after: int = 0,
    offset: int = 0,
    limit: int = 200,
) -> tuple[RowLine, ...]:
    """A page of a table: rows after the row number `after`, leaving `offset` of them out."""
    _job, mine = found(actor, job_id)
    with actor.store.read() as connection:
        page = imported_rows.listed(
            connection,
            mine.seq,
            (status,) if status else (),
            after=after,
            offset=offset,
            limit=limit,
        )
    return tuple(line_of(row) for row in page)


def row_import(actor: Actor, job_id: str) -> RowImportView:
    """An import as lists show it.  Raises SettingsError `unknown_item`."""
    return import_view_of(*found(actor, job_id))


def row_imports(actor: Actor, limit: int = 200) -> tuple[RowImportView, ...]:
    """The imports of the organization, newest first."""
    with actor.store.read() as connection:
        ids = imported_rows.jobs_of(connection, actor.organisation, limit)
        return tuple(
            import_view_of(
                queue.get(connection, job_id),
                imported_rows.of_job(connection, actor.organisation, job_id),
            )
            for job_id in ids
        )


def row_of(actor: Actor, job_id: str, row: int) -> RowDetail:
    """Everything about one row.  Raises SettingsError `unknown_item`."""
    _job, mine, saved = found_row(actor, job_id, row)
    return detail_of(mine, saved)


def export_failed_rows(actor: Actor, job_id: str, out: Path, *, force: bool = False) -> int:
    """Write failed and held rows as CSV, with why; it can be imported again.  Returns how many."""
    _job, mine = found(actor, job_id)
    out = full_path(out)
    if not force:
        refuse_existing(out)
    count = 0

    def lines() -> Iterator[tuple[list[str], tuple[str, ...]]]:
        nonlocal count
        after = 0
        while True:
            with actor.store.read() as connection:
                page = imported_rows.listed(
                    connection, mine.seq, ("failed", "held"), limit=PAGE, after=after
                )
            if not page:
                return
            count += len(page)
            after = page[-1].row_number
            yield from ((row.raw, _why(row)) for row in page)

    with staged(out) as stream:
        for block in failed_blocks(mine.header, lines()):
            stream.write(block)
    return count


def _why(row: SavedRow) -> tuple[str, ...]:
    numbers = (str(row.row_number), str(row.line), str(row.attempt_count))
    return (row.error_code or "", shown(row.error_message) or "", *numbers)
