"""What one XML file of a package says: blocks, their children, and what is wrong with them, packed
small.

A course has ten thousands of files in any order, so each is read once, when it passes by, and only
these facts are kept.
Pointer tags and inline definitions are read as Studio's importer reads them
(docs/reference/olx-package.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec
from lxml import etree

from courseporter.formats.olx import read_leaf, read_text_attribute
from courseporter.formats.olx.package.attributes import attributes_of
from courseporter.formats.olx.package.needs import needs_of
from courseporter.formats.olx.package.rules import element_faults

CONTAINERS: Final = ("course", "chapter", "sequential", "vertical", "unit")
NESTING: Final = frozenset(
    (
        "itembank library_content split_test conditional randomize wrapper problem-builder"
        " step-builder"
    ).split()
)
_NOT_BLOCKS = frozenset(("wiki", "textbook", "license"))
_POINTER = {"url_name"}
_COURSE_POINTER = {"url_name", "org", "course"}
_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)


class Fault(msgspec.Struct, frozen=True, array_like=True):
    """One thing wrong with a block: a problem code and the words that differ from case to case."""

    code: str
    detail: str = ""


class Facts(msgspec.Struct, array_like=True):
    """One block.  `children` are pointers ("tag/url_name") or blocks defined inline; `body` is the
    file of an html block; `needs` is what it asks of the course, by kind.
    """

    tag: str
    name: str = ""
    pointer: bool = False
    title: str = ""
    type: str = ""
    questions: int = 0
    hidden: bool = False
    body: str = ""
    grading: str = ""  # format of a graded subsection
    bare: bool = False  # an inline definition without any content
    children: list[str | Facts] = []
    faults: list[Fault] = []
    values: dict[str, str] = {}  # attributes of the course element
    href: str | None = None  # launch address of a lesson of a package
    needs: list[tuple[str, str]] = []


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Facts)
pack = _encoder.encode
unpack = _decoder.decode


class UnsafeXml(Exception):  # noqa: N818 - says what it is
    """The document declares entities."""


def parse(data: bytes) -> etree._Element:
    """The root element.  Raises ValueError with the parser's own words, UnsafeXml when entities are
    declared.
    """
    if b"<!" in data and b"<!ENTITY" in data:
        _refuse_entities(data)
    try:
        return etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error).removesuffix(" (<string>, line 1)")) from error


def _refuse_entities(data: bytes) -> None:
    """An entity declaration in the prolog; the same words in the text of a page are harmless."""
    prolog = re.sub(rb"<!--.*?-->|<\?.*?\?>", b"", data.lstrip(b"\xef\xbb\xbf"), flags=re.DOTALL)
    if prolog.lstrip().startswith(b"<!DOCTYPE"):
        raise UnsafeXml


def grading(attributes: Mapping[str, str]) -> str:
    """The format of a graded subsection."""
    if attributes.get("graded", "").lower() != "true":
        return ""
    return attributes.get("format", "") or "?"


def facts_of(element: etree._Element, *, rules: bool) -> Facts:
    """The facts of an element and of everything defined inline below it.  `rules`: look for faults
    as well.
    """
    tag = element.tag
    attributes = attributes_of(element)
    name = attributes.get("url_name") or attributes.get("slug") or ""
    facts = Facts(tag, name)
    if _is_pointer(element):
        facts.pointer = True
        if tag == "course":
            facts.values = attributes
            return facts
    facts.hidden = attributes.get("visible_to_staff_only", "").lower() == "true"
    if tag in CONTAINERS:
        _container(facts, element, rules=rules)
    else:
        _leaf(facts, element, rules=rules)
    if rules:
        facts.faults = [Fault(*fault) for fault in element_faults(element)]
        facts.needs = list(needs_of(element, attributes))
    return facts


def _is_pointer(element: etree._Element) -> bool:
    names = element.attrib.keys()
    if len(names) != (1 if element.tag != "course" else 3) or len(element):
        return False
    wanted = _COURSE_POINTER if element.tag == "course" else _POINTER
    return set(names) == wanted and not (element.text or "").strip()


def _container(facts: Facts, element: etree._Element, *, rules: bool) -> None:
    attributes = attributes_of(element)
    facts.title = read_text_attribute(attributes.get("display_name"))
    facts.grading = grading(attributes)
    if facts.tag == "course":
        facts.values = attributes
    facts.children = _children(element, rules=rules)


def _children(element: etree._Element, *, rules: bool) -> list[str | Facts]:
    children: list[str | Facts] = []
    for child in element:
        tag = child.tag
        if tag in _NOT_BLOCKS:
            continue
        words = (child.tail or "").strip() if rules else ""
        if len(child.attrib) == 1 and not words and _is_pointer(child):
            children.append(f"{tag}/{child.get('url_name')}")
            continue
        facts = facts_of(child, rules=rules)
        if words:  # the importer parses the child together with them, and fails
            facts.faults = [Fault("text_between_blocks", words[:60]), *facts.faults]
        children.append(facts)
    return children


def _leaf(facts: Facts, element: etree._Element, *, rules: bool) -> None:
    if facts.tag == "scorm":
        written = element.get("index_page_path")
        facts.href = None if written is None else read_text_attribute(written)
    kind, title, questions = read_leaf(facts.tag, element, None)
    facts.type, facts.title, facts.questions = kind, title, questions
    if facts.tag == "html" and (filename := element.get("filename")):
        facts.body = filename
    elif facts.tag in NESTING:
        facts.children = _children(element, rules=rules)
    facts.bare = not len(element) and not facts.body and not (element.text or "").strip()
