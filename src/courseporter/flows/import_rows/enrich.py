"""The second step: films and shows are looked up, as far as that was ordered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import closing
from typing import cast

from sqlalchemy import Connection

from courseporter.errors import Message, _
from courseporter.flows.import_rows.asking import Askers, StoppedAskingError
from courseporter.flows.import_rows.order import Order, film_of, kind_of, order_of
from courseporter.jobs.effects import BATCH
from courseporter.jobs.run import Run
from courseporter.rows import named
from courseporter.rows.lookup import Found, Held, Match, Wanted
from courseporter.workspace import imported_rows as rows
from courseporter.workspace import lookups
from courseporter.workspace.imported_rows import Outcome, RowImport, SavedRow

PARALLEL = 4
GLANCE_SECONDS = 0.05
WHY: dict[str, Message] = {
    "not_found": _("No film with this title and year was found."),
    "several": _("Several films match."),
    "year_differs": _("The title was found, but with a different year."),
    "is_series": _("This is a series, not a film."),
}


def enrich(run: Run) -> None:
    """Find out which film or show each pending row is."""
    order = order_of(run)
    if order.enrich_id is None:
        return
    with run.store.read() as connection:
        mine = rows.of_job(connection, run.job.org_id, run.job.id)
    look_up(run, order, mine, after=int(str((run.cursor or {}).get("after", 0))))
    while is_unasked(run, order, mine):  # a person has decided meanwhile
        look_up(run, order, mine)


def is_unasked(run: Run, order: Order, mine: RowImport) -> bool:
    """Whether rows that are to be looked up haven't been."""
    if order.enrich_id is None or named(mine.format).kind == "enrollments":
        return False
    with run.store.read() as connection:
        return rows.unasked(connection, mine.seq, dry_run=order.dry_run)


def look_up(run: Run, order: Order, mine: RowImport, *, after: int = 0) -> None:
    """Look up the pending rows after this one that haven't been."""
    assert order.enrich_id is not None
    with closing(Askers(run, order.enrich_id)) as askers, ThreadPoolExecutor(PARALLEL) as pool:
        try:
            _look_up(run, order, mine, askers, pool, after)
        finally:
            askers.stop.set()


def _look_up(
    run: Run, order: Order, mine: RowImport, askers: Askers, pool: ThreadPoolExecutor, after: int
) -> None:
    done = 0
    parallel = False  # the first row goes alone: a wrong key is asked with once
    while page := _page(run, mine, after, BATCH if parallel else 1):
        found = _found(run, mine, page, askers, pool)
        after, done, parallel = page[-1].row_number, done + len(page), True

        def write(connection: Connection, found: Mapping[int, Found | str] = found) -> None:
            _save(connection, mine.seq, found, dry_run=order.dry_run)

        run.save({"after": after}, write, done=done, total=mine.pending, unit="rows")


def _page(run: Run, mine: RowImport, after: int, limit: int) -> list[SavedRow]:
    """The next pending rows; those whose film is known already get imported, and cost nothing."""
    with run.store.read() as connection:
        return rows.listed(connection, mine.seq, ("pending",), after=after, limit=limit)


def _found(
    run: Run, mine: RowImport, page: list[SavedRow], askers: Askers, pool: ThreadPoolExecutor
) -> dict[int, Found | str]:
    """Row number → what the look-up ended with; a text is what a person chose earlier."""
    asked = dict[Wanted, list[int]]()
    for row in page:
        kind = kind_of(mine.format, row)
        if row.found is None and kind != "enrollments":
            asked.setdefault(wanted_of(row, kind), []).append(row.row_number)
    choices = _choices(run, asked)
    futures: dict[Future[Found | str], list[int]] = {
        pool.submit(_find, askers, wanted, choices.get(wanted)): numbers
        for wanted, numbers in asked.items()
    }
    try:
        _await(run, futures)
    except BaseException:
        askers.stop.set()
        raise
    return {number: future.result() for future, some in futures.items() for number in some}


def _await(run: Run, futures: Mapping[Future[Found | str], list[int]]) -> None:
    """Until all are done; what stops one stops all, and is raised.  May raise what `tick` does."""
    left = set(futures)
    while left:
        run.tick()
        ended, left = wait(left, GLANCE_SECONDS, FIRST_EXCEPTION)
        errors = [error for one in ended if (error := one.exception()) is not None]
        told = [error for error in errors if not isinstance(error, StoppedAskingError)]
        if told:
            raise told[0]


def _find(askers: Askers, wanted: Wanted, chosen: str | None) -> Found | str:
    if chosen == lookups.NOBODY:
        return lookups.NOBODY
    matcher = askers.matcher()
    return matcher.find(wanted) if chosen is None else matcher.chosen(chosen, wanted)


def wanted_of(row: SavedRow, kind: str) -> Wanted:
    """What the row says about its film or show."""
    return Wanted(
        row.title,
        cast("int | None", row.seed.get("year")),
        "series" if kind == "shows" else "movie",
        cast("str | None", row.seed.get("imdb_id")),
    )


def _choices(run: Run, asked: Iterable[Wanted]) -> dict[Wanted, str]:
    found = dict[Wanted, str]()
    for kind in ("movie", "series"):
        films = dict[bytes, list[Wanted]]()
        for one in asked:
            if one.kind == kind:
                films.setdefault(film_of(one.title, one.year), []).append(one)
        if not films:
            continue
        with run.store.read() as connection:
            chosen = lookups.chosen(connection, run.job.org_id, kind, list(films))
        found |= {one: record for film, record in chosen.items() for one in films[film]}
    return found


def _save(
    connection: Connection, seq: int, found: Mapping[int, Found | str], *, dry_run: bool
) -> None:
    matches = {number: one for number, one in found.items() if isinstance(one, Match)}
    rows.note_found(connection, seq, {number: one.facts() for number, one in matches.items()})
    others = {number: one for number, one in found.items() if not isinstance(one, Match)}
    ends = [_end(number, one) for number, one in others.items()]
    if dry_run:
        rows.mark(connection, seq, {one.number: one.status for one in ends})
    else:
        rows.conclude(connection, seq, ends)


def _end(number: int, one: Held | str) -> Outcome:
    if isinstance(one, str):
        return Outcome(number=number, status="skipped", code="not_chosen")
    return Outcome(
        number=number,
        status="held",
        code=one.code,
        message=WHY[one.code],
        candidates=[film.candidate() for film in one.candidates],
    )
