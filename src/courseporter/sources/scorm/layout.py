"""Items arranged as section, lesson, unit and block, each after everything above it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from courseporter.errors import _
from courseporter.formats.scorm_player.choice import FOLDED, FOLDED_BELOW
from courseporter.model import Block, Entry, Kind, Link, Node, Package
from courseporter.sources.scorm.items import Item, Organization
from courseporter.sources.scorm.launch import KEY, Launch, Launcher
from courseporter.sources.scorm.notes import Notes

UNTITLED = "Untitled"
KINDS: tuple[Kind, ...] = ("section", "lesson", "unit")
_ESCAPED = str.maketrans({"%": "%25", "/": "%2F", "~": "%7E", "#": "%23"})  # ours, in keys
_LONGEST = 200  # characters of a folded title, so that the last part is always seen


class Laid(NamedTuple):
    """One item's place in the course and its line in the ledger."""

    nodes: tuple[Node, ...]
    entry: Entry


class Keys:
    """Keys of nodes: the item's own identifier, the second of a name told apart by `~2`."""

    def __init__(self, notes: Notes) -> None:
        self._counts: dict[str, int] = {}
        self._notes = notes

    def make(self, item: Item, number: int) -> str:
        """The key of the item that is at `number`, counted from 1."""
        key = f"{KEY}{item.identifier.translate(_ESCAPED) or f'#{number}'}"
        count = self._counts[key] = self._counts.get(key, 0) + 1
        if count == 2:
            self._notes.add("duplicate_identifier", f"item “{item.identifier}”", f"{key}~2")
        return key if count == 1 else f"{key}~{count}"


class Layout:
    """Walks an organization once, in order."""

    def __init__(self, organization: Organization, launcher: Launcher, notes: Notes) -> None:
        self._items = organization.items
        self._launcher = launcher
        self._notes = notes
        keys = Keys(notes)
        self._keys = [keys.make(item, n) for n, item in enumerate(self._items, 1)]
        self._shown = _shown_below(self._items)
        self._path: list[int] = []  # numbers of the items above, outermost first

    def lay(self) -> Iterator[Laid]:
        """Every item in manifest order."""
        for number, item in enumerate(self._items):
            del self._path[item.depth - 1 :]
            launch = self._launcher.launch(item, self._keys[number])
            self._note(number, item)
            nodes = (*self._container(number, item), *self._content(number, item, launch))
            yield Laid(nodes, self._entry(number, item, launch))
            self._path.append(number)

    def _container(self, number: int, item: Item) -> tuple[Node, ...]:
        """The section or lesson that the item is; deeper ones have none of their own."""
        if item.depth > 2:
            return ()
        parent = self._keys[self._path[-1]] if self._path else None
        return (
            Node(
                key=self._keys[number],
                kind=KINDS[item.depth - 1],
                title=_title(item),
                parent=parent,
                hidden=item.hidden and not self._shown[number],
            ),
        )

    def _content(self, number: int, item: Item, launch: Launch) -> Iterator[Node]:
        """What the item itself opens, with the levels between it and its container."""
        if launch.block is None:
            return
        key, title = self._keys[number], _title(item)
        parent = key if item.depth <= 2 else self._keys[self._path[1]]
        if item.depth == 1:
            yield self._node(f"{key}/lesson", "lesson", title, parent, item)
            parent = f"{key}/lesson"
        unit = f"{key}/unit" if item.depth <= 2 else key
        yield self._node(unit, "unit", self._folded_title(item), parent, item)
        yield Node(
            key=f"{key}/{_part(launch.block)}",
            kind="block",
            title=title,
            parent=unit,
            hidden=item.hidden,
            block=launch.block,
        )

    def _node(self, key: str, kind: Kind, title: str, parent: str, item: Item) -> Node:
        return Node(key=key, kind=kind, title=title, parent=parent, hidden=item.hidden)

    def _folded_title(self, item: Item) -> str:
        """The unit's title: "A › B" for an item that lies deeper than units do."""
        own = _title(item)
        above = [_title(self._items[number]) for number in self._path[2:]]
        if not above:
            return own
        whole = " › ".join((*above, own))
        if len(whole) <= _LONGEST:
            return whole
        room = max(40, _LONGEST - len(own))
        return f"{' › '.join(above)[: room - 5]}… › {own}"

    def _entry(self, number: int, item: Item, launch: Launch) -> Entry:
        deep = item.depth > FOLDED_BELOW or (item.depth == FOLDED_BELOW and launch.block is None)
        folded = FOLDED if deep else None
        reason = launch.fault or launch.lost or folded
        outcome = "converted_with_loss" if reason else "converted"
        return Entry(
            kind="item",
            depth=item.depth,
            title=item.title,
            ref=item.identifier or None,
            href=launch.href,
            hidden=item.hidden,
            outcome="failed" if launch.fault else outcome,
            reason=reason,
            to=() if launch.fault else (self._place(number, item, launch),),
        )

    def _place(self, number: int, item: Item, launch: Launch) -> str:
        """The node that the item became: its own, or for a folded one the first unit below."""
        while launch.block is None and item.depth > 2:
            number += 1
            item = self._items[number]
            if item.ref or item.fault or not item.parent:
                break
        return self._keys[number]

    def _note(self, number: int, item: Item) -> None:
        key = self._keys[number]
        if item.depth > 3:
            self._notes.add("flattened", f"“{_title(item)}”", key)
        if not item.title:
            self._notes.add("untitled_items", f"“{item.identifier or 'no identifier'}”", key)
        if item.hidden and self._shown[number]:
            self._notes.add("hidden_container", f"“{_title(item)}”", key)


def skipped(organization: Organization) -> Iterator[Entry]:
    """The items of an organization that was not chosen."""
    name = organization.title or organization.key
    for item in organization.items:
        yield Entry(
            kind="item",
            depth=item.depth,
            title=item.title,
            ref=item.identifier or None,
            hidden=item.hidden,
            outcome="skipped",
            reason=_("It belongs to the organization “{name}”, which wasn't chosen.", name=name),
        )


def _part(block: Block) -> str:
    """What comes after the item's key in the key of its block."""
    if isinstance(block, Package):
        return "package"
    return "link" if isinstance(block, Link) else "note"


def _title(item: Item) -> str:
    return item.title or UNTITLED


def _shown_below(items: list[Item]) -> list[bool]:
    """For each item whether a visible one lies below it (found from the end, in one pass)."""
    shown = [False] * len(items)
    visible: list[bool] = []  # per depth: is anything visible at this depth or below, so far
    for number in range(len(items) - 1, -1, -1):
        item = items[number]
        below = any(visible[item.depth :])
        shown[number] = below
        del visible[item.depth :]
        visible += [False] * (item.depth - len(visible))
        visible[item.depth - 1] |= below or not item.hidden
    return shown
