"""What Open edX had, kept with a block: written word for word until the block is edited, and then
each setting that the model has no field for.
"""

from __future__ import annotations

from hashlib import sha256

import msgspec
from lxml import etree
from msgspec.structs import replace

from courseporter.formats.olx.known.parts import captions_of
from courseporter.model import Quiz, Video

_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
)
# What our writers say of every block that is new; one that was there keeps its own settings.
_NEW_ONLY = {
    "problem": ("showanswer", "rerandomize"),
    "video": ("edx_video_id", "download_video", "show_captions"),
}
# The model has these; `markdown` is Studio's own copy of the text, and would undo every edit.
_MODELED = frozenset(
    "url_name display_name weight max_attempts markdown filename slug visible_to_staff_only"
    " youtube youtube_id_1_0 html5_sources transcripts start_time end_time"
    " question answers feedback".split()
)
_OLD_CAPTIONS = ("edx_video_id", "sub")


def print_of(block: Quiz | Video) -> str:
    """A hash of what the block says; keys of its questions don't count, so that a copy is the
    same.
    """
    block = replace(block, original=None)
    if isinstance(block, Quiz):
        block = replace(block, questions=tuple(replace(q, key="") for q in block.questions))
    return sha256(msgspec.json.encode(block)).hexdigest()


def is_unchanged(block: object) -> bool:
    """Whether the block still says what it said in Open edX."""
    if not isinstance(block, Quiz | Video) or block.original is None:
        return False
    return print_of(block) == block.original.fingerprint


def with_original(xml: str, block: Quiz | Video) -> str:
    """The definition that we wrote for the block, with the settings that the original has."""
    kept = block.original
    if kept is None:
        return xml
    original = etree.fromstring(kept.xml.encode(), _PARSER)
    element = etree.fromstring(xml.encode(), _PARSER)
    if element.tag != original.tag:
        return xml
    _settings(element, original)
    if element.tag == "video":
        _video(element, original)
    return etree.tostring(element, encoding="unicode")


def _settings(element: etree._Element, original: etree._Element) -> None:
    for name in _NEW_ONLY.get(str(element.tag), ()):
        if name in element.attrib:
            del element.attrib[name]
    if element.get("display_name") == "":
        del element.attrib["display_name"]
    for name, value in original.attrib.items():
        if name not in _MODELED and name not in element.attrib:
            element.set(name, value)


def _video(element: etree._Element, original: etree._Element) -> None:
    """Other parts of a video.  Captions that the site has stay only with the same captions."""
    same = captions_of(element) == captions_of(original)
    for part in original:
        if part.tag in ("track", "handout") or (same and part.tag == "video_asset"):
            element.append(part)
    if not same:
        for name in _OLD_CAPTIONS:
            if name in element.attrib:
                element.set(name, "")
