"""What is in a course for content that a school doesn't give, until its creator fills it in."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Final, Literal, NamedTuple

from courseporter.model import ASSET_SCHEME, Block, Caption, Text

Missing = Literal["text", "quiz", "video", "audio", "file"]

_CLASS: Final = "cp-placeholder"
_MARK: Final = re.compile(
    rf'<div class="{_CLASS}" data-source-id="([^"]*)" data-kind="([a-z]+)" data-link="([^"]*)">'
)
_CAPTION: Final = re.compile(rf'<a href="{ASSET_SCHEME}([^"]+)" hreflang="([^"]+)">')


class Placeholder(NamedTuple):
    """A gap in a course: the school's id of what belongs there, its kind, and its old address."""

    ref: str
    kind: str
    link: str
    captions: tuple[Caption, ...]


def placeholder(
    ref: str, kind: Missing, about: str, link: str = "", captions: tuple[Caption, ...] = ()
) -> Text:
    """A text that names what is missing; `about` is HTML.  Captions wait there for their video."""
    leads = "".join(
        f'<p><a href="{ASSET_SCHEME}{one.path}" hreflang="{escape(one.language, quote=True)}">'
        f"Captions ({escape(one.language)})</a></p>"
        for one in captions
    )
    address = escape(link, quote=True)
    if link:
        leads += f'<p><a href="{address}">{escape(link)}</a></p>'
    mark = f'data-source-id="{escape(ref, quote=True)}" data-kind="{kind}" data-link="{address}"'
    words = "This content is still in the old school."
    return Text(html=f'<div class="{_CLASS}" {mark}><p>{about}</p><p>{words}</p>{leads}</div>')


def placeholder_in(block: Block | None) -> Placeholder | None:
    """The placeholder that a block is; None for every other block."""
    if not isinstance(block, Text) or (found := _MARK.match(block.html)) is None:
        return None
    ref, kind, link = map(unescape, found.groups())
    captions = (Caption(unescape(code), path) for path, code in _CAPTION.findall(block.html))
    return Placeholder(ref, kind, link, tuple(captions))
