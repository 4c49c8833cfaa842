"""What a written block is: type, title and number of questions, from our own packages and Studio's
exports.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lxml import etree

from courseporter.formats.olx.assessment import is_question
from courseporter.formats.olx.attributes import read_text_attribute
from courseporter.formats.olx.fragments import QUESTION_CLASS
from courseporter.formats.olx.pages import PAGE_TYPES, page_class

_RESPONSE_NAMES = """
    choiceresponse multiplechoiceresponse truefalseresponse optionresponse numericalresponse
    stringresponse customresponse symbolicresponse coderesponse externalresponse
    formularesponse schematicresponse imageresponse annotationresponse choicetextresponse
"""
RESPONSES = frozenset(_RESPONSE_NAMES.split())
_POOLS = frozenset({"itembank", "library_content", "library_sourced"})
_OPINIONS = frozenset({"poll", "survey", "poll_question"})
# Plain fields of blocks that do not decode JSON.
_AS_WRITTEN = frozenset({"poll", "survey"})
_TYPES = {
    "video": "video",
    "videoalpha": "video",
    "discussion": "discussion",
    "scorm": "package",
}
_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    huge_tree=False,
    load_dtd=False,
    remove_comments=True,
    remove_pis=True,
)


class ReadLeaf(NamedTuple):
    """What `check` says of a block."""

    type: str
    title: str
    questions: int


def read_leaf(tag: str, definition: bytes | etree._Element, body: bytes | None = None) -> ReadLeaf:
    """Type, title, questions of one block from its definition (and the body of a page).

    Children of a pool count where they stand inline.  Raises lxml.etree.XMLSyntaxError for bytes
    that are no XML.
    """
    node = etree.fromstring(definition, _PARSER) if isinstance(definition, bytes) else definition
    kind, questions = _kind(tag, node, body)
    return ReadLeaf(kind, _title(tag, node), questions)


def count_questions(problem: etree._Element) -> int:
    """How many questions a problem holds: each wrapper of ours is one, so is each response outside
    of any.
    """
    if not any(element.get("class") == QUESTION_CLASS for element in problem.iter("div")):
        return sum(1 for _ in problem.iter(*RESPONSES))
    return _count(problem)


def _count(node: Iterable[etree._Element]) -> int:
    total = 0
    for child in node:
        if child.get("class") == QUESTION_CLASS or child.tag in RESPONSES:
            total += 1
        else:
            total += _count(child)
    return total


def _kind(tag: str, node: etree._Element, body: bytes | None) -> tuple[str, int]:
    if tag == "html":
        return _page_type(node, body), 0
    if tag == "problem":
        return "quiz", count_questions(node)
    if tag == "openassessment":
        prompt = node.findtext(".//prompt/description") or node.findtext(".//prompt") or ""
        return ("quiz", 1) if is_question(prompt) else ("assignment", 0)
    if tag in _POOLS:
        return "quiz", sum(_kind(str(child.tag), child, None)[1] for child in node)
    if tag in _OPINIONS:
        return "quiz", 1
    return _TYPES.get(tag, "foreign"), 0


def type_of_html(body: bytes) -> str:
    """The type of a page, by the class of its outermost element."""
    if b"cp-" not in body:
        return "text"
    found = page_class(body.decode("utf-8", "replace"))
    return PAGE_TYPES[found] if found else "text"


def _page_type(node: etree._Element, body: bytes | None) -> str:
    if body is None:
        if not len(node):
            return "text"
        own = etree.tostring(node, encoding="unicode", with_tail=False)
        body = own[own.index(">") + 1 :].encode()
    return type_of_html(body)


def _title(tag: str, node: etree._Element) -> str:
    if tag == "openassessment":
        title = node.findtext("title")
        return title if title is not None else node.get("display_name") or ""
    written = node.get("display_name")
    return written or "" if tag in _AS_WRITTEN else read_text_attribute(written)
