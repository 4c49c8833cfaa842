"""Where things lie, and what the user prefers: one folder, one JSON file."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Literal

import msgspec
import platformdirs

from courseporter.disk.private import make_private, write_private
from courseporter.errors import SettingsError, _
from courseporter.limits import Limits

HOME_VARIABLE = "COURSEPORTER_HOME"
DATABASE_VARIABLE = "COURSEPORTER_DATABASE_URL"
ASSETS_VARIABLE = "COURSEPORTER_ASSETS"


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """What the user chose; a missing file means all defaults."""

    theme: Literal["system", "light", "dark"] = "system"
    density: Literal["comfortable", "compact"] = "comfortable"
    workers: int | None = None
    out_folder: str | None = None
    recent: tuple[str, ...] = ()
    database_url: str | None = None
    assets: str | None = None
    keep_jobs_days: int | None = None
    limits: Limits = Limits()


def full_path(path: Path) -> Path:
    """The path from the root on; `~somebody` whom nobody knows is a name, as shells have it."""
    with suppress(RuntimeError):
        path = path.expanduser()
    return path.absolute()


def home_folder(chosen: Path | None = None) -> Path:
    """The data folder: `chosen`, else COURSEPORTER_HOME, else the platform's local data folder."""
    if chosen is not None:
        return full_path(chosen)
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return full_path(Path(named))
    return Path(platformdirs.user_data_path("CoursePorter", appauthor=False, roaming=False))


def database_address(home: Path) -> str | None:
    """The address of a team's store: the environment's, else the setting's; None: a file here."""
    return os.environ.get(DATABASE_VARIABLE) or _setting(home, "database_url")


def assets_place(home: Path) -> str | None:
    """Where a team's assets lie, a folder or s3://bucket/prefix, if anybody said so."""
    return os.environ.get(ASSETS_VARIABLE) or _setting(home, "assets")


def _setting(home: Path, name: Literal["database_url", "assets"]) -> str | None:
    """A setting that decides where the store is; a broken file that may name it is refused."""
    try:
        return getattr(read_preferences(home), name)
    except SettingsError:
        path = preferences_file(home)
        if not path.is_file() or name.encode() in path.read_bytes():
            raise
        return None


def read_preferences(home: Path) -> Preferences:
    """The preferences of this data folder.  Raises SettingsError naming an unreadable file."""
    path = preferences_file(home)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Preferences)
    except (FileNotFoundError, NotADirectoryError):  # the store says what is wrong with the folder
        return Preferences()
    except (OSError, msgspec.DecodeError) as error:
        raise SettingsError(
            _("The settings can't be read: {error}.", error=str(error)),
            _("Fix the file, or delete it to restore the default settings."),
            str(path),
        ) from error


def write_preferences(home: Path, preferences: Preferences) -> None:
    """Replace the preferences; the file is whole at any moment."""
    path = preferences_file(home)
    make_private(path.parent)
    fresh = path.with_suffix(".new")
    write_private(fresh, msgspec.json.format(msgspec.json.encode(preferences), indent=2))
    fresh.replace(path)


def preferences_file(home: Path) -> Path:
    """Where the preferences lie."""
    return home / "settings.json"
