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
    yield from _days(table)
    if table.hidden or table.hidden_sheet:
        yield _hidden(table)


def _days(table: Table) -> Iterator[Problem]:
    """Cells that hold a day although their column is one of texts, the first ones one by one."""
    hint = _(
        "Spreadsheets turn texts such as 1-2 into days. If you meant a text, format the cell as "
        "text and type it again."
    )
    for line, column, text in table.days[:SHOWN]:
        where = _("{table} row {line} column {column}", table=table.name, line=line, column=column)
        message = _("{where}: the cell contains a date, shown as “{text}”.", where=where, text=text)
        yield Problem(
            code="cell_is_day", severity="warning", message=message, where=where, hint=hint
        )
    more = len(table.days) - SHOWN
    if more > 0:
        message = _("{table}: {more:,} more cells contain dates.", table=table.name, more=more)
        yield Problem(
            code="cell_is_day", severity="warning", message=message, where=table.name,
            hint=hint, count=more,
        )  # fmt: skip


def _hidden(table: Table) -> Problem:
    """Hidden rows or a hidden sheet: their sections and lessons are hidden, the rest isn't."""
    hides = "section_external_id" in table.columns or "course_external_id" in table.columns
    if table.hidden_sheet and hides:
        message = _(
            "{table} is hidden. Its rows were imported as hidden parts of the course.",
            table=table.name,
        )
    elif table.hidden_sheet:
        message = _(
            "{table} is hidden. Its rows were imported, and learners see them.", table=table.name
        )
    elif hides:
        lines = sorted(table.hidden)
        message = ngettext(
            "{table}: row {rows} is hidden. It was imported as a hidden part of the course.",
            "{table}: {count:,} rows are hidden ({rows}). They were imported as hidden parts of "
            "the course.",
            len(lines),
            table=table.name,
            rows=", ".join(map(str, lines[:SHOWN])) + (", …" if len(lines) > SHOWN else ""),
        )
    else:
        lines = sorted(table.hidden)
        message = ngettext(
            "{table}: row {rows} is hidden. It was imported, and learners see it.",
            "{table}: {count:,} rows are hidden ({rows}). They were imported, and learners see "
            "them.",
            len(lines),
            table=table.name,
            rows=", ".join(map(str, lines[:SHOWN])) + (", …" if len(lines) > SHOWN else ""),
        )
    return Problem(
        code="hidden_rows",
        severity="warning",
        message=message,
        where=table.name,
        hint=_("Delete rows you don't want to import, or show them in the workbook."),
        count=max(len(table.hidden), 1),
    )


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
