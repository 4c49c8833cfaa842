"""Thinkific's REST API v1: which requests there are, and what their answers hold.

Collections come in pages of at most 250 items, whatever is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from courseporter.context import Answer, Http
from courseporter.errors import RejectedError, TransientError, _
from courseporter.sources.school.fields import NOTHING, Fields, child, children, number, text

PER_PAGE = 250
MAX_PAGES = 1000


class Gone(Exception):  # noqa: N818 - it isn't an error of the import
    """The site no longer has this course or instructor."""


def courses(http: Http) -> Iterator[Fields]:
    """Yield every course of the site."""
    yield from _pages(http, "/courses")


def course(http: Http, course_id: str) -> Fields:
    """Return one course.  Raises Gone when there is none."""
    return _one(http, f"/courses/{course_id}")


def instructor(http: Http, instructor_id: str) -> Fields:
    """Return one instructor.  Raises Gone when there is none."""
    return _one(http, f"/instructors/{instructor_id}")


def chapters(http: Http, course_id: str) -> list[Fields]:
    """Return all chapters of a course."""
    return list(_pages(http, f"/courses/{course_id}/chapters"))


def contents(http: Http, chapter_id: str) -> list[Fields]:
    """Return all contents of a chapter."""
    return list(_pages(http, f"/chapters/{chapter_id}/contents"))


def products(http: Http) -> Iterator[Fields]:
    """Yield every product: only they know whether a course is published."""
    yield from _pages(http, "/products")


def bundled(http: Http, bundle_id: str) -> list[Fields]:
    """Return the courses of a bundle."""
    return list(_pages(http, f"/bundles/{bundle_id}/courses"))


def _pages(http: Http, path: str) -> Iterator[Fields]:
    """Yield the items of all pages; an item that two pages repeat comes once."""
    seen: set[str] = set()
    page: int | None = 1
    for _turn in range(MAX_PAGES):
        params = {"page": str(page), "limit": str(PER_PAGE)}
        answer = http.get(path, params=params, accept=(404,), keep=_is_page)
        if answer.status == 404:
            return
        found = _object(answer)
        if not isinstance(found.get("items"), list):
            raise unreadable(answer)
        for one in children(found, "items"):
            if text(one, "id") not in seen:
                seen.add(text(one, "id"))
                yield one
        page = number(child(child(found, "meta"), "pagination"), "next_page")
        if page is None:
            return


def _one(http: Http, path: str) -> Fields:
    answer = http.get(path, accept=(404,), keep=_is_one)
    if answer.status == 404:
        raise Gone(path)
    found = _object(answer)
    if not text(found, "id"):
        raise unreadable(answer)
    return found


def _is_page(answer: Answer) -> bool:
    """Whether a resume may use the answer again: anything but the wanted data must be retried."""
    return answer.status == 404 or isinstance(_fields(answer).get("items"), list)


def _is_one(answer: Answer) -> bool:
    """As `_is_page`, for a single item."""
    return answer.status == 404 or bool(text(_fields(answer), "id"))


def _fields(answer: Answer) -> Fields:
    try:
        value = answer.json()
    except RejectedError:
        return NOTHING
    return cast(Fields, value) if isinstance(value, dict) else NOTHING


def _object(answer: Answer) -> Fields:
    """Return the JSON object of an answer; anything else is worth another try."""
    try:
        value = answer.json()
    except RejectedError as error:
        raise unreadable(answer) from error
    if not isinstance(value, dict):
        raise unreadable(answer)
    return cast(Fields, value)


def unreadable(answer: Answer) -> TransientError:
    """The error for an answer that isn't the expected data."""
    return TransientError(
        _("Thinkific answered with something other than the expected data."),
        _("It usually passes. The import tries again and continues where it stopped."),
        answer.url,
        code="server_error",
    )
