"""What a spreadsheet shows for a number: dates, times, fractions and leading zeros.

ECMA-376 part 1: 18.8.30 (number formats), 18.17.4.1 (dates as numbers).  Only what can be said
without the reader's locale; a text that doesn't say the same number isn't used.
"""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from functools import cache
from typing import NamedTuple

# Formats without a code of their own; those that depend on the locale have none here.
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 12: "# ?/?",
    13: "# ??/??", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 45: "mm:ss", 46: "[h]:mm:ss",
}  # fmt: skip
LOCAL_DATES = frozenset({14, 22, *range(27, 37), *range(50, 59)})  # shown as each reader's own
LOCAL = "yyyy-mm-dd"

_LITERAL = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.|\*.', re.IGNORECASE)
_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|(\[h+\])|\[[^\]]*\]|_.|\*.'
    r"|(y+|m+|d+|h+|s+|AM/PM|A/P)|(.)",
    re.IGNORECASE | re.DOTALL,
)
_MONTHS = "January February March April May June July August September October November December"
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
_FRACTION = re.compile(r"(#\s+|0\s+)?(\?+)/(\?+|\d+)")
_FIXED = re.compile(r"(0+)(?:\.(0+))?")
_DIGITS = re.compile(r"([#0?](?:[#0?,]*[#0?])?)(?:\.([#0?]+))?")
_OWN = frozenset("$-+/(): !^&'~{}=<>€£¥")  # signs that are shown without quotes
_MAX_DAYS = 2_958_466  # the last day of the year 9999


class Shown(NamedTuple):
    """The text of a cell; `date` when it is or has a day."""

    text: str
    date: bool = False


@cache
def is_date(code: str) -> bool:
    """Whether the format shows a day or a time."""
    return bool(re.search(r"[ymdhs]", _LITERAL.sub("", _section(code)), re.IGNORECASE))


@cache
def is_percent(code: str) -> bool:
    """Whether the format shows a percentage."""
    return "%" in _LITERAL.sub("", code)


def shown(value: float, code: str, *, since_1904: bool = False) -> Shown | None:
    """What the cell shows, None when that can't be said or is another number."""
    if is_date(code):
        return _date(value, _section(code), since_1904=since_1904)
    code = _section(code).strip()
    if fixed := _FIXED.fullmatch(code):
        text = f"{value:0{len(code)}.{len(fixed[2] or '')}f}"
        return Shown(text) if float(text) == value and text != f"{value:.15g}" else None
    found = _FRACTION.fullmatch(code)
    return _fraction(value, found) if found else None


def dressed(value: float, code: str) -> str | None:
    """What a cell for text shows of a number: “$5.00”, “1,500”, “555-1234”, “5 km”.

    None when that can't be said, is another number, or is the plain number.
    """
    code = _section(code).strip()
    if value < 0 or is_date(code):
        return None
    parts, places = list[str](), list[int]()  # `places`: where digits stand among the parts
    for quoted, escaped, currency, _hours, mark, sign in _TOKEN.findall(code):
        if mark or (sign and sign not in _OWN and sign not in "#0?,."):
            return None
        if not sign or sign in _OWN:
            parts.append(quoted or escaped or currency or sign)
        elif places and places[-1] == len(parts) - 1:
            parts[-1] += sign
        else:
            places.append(len(parts))
            parts.append(sign)
    digits = _digits(value, [parts[place] for place in places])
    for place, text in zip(places, digits or (), strict=False):
        parts[place] = text
    text = "".join(parts).strip()
    return text if digits and text != f"{value:.15g}" else None


def _digits(value: float, patterns: list[str]) -> list[str] | None:
    """The digits of a number for each of the patterns; None when they can't be told."""
    if len(patterns) == 1 and (found := _DIGITS.fullmatch(patterns[0])):
        whole, decimals = found[1], found[2] or ""
        text = f"{value:{',' * (',' in whole)}.{len(decimals)}f}"
        if float(text.replace(",", "")) != value:
            return None
        for _optional in decimals[decimals.rfind("0") + 1 :]:
            text = text.removesuffix("0")
        front, dot, behind = text.partition(".")
        least = whole.count("0")
        front = front.rjust(least, "0") if "," not in whole else front
        return [front + (dot + behind if behind else "")]
    wanted = sum(map(len, patterns))
    digits = f"{value:.0f}"
    if len(patterns) < 2 or float(digits) != value or set("".join(patterns)) - set("0#"):
        return None
    digits = digits.rjust("".join(patterns).count("0"), "0")
    if len(digits) < wanted:
        return None
    made = list[str]()
    for pattern in reversed(patterns[1:]):
        digits, last = digits[: -len(pattern)], digits[-len(pattern) :]
        made.insert(0, last)
    return [digits, *made]


def _section(code: str) -> str:
    """The part of the code for positive numbers."""
    quoted = False
    for place, sign in enumerate(code):
        quoted ^= sign == '"'
        if sign == ";" and not quoted:
            return code[:place]
    return code


def _fraction(value: float, found: re.Match[str]) -> Shown | None:
    below = found[3]
    limit = int(below) if below.isdigit() else 10 ** len(below) - 1
    near = Fraction(value).limit_denominator(limit)
    if abs(float(near) - value) > 1e-9 or near.denominator == 1:
        return None
    whole, part = divmod(abs(near), 1) if found[1] else (0, abs(near))
    sign = "-" if value < 0 else ""
    front = f"{whole} " if whole else ""
    return Shown(f"{sign}{front}{part.numerator}/{part.denominator}")


def _date(value: float, code: str, *, since_1904: bool) -> Shown | None:
    if not 0 <= value < _MAX_DAYS:
        return None
    first = dt.datetime(1904, 1, 1) if since_1904 else dt.datetime(1899, 12, 30)  # noqa: DTZ001 - cells have no zone
    early = not since_1904 and value < 60  # the day before 1900-03-01 is one too many in Excel
    try:
        moment = first + dt.timedelta(days=value + early, milliseconds=0.5)
    except OverflowError:
        return None
    tokens = [found.groups() for found in _TOKEN.finditer(code)]
    marks = [(token[4] or token[3] or "").lower() for token in tokens]
    twelve = any(mark in ("am/pm", "a/p") for mark in marks)
    text, day = "", False
    for place, (quoted, escaped, currency, hours, mark, sign) in enumerate(tokens):
        if hours:
            text += f"{int(value * 24 + 1e-9):0{len(hours) - 2}}"
        elif mark:
            kind = mark.lower()
            if kind[0] == "m" and _is_minute(marks, place):
                kind = kind.replace("m", "n")
            day = day or kind[0] in "ymd"
            text += _part(moment, kind, twelve=twelve)
        else:
            text += quoted or escaped or currency or sign or ""
    return Shown(text.strip(), date=day)


def _is_minute(marks: list[str], place: int) -> bool:
    """Whether `m` means minutes: behind hours, or before seconds."""
    before = next((mark for mark in reversed(marks[:place]) if mark), "")
    after = next((mark for mark in marks[place + 1 :] if mark), "")
    return before[:1] in ("h", "[") or after[:1] == "s"


def _part(moment: dt.datetime, kind: str, *, twelve: bool) -> str:
    month, weekday = _MONTHS.split()[moment.month - 1], _DAYS.split()[moment.weekday()]
    hour = (moment.hour % 12 or 12) if twelve else moment.hour
    half = "AM" if moment.hour < 12 else "PM"
    named = {
        "mmm": month[:3], "mmmm": month, "mmmmm": month[0], "ddd": weekday[:3], "dddd": weekday,
        "am/pm": half, "a/p": half[0],
    }  # fmt: skip
    if kind in named:
        return named[kind]
    if kind[0] == "y":
        return f"{moment.year:04}" if len(kind) > 2 else f"{moment.year % 100:02}"
    numbers = {
        "m": moment.month, "d": moment.day, "h": hour, "n": moment.minute, "s": moment.second,
    }  # fmt: skip
    return f"{numbers[kind[0]]:0{min(len(kind), 2)}}"
