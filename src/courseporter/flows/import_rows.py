"""Importing rows: the file is read into the store, then each row is sent, once.

A chunk of rows, its counters and the cursor behind it are one transaction.  What is sent goes
through the effect journal; a row ends in the transaction that moves its counter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import msgspec
from sqlalchemy import Connection, delete

from courseporter.connections.using import open_connection
from courseporter.errors import InputError, _
from courseporter.flows.material import limits_of
from courseporter.formats.archive import fingerprint
from courseporter.jobs.effects import BATCH, Effect, deliver, journal
from courseporter.jobs.flow import Flow, Step
from courseporter.jobs.run import Run
from courseporter.net import HeaderCredential, Policy, Rate
from courseporter.rows import ParsedRow, RowFile, named, open_rows
from courseporter.rows.formats import Reading
from courseporter.store.schema import effect
from courseporter.targets.http_api import Profile, RowService, load_profile
from courseporter.targets.http_api.service import EXISTS
from courseporter.workspace import imported_rows as rows
from courseporter.workspace.imported_rows import NewRow, Outcome, RowImport, SavedRow

CHUNK = 500
KIND = "import_rows"
SECONDS = 30.0  # for one request with its retries


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What the job was asked to do."""

    path: str
    sha256: str
    format: str = ""
    date_order: str | None = None
    date: str | None = None
    keep_duplicates: bool = False
    dry_run: bool = False
    connection_id: str | None = None

    def reading(self) -> Reading:
        """How cells are to be understood."""
        return msgspec.convert({"date_order": self.date_order, "date": self.date}, Reading)


def order_of(run: Run) -> Order:
    """The order of this job."""
    return msgspec.convert(dict(run.args), Order)


def read(run: Run) -> None:
    """Read the file, check each row, and skip what stands in it twice."""
    order, limits = order_of(run), limits_of(run.store)
    path = Path(order.path)
    file = open_rows(path, limits, order.reading(), order.format)
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
    while chunk := list(islice(found, CHUNK)):
        first = number + 1
        number += len(chunk)

        def write(
            connection: Connection, chunk: list[ParsedRow] = chunk, first: int = first
        ) -> None:
            rows.add(connection, seq, list(_checked(connection, seq, chunk, first, keep=keep)))

        run.save({"row": number}, write, done=number, unit="rows")
        run.tick(number, None, "rows")


def _checked(
    connection: Connection, seq: int, chunk: list[ParsedRow], first: int, *, keep: bool
) -> Iterator[NewRow]:
    """The rows as they are saved: invalid ones failed, repeated ones skipped."""
    keys = [(row.date, row.key) for row in chunk if row.key is not None]
    known = {} if keep else rows.earlier(connection, seq, keys)
    for number, row in enumerate(chunk, first):
        new = NewRow(
            number=number, line=row.line, raw=row.raw, seed=row.seed, title=row.title,
            date=row.date, key=row.key,
        )  # fmt: skip
        if row.error is not None:
            code, message, column = row.error
            new = msgspec.structs.replace(
                new, status="failed", error_code=code, error_message=message, error_column=column
            )
        elif row.key is not None and not keep:
            of = next((n for n, uri in known.get(row.key, ()) if _same(uri, row.uri)), None)
            if of is None:
                known.setdefault(row.key, []).append((number, row.uri))
            else:
                new = msgspec.structs.replace(
                    new, status="skipped", error_code="duplicate_in_file", duplicate_of=of
                )
        yield new


def _same(one: str | None, other: str | None) -> bool:
    """Two films of one title, year and day have two addresses."""
    return one is None or other is None or one == other


def send(run: Run) -> None:
    """Send what is pending, or find out what would be done."""
    order = order_of(run)
    with run.store.read() as connection:
        mine = rows.of_job(connection, run.job.org_id, run.job.id)
    if order.connection_id is not None and mine.pending:
        _with_service(run, order, mine)
    with run.store.read() as connection:
        mine = rows.of_job(connection, run.job.org_id, run.job.id)
    run.finish(summary={name: getattr(mine, name) for name in ("total", *rows.ROW_STATES)})


def _with_service(run: Run, order: Order, mine: RowImport) -> None:
    assert order.connection_id is not None
    opened = open_connection(
        run.store, run.job.org_id, order.connection_id, kind="http_api", tick=run.tick
    )
    profile = load_profile(opened.text("profile"))
    resource = profile.resource(named(mine.format).kind)
    credential = HeaderCredential(profile.auth.prefix, **{profile.auth.header: opened.secret()})
    policy = Policy(total=SECONDS, rate=_rate(profile))
    with opened.client(profile.base_url, credential=credential, policy=policy) as site:
        service = RowService(site, profile, resource)
        if order.dry_run:
            _try_rows(run, order, mine, service)
        else:
            _send_rows(run, order, mine, service)


def _rate(profile: Profile) -> Rate | None:
    """One request less than is allowed, and no burst: clocks differ."""
    limit = profile.limit
    return None if limit is None else Rate(max(1, limit.requests - 1) / limit.seconds, 1)


def _try_rows(run: Run, order: Order, mine: RowImport, service: RowService) -> None:
    """Note what would become of each row; nothing is sent."""
    done = 0
    while page := _page(run, mine, fresh=True):
        there = {row.row_number: not order.keep_duplicates and service.existing(row.seed)
                 for row in page}  # fmt: skip
        would = {number: "skipped" if found else "success" for number, found in there.items()}
        done += len(page)
        run.save(
            None,
            lambda connection, would=would: rows.mark(connection, mine.seq, would),
            done=done,
            total=mine.pending,
            unit="rows",
        )


def _send_rows(run: Run, order: Order, mine: RowImport, service: RowService) -> None:
    done = 0
    while page := _page(run, mine):
        ends = {one.number: one for one in _already_there(run, order, mine, page, service)}
        bodies = {
            key_of(run, row.row_number): service.body(key_of(run, row.row_number), row.seed)
            for row in page
            if row.row_number not in ends
        }
        effects = deliver(run, bodies, service) if bodies else {}
        for row in page:
            if found := effects.get(key_of(run, row.row_number)):
                ends[row.row_number] = _end(row.row_number, found)
        done += len(page)
        run.save(
            None,
            lambda connection, ends=ends: rows.conclude(connection, mine.seq, list(ends.values())),
            done=done,
            total=mine.pending,
            unit="rows",
        )


def key_of(run: Run, number: int) -> str:
    """The row's key at the service: the same over tries, restarts and retries."""
    return f"{run.job.id}:{number}"


def _page(run: Run, mine: RowImport, *, fresh: bool = False) -> list[SavedRow]:
    with run.store.read() as connection:
        return rows.listed(connection, mine.seq, ("pending",), limit=BATCH, fresh=fresh)


def _already_there(
    run: Run, order: Order, mine: RowImport, page: list[SavedRow], service: RowService
) -> Iterator[Outcome]:
    """Rows whose record exists, or is made by another row: those of ours in the journal aside."""
    known = journal(run, [key_of(run, row.row_number) for row in page])
    shows, marks = named(mine.format).kind == "shows", set[tuple[object, ...]]()
    for row in page:
        if order.keep_duplicates or key_of(run, row.row_number) in known:
            continue
        mark = service.mark(row.seed)
        there = service.existing(row.seed)
        if there is not None or mark in marks:
            code = "merged_into_season" if shows else "duplicate_at_target"
            yield Outcome(number=row.row_number, status="skipped", code=code, target=there)
        marks.add(mark)


def _end(number: int, found: Effect) -> Outcome:
    tries, ref = found.tries, found.target_ref or ""
    if found.state == "rejected":
        message = str((found.response or {}).get("message") or "")
        return Outcome(
            number=number, status="failed", code="rejected", message=message, attempts=tries
        )
    if found.state == "intent":
        return Outcome(
            number=number,
            status="held",
            code="outcome_unknown",
            message=_("Nobody knows whether the record was created, and the service can't tell."),
            attempts=tries,
        )
    if ref.startswith(EXISTS) and tries == 1:
        there = ref.removeprefix(EXISTS) or None
        return Outcome(
            number=number, status="skipped", code="duplicate_at_target", target=there, attempts=1
        )
    return Outcome(number=number, status="success", target=ref.removeprefix(EXISTS), attempts=tries)


def forget_refusals(connection: Connection, job_id: str, numbers: list[int]) -> None:
    """Let rows that were refused, or are in doubt, be sent again: a person decided so."""
    wanted: Mapping[str, object] = {f"{job_id}:{number}": None for number in numbers}
    for start in range(0, len(numbers), CHUNK):
        keys = list(wanted)[start : start + CHUNK]
        connection.execute(
            delete(effect).where(
                effect.c.job_id == job_id, effect.c.key.in_(keys), effect.c.state != "done"
            )
        )


IMPORT_ROWS = Flow(KIND, 1, (Step("read", read, 1), Step("send", send, 9)))
