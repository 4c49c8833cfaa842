"""Words of a problem as a draft has them: plain text or HTML."""

from __future__ import annotations

from copy import deepcopy
from html import escape

from lxml import etree

from courseporter.model import Markup

_VOID = frozenset("area br col embed hr img source track wbr".split())
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_GAP = "___"


class Unclear(Exception):  # noqa: N818 - control flow, not an error
    """The problem isn't one that the model can hold."""


class Words:
    """Reads elements as `markup`; raises Unclear where plain text has no words for one."""

    def __init__(self, markup: Markup) -> None:
        self.markup = markup

    def inside(self, element: etree._Element, *, without: str = "", gaps: bool = False) -> str:
        """The content; children of the tag `without` are skipped, gaps are for responses."""
        copy = deepcopy(element)
        if without:
            etree.strip_elements(copy, without, with_tail=False)
        if gaps:
            _mark_gaps(copy)
        if self.markup == "text":
            if len(copy):
                raise Unclear
            return " ".join((copy.text or "").split())
        _close(copy)
        parts = [escape(copy.text or "", quote=False)]
        parts += [etree.tostring(child, encoding="unicode") for child in copy]
        return "".join(parts).strip()

    def whole(self, element: etree._Element) -> str:
        """The element itself."""
        if self.markup == "text":
            raise Unclear
        copy = deepcopy(element)
        copy.tail = None
        _close(copy)
        return etree.tostring(copy, encoding="unicode")

    def of_text(self, text: str) -> str:
        """A text that is plain in any case."""
        return text if self.markup == "text" else escape(text, quote=False)


def _mark_gaps(flow: etree._Element) -> None:
    for line in list(flow.iter("stringresponse")):
        tail = line.tail
        line.clear()
        line.tag, line.text, line.tail = "cp-gap", _GAP, tail
    etree.strip_tags(flow, "cp-gap")


def _close(element: etree._Element) -> None:
    """Empty elements as browsers read them: `<i></i>`, because they take `<i/>` for an open one."""
    for one in element.iter():
        if _SPACE in one.attrib:
            del one.attrib[_SPACE]
        if not len(one) and not one.text and one.tag not in _VOID:
            one.text = ""
