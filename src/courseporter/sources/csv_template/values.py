"""What people write into cells, read strictly: yes and no, numbers, intervals, dates, languages."""

from __future__ import annotations

import datetime as dt
import math
import re
import sys
import unicodedata
from decimal import Decimal

from courseporter.errors import _

_YES = (
    "true yes y 1 x t ✓ ✔ wahr ja vrai oui sí si verdadero sim verdadeiro vero "
    "waar prawda tak да истина 是 真 はい نعم"
)
_NO = (
    "false no n 0 f ✗ ✘ falsch nein faux non falso não nao onwaar nee fałsz nie "
    "нет ложь 否 假 いいえ لا"
)
_WORDS = {"": False, **dict.fromkeys(_YES.split(), True), **dict.fromkeys(_NO.split(), False)}
BOOLEANS = _WORDS | {word.upper(): value for word, value in _WORDS.items()}
ALLOWED_BOOLEANS = _("true, false, yes, no, 1, 0 or empty")
ENTER = {  # by column: what to do about a value that isn't valid
    "max_attempts": _("Enter a whole number, 1 or more, or leave it empty."),
    "points": _("Enter a number, 0 or more, or leave it empty."),
    "tolerance": _("Enter a number such as 0.01 or a percentage such as 5%, or leave it empty."),
    "position": _("Enter a number, or leave it empty."),
}
LAST = math.inf  # the position of a row without one
UNREAD = sys.float_info.max  # of one whose position can't be read: such rows come last, too

_MINUS = str.maketrans(
    {"\u2212": "-", "\u2013": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'"}
)
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_GROUPED = re.compile(r"([+-]?\d{1,3})((?:([ '.,])\d{3})(?:\3\d{3})*)([.,]\d+)?", re.ASCII)
_FRACTION = re.compile(r"([+-]?)(?:(\d{1,9}) )?(\d{1,9})\s?/\s?(\d{1,9})", re.ASCII)
_PLACE_WORDS = (
    "step|no|nr|number|item|place|pos|position|part|schritt|paso|étape|etape|passo|шаг|№|#"
)
_PLACE = re.compile(
    rf"(?:(?:{_PLACE_WORDS})\b\.?\s*|[#№]\s*)?[(\[]?\s*([-+]?[\d.,]*\d|[ivxl]{{1,7}})\s*"
    r"(?:st|nd|rd|th|[ºª°]|er|re|e|ère|ème|[ea])?\s*[.):\]]?",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})", re.IGNORECASE)
_ROMAN_SIGNS = {"i": 1, "v": 5, "x": 10, "l": 50}
_INTERVAL = re.compile(r"([\[(])(.*)([\])])", re.DOTALL)
_SPLITS = (";", "..", ", ", ",")
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")  # with full stops no country means months
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
MAX_DIGITS = 100


def parse_boolean(text: str) -> bool | None:
    """Yes or no in the languages that spreadsheets speak.

    Nothing is no; None when it is neither.
    """
    known = BOOLEANS.get(text)
    return BOOLEANS.get(text.strip().casefold()) if known is None else known


def parse_number(text: str) -> str | None:
    """A number as plain decimal text ("1000.5"), None when it is none or too large to reckon with.

    Read: decimal comma, blanks, apostrophes, commas or dots between thousands, exponents.  A
    single comma or dot is
    always the decimal mark, so "1,234" is a little more than one.
    """
    if len(text) > MAX_DIGITS:
        return None
    if text.isdecimal() and text.isascii():
        return text
    text = text.strip().translate(_MINUS)
    if text.count(",") == 1 and _PLAIN.fullmatch(swapped := text.replace(",", ".", 1)):
        text = swapped
    if _PLAIN.fullmatch(text):
        return text.removeprefix("+") if math.isfinite(float(text)) else None
    return _ungrouped(text)


def parse_fraction(text: str) -> str | None:
    """A fraction such as "1/2" or "1 1/2" as plain decimal text; None when it isn't one."""
    found = _FRACTION.fullmatch(text.strip().replace("\u2044", "/").translate(_MINUS))
    if found is None or not int(found[4]):
        return None
    value = int(found[2] or 0) + int(found[3]) / int(found[4])
    return f"{found[1].removeprefix('+')}{value:.15g}"


def parse_position(text: str) -> float | None:
    """A position: a number, also as "1st", "2.", "(3)", "Step 4", "IV" or "⑤"; None for others."""
    number = parse_number(text)
    if number is not None:
        return float(number)
    found = _PLACE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    if found[1][-1].isdigit():
        number = parse_number(found[1])
        return None if number is None else float(number)
    return _roman(found[1].lower()) if _ROMAN.fullmatch(found[1]) else None


def _roman(signs: str) -> float:
    values = [_ROMAN_SIGNS[sign] for sign in signs]
    after = [*values[1:], 0]
    return float(
        sum(-one if one < other else one for one, other in zip(values, after, strict=True))
    )


def _ungrouped(text: str) -> str | None:
    match = _GROUPED.fullmatch(text)
    if match is None:
        return None
    head, groups, sign, fraction = match[1], match[2], match[3], match[4] or ""
    if fraction.startswith(sign):
        return None
    if sign in ".," and not fraction and groups.count(sign) == 1:
        return None  # one dot or comma was a decimal mark above
    return (head + groups.replace(sign, "") + fraction.replace(",", ".")).removeprefix("+")


def parse_answer(text: str) -> str | None:
    """The answer to a numerical question: a number, or an interval as "[10,20)".

    None when it is neither.
    """
    number = parse_number(text) or parse_fraction(text)
    if number is not None:
        return number
    text = text.strip().replace("…", "..")  # spreadsheets make one sign of three dots
    match = _INTERVAL.fullmatch(text)
    opening, inside, closing = match.groups() if match else ("[", text, "]")
    if match is None and ".." not in text:
        return None
    for split in _SPLITS:
        parts = inside.replace("...", "..").split(split)
        if len(parts) == 2:
            return _interval(opening, parts[0], parts[1], closing)
    return None


def _interval(opening: str, low: str, high: str, closing: str) -> str | None:
    start, end = parse_number(low), parse_number(high)
    if start is None or end is None:
        return None
    if Decimal(start) < Decimal(end):
        return f"{opening}{start},{end}{closing}"
    return start if Decimal(start) == Decimal(end) and opening + closing == "[]" else None


def parse_tolerance(text: str) -> str | None:
    """A tolerance: "0.01", "±0.01" or "5%"; None when it is neither, or negative."""
    text = text.strip().removeprefix("±")
    number = parse_number(text.removesuffix("%"))
    if number is None or number.startswith("-"):
        return None
    return number + "%" * text.endswith("%")


def parse_points(text: str) -> float | None:
    """Points: a number that is not negative; None when it is none."""
    number = parse_number(text)
    return None if number is None or number.startswith("-") else float(number)


def parse_count(text: str) -> int | None:
    """A whole number of at least 1 ("3", "3.0"); None when it is none."""
    number = parse_number(text)
    if number is None:
        return None
    value = float(number)
    return int(value) if value.is_integer() and 1 <= value <= 1_000_000 else None


def parse_date(text: str) -> str | None:
    """A day, or a day with a time, as ISO 8601; None when it is none.

    A time without a zone is taken as UTC.
    """
    text = text.strip()
    day, _, time = text.replace("T", " ", 1).partition(" ")
    if first := _DAY_FIRST.fullmatch(day):
        day = f"{first[3]}-{first[2]}-{first[1]}"
    match = _DAY.fullmatch(day)
    try:
        if match is None:
            return None
        date = dt.date(int(match[1]), int(match[2]), int(match[3]))
        if not time:
            return date.isoformat()
        moment = dt.datetime.fromisoformat(
            f"{date.isoformat()}T{_two_digits(time.strip()).replace('Z', '+00:00')}"
        )
        moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):  # in UTC it may be before the year 1
        return None
    return moment.isoformat(timespec="seconds") + "Z"


def _two_digits(time: str) -> str:
    """“9:30” as ISO 8601 wants it."""
    return "0" + time if time[1:2] == ":" else time


def parse_language(text: str) -> str | None:
    """A language code such as "en" or "pt-BR"; None when it is none."""
    text = text.strip()
    if not _LANGUAGE.fullmatch(text):
        return None
    language, dash, rest = text.replace("_", "-").partition("-")
    return language.lower() + dash + rest
