"""The Admin API v1: which requests there are, and what their answers hold (TEACHABLE.md 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, cast

from courseporter.errors import RejectedError, TransientError, _
from courseporter.net import Answer
from courseporter.sources.school.fields import Fields, child, children, number

PER_PAGE = 50
MOST_PAGES = 1000
PREFIX = "/v1/courses"


class Asking(Protocol):
    """What sends a request to the school, or gives the answer that was stored before."""

    def get(
        self, path: str, *, params: Mapping[str, str] = {}, accept: tuple[int, ...] = ()
    ) -> Answer:
        """Raises PorterError."""
        ...


class Gone(Exception):  # noqa: N818 - it isn't an error of the import
    """The school has no such course or lecture any more."""


def courses(http: Asking) -> Iterator[Fields]:
    """Every course of the school, page by page; a course that two pages repeat comes once."""
    seen: set[int | None] = set()
    for page in range(1, MOST_PAGES + 1):
        params = {"page": str(page), "per": str(PER_PAGE)}
        answer = _object(http.get(PREFIX, params=params))
        for one in children(answer, "courses"):
            if number(one, "id") not in seen:
                seen.add(number(one, "id"))
                yield one
        if page >= (number(child(answer, "meta"), "number_of_pages") or 1):
            return


def course(http: Asking, course_id: str) -> Fields:
    """One course with its outline.  Raises RejectedError when there is none."""
    try:
        return _wanted(http, f"{PREFIX}/{course_id}", "course")
    except Gone:
        raise RejectedError(
            _("The school has no course with the id {id}.", id=course_id),
            _("It may have been deleted. List the courses of the school again."),
            code="not_found",
        ) from None


def lecture(http: Asking, course_id: str, lecture_id: str) -> Fields:
    """All content of a lecture.  Raises Gone when it was deleted meanwhile."""
    return _wanted(http, f"{PREFIX}/{course_id}/lectures/{lecture_id}", "lecture")


def _wanted(http: Asking, path: str, name: str) -> Fields:
    answer = http.get(path, accept=(404,))
    if answer.status == 404:
        raise Gone(path)
    found = child(_object(answer), name)
    if not found:
        raise _unreadable(answer)
    return found


def _object(answer: Answer) -> Fields:
    """The JSON object of an answer; a web page or a broken off body is worth another try."""
    try:
        value = answer.json()
    except RejectedError as error:
        raise _unreadable(answer) from error
    if not isinstance(value, dict):
        raise _unreadable(answer)
    return cast(Fields, value)


def _unreadable(answer: Answer) -> TransientError:
    return TransientError(
        _("Teachable answered with something other than the expected data."),
        _("It usually passes. The import tries again and continues where it stopped."),
        answer.url,
        code="server_error",
    )
