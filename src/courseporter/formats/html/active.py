"""What is active in HTML: scripts, event handlers, script addresses.  Frames count as content."""

from __future__ import annotations

import re

from courseporter.formats.entities import unescape
from courseporter.formats.html.tags import Edits, Tag, start_tags

_SCRIPT = re.compile("<script", re.IGNORECASE)
_HANDLER = re.compile(r"on[a-z]+\Z", re.ASCII | re.IGNORECASE)
_LONGEST_NAME = 64  # characters: no attribute that a browser acts upon is longer
_CONTROLS = "".join(map(chr, range(0x21)))  # browsers leave these out of a scheme
_BEFORE_VALUE = _CONTROLS + "\"'"
_BLANKS = re.compile(r"[\x00-\x20]+")
_ADDRESS = frozenset(
    {"href", "src", "action", "formaction", "data", "xlink:href", "poster", "background"}
)


def active_content(html: str) -> tuple[str, ...]:
    """What is active, each kind once, in the order found: `script`, `onclick`, `javascript:` …"""
    if not _suspect(html):
        return ()
    found: dict[str, None] = {}
    for tag in start_tags(html):
        if tag.name == "script":
            found["script"] = None
        for name, written, _, _ in tag.attributes():
            if kind := _active(name, written):
                found[kind] = None
    return tuple(found)


def strip_active(html: str) -> str:
    """The HTML without scripts, event handlers, script addresses; all other characters stay."""
    if not _suspect(html):
        return html
    edits = Edits(html)
    for tag in start_tags(html):
        if tag.name == "script":
            edits.replace(tag.start, _end_of_script(tag), "")
            continue
        for name, written, start, end in tag.attributes():
            if _active(name, written):
                before = start - 1 if html[start - 1].isspace() else start
                edits.replace(before, end, "")
    return edits.result()


def _suspect(html: str) -> bool:
    """A quick look that may be wrong only by saying yes."""
    if "<" not in html:
        return False
    if ("<s" in html or "<S" in html) and _SCRIPT.search(html):
        return True
    before, *parts = html.split("=")
    for part in parts:
        if _is_handler(before) or _is_scheme(part):
            return True
        before = part
    return False


def _is_handler(before: str) -> bool:
    """Whether the text before a `=` ends like `onclick`."""
    name = before[-_LONGEST_NAME:].rstrip()
    return name[-1:].isalpha() and _HANDLER.search(name) is not None


def _is_scheme(part: str) -> bool:
    """Whether the text behind a `=` begins like `javascript:`, however it is hidden."""
    value = part.lstrip(_BEFORE_VALUE)
    if value.startswith(("j", "v", "J", "V")):
        return "&" in value or "script:" in _BLANKS.sub("", value).lower()
    return value.startswith("&")


def _active(name: str, written: str | None) -> str | None:
    """The kind of an active attribute, else None."""
    if name.startswith("on") and len(name) > len("on") and written is not None:
        return name
    if name in _ADDRESS and written:
        address = _BLANKS.sub("", unescape(written.strip("\"'"))).lower()
        for scheme in ("javascript:", "vbscript:"):
            if address.startswith(scheme):
                return scheme
    return None


def _end_of_script(tag: Tag) -> int:
    start = tag.raw_end()
    end = tag.text.find(">", start)
    return len(tag.text) if end < 0 else end + 1
