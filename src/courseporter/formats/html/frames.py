"""Frames whose address begins with http: browsers don't show them in a page that came by https."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from courseporter.formats.entities import unescape
from courseporter.formats.html.tags import Edits, start_tags, unquote

_WHERE: Final = {"iframe": "src", "embed": "src", "frame": "src", "object": "data"}
_HTTP: Final = "http:"


def insecure_frame(html: str) -> str | None:
    """The address of the first such frame."""
    return next((address for address, _at in _insecure(html)), None)


def secure_frames(html: str) -> str:
    """The HTML with https in the address of each such frame."""
    edits = Edits(html)
    for _address, at in _insecure(html):
        edits.replace(at, at + len(_HTTP), "https:")
    return edits.result()


def _insecure(html: str) -> Iterator[tuple[str, int]]:
    if _HTTP not in html:
        return
    low = html.lower()
    if not any(f"<{name}" in low for name in _WHERE):
        return
    for tag in start_tags(html):
        wanted = _WHERE.get(tag.name)
        if wanted is None:
            continue
        for name, written, _start, end in tag.attributes():
            if name != wanted or not written:
                continue
            quote, inside = unquote(written)
            value = inside.lstrip()
            at = end - len(quote) - len(value)
            if value[: len(_HTTP)].lower() == _HTTP and value[5:7] == "//":
                yield unescape(value.strip())[:120], at
