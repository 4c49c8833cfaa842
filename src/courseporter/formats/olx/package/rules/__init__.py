"""What Open edX would spoil in one block, element by element: rules with no memory.

Each code is a silent breakage of Studio's importer, measured: the import says "Succeeded" and the
block is gone, empty or broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from courseporter.formats.olx.package.attributes import attributes_of
from courseporter.formats.olx.package.rules.access import access_faults, pool_faults, split_faults
from courseporter.formats.olx.package.rules.capa import problem_faults
from courseporter.formats.olx.package.rules.names import name_faults
from courseporter.formats.olx.package.rules.openassessment import assessment_faults
from courseporter.formats.olx.package.rules.polls import poll_faults, survey_faults
from courseporter.formats.olx.package.rules.values import value_faults
from courseporter.formats.olx.package.rules.video import video_faults

__all__ = ["EMPTIES", "LOSES", "Violation", "element_faults", "name_faults"]

Violation = tuple[str, str]
# The block, with everything in it, is gone after the import.
LOSES = frozenset(
    (
        "url_name_invalid",
        "url_name_breaks_import",
        "attribute_unreadable",
        "date_unreadable",
        "block_setting_unreadable",
        "definition_missing",
        "definition_malformed",
        "not_utf8",
        "text_between_blocks",
        "openassessment_invalid",
        "pool_broken",
    )
)
# The block is there after the import, without its content.
EMPTIES = frozenset(("pointer_with_attributes", "pointer_ignored", "pointer_in_file"))

_STOCK = frozenset(
    (
        "about annotatable chapter conditional course course_info discussion done"
        " drag-and-drop-v2 edx_sga google-calendar google-document html itembank library"
        " library_content library_sourced lti lti_consumer nonstaff_error openassessment pdf"
        " poll poll_question problem randomize recommender sequential split_test"
        " staffgradedxblock static_tab survey ubcpi unit vertical video videosequence"
        " word_cloud wrapper"
    ).split()
)
_SPECIAL: dict[str, Callable[[etree._Element], Iterator[Violation]]] = {
    "itembank": pool_faults,
    "library_content": pool_faults,
    "openassessment": assessment_faults,
    "poll": poll_faults,
    "problem": problem_faults,
    "split_test": split_faults,
    "survey": survey_faults,
    "video": video_faults,
}


def element_faults(element: etree._Element) -> Iterator[Violation]:
    """Problem code and detail of everything wrong with the element itself; children have their own
    turn.
    """
    tag = element.tag
    attributes = attributes_of(element)
    if name := attributes.get("url_name"):
        yield from name_faults(name, tag)
    yield from value_faults(tag, attributes)
    if "group_access" in attributes:
        yield from access_faults(attributes["group_access"])
    if tag not in _STOCK:
        yield "unknown_block", tag
    special = _SPECIAL.get(tag)
    if special is not None:
        yield from special(element)
