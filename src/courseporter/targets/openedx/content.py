"""What must read back the same of a block: type, title, and its content as one number.

The site writes blocks in its own way (attributes it knows, blanks, addresses of files), so content
is compared in a form that none of this changes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import cast

import msgspec
from lxml import etree

from courseporter.formats.olx.attributes import read_text_attribute
from courseporter.targets.openedx.keys import portable

POOLS = frozenset(
    "itembank library_content split_test conditional randomize wrapper problem-builder".split()
)
NESTING = frozenset(("course", "chapter", "sequential", "vertical")) | POOLS
NOT_BLOCKS = frozenset(("wiki", "textbook", "license"))
SETTINGS = ("weight", "max_attempts")
_BLANKS = re.compile(r"\s+")


class Block(msgspec.Struct, kw_only=True, array_like=True):
    """A block.  `digest` is "" where only type and title are compared; `points` holds settings of a
    problem that are compared where both sides say them.
    """

    type: str
    name: str
    title: str | None = None  # None: not said
    hidden: bool = False
    digest: str = ""
    points: tuple[str | None, ...] = ()
    children: list[Block] = []

    @property
    def key(self) -> str:
        """TYPE/NAME."""
        return f"{self.type}/{self.name}"

    def walk(self) -> Iterator[Block]:
        """It and everything below, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()


def block_of(element: etree._Element, name: str, page: str | None = None) -> Block:
    """The block that an element defines, without its children; `page` is the body of an html."""
    kind = str(element.tag)
    given = element.get("display_name")
    block = Block(
        type=kind,
        name=name,
        title=None if given is None else read_text_attribute(given),
        hidden=(element.get("visible_to_staff_only") or "").lower() == "true",
    )
    if kind == "html":
        block.digest = page_digest(inner_html(element) if page is None else page)
    elif kind == "problem":
        block.digest = _hash(_canonical(element, root=True))
        block.points = tuple(_number(element.get(name)) for name in SETTINGS)
    elif kind == "video":
        films = _films(element)
        block.digest = _hash("\n".join(sorted(films))) if films else ""
    return block


def inner_html(element: etree._Element) -> str:
    """The page inside an html element, as text or as markup."""
    parts = [element.text or ""]
    parts += [etree.tostring(child, encoding="unicode") for child in element]
    return "".join(parts)


def page_digest(page: str) -> str:
    """A page as one number: line ends, outer blanks and the addresses of files don't matter."""
    text = portable(page).replace("]]&gt;", "]]>").replace("\r\n", "\n").replace("\r", "\n")
    return _hash(text.removeprefix("\ufeff").strip())


def _canonical(element: etree._Element, *, root: bool = False) -> str:
    """Tags, attributes and words of a question; comments and blanks between tags don't matter."""
    pairs = sorted((str(name), portable(str(value))) for name, value in element.attrib.items())
    head = "" if root else f"<{element.tag} {pairs}>"
    inside = _words(element.text) + "".join(_canonical(child) for child in element)
    return f"{head}{inside}</>{'' if root else _words(element.tail)}"


def _words(text: str | None) -> str:
    return _BLANKS.sub(" ", portable(text or "")).strip()


def _films(element: etree._Element) -> set[str]:
    """What a video plays: YouTube ids and addresses."""
    found = {child.get("src") or "" for child in element if child.tag == "source"}
    found |= set(_listed(element.get("html5_sources")))
    youtube = read_text_attribute(element.get("youtube_id_1_0"))
    if not youtube:
        speeds = read_text_attribute(element.get("youtube"))
        youtube = dict(pair.split(":", 1) for pair in speeds.split(",") if ":" in pair).get(
            "1.00", ""
        )
    return {portable(one.strip()) for one in found if one.strip()} | ({youtube} - {""})


def _listed(value: str | None) -> list[str]:
    try:
        found: object = json.loads(value or "[]")
    except ValueError:
        return []
    return [str(one) for one in cast("list[object]", found)] if isinstance(found, list) else []


def _number(value: str | None) -> str | None:
    """A number in one spelling; None when it isn't set."""
    text = (value or "").strip('"')
    try:
        return None if text in ("", "null") else f"{float(text):g}"
    except ValueError:
        return text


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:20]
