"""A service that finds ids of IMDb: `GET /search?query=` gives results with id, title and year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from courseporter.rows.lookup.film import Film, FilmKind

_KINDS = {
    "movie": "movie", "tvmovie": "movie", "short": "movie", "video": "movie", "feature": "movie",
    "tvseries": "series", "tvminiseries": "series", "series": "series",
}  # fmt: skip


class ImdbService:
    """The user's own deployment; `ask` answers a query, from a cache or from the service."""

    name = "service"

    def __init__(self, ask: Callable[[str], Mapping[str, object]]) -> None:
        self._ask = ask

    def search(self, title: str, kind: FilmKind) -> list[Film]:
        """Films that it finds for this title."""
        results = self._ask(title).get("results")
        found = list[Film]()
        for one in cast("list[object]", results if isinstance(results, list) else []):
            if isinstance(one, dict) and (film := _film(cast("dict[str, object]", one), kind)):
                found.append(film)
        return found


def _film(record: Mapping[str, object], kind: FilmKind) -> Film | None:
    imdb_id, title = record.get("id"), record.get("title")
    if not isinstance(imdb_id, str) or not imdb_id.startswith("tt") or not isinstance(title, str):
        return None
    year = str(record.get("year") or "")[:4]
    told = str(record.get("type") or "").replace(" ", "").replace("-", "").casefold()
    return Film(
        imdb_id=imdb_id,
        title=title,
        year=int(year) if year.isascii() and year.isdigit() else None,
        kind=_KINDS.get(told, told or kind),
    )
