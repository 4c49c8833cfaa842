"""Emphasis beside Chinese, Japanese and Korean text: `**重要：**请` is bold, too.

CommonMark (6.2) lets `**` after punctuation close only before a blank or more punctuation, but
these languages have no blanks between words.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

_WIDE = frozenset("WFH")  # East Asian Width (Unicode annex 11)


def emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser calls it so
    """The inline rule for `*` and `_`."""
    from markdown_it.rules_inline.state_inline import Delimiter

    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    found = state.scanDelims(state.pos, marker == "*")
    opens, closes = found.can_open, found.can_close
    if marker == "*" and not (opens and closes):
        before, after = _around(state, state.pos, found.length)
        opens = opens or (not after.isspace() and _is_wide(before))
        closes = closes or (not before.isspace() and _is_wide(after))
    for _number in range(found.length):
        state.push("text", "", 0).content = marker
        state.delimiters.append(
            Delimiter(ord(marker), found.length, len(state.tokens) - 1, -1, opens, closes)
        )
    state.pos += found.length
    return True


def _around(state: StateInline, start: int, length: int) -> tuple[str, str]:
    """The characters before and after the markers; the ends of the text count as blanks."""
    end = start + length
    before = state.src[start - 1] if start else " "
    return before, state.src[end] if end < state.posMax else " "


def _is_wide(sign: str) -> bool:
    return not sign.isascii() and unicodedata.east_asian_width(sign) in _WIDE
