"""The last step: each pending row is sent once, or a dry run says what would become of it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, func, select, update

from courseporter.errors import _
from courseporter.flows.import_rows.enrich import is_unasked, look_up
from courseporter.flows.import_rows.order import Order, facts_of, kind_of, order_of
from courseporter.flows.import_rows.sites import Services, opened_services
from courseporter.jobs.effects import BATCH, Effect, conclude, deliver, journal, quarantine_left
from courseporter.jobs.run import Run
from courseporter.rows import named
from courseporter.store.clock import now_ms
from courseporter.store.schema import effect
from courseporter.targets.http_api import RowService
from courseporter.targets.http_api.service import EXISTS
from courseporter.workspace import imported_rows as rows
from courseporter.workspace import row_twins
from courseporter.workspace.imported_rows import Outcome, RowImport, SavedRow

DOUBTS_IN_A_ROW = 5  # more, and the service is taken for broken
TRIES = 5  # of one row whose answers are lost
KEYS = 500  # in one statement


def send(run: Run) -> None:
    """Send what is pending, or find out what would be done."""
    order = order_of(run)
    while True:
        mine = _mine(run)
        if order.connection_id is not None and mine.pending:
            kinds = ("movies", "shows") if named(mine.format).kind == "shows" else ()
            kinds = kinds or (named(mine.format).kind,)
            with opened_services(run, order.connection_id, *kinds) as services:
                if order.dry_run:
                    _try_rows(run, order, mine, services)
                else:
                    _send_rows(run, order, mine, services)
        if _ended(run, order):
            return
        if is_unasked(run, order, mine):
            look_up(run, order, mine)
        run.save({"after": 0})


class _MoreRows(Exception):  # noqa: N818 - control flow
    """A person has made rows pending again."""


def _ended(run: Run, order: Order) -> bool:
    """End the step, unless there are rows to send: nobody can add one in between."""
    mine = _mine(run)
    counters = {name: getattr(mine, name) for name in ("total", *rows.ROW_STATES)}

    def write(connection: Connection) -> None:
        now = rows.of_job(connection, run.job.org_id, run.job.id)
        if counters != {name: getattr(now, name) for name in counters}:
            raise _MoreRows
        if order.connection_id is None:
            more = _is_looked_up(order, now) and rows.unasked(
                connection, now.seq, dry_run=order.dry_run
            )
        else:
            more = rows.untried(connection, now.seq) if order.dry_run else bool(now.pending)
        if more:
            raise _MoreRows

    run.finish(summary=counters)
    try:
        run.save(None, write, final=True)
    except _MoreRows:
        return False
    run.log("info", "rows_done", _("Finished sending rows."), **counters)
    return True


def _mine(run: Run) -> RowImport:
    with run.store.read() as connection:
        return rows.of_job(connection, run.job.org_id, run.job.id)


def _try_rows(run: Run, order: Order, mine: RowImport, services: Services) -> None:
    """Note what would become of each row; nothing is sent."""
    after = done = 0
    while page := _page(run, mine, after, fresh=True):
        would = dict[int, str]()
        with run.store.read() as connection:
            twins = row_twins.taken(connection, mine.seq, page)
        for row in page:
            service = services.get(kind_of(mine.format, row))
            there = (
                None
                if service is None or order.keep_duplicates
                else service.existing(facts_of(row), twins.get(row.row_number, ()))
            )
            would[row.row_number] = (
                "failed" if service is None else "success" if there is None else "skipped"
            )
        after, done = page[-1].row_number, done + len(page)
        run.save(
            None,
            lambda connection, would=would: rows.mark(connection, mine.seq, would),
            done=done,
            total=mine.pending,
            unit="rows",
        )


def _send_rows(run: Run, order: Order, mine: RowImport, services: Services) -> None:
    """Send in order; rows in doubt are left behind, and looked into after all others."""
    after = int(str((run.cursor or {}).get("after", 0)))
    doubts_too = after == 0 and _only_doubts(run, mine)
    doubts_too &= services.repeatable or _until_certain(run, services) <= 0
    done = in_doubt = 0
    while page := _page(run, mine, after):
        after, done = page[-1].row_number, done + len(page)
        asked = [row for row in page if row.found is not None or not _is_looked_up(order, mine)]
        ends = _sent(run, order, mine, asked, services, doubts_too=doubts_too)
        in_doubt += len(asked) - len(ends)
        run.save(
            {"after": after},
            lambda connection, ends=ends: rows.conclude(connection, mine.seq, ends),
            done=done,
            total=mine.pending,
            unit="rows",
        )
    if in_doubt and _mine(run).pending <= in_doubt:
        run.save({"after": 0})
        run.snooze(_until_certain(run, services), "remote")


def _is_looked_up(order: Order, mine: RowImport) -> bool:
    """Whether rows are looked up before they are sent; those that aren't yet have to wait."""
    return order.enrich_id is not None and named(mine.format).kind != "enrollments"


def _only_doubts(run: Run, mine: RowImport) -> bool:
    """Whether nothing is pending but rows in doubt: then it is their turn."""
    query = select(func.count()).where(effect.c.job_id == run.job.id, effect.c.state == "intent")
    with run.store.read() as connection:
        doubts = connection.scalar(query.select_from(effect)) or 0
    return doubts >= mine.pending


def _until_certain(run: Run, services: Services) -> float:
    """Seconds until no request of ours can still be at work."""
    query = select(func.max(effect.c.at), now_ms()).where(
        effect.c.job_id == run.job.id, effect.c.state == "intent"
    )
    with run.store.read() as connection:
        at, now = connection.execute(query).one()
    if services.repeatable:
        return 1.0
    quarantine = services.profile.quarantine_seconds + _sure()
    return max(0.0, quarantine_left(at or 0, now, quarantine))


def _sure() -> float:
    from courseporter.jobs import effects

    return effects.SURE_SECONDS


def _sent(
    run: Run,
    order: Order,
    mine: RowImport,
    page: list[SavedRow],
    services: Services,
    *,
    doubts_too: bool,
) -> list[Outcome]:
    """What happened to a page of rows; those that are in doubt, and stay so, aren't in it."""
    ends = list[Outcome]()
    for kind in dict.fromkeys(kind_of(mine.format, row) for row in page):
        some = [row for row in page if kind_of(mine.format, row) == kind]
        service = services.get(kind)
        if service is None:
            ends += [_not_taken(row, services) for row in some]
        else:
            lot = _Lot(run, mine, service, kind, keep=order.keep_duplicates)
            while some:  # what is the same as another row waits until that one has been sent
                some = lot.send(some, doubts_too=doubts_too)
            ends += lot.ends
    return ends


class _Lot:
    """Rows of one kind and page on their way to a service."""

    def __init__(
        self, run: Run, mine: RowImport, service: RowService, kind: str, *, keep: bool
    ) -> None:
        self._run = run
        self._mine = mine
        self._service = service
        self._keep = keep
        self._exists = "merged_into_season" if kind == "shows" else "duplicate_at_target"
        self.ends = list[Outcome]()

    def send(self, page: list[SavedRow], *, doubts_too: bool) -> list[SavedRow]:
        """Send what differs; gives the rows that are the same as one that is sent now."""
        run, service = self._run, self._service
        known = journal(run, [key_of(run, row.row_number) for row in page])
        with run.store.read() as connection:
            twins = row_twins.taken(connection, self._mine.seq, page)
        planned, later = service.planned(), list[SavedRow]()
        bodies, numbers = dict[str, bytes](), dict[str, int]()
        for row in page:
            key, facts = key_of(run, row.row_number), facts_of(row)
            before, taken = known.get(key), twins.get(row.row_number, frozenset[str]())
            for other in (other for other in page if _are_twins(row, other)):
                taken |= {_plan(other), _record_of(run, known, other)}
            if before is None and not self._keep:
                if (there := service.existing(facts, taken)) is not None:
                    self.ends.append(_skipped(row.row_number, self._exists, there))
                    continue
                record = service.record(facts)
                if planned.name_of(record, taken) is not None:
                    later.append(row)
                    continue
                planned.add(record, _plan(row))
            numbers[key] = row.row_number
            bodies[key] = service.body(key, facts, taken)
            if before is not None and self._stays_in_doubt(row, before, doubts_too=doubts_too):
                del bodies[key]
        self._deliver(bodies, numbers)
        return later

    def _stays_in_doubt(self, row: SavedRow, before: Effect, *, doubts_too: bool) -> bool:
        """Whether a row whose answer was lost isn't sent now; ends it when it never will be."""
        service = self._service
        if before.state != "intent":
            return False
        if service.searchable and not service.repeatable and not doubts_too:
            return True
        if service.repeatable or (service.searchable and before.tries < TRIES):
            if before.tries < TRIES:
                return False
        elif service.searchable and (ref := service.find(before.key)) is not None:
            conclude(self._run, before.key, "done", ref)
            return False
        elif service.searchable:
            self.ends.append(_given_up(row.row_number, before.tries))
            return True
        self.ends.append(_unknown(row.row_number, before.tries))
        return True

    def _deliver(self, bodies: Mapping[str, bytes], numbers: Mapping[str, int]) -> None:
        if not bodies:
            return
        found = deliver(self._run, bodies, self._service, doubts=DOUBTS_IN_A_ROW)
        for key, one in found.items():
            if one.state == "intent":
                if self._service.searchable or self._service.repeatable:
                    continue  # it is looked into once no request can be at work any more
                self.ends.append(_unknown(numbers[key], one.tries))
            else:
                self.ends.append(_end(numbers[key], one))


def _record_of(run: Run, known: Mapping[str, Effect], row: SavedRow) -> str:
    """The record that a row has by the journal; "" when it has none."""
    found = known.get(key_of(run, row.row_number))
    return (found.target_ref or "") if found is not None else ""


def _plan(row: SavedRow) -> str:
    return f"#{row.row_number}"


def _are_twins(row: SavedRow, other: SavedRow) -> bool:
    """Two rows of the same title and day that are both to be sent."""
    return row is not other and (row.date, row.dedupe_key) == (other.date, other.dedupe_key)


def key_of(run: Run, number: int) -> str:
    """The row's key at the service: the same over tries, restarts and retries."""
    return f"{run.job.id}:{number}"


def _page(run: Run, mine: RowImport, after: int, *, fresh: bool = False) -> list[SavedRow]:
    with run.store.read() as connection:
        return rows.listed(
            connection, mine.seq, ("pending",), after=after, limit=BATCH, fresh=fresh
        )


def _skipped(number: int, code: str, target: str | None) -> Outcome:
    return Outcome(number=number, status="skipped", code=code, target=target or None)


def _not_taken(row: SavedRow, services: Services) -> Outcome:
    return Outcome(
        number=row.row_number,
        status="failed",
        code="kind_not_taken",
        message=_("The profile “{name}” doesn't accept rows of this kind.",
                  name=services.profile.name),
    )  # fmt: skip


def _unknown(number: int, tries: int) -> Outcome:
    return Outcome(
        number=number,
        status="held",
        code="outcome_unknown",
        message=_(
            "The service's response was lost, so it's unknown whether the record was created."
        ),
        attempts=tries,
    )


def _given_up(number: int, tries: int) -> Outcome:
    return Outcome(
        number=number,
        status="failed",
        code="no_answer",
        message=_("The service failed {count} times and didn't create the record.",
                  count=tries),
        attempts=tries,
    )  # fmt: skip


def _end(number: int, found: Effect) -> Outcome:
    tries, ref = found.tries, found.target_ref or ""
    if found.state == "rejected":
        message = str((found.response or {}).get("message") or "")
        return Outcome(
            number=number, status="failed", code="rejected", message=message, attempts=tries
        )
    there = ref.removeprefix(EXISTS) or None
    if ref.startswith(EXISTS) and tries == 1:
        end = _skipped(number, "duplicate_at_target", there)
        return Outcome(number=number, status=end.status, code=end.code, target=there, attempts=1)
    return Outcome(number=number, status="success", target=there, attempts=tries)


def forget_refusals(connection: Connection, job_id: str, numbers: list[int]) -> None:
    """Let rows that were refused, or are in doubt, be sent again: a person decided so."""
    wanted = [f"{job_id}:{number}" for number in numbers]
    for start in range(0, len(wanted), KEYS):
        keys = wanted[start : start + KEYS]
        connection.execute(
            delete(effect).where(
                effect.c.job_id == job_id, effect.c.key.in_(keys), effect.c.state != "done"
            )
        )


def begin_again(connection: Connection, job_id: str) -> None:
    """Let rows in doubt be tried as often as at first: a person continues the import."""
    doubts = update(effect).where(effect.c.job_id == job_id, effect.c.state == "intent")
    connection.execute(doubts.values(tries=1))
