"""Wrongly nested pages, put right: Open edX takes them, but its checker calls them broken."""

from __future__ import annotations

import re
import threading
from typing import cast

from lxml import etree

# What olxcleaner reads pages with (olxcleaner/loader/xml.py): it refuses end tags without a
# beginning, elements that cross, and a document inside a page.
_STRICT = etree.HTMLParser(recover=False, no_network=True, huge_tree=True, encoding="utf-8")
_LENIENT = etree.HTMLParser(recover=True, no_network=True, huge_tree=True, encoding="utf-8")


class _Nothing:
    """A target that keeps nothing: half the time of a tree when only the errors matter."""

    def close(self) -> None:
        """The end of the page."""


class _Silent(threading.local):
    """A parser for each thread, because its errors are those of its last page."""

    def __init__(self) -> None:
        nothing = cast("etree.ParserTarget", _Nothing())  # may lack what it does not want
        self.parser = etree.HTMLParser(
            recover=False, no_network=True, huge_tree=True, encoding="utf-8", target=nothing
        )


_SILENT = _Silent()
_END_TAG = re.compile(r"</[^>]*>?")
_SHELL = frozenset(("html", "head", "body", "title", "meta", "base"))


def fix_html(html: str) -> str:
    """The page verbatim when its elements are rightly nested; else nested as a browser would.

    Text, attributes, scripts and styles stay; only where elements end may change.
    """
    if "</" not in html:
        return html
    page = html.encode("utf-8", "replace")
    if _is_sound(page):
        return html
    try:
        etree.fromstring(page, _STRICT)
    except etree.XMLSyntaxError:
        return _nested(page) or _END_TAG.sub("", html)  # nothing was ever begun
    return html


def _is_sound(page: bytes) -> bool:
    """Whether the parser has nothing at all to say of the page, which is so for most."""
    parser = _SILENT.parser
    try:
        etree.fromstring(page, parser)
    except etree.XMLSyntaxError:
        return False
    return not parser.error_log


def _nested(page: bytes) -> str:
    root = etree.fromstring(page, _LENIENT)
    if root is None:  # an end tag and nothing else
        return ""
    parts: list[str] = []
    for part in root if root.tag == "html" else [root]:
        if part.tag == "body" and part.text:
            parts.append(_escape(part.text))
        for child in part if part.tag in ("head", "body") else [part]:
            if child.tag in _SHELL:
                continue
            parts.append(etree.tostring(child, encoding="unicode", method="html"))
    return "".join(parts)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
