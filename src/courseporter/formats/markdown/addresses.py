"""Bare addresses become links, as on GitHub (GitHub Flavored Markdown, section 6.9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

_ADDRESS = re.compile(
    r"(?<![A-Za-z0-9_/@.:-])(?:https?://|www\.)(?=[^\s<>\"]*[^\s<>\"_.-])[^\s<>\"\u3000-\u303f\uff01-\uff60]+",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"(?:[?!.,:;*_~'’”»]|&[a-zA-Z0-9]+;)+$")


def link_addresses(state: StateCore) -> None:
    """The core rule: texts outside of links and code are searched."""
    if "://" not in state.src and "www." not in state.src.lower():
        return
    for token in state.tokens:
        if token.type == "inline" and token.children and _may_hold(token.content):
            token.children = list(_linked(token.children))


def _may_hold(text: str) -> bool:
    return "://" in text or "www." in text.lower()


def _linked(tokens: list[Token]) -> Iterator[Token]:
    inside = 0  # links that are open
    for token in tokens:
        inside += token.type == "link_open" or token.content[:2].lower() == "<a"
        inside -= token.type == "link_close" or token.content[:4].lower() == "</a>"
        if token.type == "text" and inside <= 0 and _may_hold(token.content):
            yield from _parts(token)
        else:
            yield token


def _parts(token: Token) -> Iterator[Token]:
    text, done = token.content, 0
    for found in _ADDRESS.finditer(text):
        address = _trimmed(found[0])
        if address.count(".") == 0 and "localhost" not in address:
            continue
        yield _text(token, text[done : found.start()])
        href = address if "://" in address else f"http://{address}"
        opened, closed = (
            token.copy(type="link_open", tag="a"),
            token.copy(type="link_close", tag="a"),
        )
        opened.nesting, opened.attrs, opened.content = 1, {"href": href}, ""
        closed.nesting, closed.content = -1, ""
        yield opened
        yield _text(token, address)
        yield closed
        done = found.start() + len(address)
    yield _text(token, text[done:])


def _text(token: Token, content: str) -> Token:
    return token.copy(content=content)


def _trimmed(address: str) -> str:
    """Without the punctuation of the sentence around it; brackets that are open may close."""
    while True:
        short = _TRAILING.sub("", address)
        if short.endswith(")") and short.count(")") > short.count("("):
            short = short[:-1]
        if short == address:
            return address
        address = short
