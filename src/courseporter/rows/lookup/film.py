"""Films and shows as services know them, and what a look-up ends with."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

FilmKind = Literal["movie", "series"]
Confidence = Literal["sure", "high", "medium", "chosen"]
MAX_CANDIDATES = 5


class Wanted(NamedTuple):
    """What a row says about its film or show."""

    title: str
    year: int | None
    kind: FilmKind
    imdb_id: str | None = None


class Film(msgspec.Struct, frozen=True, kw_only=True):
    """A film or show; `kind` is the service's word, such as movie, series, episode or game.

    `last_year` is the end of a series, None while it runs or for films.
    """

    imdb_id: str
    title: str
    year: int | None = None
    kind: str = "movie"
    last_year: int | None = None
    votes: int | None = None
    minutes: int | None = None
    description: str | None = None
    language: str | None = None
    genre: str | None = None
    poster_url: str | None = None
    imdb_rating: float | None = None

    def candidate(self) -> dict[str, str | int | float | bool | None]:
        """What a person needs to choose."""
        return {
            "imdb_id": self.imdb_id, "title": self.title, "year": self.year, "kind": self.kind,
            "votes": self.votes,
        }  # fmt: skip

    def facts(self) -> dict[str, str | int | float | bool | None]:
        """What records are filled with."""
        named = {
            "imdb_id": self.imdb_id, "title": self.title, "year": self.year,
            "description": self.description, "language": self.language, "genre": self.genre,
            "poster_url": self.poster_url, "imdb_rating": self.imdb_rating,
        }  # fmt: skip
        return {name: value for name, value in named.items() if value is not None}


class Match(NamedTuple):
    """The film of a row; `by` is how it was found, `note` what is odd about it."""

    film: Film
    confidence: Confidence
    by: str
    note: str | None = None

    def facts(self) -> dict[str, str | int | float | bool | None]:
        """What is saved with the row."""
        told: dict[str, str | int | float | bool | None] = {
            "confidence": self.confidence, "by": self.by,
        }  # fmt: skip
        if self.note is not None:
            told["lookup_note"] = self.note
        return {**self.film.facts(), **told}


class Held(NamedTuple):
    """Nobody but a person can say which film it is.

    `code`: not_found, several, year_differs, is_series.
    """

    code: str
    candidates: tuple[Film, ...] = ()


Found = Match | Held
