"""Dates as Open edX reads them: whatever dateutil's parser takes, and both month and day in it.

xmodule/fields.py, `Date`: an unreadable date raises; one without a month or a day counts as none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

Reading = Literal["complete", "incomplete", "unreadable"]

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+|\s+|.", re.DOTALL)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        1,
    )
    for name in names.split()
}
_WEEKDAYS = frozenset(
    "mon monday tue tuesday wed wednesday thu thursday fri friday sat saturday sun sunday".split()
)
_PERIODS = frozenset(("am", "pm", "a", "p"))
_UNITS = frozenset("h hour hours m minute minutes s second seconds".split())
_SKIPPED = frozenset(". , ; - / ' at on and ad m t of st nd rd th".split())
_ZONES = frozenset(("utc", "gmt", "z"))
_COMPACT = re.compile(r"\d{8}T\d{4}(?:\d\d)?(?:Z|[+-]\d{4})?")
_PACKED = {6: "%y%m%d", 8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_LONGEST = 100  # characters; no date is longer


def read_date(text: str) -> Reading:
    """Whether the platform finds a date in the text, and a whole one."""
    text = text.strip()
    try:
        if _ISO.fullmatch(text):
            datetime.fromisoformat(text)
            return "complete"
        if _COMPACT.fullmatch(text):
            text = text.replace("T", "", 1)
        if len(text) > _LONGEST:
            return "unreadable"
        return _Tokens(text).read()
    except (ValueError, OverflowError):
        return "unreadable"


class _Tokens:
    """One pass over the words and numbers of a date; raises ValueError at what does not belong."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = _TOKEN.findall(text)
        self._at = 0
        self._numbers: list[str] = []
        self._month: int | None = None
        self._month_at = 0
        self._clock = False
        self._zone = False
        self._known = False

    def read(self) -> Reading:
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token[0].isdigit():
                self._number(token)
            elif not token.isspace():
                self._word(token)
        if not (self._known or self._numbers or self._clock):
            raise ValueError
        return self._date()

    # ---- words

    def _word(self, token: str) -> None:
        low = token.lower()
        if low in _MONTHS and self._month is None:
            self._month, self._month_at = _MONTHS[low], len(self._numbers)
            self._known = True
        elif low in _WEEKDAYS:
            self._known = True
        elif low in _PERIODS and self._clock:
            return
        elif low in "+-" and self._clock:
            self._offset()
        elif self._clock and not self._zone and (low in _ZONES or _is_zone(token)):
            self._zone = True
        elif low not in _SKIPPED:
            raise ValueError(token)

    def _offset(self) -> None:
        """+0100, +01:00 or +1 after a time."""
        digits = self._next()
        if not digits.isdigit() or len(digits) not in (1, 2, 4):
            raise ValueError(digits)
        self._at += 1
        if self._next() == ":" and len(digits) <= 2:
            self._at += 2
        self._zone = True

    # ---- numbers

    def _number(self, token: str) -> None:
        following = self._next()
        if following == ":":
            self._time(token)
        elif len(token) in _PACKED and token.isdigit() and not self._numbers:
            moment = datetime.strptime(token, _PACKED[len(token)]).replace(tzinfo=UTC)
            self._numbers += [f"{moment:%Y}", f"{moment:%m}", f"{moment:%d}"]
            self._clock = len(token) > 8
        elif self._unit() in _UNITS or self._unit() in ("am", "pm"):
            self._clock = True
            self._at += 2 if following.isspace() else 1
        elif "." in token or "," in token:
            self._dotted(token)
        else:
            self._numbers.append(token)

    def _dotted(self, token: str) -> None:
        """The tokens above take the first two numbers of 31.12.2030 together."""
        parts = re.split("[.,]", token)
        if len(self._numbers) + len(parts) > 3:
            raise ValueError(token)
        self._numbers += parts

    def _time(self, hour: str) -> None:
        if not hour.isdigit() or int(hour) > 23 or self._clock:
            raise ValueError(hour)
        for bound in (59, 60):
            if self._next() != ":":
                break
            self._at += 1
            digits = self._next()
            self._at += 1
            if (
                not re.fullmatch(r"\d+([.,]\d+)?", digits)
                or float(digits.replace(",", ".")) > bound
            ):
                raise ValueError(digits)
        self._clock = True

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _unit(self) -> str:
        """The word behind a number, a blank between them or none."""
        rest: Iterator[str] = iter(self._tokens[self._at : self._at + 2])
        word = next(rest, "")
        return (next(rest, "") if word.isspace() else word).lower()

    # ---- the whole

    def _date(self) -> Reading:
        numbers = [int(number) for number in self._numbers]
        if len(numbers) + (self._month is not None) > 3 or numbers == [0]:
            raise ValueError
        year, month, day = _resolve(numbers, self._month)
        datetime(_century(year) if year is not None else 2000, month or 1, day or 1, tzinfo=UTC)
        return "complete" if month and day else "incomplete"


def _resolve(numbers: list[int], month: int | None) -> tuple[int | None, int | None, int | None]:
    """Year, month, day as dateutil tells them apart."""
    if month is not None:
        return _beside_month(numbers, month)
    if len(numbers) == 3:
        first, second, third = numbers
        if first > 31:
            return (first, second, third) if second <= 12 else (first, third, second)
        return (third, second, first) if first > 12 else (third, first, second)
    if len(numbers) == 2:
        return _two(*numbers)
    return _beside_month(numbers, None)


def _beside_month(
    numbers: list[int], month: int | None
) -> tuple[int | None, int | None, int | None]:
    """Day and year are what is left: a number above 31 is the year."""
    large = [number for number in numbers if number > 31]
    day = next((number for number in numbers if number <= 31), None)
    if large:
        return large[0], month, day
    return (numbers[1] if len(numbers) > 1 else None), month, day


def _two(first: int, second: int) -> tuple[int | None, int | None, int | None]:
    if first > 31:
        return first, second, None
    if second > 31:
        return second, first, None
    return (None, second, first) if first > 12 else (None, first, second)


def _century(year: int) -> int:
    return year + 2000 if year < 100 else year


def _is_zone(token: str) -> bool:
    return 3 <= len(token) <= 5 and token.isascii() and token.isalpha() and token.isupper()
