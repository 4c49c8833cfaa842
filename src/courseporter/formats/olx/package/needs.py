"""What a block needs from the rest of the package: files, passports, groups of learners."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from courseporter.formats.olx.package.rules.access import needed_groups
from courseporter.formats.olx.package.rules.video import transcripts

Need = tuple[str, str]  # kind and value: file, language, passport, group


def needs_of(element: etree._Element, attributes: Mapping[str, str]) -> Iterator[Need]:
    """Each need once it is written in the block; the course decides whether it is met."""
    tag = element.tag
    if tag == "video":
        yield from _captions(element, attributes)
    elif tag in ("lti", "lti_consumer"):
        passport = attributes.get("lti_id", "").strip('"')
        modern = attributes.get("lti_version", "").strip('"').startswith("lti_1p3")
        if passport and passport != "null" and not modern:
            yield "passport", passport
    if "group_access" in attributes or tag == "split_test":
        for partition, group in needed_groups(attributes):
            yield "group", f"{partition}" if group is None else f"{partition}:{group}"


def _captions(element: etree._Element, attributes: Mapping[str, str]) -> Iterator[Need]:
    for language, path in transcripts(element, attributes):
        if path:
            yield "file", path.removeprefix("/static/")
            if language:
                yield "language", language
    older = attributes.get("sub", "").strip('"')
    if older and older != "null":  # the name of a file from before transcripts had languages
        yield "file", f"subs_{older}.srt.sjson"
