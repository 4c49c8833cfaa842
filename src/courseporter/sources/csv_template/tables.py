"""What is odd about a table as a whole: told once, after its rows were read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from courseporter.errors import Problem
from courseporter.formats.tabular import Table

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
    """Sheets that are none of the template's, so that nothing in them is read."""
    listed = ", ".join(f"“{name}”" for name in names[:SHOWN])
    are, they = ("sheets", "They are") if len(names) > 1 else ("a sheet", "It is")
    return Problem(
        code="unknown_sheets",
        severity="warning",
        message=f"The workbook has {are} that the template does not know: {listed}. "
        f"{they} not read.",
        where=f"sheet {names[0]}",
        hint=f"Known sheets: {', '.join(known)}.",
        count=len(names),
    )


def _unknown(table: Table) -> Problem:
    names = ", ".join(f"“{name}”" for name in table.unknown[:SHOWN])
    return Problem(
        code="unknown_columns",
        severity="warning",
        message=f"{table.name} has columns that the template does not know: {names}. "
        "They are not read.",
        where=table.where,
        hint=f"Known columns: {', '.join(table.columns)}.",
        count=len(table.unknown),
    )


def _guessed(table: Table) -> Problem:
    return Problem(
        code="encoding_guessed",
        severity="warning",
        message=f"{table.name} is not UTF-8. It was read as Windows-1252; "
        "check its umlauts and accents.",
        where=table.name,
        hint="To be sure, save the table as “CSV UTF-8” and import again.",
    )


def _unsolved(table: Table) -> Problem:
    return Problem(
        code="formula_unsolved",
        severity="warning",
        message=f"{table.name} has formulas without a result, in {len(table.unsolved):,} of its "
        "cells. They are read as they are written.",
        where=f"{table.name} row {table.unsolved[0]}",
        hint="Open the workbook in a spreadsheet program, save it, and import it again.",
        count=len(table.unsolved),
    )
