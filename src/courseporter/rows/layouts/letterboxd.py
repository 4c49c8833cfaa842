"""Letterboxd: its data export, its lists, its import layout, and our layout for shows.

Columns: letterboxd.com/settings/data and letterboxd.com/about/importing-data.
"""

from __future__ import annotations

from courseporter.errors import _
from courseporter.rows import cells as c
from courseporter.rows.cells import Cells, Reading
from courseporter.rows.format import RowFormat
from courseporter.rows.row import Seed, Value, dedupe_key, normal

FILM = ("Date", "Name", "Year", "Letterboxd URI")
DIARY = ("Rating", "Rewatch", "Tags", "Watched Date", "Review")


def film(cells: Cells, reading: Reading) -> tuple[Seed, bytes]:
    """A film of a data export.  In a diary the address names the entry, elsewhere the film."""
    watched = cells.get("watched_date")
    viewed = watched is not None and watched.strip() != ""
    year, stars = c.year(cells, "year"), cells.get("rating")
    seed: dict[str, Value] = {
        "title": c.title(cells, "name"),
        "date": c.date(cells, "watched_date" if viewed else "date", reading),
    }
    if watched is not None and not viewed:
        seed["date_is"] = "logged"  # as all dates are outside a diary
    if year is not None:
        seed["year"] = year
    elif note := c.year_note(cells, "year"):
        seed["note"] = note
    if uri := c.address(cells, "letterboxd_uri"):
        seed["source_uri"] = uri
    if watched is not None:
        seed["entry"] = 1
    if stars and (rating := c.rating(cells, "rating", times=2)) is not None:
        seed["rating"] = rating
    if cells.get("rewatch"):
        seed["rewatch"] = 1
    return seed, key_of(seed)


def show(cells: Cells, reading: Reading) -> tuple[Seed, bytes]:
    """A show, a season or an episode."""
    season, episode = c.number(cells, "season"), c.number(cells, "episode")
    seed = {**film(cells, reading)[0], **c.seed_of(season=season, episode=episode)}
    return seed, key_of(seed)


def listed(cells: Cells, reading: Reading) -> tuple[Seed, bytes]:
    """A film of a list, which has no dates."""
    seed = c.seed_of(
        title=c.title(cells, "name"),
        year=c.year(cells, "year"),
        date=c.date(cells, "date", reading),
        source_uri=c.address(cells, "url"),
        note=c.year_note(cells, "year"),
    )
    return seed, key_of(seed)


def imported(cells: Cells, reading: Reading) -> tuple[Seed, bytes]:
    """A film in the layout that Letterboxd imports: ids are used where there are any."""
    ten = c.rating(cells, "rating10")
    seed = c.seed_of(
        title=c.title(cells, "title"),
        year=c.year(cells, "year"),
        date=c.date(cells, "watcheddate", reading),
        date_is="viewed",
        source_uri=c.address(cells, "letterboxduri") or c.address(cells, "url"),
        imdb_id=c.imdb_id(cells, "imdbid"),
        tmdb_id=c.other_id(cells, "tmdbid"),
        rating=c.rating(cells, "rating", times=2) if ten is None else ten,
        rewatch=1 if cells.get("rewatch", "").strip().lower() in ("yes", "true", "1") else None,
        note=c.year_note(cells, "year"),
    )
    return seed, key_of(seed)


def key_of(seed: Seed) -> bytes:
    """The same for rows of one title, year and day; of shows also season and episode."""
    film = normal(str(seed["title"])), seed.get("year"), seed["date"]
    return dedupe_key(*film, seed.get("season"), seed.get("episode"))


FORMATS = (
    RowFormat(
        "letterboxd_movies",
        _("Films: diary.csv, watched.csv, or a whole Letterboxd export"),
        "movies",
        FILM,
        DIARY,
        film,
    ),
    RowFormat(
        "letterboxd_shows",
        _("Shows in Letterboxd's format, with Season and Episode"),
        "shows",
        (*FILM, "Season", "Episode"),
        DIARY,
        show,
    ),
    RowFormat(
        "letterboxd_list",
        _("Films in a Letterboxd list; needs one date for all rows"),
        "movies",
        ("Position", "Name", "Year", "URL"),
        ("Description",),
        listed,
    ),
    RowFormat(
        "letterboxd_import",
        _("Films in Letterboxd's import format"),
        "movies",
        ("Title", "WatchedDate"),
        ("LetterboxdURI", "url", "tmdbID", "imdbID", "Year", "Directors", "Rating", "Rating10",
         "Rewatch", "Tags", "Review"),
        imported,
        title="title",
        date="watcheddate",
    ),
)  # fmt: skip
