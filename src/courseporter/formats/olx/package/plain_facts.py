"""The facts of documents in the form that we write ourselves, several times as quick as a tree.

Everything that is not of that form is left to `facts_of`; both say the same of the same document.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from courseporter.formats.olx import read_text_attribute
from courseporter.formats.olx.fragments import QUESTION_CLASS
from courseporter.formats.olx.package.facts import Facts, grading
from courseporter.formats.olx.read import RESPONSES

_PLACES = frozenset(("chapter", "sequential", "vertical"))
# Declarations, comments, instructions, name spaces, U+FFFE and U+FFFF: words are quick to find.
_SPECIAL = (b"<!", b"<?", b"xmlns", b"\xef\xbf")
_TEXT = re.compile(rb">\s*[^<\s]")  # between elements
_PREFIX = re.compile(rb":[^\s\"'<>]*\s*=")
_MAX_DEPTH = 64


def place_facts(data: bytes) -> Facts | None:
    """The facts of a section, lesson or unit whose blocks are pointers or pages that name their
    file; None when the document is anything else.
    """
    for word in _SPECIAL:
        if word in data:
            return None
    if _TEXT.search(data) or _PREFIX.search(data):
        return None
    reading = _Places()
    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, _OtherForm):
        return None
    return reading.root


class _OtherForm(Exception):  # noqa: N818 - says what it is
    """The document holds something that needs the real reader."""


class _Places:
    """Takes elements as they begin and end; the open places wait in a stack."""

    __slots__ = ("_leaf", "_open", "root")

    def __init__(self) -> None:
        self.root: Facts | None = None
        self._open: list[Facts] = []
        self._leaf = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._leaf:
            raise _OtherForm
        above = self._open[-1].children if self._open else None
        get = attributes.get
        name = get("url_name") or get("slug") or ""
        if len(attributes) == 1 and "url_name" in attributes:
            if above is None:
                raise _OtherForm
            above.append(f"{tag}/{attributes['url_name']}")
            self._leaf = True
            return
        title = read_text_attribute(get("display_name"))
        hidden = get("visible_to_staff_only", "").lower() == "true"
        if tag in _PLACES:
            facts = Facts(tag, name, title=title, hidden=hidden, grading=grading(attributes))
            self._open.append(facts)
        elif tag == "html" and get("filename"):
            facts = Facts(tag, name, False, title, "text", 0, hidden, attributes["filename"])
            self._leaf = True
        else:
            raise _OtherForm
        if above is None:
            self.root = facts
        elif len(self._open) > _MAX_DEPTH:
            raise _OtherForm
        else:
            above.append(facts)

    def end(self, _tag: str) -> None:
        if self._leaf:
            self._leaf = False
        else:
            self._open.pop()


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
