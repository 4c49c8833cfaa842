"""Dates of rows: ISO 8601, or days and months in the one order that fits a whole column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from courseporter.errors import InputError, _

DateOrder = Literal["dmy", "mdy"]
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_OTHER = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")


@lru_cache(maxsize=1024)  # the days of a table repeat
def iso_date(text: str, order: DateOrder | None = None) -> str | None:
    """The day as YYYY-MM-DD; None when it isn't a day, or isn't ISO and `order` isn't given."""
    text = text.strip()
    if len(text) == 10 and text[4] == "-" and text[7] == "-":
        try:
            dt.date.fromisoformat(text)
        except ValueError:
            return None
        return text
    if found := _ISO.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if order is None or not (found := _OTHER.fullmatch(text)):
        return None
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    if order == "mdy":
        first, second = second, first
    return _day(year, second, first)


def order_of(name: str, column: str, cells: Iterable[str]) -> DateOrder | None:
    """The order of day and month in a column; None when all its days are ISO.

    Raises InputError `table_schema` when both orders fit every cell: a person has to say.
    """
    fits: dict[DateOrder, int] = {"dmy": 0, "mdy": 0}
    other, example = 0, ""
    for cell in cells:
        if cell[4:5] == "-" or not _OTHER.fullmatch(cell.strip()):
            continue
        other += 1
        example = example or cell.strip()
        for order in fits:
            fits[order] += iso_date(cell, order) is not None
    if not other:
        return None
    if fits["dmy"] == fits["mdy"]:
        raise InputError(
            _("{name}: the dates in “{column}”, such as “{example}”, are ambiguous.",
              name=name, column=column, example=example),
            _("Use --date-order dmy if the day comes first, or mdy if the month does."),
            name,
            code="table_schema",
        )  # fmt: skip
    return max(fits, key=lambda order: fits[order])


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None
