"""Says why HTML that a person typed would not load as it was meant."""

from __future__ import annotations

import re
from typing import Final

from courseporter.errors import Message, _
from courseporter.formats.html.rich.pieces import BLOCKS
from courseporter.formats.html.rich.tokens import Token, tokens

_OPTIONAL: Final = frozenset("p li dt dd tr td th tbody thead tfoot option colgroup".split())
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TAG_START: Final = re.compile(r"<(?=/?[a-zA-Z!?])")


def check_source(html: str) -> Message | None:
    """Return a sentence about the first mistake; None when browsers and Open edX agree on it."""
    if found := _CONTROL.search(html):
        line = _line(html, found.start())
        return _("Line {line} contains a control character. Delete it.", line=line)
    stack: list[Token] = []
    for token in tokens(html):
        if problem := _check(html, token, stack):
            return problem
    for token in reversed(stack):
        if token.name not in _OPTIONAL:
            return _unclosed(html, token)
    return None


def _check(html: str, token: Token, stack: list[Token]) -> Message | None:
    if token.kind == "text" and (found := _TAG_START.search(token.raw)):
        line = _line(html, token.start + found.start())
        return _(
            "The tag on line {line} isn't closed. Close its quotation marks and add “>”.", line=line
        )
    if token.kind == "raw":
        return _raw(html, token)
    if token.kind == "open":
        if token.name in BLOCKS and stack and stack[-1].name == "p":
            stack.pop()
        stack.append(token)
    return _close(html, token, stack) if token.kind == "close" else None


def _raw(html: str, token: Token) -> Message | None:
    if token.raw.startswith("<!--"):
        whole = token.raw.endswith("-->")
    else:
        whole = token.raw.endswith(">") and (
            not token.name or bool(re.search(rf"</{token.name}\s*>\Z", token.raw, re.IGNORECASE))
        )
    return None if whole else _unclosed(html, token)


def _close(html: str, token: Token, stack: list[Token]) -> Message | None:
    while stack and stack[-1].name != token.name and stack[-1].name in _OPTIONAL:
        stack.pop()
    if stack and stack[-1].name == token.name:
        stack.pop()
        return None
    if any(one.name == token.name for one in stack):
        return _unclosed(html, stack[-1])
    return _(
        "“{tag}” on line {line} has no start tag. Delete it, or add the start tag.",
        tag=token.raw[:40],
        line=_line(html, token.start),
    )


def _unclosed(html: str, token: Token) -> Message:
    return _(
        "“{tag}” on line {line} is never closed. Add its end tag.",
        tag=token.raw.splitlines()[0][:40],
        line=_line(html, token.start),
    )


def _line(html: str, at: int) -> int:
    return html.count("\n", 0, at) + 1
