"""HTML as a well-formed XML fragment that may stand inside a capa `<problem>`."""

from __future__ import annotations

import re

from lxml import etree

from courseporter.formats.entities import unescape
from courseporter.formats.html.text import drop_control, escape_text, to_text

_PARSER = etree.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
_DEEP = 200  # libxml2 stops at 256 levels and drops the rest
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_TIGHT = re.compile(r">\s+<")
_CONTROL_REFERENCE = re.compile(
    r"&#(?:x0*(?:[0-8bcef]|1[0-9a-f]|d[89a-f][0-9a-f]{2}|fff[ef])|0*(?:[0-8]|1[124-9]|2\d|3[01]))(?![0-9a-f]);?",
    re.IGNORECASE,
)
_SHELL = re.compile(r"<!doctype[^>]*>|</?(?:html|body)\b[^>]*>", re.IGNORECASE)
_VOID = frozenset(("area", "br", "col", "embed", "hr", "img", "source", "track", "wbr", "path"))
# Elements of HTML that mean nothing to capa.  All others are unwrapped, because capa gives `label`,
# `option`, `math`, `include`, `answer` … a meaning of its own (xmodule/capa: response types, input
# types, renderers, includes).
_PLAIN_NAMES = """
    a abbr address article aside audio b bdi bdo big blockquote br caption center cite code
    col colgroup dd del details dfn div dl dt em embed figcaption figure font footer h1 h2 h3
    h4 h5 h6 header hr i iframe img ins kbd li main map area mark nav object ol p param
    picture pre q rp rt ruby s samp section small source span strike strong sub summary sup
    table tbody td tfoot th thead time tr track tt u ul var video wbr svg g path circle rect
    line polyline polygon ellipse
"""
_PLAIN = frozenset(_PLAIN_NAMES.split())
_DROPPED = ("script", "style", "title", "noscript", "template", "head", "annotation", "desc")
_INLINE_NAMES = (
    "a abbr b big cite code del dfn em font i ins kbd mark q s samp small span strong sub sup u"
)
_INLINE = frozenset(_INLINE_NAMES.split())
_GONE = "gone"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def to_xml(html: str) -> str:
    """The HTML as well-formed XML without a prolog: entities resolved, elements closed, control
    characters gone.

    Scripts, styles and comments are skipped (capa would run the scripts as Python), elements that
    are not plain HTML are replaced by their content, MathML by its TeX where it carries it.  White
    space in `pre` survives the platform's blank-dropping parser.
    """
    if "<" not in html:
        return _escape(unescape(html) if "&" in html else html)
    if html.count("<") > _DEEP and _depth(html) > _DEEP:
        return escape_text(to_text(html))
    inside = _SHELL.sub("", _CONTROL_REFERENCE.sub("", drop_control(html)))
    body = etree.fromstring(f"<html><body>{inside}</body></html>", _PARSER).find("body")
    if body is None:
        return ""
    _tidy(body)
    text = etree.tostring(body, encoding="unicode")
    return text[6:-7] if text.endswith("</body>") else ""  # <body>…</body>, or <body/>


def space_attribute(xml: str) -> str:
    """` xml:space="preserve"` when blanks between elements count, else nothing.

    The platform parses with `remove_blank_text`, which eats the blank in `<b>a</b> <i>b</i>`.
    """
    return ' xml:space="preserve"' if "<" in xml and _TIGHT.search(xml) else ""


def _escape(text: str) -> str:
    return drop_control(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _depth(html: str) -> int:
    """An upper bound of how deep elements nest."""
    return html.count("<") - html.count("</")


def _tidy(body: etree._Element) -> None:
    for element in body.iter("math"):
        found = element.find(".//annotation[@encoding='application/x-tex']")
        if found is not None and found.text:
            tail = element.tail
            element.clear()
            element.text, element.tail = rf"\({found.text.strip()}\)", tail
    etree.strip_elements(body, *_DROPPED, with_tail=False)
    for element in body.iterdescendants():
        _tidy_element(element)
    etree.strip_tags(body, _GONE)
    # An empty element would be written <i/>, which a browser takes for an open <i>.  Children come
    # before parents.
    for element in reversed(list(body.iterdescendants())):
        if element.tag not in _VOID and not len(element) and not element.text:
            _fill(element)


def _tidy_element(element: etree._Element) -> None:
    tag = element.tag
    if tag not in _PLAIN:
        element.tag = _GONE
        return
    for key in element.keys():  # noqa: SIM118 - an element iterates over its children
        name = str(key)
        if not _NAME.fullmatch(name) or name.lower().startswith("on"):
            del element.attrib[name]
    if tag == "pre":
        element.set(_SPACE, "preserve")


def _fill(element: etree._Element) -> None:
    if element.tag in _INLINE and not element.keys():
        element.tag = _GONE
        parent = element.getparent()
        if parent is not None:
            etree.strip_tags(parent, _GONE)
    else:
        element.text = " "
