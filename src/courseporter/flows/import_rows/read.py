"""The first step: the file becomes rows in the store."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from courseporter.errors import InputError, _
from courseporter.flows.import_rows import order as orders
from courseporter.flows.import_rows.order import order_of
from courseporter.flows.material import limits_of
from courseporter.formats.archive import fingerprint
from courseporter.jobs.run import Run
from courseporter.rows import ParsedRow, RowFile, open_rows
from courseporter.workspace import imported_rows as rows
from courseporter.workspace import row_twins
from courseporter.workspace.imported_rows import NewRow


def read(run: Run) -> None:
    """Read the file, check each row, and skip what is in it twice."""
    order, limits = order_of(run), limits_of(run.store)
    path = Path(order.path)
    file = open_rows(path, limits, order.reading(), order.format, order.mapped)
    try:
        if fingerprint(path, limits, lambda _bytes: run.tick()) != order.sha256:
            raise InputError(
                _("“{name}” has changed since the import was started.", name=path.name),
                _("Import it again."),
                str(path),
            )
        with run.store.write() as connection:
            mine = rows.create(
                connection, run.job.id, run.job.org_id, file.format.name, path.name, file.header
            )
        _read_rows(run, file, mine.seq, keep=order.keep_duplicates)
    finally:
        file.close()


def _read_rows(run: Run, file: RowFile, seq: int, *, keep: bool) -> None:
    number = int(str((run.cursor or {}).get("row", 0)))
    found = islice(file.rows(), number, None)
    while chunk := list(islice(found, orders.CHUNK)):
        first = number + 1
        number += len(chunk)

        def write(
            connection: Connection, chunk: list[ParsedRow] = chunk, first: int = first
        ) -> None:
            rows.add(connection, seq, list(_checked(connection, seq, chunk, first, keep=keep)))

        run.save({"row": number}, write, done=number, unit="rows")
        run.tick(number, None, "rows")
    run.log("info", "rows_read", _("{count:,} rows read.", count=number), rows=number)


def _checked(
    connection: Connection, seq: int, chunk: list[ParsedRow], first: int, *, keep: bool
) -> Iterator[NewRow]:
    """The rows as they are saved: invalid ones failed, repeated ones skipped."""
    keys = [(row.date, row.key) for row in chunk if row.key is not None]
    known = {} if keep else row_twins.earlier(connection, seq, keys)
    for number, row in enumerate(chunk, first):
        new = replaced(number, row)
        if row.key is not None and not keep:
            alike = known.setdefault(row.key, [])
            of = next((n for n, uri in alike if _same(uri, row.uri)), None) if alike else None
            if of is None:
                alike.append((number, row.uri))
            else:
                new = msgspec.structs.replace(
                    new, status="skipped", error_code="duplicate_in_file", duplicate_of=of
                )
        yield new


def replaced(number: int, row: ParsedRow) -> NewRow:
    """A parsed row as it is saved, whatever other rows there are."""
    new = NewRow(
        number=number, line=row.line, raw=row.raw, seed=row.seed, title=row.title,
        date=row.date, key=row.key,
    )  # fmt: skip
    if row.error is not None:
        code, message, column = row.error
        return msgspec.structs.replace(
            new, status="failed", error_code=code, error_message=message, error_column=column
        )
    if row.skip is not None:
        return msgspec.structs.replace(new, status="skipped", error_code=row.skip)
    return new


def _same(one: str | None, other: str | None) -> bool:
    """Two films of one title, year and day have two addresses."""
    return one is None or other is None or one == other
