"""Attribute values of OLX as the platform writes and reads them (JSON decoding of text
fields).
"""

from __future__ import annotations

import json
import re
from html import escape

from courseporter.formats.html import escape_text

MAX_TITLE = 255
MAX_WRITTEN_TITLE = 10_000  # characters; the parser of Open edX refuses attributes of 10 MB

_ODD = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BLANKS = re.compile("[\t\n\r]+")
_MARKUP = re.compile('[&<>"\t\n\r\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]')
_AREA = r"(?=(?:static|course|jump_to|jump_to_id|c4x)/)"
_PATH = re.compile(rf"/{_AREA}")
_QUOTED_PATH = re.compile(rf"(?<='){_PATH.pattern}")
# tags, and addresses behind a quote in the words between them
_TAG_OR_PATH = re.compile(rf"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+>|(?<=[\"'])(?:/|&#47;){_AREA}")
# blanks that begin a line, and several within one
_INDENT = re.compile(r"(<br/>)([ \t]+)|()([ \t]{2,}|\t)")
_JSON_BLANKS = " \t\n\r"


def clean_title(title: str) -> str:
    """The title as it is written: no control characters, at most 10,000 characters."""
    if len(title) > MAX_WRITTEN_TITLE:
        title = title[: MAX_WRITTEN_TITLE - 1] + "…"
    if title.isprintable():  # quicker to say, and true of nearly all
        return title
    return _ODD.sub("", _BLANKS.sub(" ", title)) if _ODD.search(title) else title


def short_title(title: str) -> str:
    """A title that every page and service of Open edX takes: at most 255 characters."""
    title = clean_title(title)
    return title if len(title) <= MAX_TITLE else title[: MAX_TITLE - 1] + "…"


def escape_attribute(value: str) -> str:
    """The value for use between double quotes; line breaks and tabs as character references, and
    so the slash of an address that the platform would replace behind a quote inside.
    """
    if "'/" in value:
        return _QUOTED_PATH.sub("&#47;", _escaped(value))
    return _escaped(value)


def escape_words(value: str) -> str:
    """As `escape_attribute`, for a value that isn't an address although it may look like one."""
    escaped = escape_attribute(value)
    return _PATH.sub("&#47;", escaped, count=1) if _PATH.match(escaped) else escaped


def _escaped(value: str) -> str:
    if not _MARKUP.search(value):
        return value
    value = (
        value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )
    value = value.replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")
    return _ODD.sub("", value)


def attribute_text(text: str) -> str:
    """A text for use between double quotes so that the platform reads back the same text.

    The platform decodes JSON where it finds a JSON string or null: `null` and `"quoted"` would not
    survive as they are.
    """
    value = escape_attribute(json.dumps(text, ensure_ascii=False) if _decodes(text) else text)
    return _PATH.sub("&#47;", value) if value[:1] == "/" else value


def read_text_attribute(value: str | None, default: str = "") -> str:
    """The text that the platform sees in an attribute's (unescaped) value; None and JSON null give
    `default`.
    """
    if value is None:
        return default
    if not _decodes(value):
        return value
    decoded = json.loads(value)
    return decoded if isinstance(decoded, str) else default


def plain_html(text: str, *, quote: bool = True) -> str:
    """A text as HTML that the platform leaves alone: behind any quote it replaces addresses such as
    `/static/…`, and it cannot show a page with an empty one (static_replace).
    """
    return leave_paths(escape(text, quote=quote))


def leave_paths(html: str) -> str:
    """The HTML or XML with every address spelled so that the platform does not replace it."""
    return _PATH.sub("&#47;", html) if "/" in html else html


def part_paths(xml: str) -> str:
    """Well-formed XML with a tag in every address behind a quote in its words.

    Capa reads the XML and writes it again before addresses are replaced: no spelling outlives that.
    """
    if "/static/" not in xml and "&#47;" not in xml:
        return xml
    return _TAG_OR_PATH.sub(_parted, xml)


def _parted(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("<") else "<span>/</span>"


def text_html(text: str) -> str:
    """As `plain_html`, with the text's line breaks and indentation, without control characters."""
    html = escape_text(text)
    if "  " in html or "\t" in html or "<br/> " in html:
        html = _INDENT.sub(_kept_blanks, html)
    return leave_paths(html)


def _kept_blanks(found: re.Match[str]) -> str:
    """Blanks that browsers would fold, as no-break spaces; within a line the last one breaks."""
    before, blanks = found[1] or "", (found[2] or found[4]).replace("\t", "    ")
    if before or not found.start():
        return before + "&#160;" * len(blanks)
    return "&#160;" * (len(blanks) - 1) + " "


def json_attribute(value: object) -> str:
    """A list or mapping as JSON for use between double quotes."""
    return escape_attribute(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def number_text(number: float) -> str:
    """A number as the platform's float fields read it; whole numbers keep `.0`."""
    return repr(float(number))


def _decodes(text: str) -> bool:
    """Whether JSON decoding gives a string or null; numbers, lists and mappings stay text on the
    platform.
    """
    bare = text.strip(_JSON_BLANKS)
    if bare == "null":
        return True
    if len(bare) < 2 or bare[0] != '"' or bare[-1] != '"':
        return False
    try:
        json.loads(bare)
    except ValueError:
        return False
    return True
