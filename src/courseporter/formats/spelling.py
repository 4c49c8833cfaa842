"""How an answer is typed: the plain spelling of one that came from a word processor.

Open edX compares typed answers letter by letter, so an accepted answer with a typographic
apostrophe, a no-break space or a decomposed letter makes what learners type wrong.
"""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2060\u2061\u2062\u2063\u2064\ufeff"
_JOINERS = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʹʻʼʽˈ′‵`´＇‹›", "'"),
        **dict.fromkeys("“”„‟″‶＂«»〝〞", '"'),
        **dict.fromkeys("‐‑‒–—―⁃−﹘﹣－", "-"),
        **dict.fromkeys("⁄∕", "/"),
        **dict.fromkeys("×", "x"),
        "…": "...",
        "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
        **dict.fromkeys(_INVISIBLE + _JOINERS, None),
        **{chr(0xFE00 + number): None for number in range(16)},  # variation selectors
        **{chr(0xFF01 + number): chr(0x21 + number) for number in range(94)},  # full-width forms
    }
)  # fmt: skip
_UNSEEN = dict.fromkeys(map(ord, _INVISIBLE + _JOINERS), None)
_WHOLE = re.compile(r"0*(\d*)(?:\.0+)?")
_BLANKS = re.compile(r"[\s\u0000-\u001f\u007f\u2800\u3164\uffa0]+")


def typed(answer: str) -> str:
    """The answer as a keyboard writes it: plain quotes, dashes and blanks, nothing invisible."""
    if answer.isascii() and " " not in answer and answer.isprintable():
        return answer
    plain = unicodedata.normalize("NFC", answer).translate(_PLAIN)
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", plain)).strip()


def looks(text: str) -> str:
    """The text as readers see it: two that are equal here can't be told apart on a page."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    visible = unicodedata.normalize("NFC", text).translate(_UNSEEN)
    return _BLANKS.sub(" ", visible).strip()


def skeleton(name: str) -> str:
    """What is left of a name when case, blanks, invisible characters, kinds of the same character
    and leading zeros don't count.
    """
    if not name.isascii():
        name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).translate(_PLAIN))
    plain = "".join(name.casefold().split())
    number = _WHOLE.fullmatch(plain)
    return (number[1] or "0") if number else plain


def unlike(one: str, other: str) -> str:
    """The characters by which two names differ that look alike: “U+200B ZERO WIDTH SPACE”."""
    odd = [sign for sign in dict.fromkeys(one) if sign not in other]
    return ", ".join(f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".strip() for sign in odd[:5])
