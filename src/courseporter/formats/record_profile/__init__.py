"""Profiles of web services (TOML): where records go, how they look, and what can be asked.

A secret never is in a profile; `auth` only names the header that carries it.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import msgspec

from courseporter.errors import SettingsError, _

BASE_VARIABLE = "COURSEPORTER_HTTP_API_URL"
BUILT_IN = Path(__file__).parent
Value = str | int | float | bool | None
_TELLING = {"title", "year", "date", "season", "episode", "email", "course"}
_FIELD = re.compile(r"\{(\w+)\}")
_REQUEST = re.compile(r"(GET|POST|PUT|DELETE) (/\S*)")


class Auth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The header that carries the secret, and a word before it such as “Bearer”."""

    header: str
    prefix: str = ""


class RateLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At most `requests` in a number of seconds."""

    requests: int
    seconds: float


class Duplicate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to a record that already exists."""

    status: int
    id: str = "/id"


class Resource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of record.  Without `lookup` the service can't be asked whether one is there."""

    create: str
    body: dict[str, Value]
    lookup: str | None = None
    match: tuple[str, ...] = ()
    id: str = "/id"
    duplicate: Duplicate | None = None
    idempotency_header: str = ""
    undo: str | None = None

    @property
    def own_fields(self) -> tuple[str, ...]:
        """The fields that carry what a row is about: its title, year and date, or the learner."""
        return tuple(
            name
            for name, value in self.body.items()
            if isinstance(value, str) and {*_FIELD.findall(value)} & _TELLING
        )

    def filled(self, path: str, facts: Mapping[str, Value]) -> str:
        """A path with its placeholders filled in, encoded."""
        return _FIELD.sub(lambda found: quote(as_text(facts.get(found[1])), safe=""), path)

    def record(self, seed: Mapping[str, Value]) -> dict[str, Value]:
        """The body of a row: a placeholder alone keeps its type, and is null where unknown."""
        return {name: _filled(value, seed) for name, value in self.body.items()}


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A web service.  `quarantine_seconds`: how long an abandoned request may still take effect."""

    name: str
    base_url: str
    auth: Auth
    quarantine_seconds: float = 30.0
    limit: RateLimit | None = None
    movies: Resource | None = None
    shows: Resource | None = None
    enrollments: Resource | None = None

    def resource(self, kind: str) -> Resource:
        """What takes rows of this kind.  Raises SettingsError when nothing does."""
        found = {"movies": self.movies, "shows": self.shows, "enrollments": self.enrollments}[kind]
        if found is None:
            raise SettingsError(
                _("The profile “{name}” doesn't accept {kind}.", name=self.name, kind=kind),
                _("Add a section [{kind}] to the profile.", kind=kind),
                self.name,
            )
        return found


def load_profile(name: str) -> Profile:
    """A built-in profile, or the one in a file.  Raises SettingsError naming what is wrong."""
    built_in = BUILT_IN / f"{name}.toml"
    path = built_in if re.fullmatch(r"[a-z0-9_]+", name) and built_in.is_file() else Path(name)
    try:
        profile = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Profile)
    except FileNotFoundError as error:
        known = ", ".join(sorted(one.stem for one in BUILT_IN.glob("*.toml")))
        raise SettingsError(
            _("There is no profile “{name}”.", name=name),
            _("Built-in profiles: {known}. Or give the path of a profile file.", known=known),
            name,
        ) from error
    except (OSError, ValueError) as error:  # TOML, UTF-8 and msgspec's own are ValueErrors
        raise SettingsError(
            _("The profile “{name}” isn't valid: {why}.", name=path.name, why=str(error)),
            _("The documentation describes every field of a profile."),
            str(path),
        ) from error
    for resource in (profile.movies, profile.shows, profile.enrollments):
        for request in (resource.create, resource.lookup, resource.undo) if resource else ():
            if request is not None and not _REQUEST.fullmatch(request):
                raise SettingsError(
                    _("“{request}” isn't a request like “POST /movies”.", request=request),
                    None,
                    str(path),
                )
    base = os.environ.get(BASE_VARIABLE)
    return msgspec.structs.replace(profile, base_url=base) if base else profile


def _filled(value: Value, seed: Mapping[str, Value]) -> Value:
    if not isinstance(value, str):
        return value
    if alone := _FIELD.fullmatch(value):
        return seed.get(alone[1])
    return _FIELD.sub(lambda found: as_text(seed.get(found[1])), value).strip()


def as_text(value: Value) -> str:
    """A value inside a longer text."""
    return "" if value is None else str(value)
