"""How high a lesson wants to be, where its first page says so in pixels.

Looked at are the size in `<meta name="viewport">`, and elements and style rules that have both a
width and a height.  Percentages and what scripts compute are not known before a browser shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

HEAD: Final = 64 << 10  # bytes of a page that are looked at
ROOM: Final = 20  # pixels for the margins of the page
USUAL: Final = 720
_LEAST = (400, 240)  # width and height of what may be a whole lesson,
_MOST = 4000  # and a number that is no mistake
_LITTLE = 200  # characters beside it that do not make a text

_ANY = re.IGNORECASE | re.DOTALL
_TAG = re.compile(r"<(?:body|div|main|table|object|embed|iframe|canvas|svg)\b([^<>]*)>", _ANY)
_META = re.compile(r"""<meta\b(?=[^<>]*\bname\s?=\s?["']?viewport\b)([^<>]*)>""", _ANY)
_STYLE = re.compile(r"<style\b[^<>]*>(.*?)(?:</style|$)", _ANY)
_RULE = re.compile(r"\{([^{}]*)\}")
_HIDDEN = re.compile(
    r"<!--.*?(?:-->|$)|<(script|style|title)\b.*?(?:</\1\s*>|$)|<[^<>]*(?:>|$)", _ANY
)
_SIDES = tuple(
    re.compile(rf"""(?<![\w-]){side}\s?[=:]\s?["']?(\d{{1,5}})(?:\.\d+)?(?:px)?(?![\w.%])""", _ANY)
    for side in ("width", "height")
)


def height_of(page: bytes) -> int | None:
    """Pixels of the frame for a page that begins so; None when it does not say.

    What has text beside it is not the whole page, and never makes the frame lower than usual.
    """
    text = page[:HEAD].decode("utf-8", "replace")
    if "height" not in text.lower():
        return None
    heights = [sizes[1] for sizes in _sizes(text) if _whole(*sizes)]
    if not heights:
        return None
    height = max(heights) + ROOM
    words = "".join(_HIDDEN.sub(" ", text).split())
    return height if len(words) <= _LITTLE else max(height, USUAL)


def _sizes(text: str) -> Iterator[tuple[int, int]]:
    for words in (*_META.findall(text), *_TAG.findall(text)):
        yield from _size(words)
    for style in _STYLE.findall(text):
        for rule in _RULE.findall(style):
            yield from _size(rule)


def _size(words: str) -> Iterator[tuple[int, int]]:
    width, height = (side.search(words) for side in _SIDES)
    if width and height:
        yield int(width[1]), int(height[1])


def _whole(width: int, height: int) -> bool:
    return _LEAST[0] <= width <= _MOST and _LEAST[1] <= height <= _MOST
