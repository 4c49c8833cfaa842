"""Usage keys of a site's library, and the entity keys that an archive has for the same things.

`lb:ORG:SLUG:TYPE:ID` is `xblock.v1:TYPE:ID`; `lct:ORG:SLUG:LEVEL:ID` is the bare ID (LIBRARY.md 1).
"""

from __future__ import annotations

from courseporter.targets.library.entities import NAMESPACE, Kind
from courseporter.targets.library.site import LibraryKey

CONTAINERS: tuple[Kind, ...] = ("unit", "subsection", "section")
_BELOW: dict[Kind, Kind] = {"section": "subsection", "subsection": "unit", "unit": "component"}


def is_component(key: str) -> bool:
    """Whether an entity key is a component's."""
    return key.startswith(f"{NAMESPACE}:")


def entity_key(usage: str) -> str:
    """The entity key of a usage key."""
    parts = usage.split(":")
    return f"{NAMESPACE}:{parts[3]}:{parts[4]}" if parts[0] == "lb" else parts[4]


def usage_key(library: LibraryKey, key: str, kind: Kind) -> str:
    """The usage key of an entity of this kind."""
    name = key.rpartition(":")[2]
    if kind == "component":
        return library.component(key.split(":")[1], name)
    return library.container(kind, name)


def child_usage(library: LibraryKey, key: str, kind: Kind) -> str:
    """The usage key of a child of a container of this kind."""
    return usage_key(library, key, _BELOW[kind])
