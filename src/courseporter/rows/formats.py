"""The row formats that are known, and which of them a header is."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from courseporter.errors import InputError, SettingsError, _
from courseporter.formats.tabular.table import column_name
from courseporter.rows.cells import Cells, Reading
from courseporter.rows.format import Kind, RowFormat
from courseporter.rows.layouts import letterboxd, people, shows

__all__ = ["FORMATS", "Cells", "Kind", "Reading", "RowFormat", "format_of", "named"]

FORMATS: tuple[RowFormat, ...] = (*letterboxd.FORMATS, *shows.FORMATS, *people.FORMATS)
NAMED = 20  # columns of a header that a message names


def named(name: str) -> RowFormat:
    """The format called `name`.  Raises SettingsError naming the others."""
    for one in FORMATS:
        if one.name == name:
            return one
    raise SettingsError(
        _("“{name}” is not a row format.", name=name),
        _("Available formats: {names}.", names=", ".join(one.name for one in FORMATS)),
        code="usage",
    )


def format_of(name: str, header: Sequence[str], wanted: str = "") -> RowFormat:
    """The format of a table: the one that is wanted, else the one that knows most of the header.

    Raises InputError `table_schema` when a column is missing, none fits, or two fit as well.
    """
    columns = {column_name(cell) for cell in header}
    if wanted:
        known = named(wanted)
        if missing := known.missing(columns):
            raise _missing(name, header, known, missing)
        return known
    scores = sorted(((one.score(columns), one) for one in FORMATS), key=lambda pair: -pair[0])
    (best, found), (next_best, other) = scores[0], scores[1]
    if not best:
        raise _unknown(name, header)
    if best == next_best:
        raise InputError(
            _("{name} can be read as {one} or as {other}.",
              name=name, one=found.name, other=other.name),
            _("Choose one with --format."),
            name,
            code="table_schema",
        )  # fmt: skip
    return found


def _missing(name: str, header: Sequence[str], known: RowFormat, missing: list[str]) -> InputError:
    near = get_close_matches(missing[0].casefold(), [cell.casefold() for cell in header], 1, 0.75)
    hint = _("Rename the column, or map it with --map.")
    if near:
        hint = _("Did you mean its column “{near}”? Rename it, or map it with --map.", near=near[0])
    return InputError(
        _("{name} has no column “{column}”, which {format} needs.",
          name=name, column="”, “".join(missing), format=known.name),
        hint,
        name,
        code="table_schema",
        metadata={"header": list(header)},
    )  # fmt: skip


def _unknown(name: str, header: Sequence[str]) -> InputError:
    """No format fits: what is missing for the nearest one, when one is near."""
    columns = {column_name(cell) for cell in header}
    nearest = max(FORMATS, key=lambda one: 1 - len(one.missing(columns)) / len(one.required))
    missing = nearest.missing(columns)
    if len(missing) * 2 <= len(nearest.required):
        return _missing(name, header, nearest, missing)
    return InputError(
        _("CoursePorter doesn't know this kind of table: {name}. Its columns: {columns}.",
          name=name, columns=", ".join(cell[:60] for cell in header[:NAMED])),
        _("“courseporter rows formats” lists the formats; map other columns with --map."),
        name,
        code="table_schema",
        metadata={"header": list(header)},
    )  # fmt: skip
