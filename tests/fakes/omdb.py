"""OMDb on a real socket: films by id, by title and by search, its two meanings of 401, its faults.

Titles are compared as OMDb does: exactly but for case, and `s=` ignores the year.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager

from fakes.web import Reply, Web

KEY = "0mdb-k3y"


def film(imdb_id, title, year, **more):
    """A record as OMDb has it."""
    return {
        "Title": title, "Year": str(year), "Rated": "N/A", "Released": "N/A", "Runtime": "100 min",
        "Genre": "Drama, Crime", "Plot": f"The plot of {title}.", "Language": "German",
        "Poster": "N/A", "imdbRating": "8.1", "imdbVotes": "12,345", "imdbID": imdb_id,
        "Type": "movie", "Response": "True", **more,
    }  # fmt: skip


class Omdb:
    """`limit`: requests that are allowed; `faults`: title → what is answered the first times."""

    def __init__(self, *films):
        self.films = list(films)
        self.limit: int | None = None
        self.used = 0
        self.refused = 0
        self.faults: dict[str, list[object]] = {}
        self.questions: list[dict[str, str]] = []
        self._lock = threading.Lock()
        self.web = Web(self._answer)

    def new_day(self):
        """The requests of a day are counted anew."""
        self.used = 0

    def _answer(self, request):
        asked = {name: values[0] for name, values in request.query.items()}
        if asked.pop("apikey", None) != KEY:
            return _error(401, "Invalid API key!")
        with self._lock:
            if self.limit is not None and self.used >= self.limit:
                self.refused += 1
                return _error(401, "Request limit reached!")
            self.used += 1
            self.questions.append(asked)
            faults = self.faults.get(asked.get("t") or asked.get("s") or asked.get("i"), [])
            if faults:
                fault = faults.pop(0)
                return fault if isinstance(fault, Reply) else Reply(fault, b"<html>busy</html>")
        return self._found(asked)

    def _found(self, asked):
        if "i" in asked:
            found = [one for one in self.films if one["imdbID"] == asked["i"]]
            return _record(found, "Incorrect IMDb ID.")
        kind = asked.get("type", "movie")
        if "t" in asked:
            found = [
                one for one in self.films
                if one["Title"].lower() == asked["t"].lower() and one["Type"] == kind
                and ("y" not in asked or one["Year"].startswith(asked["y"]))
            ]  # fmt: skip
            return _record(found, "Movie not found!")
        words = asked["s"].lower().split()
        found = [
            one
            for one in self.films
            if one["Type"] == kind and all(w in one["Title"].lower() for w in words)
        ]
        if not found:
            return _error(200, "Movie not found!")
        first = 10 * (int(asked.get("page", "1")) - 1)
        names = ("Title", "Year", "imdbID", "Type", "Poster")
        hits = [{name: one[name] for name in names} for one in found[first : first + 10]]
        return _json({"Search": hits, "totalResults": str(len(found)), "Response": "True"})


def _record(found, missing):
    return _json(found[0]) if found else _error(200, missing)


def _error(status, text):
    return Reply(status, json.dumps({"Response": "False", "Error": text}).encode())


def _json(record):
    return Reply(200, json.dumps(record, ensure_ascii=False).encode())


@contextmanager
def served_omdb(*films):
    """A running service."""
    made = Omdb(*films)
    try:
        yield made
    finally:
        made.web.close()
