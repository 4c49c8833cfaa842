"""A draft taken apart at a level: components, the containers up to the level, one collection.

Levels above the chosen one are not made; what was above becomes the collection that holds every
entity of the course (LIBRARY.md 5.1, 5.2).
"""

from __future__ import annotations

from collections.abc import Collection as Chosen
from collections.abc import Iterable, Iterator
from hashlib import sha256

from courseporter.formats.names import url_name
from courseporter.model import Course, Node
from courseporter.targets.library.components import Components
from courseporter.targets.library.entities import (
    LEVELS,
    Collection,
    Component,
    Container,
    Kind,
    Level,
    Unsupported,
    library_title,
)
from courseporter.targets.library.keys import Keys

_KINDS: dict[str, Kind] = {"section": "section", "lesson": "subsection", "unit": "unit"}

Part = Component | Container | Unsupported


class Decomposition:
    """Takes arranged nodes in document order and gives entities, each container after its children.

    `only`: source keys of the subtrees that are wanted, None for all; a container without anything
    wanted in it isn't made.
    """

    def __init__(
        self,
        level: Level,
        components: Components,
        only: Chosen[str] | None,
        keys: Keys | None = None,
    ) -> None:
        self._top = LEVELS.index(level)
        self._components = components
        self._only = only
        self._open: list[_Open] = []
        self._keys = keys or Keys()
        self.entities: list[str] = []  # keys in order of their appearance

    def take(self, nodes: Iterable[Node]) -> Iterator[Part]:
        """The entities of these nodes, which are the whole course."""
        for node in nodes:
            if node.kind == "block":
                yield from self._block(node, whole=self._is_wanted(node))
                continue
            yield from self._close(LEVELS.index(_KINDS[node.kind]))
            self._open.append(_Open(node, wanted=self._is_wanted(node)))
        yield from self._close(0)

    def collection(self, course: Course) -> Collection:
        """The collection of this course, after the last node."""
        return collection_of(course, self.entities)

    def _is_wanted(self, node: Node) -> bool:
        if self._only is None or node.key in self._only:
            return True
        return bool(self._open) and self._open[-1].wanted

    def _block(self, node: Node, *, whole: bool) -> Iterator[Part]:
        """What a block becomes; of one that isn't wanted whole, the parts that are wanted."""
        for part in self._components.of(node):
            if not whole and part.source_key not in (self._only or ()):
                continue
            yield part
            if isinstance(part, Component):
                self._add(part.key)

    def _close(self, level: int) -> Iterator[Part]:
        """Close every open container from this level down."""
        while self._open and LEVELS.index(_KINDS[self._open[-1].node.kind]) >= level:
            done = self._open.pop()
            kind = _KINDS[done.node.kind]
            if LEVELS.index(kind) < self._top or not done.children:
                continue
            key = self._keys.container(kind, done.node.key)
            title = library_title(done.node.title)
            yield Container(key, done.node.key, kind, title, tuple(done.children))
            self._add(key)

    def _add(self, key: str) -> None:
        self.entities.append(key)
        if self._open:
            self._open[-1].children.append(key)


class _Open:
    """A section, lesson or unit whose end was not reached yet."""

    def __init__(self, node: Node, *, wanted: bool) -> None:
        self.node = node
        self.wanted = wanted
        self.children: list[str] = []


def collection_of(course: Course, entities: Iterable[str]) -> Collection:
    """The collection of a course: its title, and a key that doesn't depend on other courses."""
    title = library_title(course.title)
    mark = sha256(course.key.encode("utf-8", "surrogatepass")).hexdigest()[:4]
    return Collection(f"{url_name(title)[:60]}-{mark}", title, tuple(entities))
