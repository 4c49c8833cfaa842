"""Rules for one page of HTML that need no parser: what breaks, or surprises, when Open edX shows
it.

Used on drafts before they are written and on packages that are read back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from courseporter.formats.html import active_content

Found = tuple[str, str]
MOST_HTML = 1 << 20  # bytes; beyond this a page is slow to edit and to load

_ADDRESS = re.compile(r"""(?:src|href|poster)\s*=\s*["']([^"'<>]*)["']""")
_ATTRIBUTES = ("href", "src", "poster")
_HANDLER = re.compile(r"on[a-z]{3,20}\s*=")
_ENCODED = ("&#", "&colon", "&tab", "&newline")
_UNQUOTED_CSS = re.compile(r"url\(\s*/static/")
_HARMLESS = (
    "http://",
    "https://",
    "/static/",
    "/asset-v1:",
    "/jump_to_id/",
    "courseporter-",
    "#",
    "mailto:",
    "tel:",
    "//",
    "/",
    "%%",
    "{",
    "data:image/",
    "data:audio/",
    "data:video/",
)
_SCRIPTS = ("javascript:", "vbscript:")  # told as active content
_UNSAFE = ("data:text/html",)
_WINDOWS = re.compile(r"[A-Za-z]:[\\/]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def html_faults(html: str) -> Iterator[Found]:
    """Problem code and detail of each kind of fault in a page, at most one per kind."""
    if len(html) > MOST_HTML:
        yield "html_too_large", f"{len(html) / MOST_HTML:.1f} MB"
    if "<" not in html:
        return
    low = html.lower()
    if _maybe_active(low) and (active := active_content(html)):
        yield "script_in_page", ", ".join(active)
    if "=" in low:
        yield from _addresses(html, low)
    if "url(" in low and _UNQUOTED_CSS.search(low):
        yield "unquoted_reference", ""


def _maybe_active(low: str) -> bool:
    """A scan that is quicker than looking at every tag; it never misses."""
    if "<script" in low or "script:" in low or _HANDLER.search(low):
        return True
    return "&" in low and any(mark in low for mark in _ENCODED)


def _addresses(html: str, low: str) -> Iterator[Found]:
    """The first address of each kind that means nothing in Open edX."""
    seen: set[str] = set()
    for address in _every_address(low):
        if not address or address.startswith(_HARMLESS):
            continue
        code = _kind(unescape(address) if "&" in address else address)
        if code and code not in seen:
            seen.add(code)
            at = low.find(address)
            yield code, html[at : at + len(address)][:120]


def _every_address(low: str) -> Iterator[str]:
    """The addresses of a page in lower case; the usual spelling needs no regular expression."""
    if "='" in low or " =" in low or "= " in low:
        yield from (found[1].strip() for found in _ADDRESS.finditer(low))
        return
    before, *rest = low.split('="')
    for part in rest:
        if before.endswith(_ATTRIBUTES):
            yield part.partition('"')[0].strip()
        before = part


def _kind(address: str) -> str | None:
    if address.startswith("file:") or _WINDOWS.match(address):
        return "local_reference"
    if address.startswith(_SCRIPTS):
        return None
    if address.startswith(_UNSAFE):
        return "unsafe_link"
    if _SCHEME.match(address):
        return None
    return "relative_reference"


def safe_address(address: str) -> bool:
    """Whether a link or video address is one that a browser may open: http, https, mailto, tel or a
    path of the site.
    """
    low = address.strip().lower()
    if low.startswith(
        ("http://", "https://", "mailto:", "tel:", "/", "#", "ftp://", "courseporter-")
    ):
        return True
    return not _SCHEME.match(low)
