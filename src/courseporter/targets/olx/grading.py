"""How a course is graded: grading_policy.json, and the attributes of a lesson."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from courseporter.model import Course, GradedWork, Grading, LessonSettings
from courseporter.targets.olx.dates import moment

GRADED_FORMAT: Final = "Homework"
_DEFAULT: Final = Grading(types=(GradedWork(name=GRADED_FORMAT, weight=100.0, short="HW"),))


def policy(course: Course) -> dict[str, object]:
    """The content of grading_policy.json."""
    grading = course.grading or _DEFAULT
    return {
        "GRADER": [
            {
                "type": one.name,
                "short_label": one.short or one.name,
                "min_count": one.count or one.drop + 1,
                "drop_count": one.drop,
                "weight": one.weight / 100,
            }
            for one in grading.types
        ],
        "GRADE_CUTOFFS": {"Pass": grading.pass_mark / 100},
    }


def default_format(course: Course) -> str:
    """The assignment type of lessons that can be graded and have none."""
    return course.grading.types[0].name if course.grading else GRADED_FORMAT


def lesson_attributes(
    kept: Mapping[str, str], settings: LessonSettings | None, *, graded: bool, default: str
) -> dict[str, str]:
    """Attributes of a lesson: those it had in Open edX, and the draft's settings over them.

    `graded`: learners can get points in it.
    """
    found = dict(kept)
    own = settings or LessonSettings()
    for name in ("start", "due"):
        if date := moment(getattr(own, name)):
            found[name] = date
    if own.format:
        found["format"] = own.format
    if own.graded is False:
        found.pop("format", None)
        return {**found, "graded": "false"}
    if own.graded or own.format or (graded and "format" not in found):
        return {**found, "format": found.get("format") or default, "graded": "true"}
    return found
