"""Videos: something to play, and transcripts that name their language and file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import cast

from lxml import etree

from courseporter.formats.olx.package.attributes import attributes_of

DEFAULT_CLIP = "3_yD_cEKoCk"
Violation = tuple[str, str]


def video_faults(element: etree._Element) -> Iterator[Violation]:
    """What learners would miss."""
    attributes = attributes_of(element)
    yield from _sources(element, attributes)
    for language, path in transcripts(element, attributes):
        if not language or not path:
            yield "transcript_incomplete", path or language
            break


def transcripts(
    element: etree._Element, attributes: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Language and file of each transcript; either may be empty."""
    for child in element.iter("transcript"):
        if child.getparent() is element:
            yield child.get("language") or "", child.get("src") or ""
    try:
        written = cast("object", json.loads(attributes.get("transcripts") or "{}"))
    except ValueError:
        return
    if isinstance(written, dict):
        for language, path in cast("dict[str, object]", written).items():
            yield language, path if isinstance(path, str) else ""


def playable(element: etree._Element, attributes: Mapping[str, str]) -> Iterator[str]:
    """The addresses that the player is given."""
    for child in element.iter("source"):
        yield child.get("src") or ""
    try:
        written = cast("object", json.loads(attributes.get("html5_sources") or "[]"))
    except ValueError:
        written = None
    if isinstance(written, list):
        yield from (one for one in cast("list[object]", written) if isinstance(one, str))


def _sources(element: etree._Element, attributes: Mapping[str, str]) -> Iterator[Violation]:
    given = any(
        attributes.get(key)
        for key in ("youtube_id_1_0", "youtube", "edx_video_id", "html5_sources", "source")
    )
    if attributes.get("youtube_id_1_0") == DEFAULT_CLIP:
        yield "video_default", ""
    elif not given and element.find("source") is None and element.find("video_asset") is None:
        yield "video_without_source", ""
    elif "youtube_id_1_0" not in attributes and "youtube" not in attributes:
        yield "video_default", ""
    dead = [one for one in playable(element, attributes) if one.startswith("/static/")]
    if dead:
        yield "video_unplayable", dead[0]
