"""The kinds of connections: a new one is a module with a `KIND`, and a row here."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from courseporter.connections.kind import Kind
from courseporter.errors import SettingsError, _

NAMES = (
    "openedx",
    "teachable",
    "thinkific",
    "http_api",
    "omdb",
    "youtube",
    "notes",
    "quiz",
    "openai",
)


@cache
def kind_named(name: str) -> Kind:
    """The kind of this name. Raises SettingsError `unknown_item`."""
    if name not in NAMES:
        raise SettingsError(
            _("There is no kind of connection called “{name}”.", name=name),
            _("Choose one of these: {names}.", names=", ".join(NAMES)),
            code="unknown_item",
        )
    kind = import_module(f"{__name__}.{name}").KIND
    assert isinstance(kind, Kind)
    return kind


def all_kinds() -> tuple[Kind, ...]:
    """Every kind, in the order in which faces offer them."""
    return tuple(kind_named(name) for name in NAMES)
