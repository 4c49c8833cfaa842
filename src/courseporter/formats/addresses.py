"""Addresses in cells: which are safe to import."""

from __future__ import annotations

import re

from courseporter.formats.media import host_of

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+):")
_BARE_HOST = re.compile(
    r"(?:www\.(?:[a-z0-9-]+\.)+[a-z]{2,24}(?:[:/?#]\S*)?|(?:[a-z0-9-]+\.)+[a-z]{2,24}/\S*)",
    re.IGNORECASE,
)
_IN_TEXT = re.compile(r"(?:https?://|mailto:)[^\s<>\"]+", re.IGNORECASE)
_WEB = frozenset({"http", "https"})
SAFE_LINKS = frozenset({"http", "https", "mailto"})
ALLOWED = "an http or https address"


def scheme_of(text: str) -> str | None:
    """The scheme in lower case, None when there is none."""
    match = _SCHEME.match(text)
    return match[1].lower() if match else None


def web_address(text: str) -> str | None:
    """The text as an http(s) address, None when it is none.  `//host` gets https, and `&amp;` from
    the source of a page is `&` again.
    """
    text = text.strip().replace("&amp;", "&")
    text = "https:" + text if text.startswith("//") else text
    if scheme_of(text) not in _WEB or not host_of(text):
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
