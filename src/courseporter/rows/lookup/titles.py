"""Whether two titles and years mean the same film."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from courseporter.rows.lookup.film import Film, Wanted
from courseporter.rows.row import normal

_PART = re.compile(r"\s*[:–—]\s")
_ARTICLE = re.compile(r"^(?:the|an|a)\s+", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*")
_NUMBERS = {
    word: str(number)
    for number, words in enumerate(
        ["one", "two ii", "three iii", "four iv", "five", "six vi", "seven vii", "eight viii",
         "nine ix", "ten"],
        1,
    )
    for word in words.split()
}  # fmt: skip


def same_title(one: str, other: str) -> bool:
    """Whether the titles differ only in what writers vary."""
    return _comparable(one) == _comparable(other)


def same_beginning(one: str, other: str) -> bool:
    """Whether one title lacks what follows the other's first colon or dash."""
    parts = [_comparable(_PART.split(title, 1)[0]) for title in (one, other)]
    wholes = [_comparable(one), _comparable(other)]
    return parts[0] == wholes[1] or parts[1] == wholes[0]


def distance(film: Film, wanted: Wanted) -> int | None:
    """Years between them; 0 for a year in which a series ran, None when one isn't known."""
    if film.year is None or wanted.year is None:
        return None
    if wanted.kind == "series" and film.year <= wanted.year:
        ended = film.last_year if film.last_year is not None else wanted.year
        if wanted.year <= ended:
            return 0
    return abs(film.year - wanted.year)


def spellings(title: str) -> Iterator[str]:
    """The title, and other ways to write it in a search."""
    plain = unicodedata.normalize("NFKD", title)
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    without = _BRACKETS.sub(" ", plain).strip()
    ways = [
        title,
        without,
        _ARTICLE.sub("", without),
        without.replace("&", "and"),
        re.sub(r"\band\b", "&", without),
        _PART.split(without, 1)[0],
    ]
    yield from dict.fromkeys(way for way in ways if way)


def _comparable(title: str) -> str:
    return " ".join(_NUMBERS.get(word, word) for word in normal(title).split())
