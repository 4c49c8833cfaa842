"""Who acts, and on which store: the first argument of every wish."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from courseporter.jobs.housekeeping import keep_house
from courseporter.keychain import absorb_environment
from courseporter.logs import log_to
from courseporter.settings import (
    Preferences,
    assets_place,
    database_address,
    home_folder,
    read_preferences,
    write_preferences,
)
from courseporter.store import Store, open_store


@dataclass(frozen=True)
class Actor:
    """One person in one organisation, at one store.  A desktop has one organisation, "personal"."""

    store: Store
    user: str
    organisation: str = "personal"
    role: str = "owner"

    @property
    def home(self) -> Path:
        """The data folder."""
        return self.store.home

    @property
    def settings(self) -> Preferences:
        """What the user prefers, read afresh."""
        return read_preferences(self.home)


class Caller(Protocol):
    """Whoever calls: an actor, or the user of this computer before any store is open."""

    @property
    def home(self) -> Path:
        """The data folder."""
        ...

    @property
    def user(self) -> str:
        """The person's name."""
        ...

    @property
    def organisation(self) -> str:
        """The organization for which the person acts."""
        ...

    @property
    def role(self) -> str:
        """What the person may do there: owner, admin, member or viewer."""
        ...


@dataclass(frozen=True)
class LocalUser:
    """The user of this computer at its data folder, whose store is not opened: it may be damaged.

    To inspect a file or to restore the store nothing else is needed.
    """

    home: Path
    user: str
    organisation: str = "personal"
    role: str = "owner"


def local_user(home: Path | None = None) -> LocalUser:
    """The user of this computer; owner of its only organization."""
    return LocalUser(home_folder(home), user_name())


def start(home: Path | None = None) -> Actor:
    """Open the store of the data folder (made when new, migrated when old), or the team's.

    Raises PorterError.
    """
    absorb_environment()  # programs started from here don't inherit secrets
    folder = home_folder(home)
    log_to(folder)
    store = open_store(folder, database_address(folder), assets=assets_place(folder))
    return Actor(store, user_name())


def stop(actor: Actor) -> None:
    """Give the store back; a command that ran a job looks after the store first, once a day."""
    if actor.store.worked:
        keep_house(actor.store)
    actor.store.close()


def user_name() -> str:
    """The account's name as the environment says it; "user" where it does not."""
    names = (os.environ.get(name) for name in ("USER", "LOGNAME", "USERNAME"))
    return next((name for name in names if name), "user")


def read_settings(actor: Actor) -> Preferences:
    """The preferences of this data folder."""
    return actor.settings


def write_settings(actor: Actor, preferences: Preferences) -> None:
    """Keep other preferences."""
    write_preferences(actor.home, preferences)
