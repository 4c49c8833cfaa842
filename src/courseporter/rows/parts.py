"""The tables that are read: a file, or those of an export whose rows are viewings.

Of an archive only these members are opened: profiles, comments and tokens are personal.
"""

from __future__ import annotations

import re
from pathlib import Path

from courseporter.errors import InputError, _
from courseporter.formats.archive import Archive

DIARY, WATCHED = "diary.csv", "watched.csv"
_TV_TIME = re.compile(r"(?:.*/)?(?:tracking-prod-records-v2|seen_episode)[^/]*\.csv")
_TRAKT = re.compile(r"(?:.*/)?watched-history-\d+\.json")
# Files of Letterboxd whose dates aren't viewings, although their header is that of viewings.
NO_VIEWINGS = ("watchlist", "likes", "films", "list")


def tables_of(path: Path, archive: Archive | None) -> list[str]:
    """The names of the tables, in the order in which they are read.

    Raises InputError `not_a_package` for an archive without any.
    """
    if archive is None:
        return [path.name]
    members = list(archive.members)
    found = [name for name in (DIARY, WATCHED) if name in members]  # the diary decides, so first
    found = found or sorted(name for name in members if _TV_TIME.fullmatch(name))[:1]
    if not found and any(map(_TRAKT.fullmatch, members)):
        raise InputError(
            _("“{name}” is an export of Trakt as JSON, which CoursePorter can't read.",
              name=path.name),
            _("Export the history from Trakt as CSV, and import that file."),
            str(path),
            code="not_a_package",
        )  # fmt: skip
    if not found:
        raise InputError(
            _("“{name}” contains neither {diary} nor {watched}.",
              name=path.name, diary=DIARY, watched=WATCHED),
            _("Choose the ZIP file that Letterboxd exported, or one CSV file."),
            str(path),
            code="not_a_package",
        )  # fmt: skip
    return found


def refuse_no_viewings(path: Path) -> None:
    """Watchlist, likes and watched films have one header: the name decides.

    Raises InputError.
    """
    if not path.stem.casefold().startswith(NO_VIEWINGS):
        return
    raise InputError(
        _("{name} lists liked or wanted films, so its dates aren't viewing dates.",
          name=path.name),
        _("Import diary.csv or watched.csv, or give one date for all rows with --date."),
        path.name,
        code="table_schema",
    )  # fmt: skip
