"""Problems of a table as a whole, reported once, after its rows were read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from courseporter.errors import Problem, _, ngettext
from courseporter.formats.tabular import Table
from courseporter.sources.csv_template.report import listed

SHOWN = 10  # names that a summary lists


def table_problems(table: Table) -> Iterator[Problem]:
    """Its unknown columns, a guessed encoding, formulas without a result."""
    if table.unknown:
        yield _unknown(table)
    if table.guessed:
        yield _guessed(table)
    if table.unsolved:
        yield _unsolved(table)


def unknown_sheets(names: Sequence[str], known: Iterable[str]) -> Problem:
    """Sheets that aren't part of the template, so they are ignored."""
    return Problem(
        code="unknown_sheets",
        severity="warning",
        message=ngettext(
            "The sheet {names} isn't part of the template, so it was ignored.",
            "The sheets {names} aren't part of the template, so they were ignored.",
            len(names),
            names=listed(names, SHOWN),
        ),
        where=_("sheet {name}", name=names[0]),
        hint=_("Sheets of the template: {names}.", names=", ".join(known)),
        count=len(names),
    )


def _unknown(table: Table) -> Problem:
    return Problem(
        code="unknown_columns",
        severity="warning",
        message=ngettext(
            "{table}: the column {names} isn't part of the template, so it was ignored.",
            "{table}: the columns {names} aren't part of the template, so they were ignored.",
            len(table.unknown),
            table=table.name,
            names=listed(table.unknown, SHOWN),
        ),
        where=table.where,
        hint=_("Columns of the template: {names}.", names=", ".join(table.columns)),
        count=len(table.unknown),
    )


def _guessed(table: Table) -> Problem:
    return Problem(
        code="encoding_guessed",
        severity="warning",
        message=_(
            "{table} is not UTF-8. It was read as Windows-1252; check its accented letters.",
            table=table.name,
        ),
        where=table.name,
        hint=_("To be sure, save the table as “CSV UTF-8” and import again."),
    )


def _unsolved(table: Table) -> Problem:
    return Problem(
        code="formula_unsolved",
        severity="warning",
        message=ngettext(
            "{table}: the formula in {count} cell has no result, so its text was imported.",
            "{table}: the formulas in {count:,} cells have no result, so their text was imported.",
            len(table.unsolved),
            table=table.name,
        ),
        where=_("{table} row {line}", table=table.name, line=table.unsolved[0]),
        hint=_("Open the workbook in a spreadsheet program, save it, and import it again."),
        count=len(table.unsolved),
    )
