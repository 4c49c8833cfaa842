"""Headings that skip a level, such as h2 followed by h4: screen readers announce a gap there."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    if "<h" not in html and "<H" not in html:
        return None
    last = 0
    for match in _headings(html):
        if not match[2]:
            level = int(match[3])
            if last and level > last + 1:
                return last, level
            last = level
    return None


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
