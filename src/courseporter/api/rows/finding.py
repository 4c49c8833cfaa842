"""Finds an import of rows by its job, within the actor's organization."""

from __future__ import annotations

from courseporter.api.actor import Actor
from courseporter.errors import SettingsError, _
from courseporter.jobs import queue
from courseporter.jobs.job import FINISHED, Job
from courseporter.workspace import imported_rows
from courseporter.workspace.imported_rows import RowImport, SavedRow


def found(actor: Actor, job_id: str) -> tuple[Job, RowImport]:
    """The job and its import.  Raises SettingsError `unknown_item`."""
    with actor.store.read() as connection:
        mine = imported_rows.of_job(connection, actor.organisation, job_id)
        return queue.get(connection, job_id), mine


def found_row(actor: Actor, job_id: str, row: int) -> tuple[Job, RowImport, SavedRow]:
    """A row with its job and import.  Raises SettingsError `unknown_item`."""
    job, mine = found(actor, job_id)
    with actor.store.read() as connection:
        page = imported_rows.listed(connection, mine.seq, after=row - 1, limit=1)
    if not page or page[0].row_number != row:
        raise SettingsError(
            _("The import has no row {row}.", row=row),
            _("Its rows are numbered 1 to {total}.", total=mine.total),
            code="unknown_item",
        )
    return job, mine, page[0]


def need_rest(job: Job) -> None:
    """Raise SettingsError while the import is at work."""
    if job.status not in FINISHED:
        raise SettingsError(
            _("This import is still running."),
            _("Wait for it to finish, or stop it."),
            f"job {job.id}",
        )
