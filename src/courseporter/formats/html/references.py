"""Rewrite references in HTML; every other character stays as it was."""

from __future__ import annotations

import re
from html import escape

from courseporter.formats.entities import unescape
from courseporter.formats.html.tags import Edits, Resolve, Tag, start_tags, unquote

_ADDRESS = frozenset({"src", "href", "poster", "background", "xlink:href"})
_SETS = frozenset({"srcset", "imagesrcset"})
_STYLE_URL = re.compile(r"url\(\s*+(\"[^\"]*+\"|'[^']*+'|[^\s\"'()]*+)\s*+\)", re.IGNORECASE)
_SET_ITEM = re.compile(r"\s*+([^\s,][^\s]*[^\s,]|[^\s,])(\s+[^,]*+)?(,|$)")


def rewrite_references(html: str, resolve: Resolve) -> str:
    """Offer every reference to `resolve`; what it returns replaces the reference, None leaves it
    alone.

    Covered: `href`, `src`, `poster`, `background`, `srcset`, `data` of objects, `url()` in style
    attributes and style sheets.  References come unescaped (entities resolved); comments, scripts
    and plain text are left alone. An unquoted value is quoted when it is replaced.
    """
    if "=" not in html and "(" not in html:
        return html
    edits = Edits(html)
    for tag in start_tags(html):
        _rewrite_tag(tag, resolve, edits)
        if tag.name == "style":
            end = tag.raw_end()
            sheet = html[tag.end : end]
            new = _rewrite_style(sheet, resolve, '"')
            if new != sheet:
                edits.replace(tag.end, end, new)
    return edits.result()


def _rewrite_tag(tag: Tag, resolve: Resolve, edits: Edits) -> None:
    for name, written, _, end in tag.attributes():
        if not written or not _interesting(name, tag.name):
            continue
        quote, inside = unquote(written)
        value = unescape(inside) if "&" in inside else inside
        new = _rewrite_value(name, value, resolve, quote)
        if new is not None and new != value:
            edits.replace(end - len(written), end, _quoted(new, quote))


def _interesting(name: str, tag: str) -> bool:
    return (
        name in _ADDRESS or name in _SETS or name == "style" or (name == "data" and tag == "object")
    )


def _rewrite_value(name: str, value: str, resolve: Resolve, quote: str) -> str | None:
    if name == "style":
        return _rewrite_style(value, resolve, '"' if quote == "'" else "'")
    if name in _SETS:
        return _rewrite_set(value, resolve)
    address = value.strip()
    return resolve(address) if address else None


def _quoted(value: str, quote: str) -> str:
    if quote == "'":
        return "'" + escape(value, quote=False).replace("'", "&#x27;") + "'"
    return '"' + escape(value, quote=False).replace('"', "&quot;") + '"'


def _rewrite_style(style: str, resolve: Resolve, quote: str) -> str:
    """Replace in `url(…)`; the new address is quoted with `quote`, the one that does not end the
    attribute around it.
    """

    def changed(match: re.Match[str]) -> str:
        inside = unquote(match[1])[1] if match[1] else ""
        new = resolve(inside) if inside else None
        return match[0] if new is None else f"url({quote}{new}{quote})"

    return _STYLE_URL.sub(changed, style)


def _rewrite_set(value: str, resolve: Resolve) -> str:
    """Replace each candidate of a `srcset`; descriptors stay."""

    def changed(match: re.Match[str]) -> str:
        new = resolve(match[1])
        if new is None:
            return match[0]
        return match[0][: match.start(1) - match.start()] + new + (match[2] or "") + match[3]

    return _SET_ITEM.sub(changed, value)
