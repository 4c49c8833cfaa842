"""Where a text of a package is only a comment: found in one pass, without parsing the language.

HTML Living Standard 13.1.6 (comments), CSS Syntax 3 section 4.3.2, ECMAScript 12.4.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

_LINE = 300  # bytes looked at in front of a place, for a comment that ends with its line
_LINE_COMMENT = re.compile(rb"(?:^|[\s;{}>])//")
_BEFORE_BLOCK = frozenset(b" \t\r\n;{}(),=:[&|!?>")  # so that “image/*” opens nothing
_HIDDEN_SCRIPT = re.compile(rb"<script[^<>]{0,200}>\s{0,20}\Z", re.IGNORECASE)


class Comments:
    """The comments of one text; `markup`: it is HTML or XML; `script`: it holds JavaScript."""

    def __init__(self, text: bytes, *, markup: bool, script: bool) -> None:
        self._text = text
        self._script = script
        self._spans: list[tuple[int, int]] = []
        if markup:
            self._find(b"<!--", b"-->", self._opens_markup)
        if not markup or script:
            self._find(b"/*", b"*/", self._opens_block)
        self._spans.sort()
        self._starts = [start for start, _ in self._spans]

    def hold(self, place: int) -> bool:
        """Whether the byte at `place` is in a comment."""
        at = bisect_right(self._starts, place) - 1
        if at >= 0 and place < self._spans[at][1]:
            return True
        return self._script and self._ends_line(place)

    def _find(self, opening: bytes, closing: bytes, opens: Callable[[int], bool]) -> None:
        text, place = self._text, 0
        while (start := text.find(opening, place)) >= 0:
            place = start + len(opening)
            if opens(start):
                end = text.find(closing, place)
                if end < 0:
                    return  # never closed: rather read too much than too little
                self._spans.append((start, end))
                place = end

    def _opens_markup(self, start: int) -> bool:
        """Old pages hide their scripts from older browsers: that is no comment."""
        return not _HIDDEN_SCRIPT.search(self._text, max(0, start - 240), start)

    def _opens_block(self, start: int) -> bool:
        return start == 0 or self._text[start - 1] in _BEFORE_BLOCK

    def _ends_line(self, place: int) -> bool:
        start = max(0, place - _LINE, self._text.rfind(b"\n", max(0, place - _LINE), place) + 1)
        return _LINE_COMMENT.search(self._text, start, place) is not None
