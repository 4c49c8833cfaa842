"""What a library is called that doesn't exist yet."""

from __future__ import annotations

from courseporter.formats.names import url_name
from courseporter.model import Course
from courseporter.targets.library.entities import library_title
from courseporter.targets.olx.identity import course_identity


def library_of(course: Course) -> tuple[str, str, str]:
    """Key, title and description of a library that doesn't exist yet."""
    org, number, _run = course_identity(course)
    slug = url_name(number.lower()).strip("-_") or "course"
    return f"lib:{org}:{slug}", library_title(course.title), ""
