"""The blocks of a package as nodes of a draft, each under the name that it has in Open edX."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lxml import etree
from msgspec.structs import replace

from courseporter.context import Context
from courseporter.formats.names import OLX
from courseporter.formats.olx.package.attributes import attributes_of
from courseporter.formats.olx.package.walk import LEVELS, Walk, WalkedBlock
from courseporter.model import Asset, Course, Entry, Kind, Node, OutlineRow
from courseporter.sources import Chunk, Cursor
from courseporter.sources.olx.blocks import Blocks
from courseporter.sources.olx.material import Material

ROWS = 500  # nodes and entries of one chunk
_NOT_BLOCKS = ("wiki", "textbook", "license")
_COURSE_OWN = frozenset(("url_name", "org", "course", "display_name"))
_CONTAINER_OWN = frozenset(("url_name", "slug", "display_name", "visible_to_staff_only"))
# What the check of every draft says of its nodes anyway.
_SAID_OF_NODES = frozenset(
    (
        "block_too_large",
        "html_too_large",
        "lesson_empty",
        "local_reference",
        "media_unplayable",
        "misplaced",
        "relative_reference",
        "script_in_page",
        "section_empty",
        "title_empty",
        "title_too_long",
        "unit_empty",
        "unquoted_reference",
        "unsafe_link",
    )
)
_KINDS: dict[int, Kind] = {1: "section", 2: "lesson", 3: "unit"}


class Reading:
    """One pass over a package in course order."""

    def __init__(self, material: Material, ctx: Context) -> None:
        self._material = material
        self._ctx = ctx
        self._blocks = Blocks(material)
        self._attributes: dict[str, dict[str, str]] = {}
        self._parents: list[tuple[str, bool]] = []  # key and visibility of what is open, by level
        self._lessons = 0

    def chunks(self, cursor: Cursor) -> Iterator[Chunk]:
        """The static files, the blocks, and at the end what is kept of the rest."""
        done = int(cursor["rows"]) if cursor else 0
        yield from self._files(cursor)
        nodes: list[Node] = []
        entries: list[Entry] = []
        count = 0
        for found, element in self._pairs():
            new = self._nodes(found, element)
            count += 1
            if count <= done:
                continue
            nodes += new
            entries += [self._entry(entry) for entry in found.entries]
            if len(nodes) + len(entries) >= ROWS:
                yield self._chunk(nodes, entries, count)
                nodes, entries = [], []
        yield self._chunk(nodes, entries, count, tuple(self._rest()))

    def _files(self, cursor: Cursor) -> Iterator[Chunk]:
        """The course, and static files that aren't stored yet."""
        assets = self._material.assets
        there = len(self._material.statics) - len(assets)
        for at in range(0, len(assets) or 1, ROWS):
            some = tuple(assets[at : at + ROWS])
            if cursor is None and not at:
                yield self._first(some)
            elif some:
                yield Chunk(cursor={"assets": there + at + len(some), "rows": 0}, assets=some)

    def _first(self, assets: tuple[Asset, ...]) -> Chunk:
        problems = tuple(
            one if one.key is None else replace(one, key=_key(one.key))
            for one in self._material.package.problems()
            if one.code not in _SAID_OF_NODES
        )
        cursor: Cursor = {"assets": len(assets), "rows": 0}
        return Chunk(cursor=cursor, course=self._course(), problems=problems, assets=assets)

    def _chunk(
        self, nodes: list[Node], entries: list[Entry], count: int, assets: tuple[Asset, ...] = ()
    ) -> Chunk:
        cursor: dict[str, int | str] = {"assets": len(self._material.statics), "rows": count}
        if assets:
            cursor["end"] = 1
        return Chunk(
            cursor=cursor, nodes=tuple(nodes), entries=tuple(entries), assets=assets,
            done=self._lessons,
        )  # fmt: skip

    def _course(self) -> Course:
        course = self._material.package.course
        cover = self._material.statics.get((course.cover or "").removeprefix("/static/"))
        return replace(course, cover=cover, description=None, subtitle=None)

    # ---- blocks in step with their XML

    def _pairs(self) -> Iterator[tuple[WalkedBlock, etree._Element | None]]:
        """Each block as the walk finds it, with its element: None where it has no definition."""
        walk = iter(Walk(self._material.index, self._material.package.policy))
        yield from self._below(self._blocks.course(), walk)

    def _below(
        self, container: etree._Element | None, walk: Iterator[WalkedBlock]
    ) -> Iterator[tuple[WalkedBlock, etree._Element | None]]:
        if container is None:
            return
        for child in container:
            tag = str(child.tag)
            if tag in _NOT_BLOCKS:
                continue
            found = next(walk)
            element = self._blocks.definition(child)
            yield found, element
            if tag in LEVELS and element is not None and _is_walked(found):
                yield from self._below(element, walk)

    def _nodes(self, found: WalkedBlock, element: etree._Element | None) -> list[Node]:
        nodes = [self._node(row, None) for row in found.rows[:-1]]
        if found.rows and element is not None:
            nodes.append(self._node(found.rows[-1], element))
        return nodes

    def _node(self, row: OutlineRow, element: etree._Element | None) -> Node:
        level = row.depth - 1
        parent, above = self._parents[level - 1] if level else (None, False)
        key = _key(row.key)
        del self._parents[level:]
        self._lessons += row.depth == 2
        node = Node(
            key=key, kind=_KINDS.get(row.depth, "block"), title=row.title, parent=parent,
            hidden=row.hidden and not above,
        )  # fmt: skip
        if row.depth == 4:
            if element is None:
                return node
            block, more = self._blocks.block(element, row)
            if more:
                self._attributes[key] = more
            return replace(node, block=block)
        self._parents.append((key, row.hidden))
        if element is not None:
            more = {
                name: value
                for name, value in attributes_of(element).items()
                if name not in _CONTAINER_OWN
            }
            if more:
                self._attributes[key] = more
        return node

    def _entry(self, entry: Entry) -> Entry:
        return replace(entry, to=tuple(_key(key) for key in entry.to)) if entry.to else entry

    # ---- what is kept

    def _rest(self) -> Iterator[Asset]:
        """Attributes that the draft doesn't know, and files that no block came from."""
        material = self._material
        course = self._blocks.course()
        values = material.index.definition_at(material.index.root + "course.xml").values
        run = values.get("url_name", "")
        own = {
            name: value
            for name, value in (attributes_of(course) if course is not None else {}).items()
            if name not in _COURSE_OWN
        }
        elements = [
            etree.tostring(child, encoding="unicode", with_tail=False)
            for child in (course if course is not None else ())
            if child.tag in _NOT_BLOCKS
        ]
        kept = {"run": run, "course": own, "elements": elements, "blocks": self._attributes}
        data = json.dumps(kept, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
        yield material.keep("attributes.json", data)
        used = self._blocks.used | {"course.xml", f"course/{run}.xml"}
        for path in material.others(used):
            data = material.raw(path)
            if data is not None:
                yield material.keep(path, data)


def _key(key: str) -> str:
    """The draft's key of a row: its name in Open edX tells the url_name again."""
    return OLX + key


def _is_walked(found: WalkedBlock) -> bool:
    """Whether the walk continues below the container: not below one that has no definition."""
    codes = {fault.code for fault in found.faults}
    lost = {"definition_missing", "definition_malformed", "not_utf8"}
    return bool(found.rows) or not codes & lost
