"""What `inspect` says of a table that a row format knows: not a course, but rows to import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from courseporter.api.actor import Caller
from courseporter.api.results import OUTCOMES, Result
from courseporter.errors import InputError, PorterError, Problem, _
from courseporter.flows.material import limits_of
from courseporter.model import Entry
from courseporter.rows import ParsedRow, Reading, RowFile, open_rows
from courseporter.store import Store

TABLES = (".csv", ".tsv", ".txt")
WHY = _("Rows aren't a course; they are sent one by one with “rows import”.")


def row_result(caller: Caller, store: Store, path: Path) -> Result | None:
    """The result for a table that a row format knows; None for every other file.

    The rows are read twice: to be counted, and when the entries are walked.
    """
    del caller
    if path.suffix.casefold() not in TABLES or not path.is_file():
        return None
    try:
        file = open_rows(path, limits_of(store))
        file.reading = Reading(date_order=file.date_order())
    except InputError:
        return None
    sums: dict[str, int] = dict.fromkeys(("found", *OUTCOMES), 0)
    for row in file.rows():
        sums["found"] += 1
        sums["failed" if row.error is not None else "skipped"] += 1
    problem = Problem(
        code="row_material",
        severity="info",
        message=_("“{name}” is a table of rows ({format}), not a course.",
                  name=path.name, format=file.format.name),
        where=path.name,
        hint=_("Import it with: courseporter rows import"),
        count=sums["found"],
    )  # fmt: skip
    return Result(
        source=file.format.name,
        version=None,
        title=path.name,
        language=None,
        description=None,
        outline=(),
        entries=_entries(file),
        problems=(problem,),
        assets=0,
        sums=sums,
    )


def row_format_of(store: Store, path: Path) -> str:
    """The row format of a table or of an export; "" when no row format knows the file."""
    if path.suffix.casefold() not in (*TABLES, ".zip") or not path.is_file():
        return ""
    # any date: watchlists need one before they can be imported
    for reading in (None, Reading(date="2000-01-01")):
        with suppress(PorterError, OSError):
            file = open_rows(path, limits_of(store), reading)
            file.close()
            return file.format.name
    return ""


def _entries(file: RowFile) -> Iterator[Entry]:
    for row in file.rows():
        yield _entry(row)


def _entry(row: ParsedRow) -> Entry:
    ref = str(row.line)
    if row.error is not None:
        return Entry(
            kind="row", depth=1, title=row.title, ref=ref, outcome="failed",
            reason=row.error.message,
        )  # fmt: skip
    return Entry(kind="row", depth=1, title=row.title, ref=ref, outcome="skipped", reason=WHY)
