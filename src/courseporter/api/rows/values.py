"""What faces give and get: options, rows as people see them, and results."""

from __future__ import annotations

import msgspec

from courseporter.errors import Message, PorterError, shown
from courseporter.jobs.job import Job
from courseporter.workspace import imported_rows
from courseporter.workspace.imported_rows import RowImport, SavedRow, Value

MAX_LISTED = 1000


class RowFormatInfo(msgspec.Struct, frozen=True):
    """A row format and its columns."""

    name: str
    label: Message
    required: tuple[str, ...]
    optional: tuple[str, ...]


class RowOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to import rows.

    `to` names the connection to send to; without one rows are checked and kept.  `enrich` names
    the connection for looking films up.  `mapped`: a column of the file → the column it means.
    """

    format: str = ""
    to: str | None = None
    enrich: str | None = None
    dry_run: bool = False
    keep_duplicates: bool = False
    date_order: str | None = None
    date: str | None = None
    mapped: dict[str, str] = {}


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


class RowDetail(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one row: its cells under their columns, and what was found for it."""

    view: RowView
    title: str
    date: str | None
    cells: tuple[tuple[str, str], ...]
    column: str | None
    duplicate_of: int | None
    found: dict[str, Value] | None
    candidates: tuple[dict[str, Value], ...]


class RowLine(msgspec.Struct, frozen=True, kw_only=True):
    """A row in a table."""

    row: int
    title: str
    date: str | None
    status: str
    code: str | None
    message: str | None
    target: str | None
    would: str | None


class RowImportView(msgspec.Struct, frozen=True, kw_only=True):
    """An import in the list of imports.  Times in milliseconds."""

    job: str
    file_name: str
    format: str
    state: str
    stage: str
    waiting_for: str | None
    dry_run: bool
    sends: bool
    counts: dict[str, int]
    total: int
    created_at: int
    duration_ms: int | None
    error: str | None

    @property
    def done(self) -> int:
        """Rows that have ended."""
        return self.total - self.counts["pending"] - self.counts["processing"]


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


def result_of(job: Job, mine: RowImport, page: list[SavedRow]) -> RowsResult:
    """The import as faces show it."""
    counters = {name: getattr(mine, name) for name in ("total", *imported_rows.ROW_STATES)}
    return RowsResult(
        job=job.id,
        format=mine.format,
        state=job.status,
        waiting_for=job.waiting_for,
        list=tuple(view_of(row) for row in page),
        **counters,
    )


def line_of(row: SavedRow) -> RowLine:
    """A row as tables show it."""
    return RowLine(
        row=row.row_number,
        title=row.title,
        date=row.date,
        status=row.status,
        code=row.error_code,
        message=shown(row.error_message),
        target=row.target_record_id,
        would=row.would,
    )


def import_view_of(job: Job, mine: RowImport) -> RowImportView:
    """An import as lists show it."""
    return RowImportView(
        job=job.id,
        file_name=mine.file_name,
        format=mine.format,
        state=job.status,
        stage=job.stage,
        waiting_for=job.waiting_for,
        dry_run=bool(job.input.get("dry_run")),
        sends=job.connection_id is not None,
        counts={name: getattr(mine, name) for name in imported_rows.ROW_STATES},
        total=mine.total,
        created_at=job.created_at,
        duration_ms=job.duration_ms,
        error=None if job.error is None else PorterError.from_stored(job.error).message,
    )


def view_of(row: SavedRow) -> RowView:
    """A row as faces show it."""
    return RowView(
        row=row.row_number,
        line=row.line,
        status=row.status,
        code=row.error_code,
        message=shown(row.error_message),
        target=row.target_record_id,
        attempts=row.attempt_count,
        would=row.would,
    )


def detail_of(mine: RowImport, row: SavedRow) -> RowDetail:
    """Everything about a row."""
    return RowDetail(
        view=view_of(row),
        title=row.title,
        date=row.date,
        cells=tuple(zip(mine.header, row.raw, strict=False)),
        column=row.error_column,
        duplicate_of=row.duplicate_of,
        found=row.found,
        candidates=tuple(row.candidates or ()),
    )
