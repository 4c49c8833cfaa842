"""Addresses in cells: which are safe to carry, and which name a YouTube video."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+):")
_BARE_HOST = re.compile(
    r"(?:www\.(?:[a-z0-9-]+\.)+[a-z]{2,24}(?:[:/?#]\S*)?|(?:[a-z0-9-]+\.)+[a-z]{2,24}/\S*)",
    re.IGNORECASE,
)
_IN_TEXT = re.compile(r"(?:https?://|mailto:)[^\s<>\"]+", re.IGNORECASE)
_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_YOUTUBE_HOSTS = frozenset({"youtube.com", "youtube-nocookie.com", "youtu.be"})
_YOUTUBE_PATHS = frozenset({"embed", "shorts", "live", "v", "e"})
# Pages around a video: a video player cannot open them, a link can.
_PAGE_HOSTS = frozenset(
    {
        "vimeo.com",
        "player.vimeo.com",
        "loom.com",
        "dailymotion.com",
        "drive.google.com",
        "dai.ly",
        "wistia.com",
    }
)
_WEB = frozenset({"http", "https"})
SAFE_LINKS = frozenset({"http", "https", "mailto"})
ALLOWED = "an http or https address"


def scheme_of(text: str) -> str | None:
    """The scheme in lower case, None when there is none."""
    match = _SCHEME.match(text)
    return match[1].lower() if match else None


def web_address(text: str) -> str | None:
    """The text as an http(s) address, None when it is none.  `//host` gets https."""
    text = text.strip()
    text = "https:" + text if text.startswith("//") else text
    if scheme_of(text) not in _WEB or not _host(text):
        return None
    return None if any(sign in text for sign in '\n\r\t<>"') else text.replace(" ", "%20")


def completed(text: str) -> str | None:
    """A bare “www.example.org” or “example.org/page” with https:// before it.

    None when it is neither.
    """
    text = text.strip()
    return web_address(f"https://{text}") if _BARE_HOST.fullmatch(text) else None


def link_address(text: str) -> str | None:
    """An address for a link: http, https or mailto; None when it is none."""
    text = text.strip()
    if (
        scheme_of(text) == "mailto"
        and "@" in text
        and not any(sign in text for sign in ' \n\r\t<>"')
    ):
        return text
    return web_address(text)


def first_address(text: str) -> str | None:
    """The first http, https or mailto address inside a longer text."""
    match = _IN_TEXT.search(text)
    return link_address(match[0].rstrip(".,;:!?)'")) if match else None


def youtube_id(address: str) -> str | None:
    """The id of the video that a YouTube address shows, None when it is no such address."""
    host = _host(address)
    if host not in _YOUTUBE_HOSTS:
        return None
    parts = urlsplit(address)
    steps = [step for step in parts.path.split("/") if step]
    found = parse_qs(parts.query).get("v", [""])[0]
    if host == "youtu.be" and steps:
        found = steps[0]
    elif len(steps) > 1 and steps[0] in _YOUTUBE_PATHS:
        found = steps[1]
    return found if _YOUTUBE_ID.fullmatch(found) else None


def is_page(address: str) -> bool:
    """Whether the address shows a page with a video on it instead of the video itself."""
    host = _host(address)
    return host in _PAGE_HOSTS or host in _YOUTUBE_HOSTS


def _host(address: str) -> str:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    for prefix in ("www.", "m.", "music."):
        host = host.removeprefix(prefix)
    return host
