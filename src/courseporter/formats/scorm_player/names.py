"""The names of the player's files below `static/`: pure functions of the package's identity."""

from __future__ import annotations

import re
from hashlib import sha256

from courseporter.model import Package

PREFIX = "cpscorm-"
WORKER = "cpscorm-sw.js"
_PAGE = re.compile(r"cpscorm-([0-9a-f]{10})-\d+\.html")


def plays(block: Package) -> bool:
    """Whether the lesson gets a player; those that were imported before there was one do not."""
    return block.mode == "play" and bool(block.identity)


def player_id(identity: str) -> str:
    """Ten hex digits, the same whenever the same course is imported again."""
    return sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def archive_name(player: str) -> str:
    """The repacked package."""
    return f"{PREFIX}{player}.zip"


def index_name(player: str) -> str:
    """What lies where in it."""
    return f"{PREFIX}{player}.json"


def script_name(player: str) -> str:
    """The SCORM API and the launcher."""
    return f"{PREFIX}{player}.js"


def page_name(player: str, number: int) -> str:
    """The player of one lesson."""
    return f"{PREFIX}{player}-{number}.html"


def flat_name(player: str, path: str) -> str:
    """Return the name of a file that is too large for the package.

    Platforms serve `.bin` as bytes to be saved, so opened by itself the file is neither a page nor
    a script that could be registered as a worker.  The player's worker knows its real type.
    """
    digest = sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{PREFIX}{player}-{digest}.bin"


def player_of(name: str) -> str:
    """The ID in the name of a page or of an index."""
    return name.removeprefix(PREFIX).partition("-")[0].partition(".")[0]


def needed_beside(name: str) -> tuple[str, ...]:
    """The files without which a player page of this name does nothing; none for other names."""
    found = _PAGE.fullmatch(name)
    if found is None:
        return ()
    player = found[1]
    return (archive_name(player), index_name(player), script_name(player), WORKER)
