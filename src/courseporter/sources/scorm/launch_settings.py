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
from courseporter.sources.scorm.items import LaunchSettings
from courseporter.sources.scorm.manifest import children, text_of

KINDS = frozenset(
    (
        "masteryscore datafromlms maxtimeallowed timelimitaction completionthreshold sequencing"
    ).split()
)
MAX_DATA = 64 << 10  # characters of launch data: sixteen times what SCORM 2004 asks for


def read_launch_settings(elements: list[Element], collection: dict[str, Element]) -> LaunchSettings:
    """Return the settings in these elements of an item; `collection`: shared sequencing by ID."""
    values: dict[str, str | float | None] = {}
    for element in elements:
        kind = local_name(element).lower()
        if kind == "masteryscore":
            values["mastery"] = _number(text_of(element))
        elif kind == "datafromlms":
            values["launch_data"] = "".join(element.itertext())[:MAX_DATA]
        elif kind == "maxtimeallowed":
            values["max_time"] = text_of(element)
        elif kind == "timelimitaction":
            values["time_action"] = text_of(element)
        elif kind == "completionthreshold":
            values["threshold"] = _threshold(element)
        else:
            values |= _sequencing(element, collection)
    return msgspec.convert(values, LaunchSettings)


def shared_sequencing(root: Element) -> dict[str, Element]:
    """Return the sequencing that items may refer to, by ID; the first with an ID counts."""
    found: dict[str, Element] = {}
    for top in children(root, "sequencingCollection"):
        for element in children(top, "sequencing"):
            found.setdefault(element.get("ID") or "", element)
    return found


def _sequencing(element: Element, collection: dict[str, Element]) -> dict[str, str | float | None]:
    """Return passing score and time limit; what the item itself says has priority."""
    values: dict[str, str | float | None] = {}
    shared = collection.get(element.get("IDRef") or "-")
    for one in (element,) if shared is None else (shared, element):
        for limits in children(one, "limitConditions"):
            values["max_time"] = (limits.get("attemptAbsoluteDurationLimit") or "").strip()
        for objective in _primary(one):
            values["mastery"] = _passing(objective)
    return values


def _primary(sequencing: Element) -> Iterator[Element]:
    for objectives in children(sequencing, "objectives"):
        yield from children(objectives, "primaryObjective")


def _passing(objective: Element) -> float | None:
    """Return the measure that satisfies the objective, if one does (1.0 unless it says so)."""
    if (objective.get("satisfiedByMeasure") or "").strip() not in ("true", "1"):
        return None
    measure = next(children(objective, "minNormalizedMeasure"), None)
    return 1.0 if measure is None else _number(text_of(measure))


def _threshold(element: Element) -> float | None:
    """Return the attribute (4th Edition, only with completedByMeasure) or the text (earlier)."""
    measure = element.get("minProgressMeasure")
    if measure is None and element.get("completedByMeasure") is None:
        return _number(text_of(element))
    if (element.get("completedByMeasure") or "").strip() not in ("true", "1"):
        return None
    return 1.0 if measure is None else _number(measure)


def _number(text: str) -> float | None:
    try:
        value = float(text.strip().rstrip("%").replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
