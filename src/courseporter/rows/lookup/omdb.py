"""OMDb's answers: films by id, by title, and by search (omdbapi.com).

All its values are texts; what isn't known is "N/A".  Years of series have an en dash.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from typing import cast

import msgspec

from courseporter.rows.lookup.film import Film, FilmKind

Question = dict[str, str]
Ask = Callable[[Question], Mapping[str, object]]
PAGE = 10
MAX_PAGES = 3
_YEAR = re.compile(r"\s*(\d{4})\s*(?:([-–—])\s*(\d{4})?)?")
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')


class Omdb:
    """Questions to OMDb; `ask` answers them, from a cache or from the service."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def by_id(self, imdb_id: str) -> Film | None:
        """The film of an id."""
        return film_of(self._ask({"i": imdb_id, "plot": "short"}))

    def by_title(self, title: str, kind: FilmKind, year: int | None = None) -> Film | None:
        """The film that OMDb takes for the one of this title."""
        question = {"t": title, "type": kind, "plot": "short"}
        if year is not None:
            question["y"] = str(year)
        return film_of(self._ask(question))

    def search(self, title: str, kind: FilmKind) -> list[Film]:
        """Films whose titles have these words; years aren't asked for: OMDb ignores them."""
        found = list[Film]()
        for page in range(1, MAX_PAGES + 1):
            question = {"s": title, "type": kind, "page": str(page)}
            answer = self._ask(question)
            hits = answer.get("Search")
            for hit in cast("list[object]", hits if isinstance(hits, list) else []):
                if isinstance(hit, dict) and (film := film_of(cast("dict[str, object]", hit))):
                    found.append(film)
            total = str(answer.get("totalResults", "0"))
            if not total.isdigit() or int(total) <= page * PAGE:
                break
        return found


def film_of(record: Mapping[str, object]) -> Film | None:
    """The film of an answer or of a hit; None when it has none."""
    imdb_id, title = _text(record, "imdbID"), _text(record, "Title")
    if str(record.get("Response", "True")).casefold() == "false" or not imdb_id or not title:
        return None
    years = _YEAR.match(_text(record, "Year") or "")
    first, last = (int(years[1]), years[3]) if years else (None, None)
    ended = int(last) if last else None
    if years and not years[2]:
        ended = first
    rating = _text(record, "imdbRating")
    return Film(
        imdb_id=imdb_id,
        title=html.unescape(title),
        year=first,
        last_year=ended,
        kind=(_text(record, "Type") or "movie").casefold(),
        votes=_number(_text(record, "imdbVotes")),
        minutes=_number((_text(record, "Runtime") or "").partition(" ")[0]),
        description=html.unescape(_text(record, "Plot") or "") or None,
        language=_text(record, "Language"),
        genre=_text(record, "Genre"),
        poster_url=_text(record, "Poster"),
        imdb_rating=float(rating) if rating and re.fullmatch(r"\d+(\.\d+)?", rating) else None,
    )


def decoded(body: bytes) -> dict[str, object] | None:
    """An answer as an object; control characters and bad escapes in it are tolerated.

    None when it isn't one.
    """
    for attempt in (_strict, _loose, _repaired):
        try:
            found = attempt(body)
        except ValueError:  # of both JSON readers, and of bytes that aren't UTF-8
            continue
        return cast("dict[str, object]", found) if isinstance(found, dict) else None
    return None


def _strict(body: bytes) -> object:
    return msgspec.json.decode(body)


def _loose(body: bytes) -> object:
    return json.loads(body.decode("utf-8", "replace"), strict=False)


def _repaired(body: bytes) -> object:
    return json.loads(_BAD_ESCAPE.sub(r"\\\\", body.decode("utf-8", "replace")), strict=False)


def _text(record: Mapping[str, object], name: str) -> str | None:
    value = record.get(name)
    if not isinstance(value, str) or value.strip() in ("", "N/A"):
        return None
    return value.strip()


def _number(text: str | None) -> int | None:
    plain = (text or "").replace(",", "")
    return int(plain) if plain.isascii() and plain.isdigit() else None
