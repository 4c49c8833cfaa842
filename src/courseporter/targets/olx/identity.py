"""Organisation, number and run: what the draft says, else names made from title and source key."""

from __future__ import annotations

import re

from courseporter.formats.names import course_slug, short_hash
from courseporter.model import Course

ORG = "CoursePorter"
RUN = "self_paced"
MOST = 50
_VALID = re.compile(r"[A-Za-z0-9_.-]{1,50}")


def course_identity(course: Course) -> tuple[str, str, str]:
    """Org, number and run, each valid: the same for the same title and source key, whatever else
    changes.
    """
    return (
        course_slug(course.org or "", ORG),
        course_slug(course.number or "", _number(course)),
        course_slug(course.run or "", RUN),
    )


def is_valid(name: str) -> bool:
    """Whether Open edX accepts it as org, number or run: ASCII letters, digits, `_.-`, 1 to 50
    characters.
    """
    return _VALID.fullmatch(name) is not None


def _number(course: Course) -> str:
    """The title, with a hash of the source's key so that two courses of one title do not meet."""
    digest = short_hash(course.key)[:6]
    slug = re.sub("-{2,}", "-", course_slug(course.title, "course"))[: MOST - 7].strip("-.")
    return f"{slug}-{digest}"
