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
from xml.parsers import expat

import msgspec
from lxml import etree

from courseporter.formats.olx import read_leaf, read_text_attribute
from courseporter.formats.olx.fragments import QUESTION_CLASS
from courseporter.formats.olx.read import RESPONSES
from courseporter.formats.olx_package.attributes import attributes_of
from courseporter.formats.olx_package.element_rules import element_faults

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
    file of an html block.
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


# A place with pointers, or a page that names its file, without anything that needs a real parser.
_PLAIN = re.compile(
    rb'<(chapter|sequential|vertical|html)((?: [a-z_]+="[^"<&\x00-\x1f]*")*)(?:/>|>\s*'
    rb'((?:<[a-z][a-z_-]* url_name="[\w-]+"/>\s*)*)</\1>)\s*'
)
_ATTRIBUTE = re.compile(r' ([a-z_]+)="([^"]*)"')
_CHILD = re.compile(r'<(\S+) url_name="([^"]+)"/>')


def plain_facts(data: bytes) -> Facts | None:
    """The facts of a document of the plainest form, three times as quick as parsing; None when it
    is not of that form.
    """
    found = _PLAIN.fullmatch(data)
    if found is None or b"\xef\xbf" in data:  # U+FFFE and U+FFFF are no XML
        return None
    try:
        pairs = _ATTRIBUTE.findall(found[2].decode())
    except UnicodeDecodeError:
        return None
    attributes = dict[str, str](pairs)
    if len(attributes) != len(pairs) or (len(pairs) == 1 and "url_name" in attributes):
        return None
    tag = found[1].decode()
    facts = Facts(tag, attributes.get("url_name", ""))
    facts.title = read_text_attribute(attributes.get("display_name"))
    facts.hidden = attributes.get("visible_to_staff_only", "").lower() == "true"
    if tag == "html":
        facts.type, facts.body = "text", attributes.get("filename", "")
        return facts if facts.body and not found[3] else None
    facts.grading = _grading(attributes)
    facts.children = [
        f"{child}/{name}" for child, name in _CHILD.findall((found[3] or b"").decode())
    ]
    return facts


# A problem as we write it: its title, its other attributes; and what counts as a question in it.
_PROBLEM = re.compile(
    rb'<problem display_name="([^"<&\x00-\x1f]*)"((?: [a-z_]+="[^"<&\x00-\x1f]*")*)>'
)
_RESPONSE = re.compile(rb"<([a-z]+response)[\s/>]")
_RESPONSE_NAMES = frozenset(name.encode() for name in RESPONSES)
_WRAPPER = QUESTION_CLASS.encode()


def problem_facts(data: bytes) -> Facts | None:
    """The facts of a problem in the form that we write, parsed only to see that it is well-formed;
    None when it is not of that form.
    """
    found = _PROBLEM.match(data)
    if found is None or _WRAPPER in data or b"<!" in data or b"<?" in data:
        return None
    title, others = found.groups()
    if b"url_name" in others or b"slug" in others or b"visible_to" in others:
        return None
    responses = _RESPONSE.findall(data, found.end())
    if not responses or not _RESPONSE_NAMES.issuperset(responses):
        return None
    try:
        expat.ParserCreate("UTF-8").Parse(data, True)
    except expat.ExpatError:
        return None
    written = read_text_attribute(title.decode())
    return Facts("problem", title=written, type="quiz", questions=len(responses))


def _grading(attributes: Mapping[str, str]) -> str:
    """The format of a graded subsection."""
    graded = attributes.get("graded", "").lower() == "true"
    return attributes.get("format", "") or "?" if graded else ""


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
    facts.grading = _grading(attributes)
    if facts.tag == "course":
        facts.values = attributes
    facts.children = _children(element, rules=rules)


def _children(element: etree._Element, *, rules: bool) -> list[str | Facts]:
    children: list[str | Facts] = []
    for child in element:
        tag = child.tag
        if tag in _NOT_BLOCKS:
            continue
        if len(child.attrib) == 1 and _is_pointer(child):
            children.append(f"{tag}/{child.get('url_name')}")
        else:
            children.append(facts_of(child, rules=rules))
    return children


def _leaf(facts: Facts, element: etree._Element, *, rules: bool) -> None:
    kind, title, questions = read_leaf(facts.tag, element, None)
    facts.type, facts.title, facts.questions = kind, title, questions
    if facts.tag == "html" and (filename := element.get("filename")):
        facts.body = filename
    elif facts.tag in NESTING:
        facts.children = _children(element, rules=rules)
    facts.bare = not len(element) and not facts.body and not (element.text or "").strip()
