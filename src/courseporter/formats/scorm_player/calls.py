"""Calls of a package's scripts that reach beyond the lesson when they run in the course's pages.

They are found by their names, so they are places to look at, not proofs of anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, Literal, NamedTuple

Call = Literal["account", "leave", "worker", "device", "form", "cookie", "storage", "eval"]

SERIOUS: Final[frozenset[Call]] = frozenset(("account", "leave", "worker", "device"))
MOST = 1_000  # places of one kind in one text


class Sign(NamedTuple):
    """A spelling that shows a call; `before` and `after` must fit what is around it."""

    call: Call
    pattern: re.Pattern[bytes]
    before: re.Pattern[bytes] | None = None
    after: re.Pattern[bytes] | None = None


_FREE = re.compile(rb"(?:^|[^\w$.]|window\.|self\.|globalThis\.)\Z")
_CHANGES = re.compile(rb"(?:\.href)?\s{0,4}=[^=]|\.(?:replace|assign|reload)\s{0,2}\(")
_ABOVE = re.compile(rb"(?:^|[^\w$])(?:top|parent)\Z")
_ASKS = re.compile(
    rb"(?:(?:fetch|get|post|ajax|getJSON|sendBeacon)\s{0,2}\(|\.open\([^()]{1,20},"
    rb"|\burl[\"']?\s{0,4}:|action\s{0,4}=)\s{0,4}[\"'`]\Z"
)

SIGNS: Final = (
    Sign("cookie", re.compile(rb"document\.cookie")),
    Sign("storage", re.compile(rb"localStorage\s{0,2}[.\[]")),
    Sign("storage", re.compile(rb"sessionStorage\s{0,2}[.\[]")),
    Sign("eval", re.compile(rb"eval\s{0,2}\("), _FREE),
    Sign("eval", re.compile(rb"new Function\s{0,2}\(")),
    Sign("leave", re.compile(rb"\.location"), _ABOVE, _CHANGES),
    Sign("leave", re.compile(rb"target=[\"'](?:_top|_parent)[\"']")),
    Sign("account", re.compile(rb"csrftoken")),
    Sign(
        "account",
        re.compile(
            rb"/(?:api|csrf|log_?in|log_?out|user_api|oauth2|account|dashboard|admin|courses"
            rb"|xblock|instructor)(?=[/\"'`?])"
        ),
        _ASKS,
    ),
    Sign("worker", re.compile(rb"serviceWorker\s{0,2}\.\s{0,2}register")),
    Sign("device", re.compile(rb"RTCPeerConnection\s{0,2}\(")),
    Sign("device", re.compile(rb"getUserMedia\s{0,2}\(")),
    Sign("device", re.compile(rb"getDisplayMedia\s{0,2}\(")),
    Sign("device", re.compile(rb"geolocation\s{0,2}\.")),
    Sign("form", re.compile(rb"<(?:form|FORM)\s[^<>]{0,300}(?i:method=[\"']?post)")),
)


def find_calls(text: bytes) -> Iterator[tuple[Call, int]]:
    """Kind and place of each call, up to MOST for each spelling."""
    for sign in SIGNS:
        for found in islice(sign.pattern.finditer(text), MOST):
            if _fits(sign, text, found):
                yield sign.call, found.start()


def _fits(sign: Sign, text: bytes, found: re.Match[bytes]) -> bool:
    start, end = found.span()
    if sign.before and not sign.before.search(text[max(0, start - 60) : start]):
        return False
    return sign.after is None or sign.after.match(text[end : end + 40]) is not None
