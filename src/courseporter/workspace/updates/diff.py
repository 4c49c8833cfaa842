"""What an update would change in items, for people: fields here and in the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from courseporter.model import Assignment, Discussion, Link, Node, Resource, Text
from courseporter.workspace.edits import rows
from courseporter.workspace.updates.compare import Group

MOST_ITEMS: Final = 200
LONGEST: Final = 4000  # characters of a value


class Difference(NamedTuple):
    """A field of a node as it is here and in the source; None where there is no such node."""

    key: str
    field: str
    here: str | None
    source: str | None


Diffs = dict[str, tuple[Difference, ...]]


def differences(
    connection: Connection, draft_id: str, other: str, groups: Iterable[Group]
) -> Diffs:
    """Fields that differ, by item: of the first two hundred items that differ."""
    shown = (one for one in groups if one.of != "same")
    return {
        group.key: tuple(
            found
            for key in group.nodes
            for found in _node(_get(connection, draft_id, key), _get(connection, other, key), key)
        )
        for group in islice(shown, MOST_ITEMS)
    }


def _node(here: Node | None, source: Node | None, key: str) -> Iterator[Difference]:
    if here == source:
        return
    mine = {} if here is None else _fields(here)
    theirs = {} if source is None else _fields(source)
    for name in dict.fromkeys((*theirs, *mine)):
        if mine.get(name) != theirs.get(name):
            yield Difference(key, name, mine.get(name), theirs.get(name))


def _fields(one: Node) -> dict[str, str]:
    found = {"title": one.title, "parent": one.parent or "", "hidden": str(one.hidden).lower()}
    if one.description:
        found["description"] = one.description
    block = one.block
    if isinstance(block, Text | Assignment | Resource | Link | Discussion):
        found["html"] = block.html
    if block is not None and not isinstance(block, Text):
        found["block"] = msgspec.json.encode(block).decode()
    if one.settings is not None:
        found["settings"] = msgspec.json.encode(one.settings).decode()
    return {name: value[:LONGEST] for name, value in found.items()}


def _get(connection: Connection, draft_id: str, key: str) -> Node | None:
    row = rows.get(connection, draft_id, key)
    return None if row is None else row.node
