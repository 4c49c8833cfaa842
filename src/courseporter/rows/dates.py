"""Dates of rows: ISO 8601, or days and months in an order that somebody gave."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

DateOrder = Literal["dmy", "mdy"]
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_OTHER = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")


def iso_date(text: str, order: DateOrder | None = None) -> str | None:
    """The day as YYYY-MM-DD; None when it isn't a day, or could be two and `order` isn't given."""
    text = text.strip()
    if found := _ISO.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _OTHER.fullmatch(text):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        if order is None and first != second and first <= 12 and second <= 12:
            return None
        if order == "mdy" or (order is None and second > 12):
            first, second = second, first
        return _day(year, second, first)
    return None


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None
