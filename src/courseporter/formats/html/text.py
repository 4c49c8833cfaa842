"""Between plain text and HTML."""

from __future__ import annotations

import re

from courseporter.formats.entities import unescape

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile("[&<>\r\n\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HIDDEN = re.compile(
    r"<(script|style|title|textarea)\b[\s\S]*?(?:</\1\s*>|\Z)|<!--[\s\S]*?(?:-->|\Z)", re.IGNORECASE
)
_BREAK = re.compile(
    r"<(?:br|/?(?:p|div|li|tr|ul|ol|dl|dt|dd|h[1-6]|table|pre|blockquote|section|article|figure))\b[^>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"</?[a-zA-Z](?:[^<>\"'=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')|[=\"'])*+>|<[!?/][^<>]*+>"
)
_BLANK = re.compile(r"[ \t\f\r\xa0]*\n\s*|[ \t\f\r]{2,}")


def drop_control(text: str) -> str:
    """The text without what XML 1.0 (2.2) forbids: control characters, lone surrogates."""
    return _NOT_XML.sub("", text) if _NOT_XML.search(text) else text


def escape_text(plain: str) -> str:
    """Plain text as an XML and HTML fragment: markup escaped, newlines to `<br/>`, control
    characters dropped.
    """
    if not _SPECIAL.search(plain):
        return plain
    text = drop_control(plain).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "<br/>")


def to_text(html: str) -> str:
    """What a reader sees of the HTML, as one text; paragraphs and breaks become newlines."""
    if "<" not in html and "&" not in html:
        return html.strip()
    text = _HIDDEN.sub("", html) if "<" in html else html
    text = _TAG.sub("", _BREAK.sub("\n", text))
    return _BLANK.sub(_shorter, unescape(text)).strip()


def _shorter(match: re.Match[str]) -> str:
    return "\n" if "\n" in match[0] else " "
