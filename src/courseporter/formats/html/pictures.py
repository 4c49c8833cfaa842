"""Pictures without alternative text, which screen readers can't read out, and adding one."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final
from urllib.parse import unquote as decoded

from courseporter.formats.entities import unescape
from courseporter.formats.html.tags import Edits, Tag, start_tags, unquote

_SAID: Final = frozenset({"alt", "aria-label", "aria-labelledby"})
_ASSET: Final = "courseporter-asset:"
LONGEST: Final = 120  # characters of a picture's name


def unnamed_pictures(html: str) -> list[str]:
    """The names of the pictures that have no alternative text, each once; one with an empty text is
    decorative.
    """
    if _all_named(html):
        return []
    return list(dict.fromkeys(name for name, _tag in _unnamed(html)))


def _all_named(html: str) -> bool:
    """A quick look that may be wrong only by saying no."""
    if "<IMG" in html or "<Img" in html:
        return False
    at = html.find("<img")
    while at >= 0:
        end = html.find(">", at)
        if html.find(" alt=", at, end) < 0:
            return False
        at = html.find("<img", end)
    return True


def name_picture(html: str, name: str | None, text: str) -> str:
    """The HTML with this text for each picture without one that has this name (None: for all)."""
    edits = Edits(html)
    for found, tag in _unnamed(html):
        if name is None or found == name:
            at = tag.start + 1 + len(tag.name)
            edits.replace(at, at, f' alt="{escape(text)}"')
    return edits.result()


def _unnamed(html: str) -> Iterator[tuple[str, Tag]]:
    if "<img" not in html and "<IMG" not in html and "<Img" not in html:
        return
    number = 0
    for tag in start_tags(html):
        if tag.name != "img":
            continue
        number += 1
        values = {name: written or "" for name, written, _start, _end in tag.attributes()}
        if not _SAID.intersection(values) and _role(values) not in ("presentation", "none"):
            yield _name(values.get("src", ""), number), tag


def _role(values: dict[str, str]) -> str:
    written = values.get("role", "")
    return unquote(written)[1].strip().lower() if written else ""


def _name(written: str, number: int) -> str:
    """Its path in the course or its address; a picture inside the page has a number."""
    address = unescape(unquote(written)[1]).strip() if written else ""
    if not address or address[:5].lower() == "data:":
        return f"#{number}"
    if address.startswith(_ASSET):
        address = decoded(address[len(_ASSET) :])
    return address if len(address) <= LONGEST else f"…{address[1 - LONGEST :]}"
