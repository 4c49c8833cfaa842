r"""An index of the user's own copy of IMDb's `title.basics.tsv` (or .gz), made once, then kept.

IMDb's data sets are for personal, non-commercial use: the user downloads the file.
Columns: tconst, titleType, primaryTitle, originalTitle, isAdult, startYear, endYear, …; `\N` is
none; UTF-8, tabs, no quoting (developer.imdb.com/non-commercial-datasets).
"""

from __future__ import annotations

import gzip
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

from courseporter.errors import InputError, _
from courseporter.rows.lookup.film import Film, FilmKind
from courseporter.rows.row import dedupe_key, normal

FILMS = frozenset({"movie", "tvMovie", "short", "tvShort", "tvSpecial", "video"})
SERIES = frozenset({"tvSeries", "tvMiniSeries"})
CHUNK = 20_000
NONE = "\\N"
_SCHEMA = """
CREATE TABLE title (
    key INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
    year INTEGER, last_year INTEGER
);
"""
Row = tuple[int, str, str, str, int | None, int | None]


class ImdbIndex:
    """Titles by their normal form."""

    name = "index"

    def __init__(self, path: Path) -> None:
        self._path = path

    def search(self, title: str, kind: FilmKind) -> list[Film]:
        """Films or series of this title."""
        with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)) as index:
            rows = index.execute(
                "SELECT DISTINCT id, name, year, last_year FROM title WHERE key = ? AND kind = ?",
                (_key(title), kind),
            ).fetchall()
        return [
            Film(imdb_id=row[0], title=row[1], year=row[2], last_year=row[3], kind=kind)
            for row in rows
        ]


def opened_index(source: Path, folder: Path, tick: Callable[[], None] = lambda: None) -> ImdbIndex:
    """The index of this file; it is made again when the file has changed.  Raises InputError."""
    try:
        facts = source.stat()
    except OSError as error:
        raise InputError(
            _("Can't find the IMDb file “{name}”.", name=source.name),
            _("Set COURSEPORTER_IMDB_INDEX to your copy of title.basics.tsv.gz."),
            str(source),
            code="not_found",
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"imdb-{facts.st_size}-{facts.st_mtime_ns}.sqlite"
    if not made.exists():
        _make(source, made, tick)
    return ImdbIndex(made)


def _make(source: Path, made: Path, tick: Callable[[], None]) -> None:
    """Written beside, then renamed: a killed attempt leaves nothing that counts."""
    for old in made.parent.glob("imdb-*"):
        old.unlink(missing_ok=True)
    beside = made.with_name(f"{made.name}.{os.getpid()}.part")
    try:
        with closing(sqlite3.connect(beside)) as index:
            index.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
            chunk = list[Row]()
            for row in _titles(source):
                chunk.append(row)
                if len(chunk) >= CHUNK:
                    index.executemany("INSERT INTO title VALUES (?, ?, ?, ?, ?, ?)", chunk)
                    chunk.clear()
                    tick()
            index.executemany("INSERT INTO title VALUES (?, ?, ?, ?, ?, ?)", chunk)
            index.execute("CREATE INDEX ix_key ON title (key)")
            index.commit()
        beside.replace(made)
    finally:
        beside.unlink(missing_ok=True)


def _titles(source: Path) -> Iterator[Row]:
    try:
        with _text(source) as lines:
            header = next(lines, "").rstrip("\n").split("\t")
            if header[:4] != ["tconst", "titleType", "primaryTitle", "originalTitle"]:
                raise _damaged(source)
            for line in lines:
                yield from _rows(line.rstrip("\n").split("\t"))
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise _damaged(source) from error


def _rows(cells: list[str]) -> Iterator[Row]:
    if len(cells) < 7:
        return
    kind = "movie" if cells[1] in FILMS else "series" if cells[1] in SERIES else ""
    if not kind or not cells[0].startswith("tt"):
        return
    for name in dict.fromkeys(cells[2:4]):
        yield _key(name), cells[0], kind, name, _year(cells[5]), _year(cells[6])


def _year(text: str) -> int | None:
    return int(text) if text != NONE and text.isascii() and text.isdigit() else None


def _key(title: str) -> int:
    return int.from_bytes(dedupe_key(normal(title)), "big", signed=True)


def _text(source: Path) -> IO[str]:
    if source.name.endswith(".gz"):
        return gzip.open(source, "rt", encoding="utf-8", newline="\n")
    return source.open(encoding="utf-8", newline="\n")


def _damaged(source: Path) -> InputError:
    return InputError(
        _("“{name}” isn't IMDb's title.basics file, or it is damaged.", name=source.name),
        _("Download title.basics.tsv.gz again and set COURSEPORTER_IMDB_INDEX to it."),
        str(source),
    )
