"""Rules for one page of HTML that need no parser: what breaks or surprises in Open edX.

They apply to drafts before they are written, and to packages that are read back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from courseporter.formats.entities import unescape
from courseporter.formats.html import active_content
from courseporter.formats.media import browsers_play, is_page

Violation = tuple[str, str]
LARGE_HTML = 1 << 20  # characters; a larger page is slow to edit and to load
MAX_HTML = 16 << 20  # the database of Open edX takes no larger documents

_ATTRIBUTES = ("href", "src", "poster")
_MAX_BLANKS = 32  # characters looked at before a `=`
_VALUE = re.compile(r"""\s*["']([^"'<>]*)["']""")
_PLAYER = re.compile(
    r"""<(?:video|audio|source)\s[^<>]*?(?<=\s)src\s*=\s*(["'])(.*?)\1""", re.IGNORECASE | re.DOTALL
)
_UNQUOTED_CSS = re.compile(r"\(\s*/static/")
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
_SCRIPTS = ("javascript:", "vbscript:")  # listed as active content
_UNSAFE = ("data:text/html",)
_WINDOWS = re.compile(r"[A-Za-z]:[\\/]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def html_faults(html: str) -> Iterator[Violation]:
    """Yield problem code and detail of each kind of fault in a page, at most one per kind."""
    if len(html) > LARGE_HTML:
        code = "block_too_large" if len(html) > MAX_HTML else "html_too_large"
        yield code, f"{len(html) / LARGE_HTML:.1f} MB"
    if "<" not in html:
        return
    if active := active_content(html):
        yield "script_in_page", ", ".join(active)
    if "=" in html:
        yield from _addresses(html)
        yield from _players(html)
    if "(" in html and any(
        html[found.start() - 3 : found.start()].lower() == "url"
        for found in _UNQUOTED_CSS.finditer(html)
    ):
        yield "unquoted_reference", ""


def _addresses(html: str) -> Iterator[Violation]:
    """The first address of each kind that means nothing in Open edX."""
    seen: set[str] = set()
    for address in _every_address(html):
        low = address.lower()
        if not low or low.startswith(_HARMLESS):
            continue
        code = _kind(unescape(low) if "&" in low else low)
        if code and code not in seen:
            seen.add(code)
            yield code, address[:120]


def _players(html: str) -> Iterator[Violation]:
    """The first player that is given a page, or a file that no browser plays."""
    if "<video" not in html and "<audio" not in html and "<source" not in html:
        return
    for found in _PLAYER.finditer(html):
        address = unescape(found[2]).strip()
        elsewhere = address.startswith(("http://", "https://"))
        if address and (not browsers_play(address) or (elsewhere and is_page(address))):
            yield "media_unplayable", address[:120]
            return


def _every_address(html: str) -> Iterator[str]:
    """The addresses of a page; jumping from one `=` to the next is quicker than a search."""
    at = html.find("=")
    while at >= 0:
        end = at + 1
        name = html[max(0, at - _MAX_BLANKS) : at].rstrip().lower()
        if name.endswith(_ATTRIBUTES) and (found := _VALUE.match(html, end)):
            end = found.end()
            yield found[1].strip()
        at = html.find("=", end)


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
