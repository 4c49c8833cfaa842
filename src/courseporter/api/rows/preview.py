"""What an import would take, before it starts: rows, period, duplicates, errors, requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import islice
from math import ceil
from pathlib import Path

import msgspec

from courseporter.api.actor import Actor
from courseporter.api.rows.starting import opened_rows
from courseporter.api.rows.values import RowOptions
from courseporter.connections.using import open_connection
from courseporter.errors import shown
from courseporter.rows import ParsedRow, RowFile, named
from courseporter.rows.row import normal
from courseporter.settings import full_path
from courseporter.workspace import lookups

FREE = 1000  # requests a day that OMDb allows with a free key
MAX_EXAMPLES = 20


class RowProblem(msgspec.Struct, frozen=True):
    """A row that isn't valid."""

    line: int
    column: str | None
    code: str
    message: str


class RowsPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a file.

    `whole` is false when only its beginning was read.  `requests` is at least how many questions
    OMDb would be asked, `days` how long that takes with a free key; None without a look-up.
    `sample` are the first rows, in the order of `header`.
    """

    file_name: str
    format: str
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    rows: int
    whole: bool
    first: str | None
    last: str | None
    duplicates: int
    errors: dict[str, int]
    skipped: int
    problems: tuple[RowProblem, ...]
    requests: int | None = None
    days: int | None = None


def preview_rows(
    actor: Actor,
    path: Path,
    options: RowOptions,
    limit: int | None = None,
    tick: Callable[[], None] = lambda: None,
) -> RowsPreview:
    """Read the file, or its first `limit` rows, and say what is in it; nothing is stored.

    Raises InputError, SettingsError, and what `tick` raises, which is asked now and then.
    """
    path = full_path(path)
    file, _mapped = opened_rows(actor, path, options)
    try:
        order = file.date_order()
        file.reading = msgspec.convert(
            {"date_order": order, "date": options.date}, type(file.reading)
        )
        count = _Count()
        for number, row in enumerate(islice(file.rows(), limit), 1):
            count.add(row, keep=options.keep_duplicates)
            if number % 500 == 0:
                tick()
        return _preview(actor, file, count, options, limit)
    finally:
        file.close()


class _Count:
    """Counts rows as they are read."""

    def __init__(self) -> None:
        self.rows = self.duplicates = self.skipped = 0
        self.first: str | None = None
        self.last: str | None = None
        self.errors = Counter[str]()
        self.problems = list[RowProblem]()
        self.sample = list[tuple[str, ...]]()
        self.films = set[int]()
        self._uris = dict[int, str | None]()

    def add(self, row: ParsedRow, *, keep: bool) -> None:
        """Count a row."""
        self.rows += 1
        if len(self.sample) < 5:
            self.sample.append(tuple(row.raw))
        if row.error is not None:
            code, message, column = row.error
            self.errors[code] += 1
            if len(self.problems) < MAX_EXAMPLES:
                told = shown(message) or ""
                self.problems.append(RowProblem(row.line, column, code, told))
        elif row.skip is not None:
            self.skipped += 1
        elif row.key is not None:
            self._add_valid(row, row.key, keep=keep)

    def _add_valid(self, row: ParsedRow, key: bytes, *, keep: bool) -> None:
        if row.date is not None:
            self.first = min(self.first or row.date, row.date)
            self.last = max(self.last or row.date, row.date)
        number = int.from_bytes(key, "big")
        if number in self._uris and not keep:
            earlier = self._uris[number]
            if earlier is None or row.uri is None or earlier == row.uri:
                self.duplicates += 1
                return
        self._uris[number] = row.uri
        self.films.add(hash((normal(row.title), row.seed.get("year"))))


def _preview(
    actor: Actor, file: RowFile, count: _Count, options: RowOptions, limit: int | None
) -> RowsPreview:
    requests = days = None
    if options.enrich is not None and named(file.format.name).kind != "enrollments":
        requests = len(count.films)
        lane = open_connection(actor.store, actor.organisation, options.enrich, kind="omdb").lane
        with actor.store.read() as connection:
            used = lookups.used_today(connection, lane)
        days = ceil((used + requests) / FREE) if requests else 0
    return RowsPreview(
        file_name=file.path.name,
        format=file.format.name,
        header=tuple(file.header),
        sample=tuple(count.sample),
        rows=count.rows,
        whole=limit is None or count.rows < limit,
        first=count.first,
        last=count.last,
        duplicates=count.duplicates,
        errors=dict(count.errors),
        skipped=count.skipped,
        problems=tuple(count.problems),
        requests=requests,
        days=days,
    )
