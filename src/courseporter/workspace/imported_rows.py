"""Imported rows in the store: each change of state moves the counters in the same transaction."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, tuple_, update

from courseporter.errors import Phrase, SettingsError, _
from courseporter.errors.message import pack
from courseporter.store.clock import next_rev, now_ms
from courseporter.store.row_tables import ROW_STATES, import_row, row_import
from courseporter.store.rows import insert_rows

COLUMNS = (
    "job_seq", "row_number", "line", "raw", "seed", "title", "date", "dedupe_key", "status",
    "error_code", "error_message", "error_column", "duplicate_of", "created_at", "updated_at",
)  # fmt: skip
_encode = msgspec.json.Encoder().encode


class RowImport(msgspec.Struct, frozen=True, kw_only=True):
    """An import of rows and its counters."""

    seq: int
    job_id: str
    format: str
    file_name: str
    header: tuple[str, ...]
    total: int
    pending: int
    processing: int
    success: int
    failed: int
    skipped: int
    held: int


class NewRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row to be saved; `number` counts from 1."""

    number: int
    line: int
    raw: list[str]
    seed: Mapping[str, str | int | None]
    title: str
    date: str | None = None
    key: bytes | None = None
    status: str = "pending"
    error_code: str | None = None
    error_message: Phrase | None = None
    error_column: str | None = None
    duplicate_of: int | None = None


class SavedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row as it is."""

    row_number: int
    line: int
    raw: list[str]
    seed: dict[str, str | int | None]
    title: str
    date: str | None
    status: str
    would: str | None
    error_code: str | None
    error_message: Phrase | None
    error_column: str | None
    target_record_id: str | None
    attempt_count: int
    duplicate_of: int | None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a pending row."""

    number: int
    status: str
    target: str | None = None
    code: str | None = None
    message: Phrase | None = None
    attempts: int = 0  # more than before


def create(
    connection: Connection, job_id: str, org_id: str, format_: str, name: str, header: Sequence[str]
) -> RowImport:
    """Begin an import; the one that the job has already is given back."""
    found = connection.execute(
        select(row_import).where(row_import.c.job_id == job_id)
    ).one_or_none()
    if found is None:
        new = insert(row_import).values(
            job_id=job_id, org_id=org_id, format=format_, file_name=name, header=list(header)
        )
        found = connection.execute(new.returning(*row_import.c)).one()
    return _import(found._asdict())


def of_job(connection: Connection, org_id: str, job_id: str) -> RowImport:
    """The import of a job.  Raises SettingsError `unknown_item`."""
    found = connection.execute(
        select(row_import).where(row_import.c.job_id == job_id, row_import.c.org_id == org_id)
    ).one_or_none()
    if found is None:
        raise SettingsError(
            _("No import of rows has the job id “{job}”.", job=job_id),
            _("“courseporter jobs list” shows the jobs there are."),
            code="unknown_item",
        )
    return _import(found._asdict())


def _import(row: Mapping[str, object]) -> RowImport:
    return msgspec.convert({str(name): value for name, value in row.items()}, RowImport)


def add(connection: Connection, seq: int, rows: Sequence[NewRow]) -> None:
    """Save rows, and count them."""
    now = connection.scalar(select(now_ms()))
    insert_rows(connection, import_row, COLUMNS, [_cells(seq, row, now) for row in rows])
    _count(connection, seq, Counter(row.status for row in rows), total=len(rows))


def _cells(seq: int, row: NewRow, now: int | None) -> tuple[object, ...]:
    texts = (_encode(row.raw).decode("utf-8"), _encode(row.seed).decode("utf-8"))
    key = (row.title, row.date, row.key, row.status)
    error = (row.error_code, pack(row.error_message), row.error_column, row.duplicate_of)
    return (seq, row.number, row.line, *texts, *key, *error, now, now)


def earlier(
    connection: Connection, seq: int, keys: Iterable[tuple[str | None, bytes]]
) -> dict[bytes, list[tuple[int, str | None]]]:
    """Rows of this import with these (date, key): key → (number, address of the film)."""
    wanted = sorted({key for key in keys if key[0] is not None})
    if not wanted:
        return {}
    found = dict[bytes, list[tuple[int, str | None]]]()
    query = select(
        import_row.c.dedupe_key, import_row.c.row_number, import_row.c.seed
    ).where(
        import_row.c.job_seq == seq,
        import_row.c.duplicate_of.is_(None),
        tuple_(import_row.c.date, import_row.c.dedupe_key).in_(wanted),
    )  # fmt: skip
    for key, number, seed in connection.execute(query):
        uri = cast("dict[str, str | None]", json.loads(seed)).get("film_uri")
        found.setdefault(bytes(key), []).append((number, uri))
    return found


def listed(
    connection: Connection,
    seq: int,
    states: Sequence[str] = (),
    *,
    after: int = 0,
    limit: int = 500,
    fresh: bool = False,
) -> list[SavedRow]:
    """Rows in order, from the one after `after` on.  `fresh`: only those without `would`.

    The numbers are found on the index alone, then joined: a filter that nothing fits costs nothing.
    """
    inner = select(import_row.c.row_number).where(
        import_row.c.job_seq == seq, import_row.c.row_number > after
    )
    if states:
        inner = inner.where(import_row.c.status.in_(states))
    if fresh:
        inner = inner.where(import_row.c.would.is_(None))
    numbers = inner.order_by(import_row.c.row_number).limit(limit).subquery()
    columns = [import_row.c[name] for name in SavedRow.__struct_fields__]
    query = (
        select(*columns)
        .join(numbers, import_row.c.row_number == numbers.c.row_number)
        .where(import_row.c.job_seq == seq)
        .order_by(import_row.c.row_number)
    )
    return [_saved(row._asdict()) for row in connection.execute(query)]


def _saved(row: Mapping[str, object]) -> SavedRow:
    values = {str(name): value for name, value in row.items()}
    for name in ("raw", "seed"):
        values[name] = json.loads(str(values[name]))
    return SavedRow(**values)  # type: ignore[arg-type]  # the columns, by their names


def conclude(connection: Connection, seq: int, outcomes: Sequence[Outcome]) -> None:
    """Move pending rows to their ends; rows that aren't pending any more stay as they are."""
    moved = Counter[str]()
    change = update(import_row).where(
        import_row.c.job_seq == seq,
        import_row.c.row_number == bindparam("number"),
        import_row.c.status == "pending",
    )
    for one in outcomes:
        done = connection.execute(
            change.values(
                status=one.status,
                target_record_id=one.target,
                error_code=one.code,
                error_message=one.message,
                would=None,
                attempt_count=import_row.c.attempt_count + one.attempts,
                updated_at=now_ms(),
            ),
            {"number": one.number},
        )
        if done.rowcount:
            moved[one.status] += 1
            moved["pending"] -= 1
    _count(connection, seq, moved)


def mark(connection: Connection, seq: int, would: Mapping[int, str]) -> None:
    """Note what a dry run found."""
    for number, state in would.items():
        connection.execute(
            update(import_row)
            .where(import_row.c.job_seq == seq, import_row.c.row_number == number)
            .values(would=state, updated_at=now_ms())
        )


def reopen(
    connection: Connection, seq: int, states: Sequence[str], number: int | None = None
) -> list[int]:
    """Make rows of these states pending again; returns their numbers.

    Rows that were never valid stay failed: they'd fail again.
    """
    mine = (import_row.c.job_seq == seq) & import_row.c.status.in_(states)
    mine &= import_row.c.dedupe_key.is_not(None)
    if number is not None:
        mine &= import_row.c.row_number == number
    rows = connection.execute(
        select(import_row.c.row_number, import_row.c.status).where(mine)
    ).all()
    change = update(import_row).where(mine)
    connection.execute(
        change.values(
            status="pending", error_code=None, error_message=None, error_column=None,
            duplicate_of=None, would=None, updated_at=now_ms(),
        )
    )  # fmt: skip
    moved = Counter({state: -times for state, times in Counter(row.status for row in rows).items()})
    moved["pending"] += len(rows)
    _count(connection, seq, moved)
    return [row.row_number for row in rows]


def _count(connection: Connection, seq: int, moved: Mapping[str, int], total: int = 0) -> None:
    values = {state: row_import.c[state] + moved[state] for state in ROW_STATES if moved.get(state)}
    if values or total:
        connection.execute(
            update(row_import)
            .where(row_import.c.seq == seq)
            .values(total=row_import.c.total + total, rev=next_rev(row_import), **values)
        )
