"""Whether rules of a package keep learners from opening its lessons in any order.

SCORM 1.2 CAM 2.3.2.5 (adlcp:prerequisites); SCORM 2004 SN 3 and CAM 5.1 (imsss:sequencing).  Tools
write sequencing that only says the defaults, or what a lesson is told anyway: that is no rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from courseporter.formats.xml import Element, local_name
from courseporter.sources.scorm.manifest import text_of

KINDS = frozenset(("sequencing", "prerequisites"))

# Attributes that limit something, by element; the values are those that limit nothing.
_LIMITS: dict[str, dict[str, tuple[str, ...]]] = {
    "controlMode": {
        "choice": ("true", "1"),
        "choiceExit": ("true", "1"),
        "forwardOnly": ("false", "0"),
    },
    "constrainedChoiceConsiderations": {
        "preventActivation": ("false", "0"),
        "constrainChoice": ("false", "0"),
    },
    "randomizationControls": {"randomizationTiming": ("never",), "selectionTiming": ("never",)},
    "limitConditions": {"attemptLimit": ()},
}
_LISTS = ("sequencingRules", "rollupRules")


def is_rule(element: Element, collection: dict[str, Element]) -> bool:
    """Whether this element of an item limits learners; `collection` holds shared sequencing."""
    if local_name(element) != "sequencing":
        return bool(text_of(element))
    shared = collection.get(element.get("IDRef") or "-")
    return any(map(_limits, _parts(element, shared)))


def _parts(own: Element, shared: Element | None) -> Iterator[Element]:
    """What is said in place, and of the shared sequencing what is not said in place."""
    given = {local_name(part) for part in own}
    yield from own
    if shared is not None:
        yield from (part for part in shared if local_name(part) not in given)


def _limits(part: Element) -> bool:
    kind = local_name(part)
    if kind in _LISTS:
        return len(part) > 0
    for name, harmless in _LIMITS.get(kind, {}).items():
        given = (part.get(name) or "").strip()
        if given and given not in harmless:
            return True
    return False
