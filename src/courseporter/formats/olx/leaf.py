"""What a block becomes: leaves of the package, each one row of the outline."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from courseporter.formats.names import OLX, url_name
from courseporter.formats.olx.attributes import attribute_text


class OutlineLeaf(NamedTuple):
    """One row of the outline, nothing rendered; `href` only where a block is an address."""

    key: str
    type: str
    title: str
    href: str | None
    questions: int


class Leaf(msgspec.Struct, frozen=True, gc=False):
    """One leaf to write: `files` are members (path below the course, bytes), `pointer` is in
    the unit; it is the definition itself unless one of the files, `TAG/NAME.xml`, is.
    """

    key: str
    type: str
    tag: str
    title: str
    href: str | None
    questions: int
    url_name: str
    files: tuple[tuple[str, bytes], ...]
    pointer: bytes


def html_leaf(row: OutlineLeaf, body: str) -> Leaf:
    """A page: the element in the unit names `html/NAME.html`, whose bytes are the body (OLX html
    block).
    """
    name = url_name(row.key)
    title = f' display_name="{attribute_text(row.title)}"'
    if not row.title and row.key.startswith(OLX):
        title = ""  # Open edX shows the name of the type, as it did before
    head = f'<html url_name="{name}" filename="{name}"{title} editor="raw"/>'
    return leaf_of(row, "html", name, ((f"html/{name}.html", encode(body)),), head)


def file_leaf(row: OutlineLeaf, tag: str, definition: str) -> Leaf:
    """A block with a definition file of its own, `TAG/NAME.xml`."""
    name = url_name(row.key)
    files = ((f"{tag}/{name}.xml", encode(definition)),)
    return leaf_of(row, tag, name, files, f'<{tag} url_name="{name}"/>')


def changed(leaf: Leaf, change: Callable[[str], str]) -> Leaf:
    """The leaf with another definition; a page has none to change."""
    if leaf.tag == "html":
        return leaf
    if not leaf.files:
        return replace(leaf, pointer=encode(change(leaf.pointer.decode())))
    [(name, data)] = leaf.files
    return replace(leaf, files=((name, encode(change(data.decode()))),))


def inline_leaf(row: OutlineLeaf, tag: str, definition: str) -> Leaf:
    """A block whose definition is in the vertical."""
    return leaf_of(row, tag, url_name(row.key), (), definition)


def encode(text: str) -> bytes:
    """UTF-8; a lone surrogate, which UTF-8 cannot hold, becomes U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def leaf_of(
    row: OutlineLeaf, tag: str, name: str, files: tuple[tuple[str, bytes], ...], pointer: str
) -> Leaf:
    """The leaf of an outline row; `pointer` is XML."""
    key, kind, title, href, questions = row
    return Leaf(key, kind, tag, title, href, questions, name, files, encode(pointer))
