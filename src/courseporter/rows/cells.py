"""What single cells of a row mean; what is wrong with one is raised as `CellError`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from courseporter.errors import Message, _
from courseporter.rows.dates import DateOrder, iso_date
from courseporter.rows.row import RowError, Seed, Value

Cells = Mapping[str, str]
FIRST_YEAR, LAST_YEAR = 1870, 2100
LONGEST_TITLE = 1000
_IMDB_ID = re.compile(r"tt\d{7,10}")
_RATING = re.compile(r"\d{1,2}(?:[.,]\d)?")


class CellError(Exception):
    """Carries the error of a row."""

    def __init__(self, code: str, message: Message, column: str) -> None:
        super().__init__(code)
        self.error = RowError(code, message, column)


@dataclass(frozen=True)
class Reading:
    """How cells are to be understood."""

    date_order: DateOrder | None = None
    date: str | None = None  # for rows of files that don't say when


def seed_of(**values: Value) -> Seed:
    """The seed without what isn't known."""
    return {name: value for name, value in values.items() if value is not None}


def title(cells: Cells, name: str) -> str:
    """A title.  Raises CellError `title_missing`, `title_too_long`."""
    text = cells.get(name, "").strip()
    if not text:
        raise CellError("title_missing", _("The title is empty."), shown(name))
    if len(text) > LONGEST_TITLE:
        raise CellError(
            "title_too_long",
            _("The title has {count:,} characters; the limit is {most:,}.",
              count=len(text), most=LONGEST_TITLE),
            shown(name),
        )  # fmt: skip
    return text


def year(cells: Cells, name: str) -> int | None:
    """A year; None when there is none that can be used."""
    return _year(cells.get(name, ""))


@lru_cache(maxsize=1024)
def _year(text: str) -> int | None:
    text = text.strip()
    if not text[:4].isascii() or not text[:4].isdigit() or not 4 <= len(text) <= 10:
        return None
    found, rest = int(text[:4]), text[4:]
    usable = FIRST_YEAR <= found <= LAST_YEAR and (not rest or rest[0] in "-–.")
    return found if usable else None


def year_note(cells: Cells, name: str) -> str | None:
    """`year_ignored` when there is a year that can't be used."""
    if not cells.get(name, "").strip() or year(cells, name) is not None:
        return None
    return "year_ignored"


def date(cells: Cells, name: str, reading: Reading) -> str:
    """A day, or the one that was given for all rows.  Raises CellError `date_invalid`."""
    if reading.date is not None:
        return reading.date
    text = cells.get(name, "").strip()
    day = iso_date(text, reading.date_order)
    if day is None:
        raise CellError(
            "date_invalid",
            _("The date is empty.")
            if not text
            else _("“{date}” isn't a valid date. Use YYYY-MM-DD.", date=text[:40]),
            shown(name),
        )
    return day


def address(cells: Cells, name: str) -> str | None:
    """A web address; None when there is none."""
    text = cells.get(name, "").strip()
    return text if text.startswith(("https://", "http://")) and len(text) < 2000 else None


def number(cells: Cells, name: str) -> int | None:
    """A whole number.  Raises CellError `number_invalid`."""
    text = cells.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise CellError(
            "number_invalid",
            _("“{number}” isn't a valid number.", number=text[:40]),
            shown(name),
        )
    return int(text)


def rating(cells: Cells, name: str, *, times: int = 1) -> int | None:
    """A rating from 0 to 10, rounded; `times` 2 for five stars.  None when it isn't one."""
    return _rating(cells.get(name, ""), times)


@lru_cache(maxsize=1024)
def _rating(text: str, times: int) -> int | None:
    text = text.strip()
    if not _RATING.fullmatch(text):
        return None
    found = round(float(text.replace(",", ".")) * times)
    return found if 0 <= found <= 10 else None


def imdb_id(cells: Cells, name: str) -> str | None:
    """An id of IMDb, `tt` and digits; None when it isn't one."""
    text = cells.get(name, "").strip()
    return text if _IMDB_ID.fullmatch(text) else None


def other_id(cells: Cells, name: str) -> str | None:
    """A number that another catalog uses as id."""
    text = cells.get(name, "").strip()
    return text if text.isascii() and text.isdigit() and len(text) < 12 else None


def shown(name: str) -> str:
    """A column's name as headers write it."""
    return _SHOWN.get(name, name.replace("_", " ").title())


_SHOWN = {"letterboxd_uri": "Letterboxd URI", "watcheddate": "WatchedDate"}
