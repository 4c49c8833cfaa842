"""What an import of rows was asked to do."""

from __future__ import annotations

from typing import cast

import msgspec

from courseporter.jobs.run import Run
from courseporter.rows import Reading, named
from courseporter.rows.row import normal
from courseporter.workspace import lookups
from courseporter.workspace.imported_rows import SavedRow, Value

KIND = "import_rows"
UNDO_KIND = "undo_rows"
CHUNK = 500


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """`connection_id` is where rows are sent, `enrich_id` where films are looked up."""

    path: str
    sha256: str
    format: str = ""
    date_order: str | None = None
    date: str | None = None
    mapped: dict[str, str] = {}
    keep_duplicates: bool = False
    dry_run: bool = False
    connection_id: str | None = None
    enrich_id: str | None = None

    def reading(self) -> Reading:
        """How cells are to be understood.  Raises msgspec.ValidationError."""
        return msgspec.convert({"date_order": self.date_order, "date": self.date}, Reading)


def order_of(run: Run) -> Order:
    """The order of this job."""
    return msgspec.convert(dict(run.args), Order)


def kind_of(format_: str, row: SavedRow) -> str:
    """What a row is: movies, shows or enrollments; some formats have films beside shows."""
    return "movies" if row.seed.get("movie") else named(format_).kind


def film_of(title: str, year: int | None) -> bytes:
    """The same for rows of one title and year: what a choice holds for."""
    return lookups.digest(normal(title), year)


def facts_of(row: SavedRow) -> dict[str, Value]:
    """What a profile's placeholders stand for: the row's facts, and those that were looked up."""
    known = row.facts
    found = row.found or {}
    rating = cast("int | None", known.get("rating"))
    known["loved"] = None if rating is None else rating >= 9
    for name, value in found.items():
        if value is not None:
            known[name] = value
    known["show_title"] = known["title"]
    known["uri"] = known.get("source_uri")
    return known
