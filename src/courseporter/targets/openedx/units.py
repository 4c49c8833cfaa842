"""The blocks of one unit as Studio has them, in one call.

`olx-export` gives the unit and everything in it, depth first.  Where a site doesn't offer it, the
list of the unit's children gives types and titles only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec
from lxml import etree

from courseporter.errors import AuthError, RejectedError, TransientError
from courseporter.formats.olx.package.facts import UnsafeXml, parse
from courseporter.targets.openedx.content import POOLS, Block, block_of
from courseporter.targets.openedx.keys import parse_usage
from courseporter.targets.openedx.session import Session


class File(msgspec.Struct, frozen=True):
    """A file that a block names, and its address."""

    url: str = ""


class Olx(msgspec.Struct, frozen=True):
    """One block of an export."""

    olx: str = ""
    static_files: Mapping[str, File] = {}


class Export(msgspec.Struct, frozen=True):
    """A unit and everything in it, depth first, by usage key."""

    root_block_id: str = ""
    blocks: Mapping[str, Olx] = {}


class _Child(msgspec.Struct):
    block_id: str = ""
    block_type: str = ""
    name: str = ""


class _Children(msgspec.Struct):
    children: list[_Child] = []


class Units:
    """Reads units; remembers whether the site exports OLX.  `calls` counts requests."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.exports = True
        self.calls = 0

    def export(self, usage: str) -> Export | None:
        """The unit's OLX; None where the site doesn't give it.  Raises PorterError."""
        if not self.exports:
            return None
        self.calls += 1
        try:
            answer = self._session.studio.get(
                f"/api/olx-export/v1/xblock/{usage}/", accept=(404,), cap=64 << 20
            )
        except TransientError as error:
            if _status(error) == 500:  # a block that can't be written as OLX
                return None
            raise
        except RejectedError:
            return None
        if answer.status == 404:
            self.exports = False
            return None
        return answer.decode(Export)

    def blocks(self, usage: str) -> list[Block] | None:
        """What is in the unit, in its order; None when nobody tells."""
        exported = self.export(usage)
        if exported is not None:
            return blocks_of(exported)
        return self._children(usage)

    def _children(self, usage: str) -> list[Block] | None:
        self.calls += 1
        path = f"/api/contentstore/v1/container/vertical/{usage}/children"
        try:
            listed = self._session.studio.get(path).decode(_Children)
        except (AuthError, RejectedError):
            return None
        except TransientError as error:
            if _status(error) == 500:
                return None
            raise
        return [
            Block(type=one.block_type, name=parse_usage(one.block_id)[1], title=one.name)
            for one in listed.children
        ]


def _status(error: TransientError) -> object:
    http = error.metadata.get("http")
    return cast("dict[str, object]", http).get("status") if isinstance(http, dict) else None


def blocks_of(exported: Export) -> list[Block]:
    """The blocks directly in the exported unit, each with its own below it."""
    ids = [one for one in exported.blocks if one != exported.root_block_id]
    root = exported.blocks.get(exported.root_block_id)
    element = element_of(root.olx) if root else None
    if element is None:
        return []
    return _below(element, ids, exported)


def _below(element: etree._Element, ids: list[str], exported: Export) -> list[Block]:
    """Match child elements with the usage keys, which come in the same order."""
    found: list[Block] = []
    for child in element:
        if not ids or parse_usage(ids[0])[0] != child.tag:
            continue
        usage = ids.pop(0)
        own = element_of(exported.blocks[usage].olx)
        block = block_of(child if own is None else own, parse_usage(usage)[1])
        if child.tag in POOLS:
            block.children = _below(child, ids, exported)
        found.append(block)
    return found


def element_of(olx: str) -> etree._Element | None:
    """The element that the text defines; None when it isn't well-formed."""
    try:
        return parse(olx.encode())
    except (ValueError, UnsafeXml):
        return None
