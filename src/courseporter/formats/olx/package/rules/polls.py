"""Polls and surveys, whose lists of questions and answers are YAML or JSON in attributes
(xblock-poll; XBlock reads the attributes of such blocks as YAML).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from lxml import etree

from courseporter.formats.olx.package.attributes import attributes_of
from courseporter.formats.olx.package.flow import read_flow

Violation = tuple[str, str]


def poll_faults(element: etree._Element) -> Iterator[Violation]:
    """Answers are pairs of a key and an object with a label."""
    yield from _list(element, "answers", objects=True)


def survey_faults(element: etree._Element) -> Iterator[Violation]:
    """Questions are pairs of a key and an object, answers pairs of a key and a text."""
    yield from _list(element, "questions", objects=True)
    yield from _list(element, "answers", objects=False)


def _list(element: etree._Element, name: str, *, objects: bool) -> Iterator[Violation]:
    text = attributes_of(element).get(name)
    if text is None:
        return  # the block's own examples
    try:
        value = read_flow(text)
    except ValueError:
        yield "poll_invalid", f"{name}={text[:60]}"
        return
    if not isinstance(value, list) or not all(
        _is_pair(one, objects=objects) for one in cast("list[object]", value)
    ):
        yield "poll_invalid", f"{name}={text[:60]}"


def _is_pair(value: object, *, objects: bool) -> bool:
    if not isinstance(value, list):
        return False
    pair = cast("list[object]", value)
    if len(pair) != 2:
        return False
    return isinstance(pair[1], dict) and "label" in pair[1] if objects else pair[1] is not None
