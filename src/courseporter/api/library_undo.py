"""Taking imports into libraries back."""

from __future__ import annotations

from courseporter.api.actor import Actor
from courseporter.api.inline import QUEUE, Watch, run_to_end
from courseporter.api.library_views import LibraryResult, result_of_import, target_of
from courseporter.api.preflight import key_of_request
from courseporter.errors import ConflictError, _
from courseporter.jobs import queue
from courseporter.jobs.job import Job, NewJob
from courseporter.workspace.libraries import imports, known
from courseporter.workspace.libraries.imports import ImportRecord


def start_library_undo(
    actor: Actor, import_id: str, rows: tuple[int, ...] | None = None, *, force: bool = False
) -> str:
    """Start taking an import back; returns the job's id."""
    return _enqueue_undo(actor, import_id, rows, force=force, at_once=False).id


def undo_library_import(
    actor: Actor,
    import_id: str,
    rows: tuple[int, ...] | None = None,
    *,
    force: bool = False,
    watch: Watch = lambda _job: None,
) -> LibraryResult:
    """The same in this process.  `force`: also when a newer import is still in effect.

    Raises PorterError, Canceled.
    """
    job = _enqueue_undo(actor, import_id, rows, force=force, at_once=True)
    return result_of_import(actor, run_to_end(actor, job, watch).id)


def _enqueue_undo(
    actor: Actor, import_id: str, rows: tuple[int, ...] | None, *, force: bool, at_once: bool
) -> Job:
    with actor.store.read() as connection:
        record = imports.get(connection, import_id, actor.organisation)
        newer = imports.newer(connection, record)
        target = known.get(connection, record.library_id)
        where = target_of(connection, actor.organisation, target)
    _undoable(record, newer, rows, force=force)
    said = f"{record.id} {rows}"
    new = NewJob(
        kind="undo_library",
        queue=QUEUE if at_once else "default",
        org_id=actor.organisation,
        created_by=actor.user,
        provider="library",
        connection_id=target.connection_id,
        draft_id=record.draft_id,
        source_course_title=record.source_title,
        target_course_id=where,
        parent_job_id=record.id,
        input={"undo": record.id, "seqs": None if rows is None else list(rows)},
        idempotency_key=key_of_request("undo_library", said) if at_once else None,
        active_key=f"library:{where}",
    )
    with actor.store.write() as connection:
        return queue.enqueue(connection, new)


def _undoable(
    record: ImportRecord,
    newer: ImportRecord | None,
    rows: tuple[int, ...] | None,
    *,
    force: bool,
) -> None:
    if record.status == "undone":
        raise ConflictError(
            _("This import has already been undone."),
            _("“courseporter library history” shows what can be undone."),
            f"import {record.id}",
        )
    if record.status not in ("imported", "partial"):
        raise ConflictError(
            _("This import hasn't finished."), _("Wait for it to finish."), f"import {record.id}"
        )
    if newer is not None and rows is None and not force:
        raise ConflictError(
            _("“{title}” was imported into this library later.", title=newer.source_title),
            _("Undo import {newer} first, or add --yes.", newer=newer.id),
            f"import {record.id}",
        )
