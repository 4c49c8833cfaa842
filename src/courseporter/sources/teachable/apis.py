"""Which of Teachable's two APIs a course is read through: v1, or v2 (beta) when that is chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from courseporter.context import Http
from courseporter.sources.school.fields import Fields
from courseporter.sources.teachable import v1, v2


class Api(Protocol):
    """What a course is read with; answers have the shape of v1.  `Gone` as v1 says."""

    def courses(self, http: Http) -> Iterator[Fields]:
        """Every course of the school."""
        ...

    def course(self, http: Http, course_id: str) -> Fields:
        """One course with its outline."""
        ...

    def lecture(
        self, http: Http, course_id: str, lecture_id: str, *, again: bool = False
    ) -> Fields:
        """All content of a lecture, asked for again with `again`."""
        ...

    def video(self, http: Http, course_id: str, lecture_id: str, attachment_id: str) -> Fields:
        """Stream, poster and state of a video."""
        ...


class Older:
    """v1: every school with API access has it."""

    courses = staticmethod(v1.courses)
    course = staticmethod(v1.course)
    lecture = staticmethod(v1.lecture)
    video = staticmethod(v1.video)


def chosen(choices: Mapping[str, str]) -> tuple[Api, str]:
    """The API of an import and its version; `api`: v1 (default) or v2."""
    return (v2.Newer(), v2.VERSION) if choices.get("api") == v2.VERSION else (Older(), v1.VERSION)
