"""Undoing an import: the records that it made are deleted, where the service deletes."""

from __future__ import annotations

from courseporter.errors import SettingsError, _
from courseporter.flows.import_rows.order import kind_of
from courseporter.flows.import_rows.sites import Services, opened_services
from courseporter.jobs.effects import BATCH, deliver
from courseporter.jobs.run import Run
from courseporter.targets.http_api import RowService
from courseporter.workspace import imported_rows as rows
from courseporter.workspace.imported_rows import Outcome, RowImport, SavedRow


class _Eraser:
    """The service as a remote system of deletions: deleting twice is deleting once."""

    repeatable = True
    searchable = False
    quarantine = 0.0

    def __init__(self, service: RowService) -> None:
        self._service = service

    def find(self, key: str) -> str | None:
        """Never asked: deletions are repeatable."""
        raise AssertionError(key)

    def send(self, key: str, body: bytes) -> str:
        """Delete the record; the key isn't sent."""
        del key
        return self._service.delete(body.decode("utf-8"))


def undo(run: Run) -> None:
    """Delete the records of an import's successful rows, last to first rows alike."""
    job_id = str(run.args["job_id"])
    mine = _mine(run, job_id)
    with opened_services(run, str(run.args["connection_id"])) as services:
        _undo_rows(run, mine, services)
    mine = _mine(run, job_id)
    run.finish(summary={name: getattr(mine, name) for name in ("total", *rows.ROW_STATES)})


def _undo_rows(run: Run, mine: RowImport, services: Services) -> None:
    after = int(str((run.cursor or {}).get("after", 0)))
    done, total = 0, mine.success
    while page := _page(run, mine, after):
        after, done = page[-1].row_number, done + len(page)
        ends = list[Outcome]()
        for kind in dict.fromkeys(kind_of(mine.format, row) for row in page):
            some = [row for row in page if kind_of(mine.format, row) == kind]
            ends += _deleted(run, some, services.get(kind))
        run.save(
            {"after": after},
            lambda connection, ends=ends: rows.conclude(connection, mine.seq, ends, of="success"),
            done=done,
            total=total,
            unit="rows",
        )


def _deleted(run: Run, page: list[SavedRow], service: RowService | None) -> list[Outcome]:
    if service is None or not service.deletes:
        raise SettingsError(
            _("The profile doesn't say how to delete records."),
            _('Add “undo” to the profile, such as undo = "DELETE /movies/{{id}}".'),
            "undo",
        )  # fmt: skip
    bodies = {
        f"undo:{row.row_number}": row.target_record_id.encode("utf-8")
        for row in page
        if row.target_record_id
    }
    found = deliver(run, bodies, _Eraser(service))
    ends = list[Outcome]()
    for row in page:
        one = found.get(f"undo:{row.row_number}")
        if one is not None and one.state == "done":
            target = row.target_record_id
            ends.append(
                Outcome(number=row.row_number, status="skipped", code="undone", target=target)
            )
    return ends


def _page(run: Run, mine: RowImport, after: int) -> list[SavedRow]:
    with run.store.read() as connection:
        return rows.listed(connection, mine.seq, ("success",), after=after, limit=BATCH)


def _mine(run: Run, job_id: str) -> RowImport:
    with run.store.read() as connection:
        return rows.of_job(connection, run.job.org_id, job_id)
