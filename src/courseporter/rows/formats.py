"""The row formats: their strict headers, and what each row means.

Letterboxd's columns are those of its data export; `letterboxd_shows` adds Season and Episode.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from courseporter.errors import Message, SettingsError, _
from courseporter.formats.tabular.table import column_name
from courseporter.rows.dates import DateOrder, iso_date
from courseporter.rows.row import ParsedRow, RowError, Seed, dedupe_key, normal

Kind = Literal["movies", "shows", "enrollments"]
Cells = Mapping[str, str]
FIRST_YEAR, LAST_YEAR = 1870, 2100
LONGEST_TITLE = 1000


class _Invalid(Exception):  # noqa: N818 - control flow inside this module
    """Carries the error of a row."""

    def __init__(self, code: str, message: Message, column: str) -> None:
        super().__init__(code)
        self.error = RowError(code, message, column)


@dataclass(frozen=True)
class Reading:
    """How cells are to be understood."""

    date_order: DateOrder | None = None
    date: str | None = None  # for rows of files that don't say when


@dataclass(frozen=True)
class RowFormat:
    """A kind of table: `required` columns must be in the header, `optional` ones may."""

    name: str
    label: Message
    kind: Kind
    required: tuple[str, ...]
    optional: tuple[str, ...]
    meaning: Callable[[Cells, Reading], tuple[Seed, bytes]]

    def fits(self, header: list[str]) -> bool:
        """Whether all required columns are in the header."""
        names = {column_name(cell) for cell in header}
        return all(column_name(column) in names for column in self.required)

    def parse(self, line: int, raw: list[str], cells: Cells, reading: Reading) -> ParsedRow:
        """The row; what is wrong with it stands in `error`."""
        title = (cells.get("name") or cells.get("email") or "").strip()
        try:
            seed, key = self.meaning(cells, reading)
        except _Invalid as invalid:
            return ParsedRow(line, raw, {}, title, None, None, None, invalid.error)
        date, uri = seed.get("date"), seed.get("film_uri")
        return ParsedRow(
            line,
            raw,
            seed,
            title,
            None if date is None else str(date),
            key,
            None if uri is None else str(uri),
        )


def _film(cells: Cells, reading: Reading) -> tuple[Seed, bytes]:
    title, year, date = _title(cells), _year(cells), _date(cells, reading)
    seed: Seed = {
        "title": title,
        "year": year,
        "date": date,
        "uri": _address(cells),
        # in a diary the address names the entry, elsewhere the film
        "film_uri": None if "watched_date" in cells else _address(cells),
        "rating": cells.get("rating") or None,
        "rewatch": cells.get("rewatch") or None,
    }
    return seed, dedupe_key(normal(title), year, date)


def _show(cells: Cells, reading: Reading) -> tuple[Seed, bytes]:
    title, year, date = _title(cells), _year(cells), _date(cells, reading)
    season, episode = _number(cells, "season"), _number(cells, "episode")
    seed: Seed = {
        "title": title,
        "year": year,
        "date": date,
        "uri": _address(cells),
        "season": season,
        "episode": episode,
    }
    return seed, dedupe_key(normal(title), year, date, season, episode)


def _enrollment(cells: Cells, reading: Reading) -> tuple[Seed, bytes]:
    email = cells["email"].strip()
    name, at, domain = email.partition("@")
    if not (name and at and "." in domain) or any(one.isspace() for one in email):
        raise _Invalid("invalid_email", _("The email address isn't valid."), "email")
    when = cells.get("enrolled_at", "").strip()
    course = cells.get("course_external_id", "").strip() or None
    seed: Seed = {
        "email": email,
        "name": cells.get("name", "").strip() or None,
        "course": course,
        "date": _day(when, "enrolled_at", reading) if when else reading.date,
        "role": cells.get("role", "").strip() or None,
    }
    return seed, dedupe_key(email.casefold(), course)


def _title(cells: Cells) -> str:
    title = cells["name"].strip()
    if not title:
        raise _Invalid("missing_title", _("The title is empty."), "Name")
    if len(title) > LONGEST_TITLE:
        raise _Invalid(
            "title_too_long",
            _("The title has {count:,} characters; {most:,} are allowed.",
              count=len(title), most=LONGEST_TITLE),
            "Name",
        )  # fmt: skip
    return title


def _year(cells: Cells) -> int | None:
    text = cells["year"].strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:9]) <= LAST_YEAR):
        raise _Invalid("invalid_year", _("“{year}” isn't a valid year.", year=text[:40]), "Year")
    return int(text)


def _date(cells: Cells, reading: Reading) -> str:
    if reading.date is not None:
        return reading.date
    column = "watched_date" if cells.get("watched_date", "").strip() else "date"
    return _day(cells[column].strip(), column.replace("_", " ").title(), reading)


def _day(text: str, column: str, reading: Reading) -> str:
    day = iso_date(text, reading.date_order)
    if day is None:
        raise _Invalid(
            "invalid_date",
            _("“{date}” isn't a valid date. Use YYYY-MM-DD, or say the order of day and month.",
              date=text[:40]),
            column,
        )  # fmt: skip
    return day


def _address(cells: Cells) -> str | None:
    text = cells.get("letterboxd_uri", "").strip()
    if text and not text.startswith(("https://", "http://")):
        raise _Invalid(
            "invalid_address",
            _("“{address}” isn't a web address.", address=text[:80]),
            "Letterboxd URI",
        )
    return text or None


def _number(cells: Cells, name: str) -> int | None:
    text = cells[name].strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise _Invalid(
            "invalid_number", _("“{number}” isn't a valid number.", number=text[:40]), name.title()
        )
    return int(text)


_FILM = ("Date", "Name", "Year", "Letterboxd URI")
_DIARY = ("Rating", "Rewatch", "Tags", "Watched Date", "Review")
FORMATS: tuple[RowFormat, ...] = (  # the most demanding header first
    RowFormat(
        "letterboxd_shows",
        _("Shows in Letterboxd's layout, with Season and Episode"),
        "shows",
        (*_FILM, "Season", "Episode"),
        _DIARY,
        _show,
    ),
    RowFormat(
        "letterboxd_movies",
        _("Films: diary.csv, watched.csv or the whole export of Letterboxd"),
        "movies",
        _FILM,
        _DIARY,
        _film,
    ),
    RowFormat(
        "enrollments",
        _("Learners and their courses"),
        "enrollments",
        ("email",),
        ("name", "course_external_id", "enrolled_at", "role"),
        _enrollment,
    ),
)


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
