"""Finds the place that a job, a draft or a person names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from courseporter.connections import stored
from courseporter.flows.material import limits_of
from courseporter.sources.place import ConnectionPlace, Place
from courseporter.store import Store


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
