"""What the manifest tells a lesson when it starts: mastery, thresholds, time limits, launch data.

SCORM 1.2 CAM 2.3.2.5 (adlcp:masteryscore, maxtimeallowed, timelimitaction, datafromlms); SCORM 2004
CAM 3.4.1 (dataFromLMS, timeLimitAction, completionThreshold) and 5.1 (imsss:sequencing: primary
objective and limitConditions, in place or in the sequencingCollection).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec

from courseporter.formats.xml import Element, local_name
from courseporter.sources.scorm.items import Told
from courseporter.sources.scorm.manifest import children, text_of

KINDS = frozenset(
    (
        "masteryscore datafromlms maxtimeallowed timelimitaction completionthreshold sequencing"
    ).split()
)
MOST_DATA = 64 << 10  # characters of launch data: sixteen times what SCORM 2004 asks for


def read_told(elements: list[Element], collection: dict[str, Element]) -> Told:
    """What these elements of an item say; `collection` holds shared sequencing by its ID."""
    words: dict[str, str | float | None] = {}
    for element in elements:
        kind = local_name(element).lower()
        if kind == "masteryscore":
            words["mastery"] = _number(text_of(element))
        elif kind == "datafromlms":
            words["launch_data"] = "".join(element.itertext())[:MOST_DATA]
        elif kind == "maxtimeallowed":
            words["max_time"] = text_of(element)
        elif kind == "timelimitaction":
            words["time_action"] = text_of(element)
        elif kind == "completionthreshold":
            words["threshold"] = _threshold(element)
        else:
            words |= _sequencing(element, collection)
    return msgspec.convert(words, Told)


def shared_sequencing(root: Element) -> dict[str, Element]:
    """The sequencing that items may refer to, by ID; the first of a name counts."""
    found: dict[str, Element] = {}
    for top in children(root, "sequencingCollection"):
        for element in children(top, "sequencing"):
            found.setdefault(element.get("ID") or "", element)
    return found


def _sequencing(element: Element, collection: dict[str, Element]) -> dict[str, str | float | None]:
    """Passing score and time limit; what stands in place goes before what is referred to."""
    words: dict[str, str | float | None] = {}
    shared = collection.get(element.get("IDRef") or "-")
    for one in (element,) if shared is None else (shared, element):
        for limits in children(one, "limitConditions"):
            words["max_time"] = (limits.get("attemptAbsoluteDurationLimit") or "").strip()
        for objective in _primary(one):
            words["mastery"] = _passing(objective)
    return words


def _primary(sequencing: Element) -> Iterator[Element]:
    for objectives in children(sequencing, "objectives"):
        yield from children(objectives, "primaryObjective")


def _passing(objective: Element) -> float | None:
    """The measure that satisfies the objective, when a measure does (1.0 unless it says so)."""
    if (objective.get("satisfiedByMeasure") or "").strip() not in ("true", "1"):
        return None
    said = next(children(objective, "minNormalizedMeasure"), None)
    return 1.0 if said is None else _number(text_of(said))


def _threshold(element: Element) -> float | None:
    """4th Edition: an attribute, good only with completedByMeasure; before: the text."""
    said = element.get("minProgressMeasure")
    if said is None and element.get("completedByMeasure") is None:
        return _number(text_of(element))
    if (element.get("completedByMeasure") or "").strip() not in ("true", "1"):
        return None
    return 1.0 if said is None else _number(said)


def _number(text: str) -> float | None:
    try:
        value = float(text.strip().rstrip("%").replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
