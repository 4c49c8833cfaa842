"""The Admin API v1: which requests there are, and what their answers hold (TEACHABLE.md 3)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import cast

from courseporter.context import Answer, Http
from courseporter.errors import RejectedError, TransientError, _
from courseporter.sources.school.fields import Fields, child, children, number

PER_PAGE = 100
MAX_PAGES = 1000
PREFIX = "/v1/courses"
VERSION = "v1"


class Gone(Exception):  # noqa: N818 - it isn't an error of the import
    """The school has no such course or lecture any more."""


def courses(http: Http) -> Iterator[Fields]:
    """Every course of the school, page by page; a course that two pages repeat comes once."""
    seen: set[int | None] = set()
    for page in range(1, MAX_PAGES + 1):
        params = {"page": str(page), "per": str(PER_PAGE)}
        answer = _object(http.get(PREFIX, params=params))
        if not isinstance(answer.get("courses"), list):
            raise unreadable(PREFIX)
        for one in children(answer, "courses"):
            if number(one, "id") not in seen:
                seen.add(number(one, "id"))
                yield one
        if page >= (number(child(answer, "meta"), "number_of_pages") or 1):
            return


def course(http: Http, course_id: str) -> Fields:
    """One course with its outline.  Raises Gone when there is none."""
    return _wanted(http, f"{PREFIX}/{course_id}", "course")


def lecture(http: Http, course_id: str, lecture_id: str, *, again: bool = False) -> Fields:
    """All content of a lecture, asked for again with `again`.  Raises Gone when it was deleted."""
    path = f"{PREFIX}/{course_id}/lectures/{lecture_id}"
    return _wanted(http, path, "lecture", again=again)


def video(http: Http, course_id: str, lecture_id: str, attachment_id: str) -> Fields:
    """Stream, poster and state of a video.  Raises Gone when there is none."""
    path = f"{PREFIX}/{course_id}/lectures/{lecture_id}/videos/{attachment_id}"
    return _wanted(http, path, "video")


def _wanted(http: Http, path: str, name: str, *, again: bool = False) -> Fields:
    if again:
        answer = http.get(path, accept=(404,), journal=False)
    else:
        answer = http.get(path, accept=(404,), keep=partial(_holds, name))
    if answer.status == 404:
        raise Gone(path)
    found = child(_object(answer), name)
    if not found:
        raise unreadable(answer.url)
    return found


def _holds(name: str, answer: Answer) -> bool:
    """Whether a resume may use the answer again: anything but the wanted data must be retried."""
    try:
        value = answer.json()
    except RejectedError:
        return answer.status == 404
    return answer.status == 404 or (
        isinstance(value, dict) and bool(child(cast(Fields, value), name))
    )


def _object(answer: Answer) -> Fields:
    """The JSON object of an answer; a web page or a broken off body is worth another try."""
    try:
        value = answer.json()
    except RejectedError as error:
        raise unreadable(answer.url) from error
    if not isinstance(value, dict):
        raise unreadable(answer.url)
    return cast(Fields, value)


def unreadable(where: str) -> TransientError:
    """The error for an answer that isn't the expected data."""
    return TransientError(
        _("Teachable answered with something other than the expected data."),
        _("It usually passes. The import tries again and continues where it stopped."),
        where,
        code="server_error",
    )
