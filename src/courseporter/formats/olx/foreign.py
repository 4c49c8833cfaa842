"""Blocks of Open edX that a draft keeps verbatim: one XML element, its children inline.

The body of a page that has a file of its own is the element's text, its `filename` is kept.
"""

from __future__ import annotations

from lxml import etree

from courseporter.formats.names import url_name
from courseporter.formats.olx.attributes import read_text_attribute
from courseporter.formats.olx.leaf import Leaf, OutlineLeaf, leaf_of
from courseporter.formats.olx.read import read_leaf, type_of_html
from courseporter.model import Foreign

OLX = "olx"
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
)


def is_kept(block: object) -> bool:
    """Whether the block goes into the package as it is."""
    return isinstance(block, Foreign) and block.format == OLX


def kept_row(key: str, title: str, block: Foreign) -> OutlineLeaf:
    """The row of the outline: type and questions are those of the element."""
    element = _element(block)
    tag = str(element.tag)
    if body := _body(element):
        return OutlineLeaf(key, type_of_html(body), title, None, 0)
    kind, _title, questions = read_leaf(tag, element)
    href = element.get("index_page_path") if tag == "scorm" else None
    return OutlineLeaf(key, kind, title, href and read_text_attribute(href), questions)


def kept_leaf(row: OutlineLeaf, block: Foreign) -> Leaf:
    """The element under its name, with the draft's title."""
    element = _element(block)
    tag, name = str(element.tag), url_name(row.key)
    _rename(element, name, row.title)
    body = _body(element)
    if not body:
        return leaf_of(row, tag, name, (), _text(element))
    element.text = None
    element.set("filename", name)
    return leaf_of(row, tag, name, ((f"html/{name}.html", body),), _text(element))


def _element(block: Foreign) -> etree._Element:
    return etree.fromstring(block.data.encode(), _PARSER)


def _body(element: etree._Element) -> bytes:
    """The page of an html block that has a file of its own."""
    if element.tag != "html" or len(element) or not element.get("filename"):
        return b""
    return (element.text or "").encode()


def _rename(element: etree._Element, name: str, title: str) -> None:
    if read_leaf(str(element.tag), element).title != title:
        shown = element.find("title") if element.tag == "openassessment" else None
        if shown is not None:
            shown.text = title
        else:
            element.set("display_name", title)
    others = {key: value for key, value in element.attrib.items() if key != "url_name"}
    element.attrib.clear()
    element.set("url_name", name)
    for key, value in others.items():
        element.set(key, value)


def _text(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode", with_tail=False)
