"""HTML as tokens that add up to it, character by character."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

TokenKind = Literal["text", "open", "close", "void", "raw"]
VOID: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()
)
# What is inside these is text to the browser, whatever it looks like.
_OPAQUE: Final = "script|style|textarea|title|xmp|iframe|noembed|noframes"
_TOKEN: Final = re.compile(
    rf"<!--.*?(?:-->|\Z)|<(?P<opaque>{_OPAQUE})(?=[\s/>]).*?(?:</(?P=opaque)\s*>|\Z)"
    r"|<[!?][^>]*(?:>|\Z)"
    r"|<(?P<slash>/?)(?P<name>[a-zA-Z][^\s/>]*)(?P<attributes>(?:\"[^\"]*\"|'[^']*'|[^\"'>])*)>",
    re.DOTALL | re.IGNORECASE,
)


class Token(NamedTuple):
    """A piece of HTML: text, a tag, or something to keep whole (comment, script …).

    `name`: of the element, in lower case; `attributes`: as written, with the space before them.
    """

    kind: TokenKind
    raw: str
    start: int
    name: str = ""
    attributes: str = ""

    @property
    def end(self) -> int:
        """Where the next token starts."""
        return self.start + len(self.raw)


def tokens(html: str) -> Iterator[Token]:
    """Yield the tokens of a fragment; joined they are the fragment."""
    at = 0
    for match in _TOKEN.finditer(html):
        if match.start() > at:
            yield Token("text", html[at : match.start()], at)
        yield _token(match)
        at = match.end()
    if at < len(html):
        yield Token("text", html[at:], at)


def _token(match: re.Match[str]) -> Token:
    raw, start = match[0], match.start()
    if match["name"] is None:
        return Token("raw", raw, start, (match["opaque"] or "").lower())
    name, attributes = match["name"].lower(), match["attributes"]
    if match["slash"]:
        return Token("close", raw, start, name)
    if name in VOID or attributes.rstrip().endswith("/"):
        return Token("void", raw, start, name, attributes.rstrip().removesuffix("/").rstrip())
    return Token("open", raw, start, name, attributes)
