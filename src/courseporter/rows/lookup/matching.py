"""Which film a row means: by id, by title and year, by search, then by a fallback.

A title alone is never enough: what doesn't fit well is held for a person, with its candidates.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from courseporter.rows.lookup.film import (
    MAX_CANDIDATES,
    Film,
    FilmKind,
    Found,
    Held,
    Match,
    Wanted,
)
from courseporter.rows.lookup.omdb import Omdb
from courseporter.rows.lookup.titles import distance, same_beginning, same_title, spellings

SHORT_MINUTES, FEW_VOTES = 40, 500  # shorts of the same name and year are the usual wrong hit
CLEARLY_MORE = 50


class Fallback(Protocol):
    """What knows ids of films when OMDb doesn't find them."""

    name: str

    def search(self, title: str, kind: FilmKind) -> list[Film]:
        """Films of about this title."""
        ...


class Matcher:
    """Finds the films of rows.  Belongs to one thread at a time."""

    def __init__(self, omdb: Omdb, fallback: Fallback | None = None) -> None:
        self._omdb = omdb
        self._fallback = fallback

    def chosen(self, imdb_id: str, wanted: Wanted) -> Match:
        """The film that a person chose."""
        film = self._omdb.by_id(imdb_id)
        thin = Film(imdb_id=imdb_id, title=wanted.title, year=wanted.year, kind=wanted.kind)
        return Match(film or thin, "chosen", "person", None if film else "thin")

    def find(self, wanted: Wanted) -> Found:
        """The film, or why a person has to look."""
        if wanted.imdb_id is not None:
            film = self._omdb.by_id(wanted.imdb_id)
            if film is not None and film.kind == wanted.kind:
                return Match(film, "sure", "id")
        seen = dict[str, Film]()
        found = self._by_title(wanted, seen) or self._by_search(wanted, seen)
        return found or self._by_fallback(wanted, seen) or self._held(wanted, seen)

    def _by_title(self, wanted: Wanted, seen: dict[str, Film]) -> Found | None:
        if wanted.year is None:
            return None
        for year in (wanted.year, None):
            film = self._omdb.by_title(wanted.title, wanted.kind, year)
            if film is None or film.imdb_id in seen:
                continue
            seen[film.imdb_id] = film
            if not _fits(film, wanted):
                continue
            if _is_suspicious(film):
                return self._dominant([film], wanted, seen)
            note = "year_off_by_one" if distance(film, wanted) else None
            return Match(film, "high", "title", note)
        return None

    def _dominant(self, films: list[Film], wanted: Wanted, seen: dict[str, Film]) -> Found:
        """Of films of one name and year, the one that by far most people know."""
        others = self._omdb.search(wanted.title, wanted.kind)
        alike = {film.imdb_id: film for film in (*films, *others) if _fits(film, wanted)}
        return self._most_known(alike, wanted, seen)

    def _most_known(self, alike: dict[str, Film], wanted: Wanted, seen: dict[str, Film]) -> Found:
        few = list(alike.values())[:MAX_CANDIDATES]
        details = [film if film.votes is not None else self._details(film) for film in few]
        seen |= {film.imdb_id: film for film in details}
        ranked = sorted(details, key=lambda film: -(film.votes or 0))
        if len(ranked) == 1:
            return Match(ranked[0], "medium", "search", _note(ranked[0], wanted))
        first, second = ranked[0].votes or 0, ranked[1].votes or 0
        if first and first >= CLEARLY_MORE * max(1, second):
            return Match(ranked[0], "medium", "votes", _note(ranked[0], wanted))
        return Held("several", tuple(ranked))

    def _by_search(self, wanted: Wanted, seen: dict[str, Film]) -> Found | None:
        for spelling in spellings(wanted.title):
            found = self._omdb.search(spelling, wanted.kind)
            seen |= {film.imdb_id: film for film in found if film.imdb_id not in seen}
            if (one := self._accepted(found, wanted, seen)) is not None:
                return one
        return None

    def _accepted(
        self, films: Iterable[Film], wanted: Wanted, seen: dict[str, Film]
    ) -> Found | None:
        """The one film that fits; several that fit are weighed."""
        fitting = {film.imdb_id: film for film in films if _fits(film, wanted)}
        exact = {key: film for key, film in fitting.items() if distance(film, wanted) == 0}
        few = exact or fitting
        if not few:
            return None
        return self._most_known(few, wanted, seen)

    def _details(self, film: Film) -> Film:
        return self._omdb.by_id(film.imdb_id) or film

    def _by_fallback(self, wanted: Wanted, seen: dict[str, Film]) -> Found | None:
        if self._fallback is None:
            return None
        found = self._fallback.search(wanted.title, wanted.kind)
        fitting = {film.imdb_id: film for film in found if _fits(film, wanted)}
        exact = [film for film in fitting.values() if distance(film, wanted) == 0]
        few = exact or list(fitting.values())
        seen |= {film.imdb_id: film for film in found if film.imdb_id not in seen}
        if len(few) > 1:
            return Held("several", tuple(few[:MAX_CANDIDATES]))
        if not few:
            return None
        film = self._omdb.by_id(few[0].imdb_id)
        if film is None:
            return Match(few[0], "medium", self._fallback.name, "thin")
        return Match(film, "medium", self._fallback.name, _note(film, wanted))

    def _held(self, wanted: Wanted, seen: dict[str, Film]) -> Held:
        """Why nothing was accepted, with what comes nearest first."""
        named = [film for film in seen.values() if same_title(film.title, wanted.title)]
        if other_years := [film for film in named if film.kind == wanted.kind]:
            code = "several" if wanted.year is None else "year_differs"
            return Held(code, _nearest(other_years, wanted))
        if wanted.kind == "movie":
            series = self._omdb.by_title(wanted.title, "series", wanted.year)
            if series is not None and same_title(series.title, wanted.title):
                return Held("is_series", (series,))
        return Held("not_found", _nearest(seen.values(), wanted))


def _fits(film: Film, wanted: Wanted) -> bool:
    if film.kind != wanted.kind:
        return False
    apart = distance(film, wanted)
    if same_title(film.title, wanted.title):
        return wanted.year is None or (apart is not None and apart <= 1)
    return apart == 0 and same_beginning(film.title, wanted.title)


def _is_suspicious(film: Film) -> bool:
    if film.kind != "movie":
        return False
    short = film.minutes is not None and film.minutes < SHORT_MINUTES
    return short or film.votes is None or film.votes < FEW_VOTES


def _note(film: Film, wanted: Wanted) -> str | None:
    return "year_off_by_one" if distance(film, wanted) else None


def _nearest(films: Iterable[Film], wanted: Wanted) -> tuple[Film, ...]:
    def years_apart(film: Film) -> int:
        apart = distance(film, wanted)
        return 1000 if apart is None else apart

    return tuple(sorted(films, key=years_apart)[:MAX_CANDIDATES])
