"""Imported rows in the store: each change of state moves the counters in the same transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select, update

from courseporter.errors import Phrase, SettingsError, _
from courseporter.errors.message import pack
from courseporter.store.clock import next_rev, now_ms
from courseporter.store.row_tables import ROW_STATES, STATE_NUMBERS, import_row, row_import
from courseporter.store.rows import insert_rows

COLUMNS = (
    "job_seq", "row_number", "line", "raw", "seed", "title", "date", "dedupe_key", "status",
    "error_code", "error_message", "error_column", "duplicate_of", "created_at", "updated_at",
)  # fmt: skip
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
Value = str | int | float | bool | None
JsonText = Mapping[str, Value]


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
    seed: Mapping[str, Value]
    title: str
    date: str | None = None
    key: bytes | None = None
    status: str = "pending"
    error_code: str | None = None
    error_message: Phrase | None = None
    error_column: str | None = None
    duplicate_of: int | None = None


class SavedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row as it is.  `found` is the film that a look-up or a person found."""

    row_number: int
    line: int
    raw: list[str]
    seed: dict[str, Value]
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
    dedupe_key: bytes | None
    found: dict[str, Value] | None = None
    candidates: list[dict[str, Value]] | None = None

    @property
    def facts(self) -> dict[str, Value]:
        """What is known of the row, with its title and day."""
        return {**self.seed, "title": self.title, "date": self.date}


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to a pending row."""

    number: int
    status: str
    target: str | None = None
    code: str | None = None
    message: Phrase | None = None
    attempts: int = 0  # more than before
    candidates: list[dict[str, Value]] | None = None


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


def jobs_of(connection: Connection, org_id: str, limit: int) -> list[str]:
    """The jobs of the organization's imports, newest first."""
    query = select(row_import.c.job_id).where(row_import.c.org_id == org_id)
    return list(connection.scalars(query.order_by(row_import.c.seq.desc()).limit(limit)))


def _import(row: Mapping[str, object]) -> RowImport:
    return msgspec.convert({str(name): value for name, value in row.items()}, RowImport)


def replace(connection: Connection, seq: int, row: NewRow) -> bool:
    """Give a failed row other cells; it is pending now, or failed for another reason.

    False when it isn't a failed row any more.
    """
    before = import_row.c.job_seq == seq, import_row.c.row_number == row.number
    texts = {"raw": _encode(row.raw).decode("utf-8"), "seed": _encode(row.seed).decode("utf-8")}
    done = connection.execute(
        update(import_row)
        .where(*before, import_row.c.status == "failed")
        .values(
            **texts, title=row.title, date=row.date, dedupe_key=row.key, status=row.status,
            error_code=row.error_code, error_message=row.error_message,
            error_column=row.error_column, duplicate_of=None, would=None, found=None,
            candidates=None, updated_at=now_ms(),
        )
    )  # fmt: skip
    if done.rowcount and row.status != "failed":
        _count(connection, seq, Counter({"failed": -1, row.status: 1}))
    return bool(done.rowcount)


def add(connection: Connection, seq: int, rows: Sequence[NewRow]) -> None:
    """Save rows, and count them."""
    now = connection.scalar(_NOW)
    insert_rows(connection, import_row, COLUMNS, [_cells(seq, row, now) for row in rows])
    _count(connection, seq, Counter(row.status for row in rows), total=len(rows))


def _cells(seq: int, row: NewRow, now: int | None) -> tuple[object, ...]:
    message = row.error_message
    return (
        seq, row.number, row.line, _encode(row.raw).decode("utf-8"),
        _encode(row.seed).decode("utf-8"), row.title, row.date, row.key,
        STATE_NUMBERS[row.status], row.error_code, None if message is None else pack(message),
        row.error_column, row.duplicate_of, now, now,
    )  # fmt: skip


def listed(
    connection: Connection,
    seq: int,
    states: Sequence[str] = (),
    *,
    after: int = 0,
    limit: int = 500,
    offset: int = 0,
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
    numbers = inner.order_by(import_row.c.row_number).limit(limit).offset(offset).subquery()
    columns = [import_row.c[name] for name in SavedRow.__struct_fields__]
    query = (
        select(*columns)
        .join(numbers, import_row.c.row_number == numbers.c.row_number)
        .where(import_row.c.job_seq == seq)
        .order_by(import_row.c.row_number)
    )
    return [_saved(row._asdict()) for row in connection.execute(query)]


def unasked(connection: Connection, seq: int, *, dry_run: bool) -> bool:
    """Whether pending rows wait to be looked up; a dry run leaves those without a film pending."""
    fresh = [import_row.c.would.is_(None)] if dry_run else []
    return _is_any(connection, seq, import_row.c.found.is_(None), *fresh)


def untried(connection: Connection, seq: int) -> bool:
    """Whether pending rows wait for a dry run."""
    return _is_any(connection, seq, import_row.c.would.is_(None))


def _is_any(connection: Connection, seq: int, *conditions: ColumnElement[bool]) -> bool:
    pending = import_row.c.job_seq == seq, import_row.c.status == "pending"
    query = select(import_row.c.row_number).where(*pending, *conditions).limit(1)
    return connection.scalar(query) is not None


def held_like(connection: Connection, seq: int, title: str) -> list[SavedRow]:
    """Held rows of this title, whatever its case."""
    query = select(import_row.c.row_number).where(
        import_row.c.job_seq == seq,
        import_row.c.status == "held",
        (import_row.c.title == title) | (func.lower(import_row.c.title) == title.lower()),
    )
    numbers = list(connection.scalars(query))
    return [row for n in numbers for row in listed(connection, seq, after=n - 1, limit=1)]


def _saved(row: Mapping[str, object]) -> SavedRow:
    values = {str(name): value for name, value in row.items()}
    for name in ("raw", "seed", "found", "candidates"):
        if (text := values[name]) is not None:
            values[name] = _decode(str(text))
    return SavedRow(**values)  # type: ignore[arg-type]  # the columns, by their names


def conclude(
    connection: Connection, seq: int, outcomes: Sequence[Outcome], *, of: str = "pending"
) -> None:
    """Move rows to their ends from the state `of`; rows in another state stay as they are."""
    moved = Counter[str]()
    by_state = dict[str, list[Outcome]]()
    for one in outcomes:
        by_state.setdefault(one.status, []).append(one)
    for state, some in by_state.items():
        done = connection.execute(_CONCLUDE, [_ends(seq, one, of) for one in some])
        moved[state] += done.rowcount
        moved[of] -= done.rowcount
    _count(connection, seq, moved)


def _ends(seq: int, one: Outcome, of: str) -> dict[str, object]:
    few = None if one.candidates is None else _encode(one.candidates).decode("utf-8")
    return {
        "seq": seq, "of": of, "number": one.number, "state": one.status, "target": one.target,
        "code": one.code, "sentence": one.message, "more": one.attempts, "few": few,
    }  # fmt: skip


_CONCLUDE = (
    update(import_row)
    .where(
        import_row.c.job_seq == bindparam("seq"),
        import_row.c.row_number == bindparam("number"),
        import_row.c.status == bindparam("of"),
    )
    .values(
        status=bindparam("state"),
        target_record_id=bindparam("target"),
        error_code=bindparam("code"),
        error_message=bindparam("sentence"),
        candidates=bindparam("few"),
        would=None,
        attempt_count=import_row.c.attempt_count + bindparam("more"),
        updated_at=now_ms(),
    )
)


def mark(connection: Connection, seq: int, would: Mapping[int, str]) -> None:
    """Note what a dry run found."""
    if would:
        change = update(import_row).where(
            import_row.c.job_seq == seq, import_row.c.row_number == bindparam("number")
        )
        rows = [{"number": number, "state": state} for number, state in would.items()]
        connection.execute(change.values(would=bindparam("state"), updated_at=now_ms()), rows)


def note_found(connection: Connection, seq: int, found: Mapping[int, JsonText]) -> None:
    """Save the films of rows."""
    if found:
        change = update(import_row).where(
            import_row.c.job_seq == seq, import_row.c.row_number == bindparam("number")
        )
        rows = [
            {"number": number, "film": _encode(film).decode("utf-8")}
            for number, film in found.items()
        ]
        connection.execute(change.values(found=bindparam("film"), updated_at=now_ms()), rows)


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
            duplicate_of=None, candidates=None, would=None, updated_at=now_ms(),
        )
    )  # fmt: skip
    moved = Counter({state: -times for state, times in Counter(row.status for row in rows).items()})
    moved["pending"] += len(rows)
    _count(connection, seq, moved)
    return [row.row_number for row in rows]


def _count(connection: Connection, seq: int, moved: Mapping[str, int], total: int = 0) -> None:
    if total or any(moved.values()):
        more = {f"more_{state}": moved.get(state, 0) for state in ROW_STATES}
        connection.execute(_COUNT, {"mine": seq, "more": total, **more})


_NOW = select(now_ms())
_COUNT = (
    update(row_import)
    .where(row_import.c.seq == bindparam("mine"))
    .values(
        total=row_import.c.total + bindparam("more"),
        rev=next_rev(row_import),
        **{state: row_import.c[state] + bindparam(f"more_{state}") for state in ROW_STATES},
    )
)
