"""Which addresses of a text are loaded from another host, told from links, namespaces and comments.

HTML Living Standard (attributes that fetch), CSS Values 4 section 4.5 (`url()`), Fetch and
WebSockets.  An address counts when the few bytes in front of it fetch it; one that a script puts
together while it runs cannot be seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from courseporter.formats.scorm_player.comments import Comments

MOST = 20_000  # addresses of one text that are looked at

_HOST = (
    rb"(?:[^\s\"'<>/@\\]{1,64}@)?([A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){1,9}(?::\d{1,5})?)"
)
_ADDRESSES = (re.compile(rb"//" + _HOST), re.compile(rb"\\/\\/" + _HOST))  # the second in JSON
_SCHEME = re.compile(rb"(?:^|[^A-Za-z])(?:https?|wss?|ftp):\Z", re.IGNORECASE)
_NAME = re.compile(rb"([@$\w.:-]+)\s{0,4}\Z")
_CALL = re.compile(rb"([@$\w.]+)\s{0,4}\Z")
_KEY = re.compile(rb"([\w-]+)[\"']?\s{0,4}\Z")
_TAG = re.compile(rb"<([?A-Za-z][\w:-]{0,30})")
_QUOTES = b"\"'`"
_SPACE = b" \t\r\n"

_FETCHES = frozenset(b"src data-src srcset poster background action formaction codebase".split())
_TAGGED: dict[bytes, frozenset[bytes]] = {  # attributes that fetch on these elements alone
    b"href": frozenset(
        b"link base use image feimage script svg:use svg:image ?xml-stylesheet".split()
    ),
    b"xlink:href": frozenset(b"use image feimage script svg:use svg:image".split()),
    b"data": frozenset((b"object",)),
}
_CALLS = frozenset(
    b"url fetch importscripts sendbeacon websocket eventsource worker sharedworker import "
    b"getscript getjson loadscript ajax axios".split()
)
_METHODS = re.compile(rb"(?:^|\.)(?:\$|jquery|axios)\.(?:get|post|put|load|request)\Z")
_KEYWORDS = frozenset((b"import", b"from", b"@import"))
_KEYS = frozenset(b"src srcset poster".split())
_SECOND = re.compile(  # the second argument of XMLHttpRequest.open and of setAttribute
    rb"(?:\.open\(\s{0,4}[\"'][A-Za-z]{3,7}[\"']|setAttribute\(\s{0,4}[\"']src[\"'])\s{0,4}\Z"
)
_SRCSET = re.compile(rb"srcset\s{0,4}=\s{0,4}[\"'][^\"']{0,300}\Z", re.IGNORECASE)
_AJAX = re.compile(rb"ajax\(\s{0,8}\{[^{}]{0,160}\Z", re.IGNORECASE)
_REFRESH = re.compile(rb"content\s{0,4}=\s{0,4}[\"']?[\d\s]{0,6};\s{0,4}url\Z", re.IGNORECASE)
_LINK_ONLY = re.compile(
    rb"rel\s*=\s*[\"']?(?:canonical|license|author|alternate|help|profile|schema|pingback|shortlink"
    rb"|next|prev|search|me\b)",
    re.IGNORECASE,
)
_PROGRAM = re.compile(rb"[^\"'`\s<>)]{0,300}\.m?js(?=[\"'`\s?#>)])", re.IGNORECASE)


class Load(NamedTuple):
    """One place that loads from `host`; `program`: what it loads is a script."""

    place: int
    host: str
    program: bool


def find_loads(text: bytes, comments: Comments) -> Iterator[Load]:
    """Every load from another host in the text, up to MOST addresses looked at."""
    looked = 0
    for form in _ADDRESSES:
        for found in form.finditer(text):
            looked += 1
            if looked > MOST:
                return
            program = _loads(text, found.start())
            if program is None or comments.hold(found.start()):
                continue
            host = found[1].decode("ascii").lower()
            yield Load(found.start(), host, program or _is_program(text, found.end()))


def _loads(text: bytes, place: int) -> bool | None:
    """What fetches the address at `place`: None for nothing, true for what runs scripts."""
    before = text[max(0, place - 400) : place]
    scheme = _SCHEME.search(before[-8:])
    if scheme:
        before = before[: before.rfind(b":")].rstrip(b"htpswfHTPSWF")
    elif before[-1:] == b":":
        return None  # another scheme
    quoted = before[-1:] in (b'"', b"'", b"`")
    before = before.rstrip(_SPACE).rstrip(_QUOTES).rstrip(b"\\").rstrip(_SPACE)
    if not quoted and not scheme and before[-1:] not in (b"=", b"("):
        return None
    return _judge(before)


def _judge(before: bytes) -> bool | None:
    sign, rest = before[-1:], before[:-1]
    if sign == b"=":
        return _of_attribute(rest)
    if sign == b"(":
        return _of_call(rest)
    if sign == b",":
        second = _SECOND.search(rest[-60:]) or _SRCSET.search(rest)
        return False if second else None
    if sign == b":":
        return _of_key(rest)
    word = _NAME.search(before[-12:])
    return True if word and word[1] in _KEYWORDS else None


def _of_attribute(before: bytes) -> bool | None:
    found = _NAME.search(before[-60:])
    if not found:
        return None
    name = found[1].lower().rpartition(b".")[2]
    tag = _tag(before)
    if name in _FETCHES:
        return tag == b"script"
    if name == b"url":
        return False if _REFRESH.search(before[-40:].rstrip()) else None
    if name not in _TAGGED or tag not in _TAGGED[name]:
        return None
    if tag == b"link" and _LINK_ONLY.search(before[before.rfind(b"<") :]):
        return None
    return tag == b"script"


def _of_call(before: bytes) -> bool | None:
    found = _CALL.search(before[-60:])
    if not found:
        return None
    name = found[1].lower()
    if name.rpartition(b".")[2] in _CALLS:
        return name.rpartition(b".")[2] in (
            b"importscripts",
            b"import",
            b"getscript",
            b"loadscript",
        )
    return False if _METHODS.search(name) else None


def _of_key(before: bytes) -> bool | None:
    found = _KEY.search(before[-40:])
    if not found:
        return None
    name = found[1].lower()
    if name in _KEYS or (name == b"url" and _AJAX.search(before)):
        return False
    return None


def _tag(before: bytes) -> bytes | None:
    """The element whose start tag is open here."""
    start = before.rfind(b"<")
    if start < 0 or b">" in before[start:]:
        return None
    found = _TAG.match(before, start)
    return found[1].lower() if found else None


def _is_program(text: bytes, place: int) -> bool:
    return _PROGRAM.match(text, place, place + 320) is not None
