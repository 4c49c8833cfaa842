"""The tags of an HTML text as a browser would find them: comments, scripts and other raw text are
not mistaken for tags.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_INSIDE = r"(?:[^<>\"'=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')|[=\"'])*+"
_RAW_NAMES = "script|style|textarea|title|xmp|iframe|noembed|noframes|plaintext"
# HTML Living Standard, 13.2.5: comments, other markup declarations, start tags with quoted or bare
# attributes. Start tags without a value are skipped here, in the fast engine, because they are
# most of a text.
_TAG = re.compile(
    r"<!--[\s\S]*?(?:-->|\Z)"
    r"|<[!?][^<>]*+>"
    rf"|<((?:{_RAW_NAMES})(?=[\s/>])|[a-zA-Z][^\s/<>]*+(?=[\s/][^<>=]*=))({_INSIDE})>",
    re.IGNORECASE,
)
# Where only a search from the left can tell what is a tag: comments and raw text.  Three letters
# of their names are enough for a guess, and much quicker than the names (but not str, sma).
_UNEVEN = re.compile("<(?:[!?]|[sStTxXiInNpP][cCtTeEiImMfFoOlL][rRyYxXtTpPaAeEfF](?<!tr|ma))")
_ATTRIBUTE = re.compile(
    r"([^\s\"'<>/=][^\s\"'<>/=]*+)(?:\s*+=\s*+(\"[^\"]*+\"|'[^']*+'|[^\s\"'<>]++))?"
)
# Elements whose content is text up to their end tag.
_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW_NAMES.split("|")}


class Tag:
    """A start tag: where it is in the text, its lower-case name, its attributes as written."""

    __slots__ = ("end", "inside", "name", "start", "text")

    def __init__(self, text: str, name: str, start: int, inside: tuple[int, int], end: int) -> None:
        self.text = text
        self.name = name
        self.start = start
        self.inside = inside  # where its attributes stand
        self.end = end  # behind the tag; for an element of raw text `raw_end` says where that ends

    def attributes(self) -> Iterator[tuple[str, str | None, int, int]]:
        """Each attribute: lower-case name, value as written with its quotes (None: no value),
        start, end in the text.
        """
        for match in _ATTRIBUTE.finditer(self.text, *self.inside):
            yield match[1].lower(), match[2], match.start(), match.end()

    def raw_end(self) -> int:
        """Where the raw text of this element ends: at its end tag, else at the end of the text."""
        found = _ENDS[self.name].search(self.text, self.end)
        return found.start() if found else len(self.text)


def start_tags(text: str) -> Iterator[Tag]:
    """The start tags that have attributes with values, and all that begin raw text, in order."""
    if not _UNEVEN.search(text):
        yield from _plain_tags(text)
        return
    position = 0
    search = _TAG.search
    while match := search(text, position):
        position = match.end()
        if match[1] is None:
            continue
        tag = Tag(text, match[1].lower(), match.start(), match.span(2), position)
        yield tag
        if tag.name in _ENDS:
            position = tag.raw_end()


def _plain_tags(text: str) -> Iterator[Tag]:
    """The same for a text of plain tags: the first `=` behind a tag is in the next one."""
    end = 0
    at = text.find("=")
    while at >= 0:
        begin = text.rfind("<", end, at)
        match = _TAG.match(text, begin) if begin >= 0 else None
        end = at + 1
        if match and match.end() > at:
            end = match.end()
            yield Tag(text, match[1].lower(), begin, match.span(2), end)
        at = text.find("=", end)


def unquote(value: str) -> tuple[str, str]:
    """The quote around an attribute value (or nothing) and what is inside."""
    return (value[0], value[1:-1]) if value[0] in "\"'" else ("", value)


class Edits:
    """Changes to a text, collected from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts: list[str] = []
        self._position = 0

    def replace(self, start: int, end: int, new: str) -> None:
        """Put `new` in place of `text[start:end]`; calls come in order and do not overlap."""
        self._parts += (self._text[self._position : start], new)
        self._position = end

    def result(self) -> str:
        """The changed text; the very same object when nothing was changed."""
        if not self._parts:
            return self._text
        return "".join((*self._parts, self._text[self._position :]))


Resolve = Callable[[str], str | None]
