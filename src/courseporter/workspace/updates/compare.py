"""Three states of a course compared: as it was imported, as its source is now, as it is here.

Nodes are compared in groups: what the source calls one item, with the units and blocks it became.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from typing import Literal

import msgspec

from courseporter.model import Entry
from courseporter.workspace.edits.origin import Item, State

Class = Literal["new", "changed", "gone", "edited", "same"]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """One item of the source with its nodes.

    `ref`: its id there.  `differs`: the source has changed it since the last import; an item that
    people edited here has the class `edited` whether it has or not.
    """

    key: str
    ref: str
    title: str
    kind: str
    of: Class
    differs: bool
    nodes: tuple[str, ...]


def compare(
    base: State,
    theirs: State,
    mine: State,
    *,
    refs: Mapping[str, str],
    moved: Collection[str],
) -> list[Group]:
    """Every item of the source, now or then, in the order of the source now."""
    owners = _owners(base, theirs, refs)
    members: dict[str, list[str]] = {}
    for key in (*theirs, *(key for key in base if key not in theirs)):
        members.setdefault(owners[key], []).append(key)
    around = _around_edits(base, theirs, mine)
    found: list[Group] = []
    for owner, keys in members.items():
        differs = any(_differs(base.get(key), theirs.get(key)) or key in moved for key in keys)
        edited = any(_differs(base.get(key), mine.get(key)) for key in keys if key in base) or (
            owner not in theirs and any(key in around for key in keys)
        )
        item = theirs.get(owner) or base[owner]
        shown = item if item.title else mine.get(owner, item)
        group = Group(
            key=owner,
            ref=refs.get(owner, owner),
            title=shown.title,
            kind=shown.kind,
            of=_class(owner, base, theirs, edited=edited, differs=differs),
            differs=differs,
            nodes=tuple(keys),
        )
        if owner in theirs or owner in mine:  # what both have removed is no news
            found.append(group)
    return found


def moved(base: State, theirs: State) -> set[str]:
    """Nodes that the source puts elsewhere among their siblings, as few as possible."""
    found: set[str] = set()
    place = {key: number for number, key in enumerate(base)}
    below: dict[str | None, list[str]] = {}
    for key, one in theirs.items():
        if key in base and base[key].parent == one.parent:
            below.setdefault(one.parent, []).append(key)
    for keys in below.values():
        kept = _longest_rising([place[key] for key in keys])
        found.update(key for number, key in enumerate(keys) if number not in kept)
    return found


def names(entries: Iterable[Entry]) -> dict[str, str]:
    """Key of a node → the id of the item that it was made from."""
    found: dict[str, str] = {}
    for entry in entries:
        for key in entry.to:
            found.setdefault(key, entry.ref or key)
    return found


def _class(owner: str, base: State, theirs: State, *, edited: bool, differs: bool) -> Class:
    if owner not in base:
        return "new"
    if edited:
        return "edited"
    if owner not in theirs:
        return "gone"
    return "changed" if differs else "same"


def _differs(one: Item | None, other: Item | None) -> bool:
    if one is None or other is None:
        return one is not other
    return (one.parent, one.digest) != (other.parent, other.digest)


def _around_edits(base: State, theirs: State, mine: State) -> set[str]:
    """Nodes above those that people added or changed here: they can't go without them."""
    found: set[str] = set()
    for key, one in mine.items():
        if (key in base and _differs(base[key], one)) or (key not in base and key not in theirs):
            parent = one.parent
            while parent is not None and parent not in found:
                found.add(parent)
                parent = mine[parent].parent
    return found


def _owners(base: State, theirs: State, refs: Mapping[str, str]) -> dict[str, str]:
    """The node that stands for the item that a node belongs to."""
    found: dict[str, str] = {}
    for key, one in (*base.items(), *theirs.items()):  # parents come before their children
        own = key in refs or one.parent is None
        found[key] = key if own else found.get(one.parent or "", key)
    return found


def _longest_rising(numbers: list[int]) -> set[int]:
    """Positions of a longest rising part of the list."""
    ends: list[int] = []
    at_end: list[int] = []
    before: list[int] = []
    for number, value in enumerate(numbers):
        at = bisect_left(ends, value)
        ends[at:] = [value, *ends[at + 1 :]]
        at_end[at:] = [number, *at_end[at + 1 :]]
        before.append(at_end[at - 1] if at else -1)
    found: set[int] = set()
    at = at_end[-1] if at_end else -1
    while at >= 0:
        found.add(at)
        at = before[at]
    return found
