"""Character references of HTML, such as `&eacute;`, read in texts of any making."""

from __future__ import annotations

import html
import re

_LONG = re.compile(r"&#([0-9]{9,})")
_ENOUGH = 8  # digits: more than any character has, and fewer than Python refuses to count


def unescape(text: str) -> str:
    """The text with its references read (HTML 13.2.5.80); numbers beyond Unicode are U+FFFD.

    The library raises ValueError for a reference of several thousand digits.
    """
    return html.unescape(_LONG.sub(_shorter, text))


def _shorter(match: re.Match[str]) -> str:
    return f"&#{match[1].lstrip('0')[:_ENOUGH] or '0'}"
