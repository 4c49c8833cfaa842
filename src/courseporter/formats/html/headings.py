"""Headings that skip a level, such as h2 followed by h4: screen readers announce a gap there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from courseporter.formats.html.tags import Edits

_PART: Final = re.compile(
    r"<!--[\s\S]*?(?:-->|\Z)"
    r"|<(script|style|textarea|title|xmp|iframe|noscript)\b[\s\S]*?(?:</\1\s*>|\Z)"
    r"|<(/?)h([1-6])(?=[\s/>])",
    re.IGNORECASE,
)


def heading_jump(html: str) -> tuple[int, int] | None:
    """The levels before and after the first gap; None when there is none."""
    levels = _levels(html)
    if len(levels) < 2 or _gap(levels) is None:
        return None
    return _gap([int(match[3]) for match in _headings(html) if not match[2]])


def _levels(html: str) -> list[int]:
    """What looks like the levels of headings, found quickly: comments and scripts count, too."""
    found: list[int] = []
    upper = "<H" in html
    for begin in ("<h", "<H") if upper else ("<h",):
        at = html.find(begin)
        while at >= 0:
            level = html[at + 2 : at + 3]
            if level.isdecimal() and level in "123456":
                found.append(int(level))
            at = html.find(begin, at + 2)
    return [1, *sorted(found, reverse=True)] if upper else found  # their order is lost


def _gap(levels: list[int]) -> tuple[int, int] | None:
    pairs = pairwise(levels)
    return next((pair for pair in pairs if pair[1] > pair[0] + 1), None)


def close_gaps(html: str) -> str:
    """The HTML with each heading at most one level below the one it belongs to; texts stay."""
    edits = Edits(html)
    above: list[tuple[int, int]] = []  # levels as written, and as they are now
    ends: list[int] = []
    for match in _headings(html):
        if match[2]:
            new = ends.pop() if ends else int(match[3])
        else:
            new = _level(above, int(match[3]))
            ends.append(new)
        if new != int(match[3]):
            edits.replace(match.start(3), match.end(3), str(new))
    return edits.result()


def _level(above: list[tuple[int, int]], level: int) -> int:
    while above and above[-1][0] >= level:
        above.pop()
    new = min(level, above[-1][1] + 1) if above else level
    above.append((level, new))
    return new


def _headings(html: str) -> Iterator[re.Match[str]]:
    return (match for match in _PART.finditer(html) if match[3])
