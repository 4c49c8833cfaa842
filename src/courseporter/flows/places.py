"""Finds the place that a job, a draft or a person names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from courseporter.connections import stored
from courseporter.errors import SettingsError
from courseporter.flows.material import limits_of
from courseporter.sources.place import CONNECTION, ConnectionPlace, Place
from courseporter.store import Store


def name_of(store: Store, org_id: str, address: str) -> str:
    """How people call the place behind an address that is kept: a file's name, a connection's.

    A connection that is gone has none.
    """
    if not address.startswith(CONNECTION):
        return Path(address).name
    try:
        with store.read() as connection:
            return stored.find(connection, org_id, address.removeprefix(CONNECTION)).name
    except SettingsError:
        return ""


def place_of(
    store: Store,
    org_id: str,
    *,
    path: str = "",
    connection_id: str | None = None,
    choices: Mapping[str, str] | None = None,
) -> Place:
    """The connection, else the file or folder.  Raises SettingsError for an unknown connection."""
    limits = limits_of(store)
    if connection_id is None:
        return Place(Path(path), limits, choices)
    with store.read() as connection:
        record = stored.find(connection, org_id, connection_id)
    return ConnectionPlace(record.kind, record.id, record.name, limits, choices)
