"""Exports of services that track films and shows; each is known by its header."""

from __future__ import annotations

from courseporter.errors import _
from courseporter.rows import cells as c
from courseporter.rows.cells import Cells, Reading
from courseporter.rows.format import RowFormat, Skip
from courseporter.rows.layouts.letterboxd import key_of
from courseporter.rows.row import Seed

VIEWINGS = ("watch-episode-", "rewatch-episode-")


def tv_time(cells: Cells, reading: Reading) -> tuple[Seed, bytes]:
    """A record of TV Time; only viewings of episodes are sent."""
    if not cells["key"].startswith(VIEWINGS):
        raise Skip("not_a_viewing")
    seed = c.seed_of(
        title=c.title(cells, "series_name"),
        date=c.date(cells, "created_at", reading),
        date_is="viewed",
        season=c.number(cells, "season_number"),
        episode=c.number(cells, "episode_number"),
        tvdb_id=c.other_id(cells, "s_id"),
        rewatch=1 if cells["key"].startswith("re") else None,
    )
    return seed, key_of(seed)


def seen_episode(cells: Cells, reading: Reading) -> tuple[Seed, bytes]:
    """An episode of an older export of TV Time."""
    seed = c.seed_of(
        title=c.title(cells, "tv_show_name"),
        date=c.date(cells, "created_at", reading),
        date_is="viewed",
        season=c.number(cells, "episode_season_number"),
        episode=c.number(cells, "episode_number"),
    )
    return seed, key_of(seed)


def trakt(cells: Cells, reading: Reading) -> tuple[Seed, bytes]:
    """A viewing or rating of Trakt; its times are UTC."""
    watched = bool(cells.get("watched_at", "").strip())
    seed = c.seed_of(
        title=c.title(cells, "title"),
        year=c.year(cells, "year"),
        date=c.date(cells, "watched_at" if watched else "rated_at", reading),
        date_is="viewed" if watched else "rated",
        movie=1 if cells["type"].strip() == "movie" else None,
        season=c.number(cells, "season_number"),
        episode=c.number(cells, "episode_number"),
        imdb_id=c.imdb_id(cells, "imdb_id"),
        tmdb_id=c.other_id(cells, "tmdb_id"),
        tvdb_id=c.other_id(cells, "tvdb_id"),
        rating=c.rating(cells, "rating"),
        note=c.year_note(cells, "year"),
    )
    return seed, key_of(seed)


def imdb_ratings(cells: Cells, reading: Reading) -> tuple[Seed, bytes]:
    """A rating of IMDb; films only, shows are of another kind."""
    return _of_imdb(cells, reading, "date_rated", "rated", "your_rating")


def imdb_list(cells: Cells, reading: Reading) -> tuple[Seed, bytes]:
    """An entry of a list of IMDb; its date is the day on which it was added."""
    return _of_imdb(cells, reading, "created", "logged", "your_rating")


def _of_imdb(
    cells: Cells, reading: Reading, day: str, date_is: str, stars: str
) -> tuple[Seed, bytes]:
    kind = cells.get("title_type", "").replace(" ", "").casefold()
    if kind.startswith("tv") and kind not in ("tvmovie", "tvspecial", "tvshort"):
        raise Skip("not_a_film")
    if kind in ("videogame", "podcastseries", "podcastepisode"):
        raise Skip("not_a_film")
    seed = c.seed_of(
        title=c.title(cells, "title"),
        year=c.year(cells, "year"),
        date=c.date(cells, day, reading),
        date_is=date_is,
        imdb_id=c.imdb_id(cells, "const"),
        rating=c.rating(cells, stars),
        note=c.year_note(cells, "year"),
    )
    return seed, key_of(seed)


def tmdb(cells: Cells, reading: Reading) -> tuple[Seed, bytes]:
    """A rating of TMDB."""
    seed = c.seed_of(
        title=c.title(cells, "name"),
        year=c.year(cells, "release_date"),
        date=c.date(cells, "date_rated", reading),
        date_is="rated",
        movie=1 if cells["type"].strip().casefold() == "movie" else None,
        season=c.number(cells, "season_number"),
        episode=c.number(cells, "episode_number"),
        imdb_id=c.imdb_id(cells, "imdb_id"),
        tmdb_id=c.other_id(cells, "tmdb_id"),
        rating=c.rating(cells, "your_rating"),
    )
    return seed, key_of(seed)


FORMATS = (
    RowFormat(
        "tv_time",
        _("Shows: tracking-prod-records-v2.csv from TV Time"),
        "shows",
        ("created_at", "key", "s_id", "series_name", "season_number", "episode_number", "ep_id"),
        (),
        tv_time,
        title="series_name",
        date="created_at",
    ),
    RowFormat(
        "tv_time_seen",
        _("Shows: seen_episode.csv from TV Time"),
        "shows",
        ("tv_show_name", "episode_season_number", "episode_number", "created_at"),
        (),
        seen_episode,
        title="tv_show_name",
        date="created_at",
    ),
    RowFormat(
        "trakt_history",
        _("Films and shows: watch history from Trakt"),
        "shows",
        ("watched_at", "type", "title", "year"),
        ("trakt_id", "imdb_id", "tmdb_id", "tvdb_id", "season_number", "episode_number", "rating"),
        trakt,
        title="title",
        date="watched_at",
    ),
    RowFormat(
        "trakt_ratings",
        _("Films and shows: ratings from Trakt"),
        "shows",
        ("rated_at", "type", "title", "year"),
        ("rating", "trakt_id", "imdb_id", "tmdb_id", "tvdb_id", "season_number", "episode_number"),
        trakt,
        title="title",
        date="rated_at",
    ),
    RowFormat(
        "imdb_ratings",
        _("Films: ratings from IMDb"),
        "movies",
        ("Const", "Your Rating", "Date Rated", "Title", "Title Type", "Year"),
        ("Original Title", "URL", "IMDb Rating", "Runtime (mins)", "Genres", "Num Votes",
         "Release Date", "Directors"),
        imdb_ratings,
        title="title",
        date="date_rated",
    ),
    RowFormat(
        "imdb_list",
        _("Films: a list from IMDb"),
        "movies",
        ("Position", "Const", "Created", "Title", "Title Type", "Year"),
        ("Modified", "Description", "Original Title", "URL", "IMDb Rating", "Runtime (mins)",
         "Genres", "Num Votes", "Release Date", "Directors", "Your Rating", "Date Rated"),
        imdb_list,
        title="title",
        date="created",
    ),
    RowFormat(
        "tmdb_ratings",
        _("Films and shows: ratings from TMDB"),
        "shows",
        ("TMDb ID", "IMDb ID", "Type", "Name", "Release Date", "Season Number", "Episode Number",
         "Your Rating", "Date Rated"),
        (),
        tmdb,
        date="date_rated",
    ),
)  # fmt: skip
