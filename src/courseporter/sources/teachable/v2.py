"""The newer API (beta): its answers in the shape of v1, with what only it knows (TEACHABLE.md 4).

It adds explanations, matching and text questions, alternative texts, and free previews.  Schools
that don't have it answer 403 or 404.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import cast

from courseporter.context import Answer, Http
from courseporter.errors import RejectedError
from courseporter.sources.school.fields import (
    NOTHING,
    Fields,
    child,
    children,
    in_order,
    number,
    text,
    texts,
)
from courseporter.sources.teachable.v1 import Gone, unreadable

PER_PAGE = 100
MAX_PAGES = 1000
PREFIX = "/v2/products/courses"
VERSION = "v2"


class Newer:
    """The API of one school; the outline of a course names its lectures, so it is kept."""

    def __init__(self) -> None:
        self._lectures: dict[str, Fields] = {}

    def courses(self, http: Http) -> Iterator[Fields]:
        """Every course of the school."""
        for one in _pages(http, PREFIX):
            yield _course(one)

    def course(self, http: Http, course_id: str) -> Fields:
        """One course with its outline.  Raises Gone when there is none."""
        found = _one(http, f"{PREFIX}/{course_id}")
        sections = list(_pages(http, f"{PREFIX}/{course_id}/sections"))
        lectures = list(_pages(http, f"{PREFIX}/{course_id}/lectures"))
        self._lectures = {text(one, "id"): one for one in lectures}
        inside: dict[str, list[Fields]] = {}
        for one in lectures:
            inside.setdefault(text(child(one, "section"), "id"), []).append(one)
        outline = [{**one, "lectures": inside.get(text(one, "id"), [])} for one in sections]
        return {**_course(found), "lecture_sections": outline}

    def lecture(
        self, http: Http, course_id: str, lecture_id: str, *, again: bool = False
    ) -> Fields:
        """All content of a lecture, asked for again with `again`.  Raises Gone."""
        path = f"{PREFIX}/{course_id}/lectures/{lecture_id}"
        attachments = list(_pages(http, f"{path}/attachments", again=again, need=True))
        quizzes = [] if again else list(_pages(http, f"{path}/quizzes"))
        last = max([number(one, "position") or 0 for one in attachments], default=0)
        known = {text(one, "id") for one in attachments}
        for at, quiz in enumerate(quizzes, last + 1):
            ref = text(quiz, "id")
            body = _quiz(_one(http, f"{path}/quizzes/{ref}"))
            if ref in known:
                attachments = [
                    {**one, "quiz": body} if text(one, "id") == ref else one for one in attachments
                ]
            else:
                attachments.append({"id": ref, "kind": "quiz", "position": at, "quiz": body})
        name = text(self._lectures.get(lecture_id, NOTHING), "name")
        about = text(self._lectures.get(lecture_id, NOTHING), "description")
        return {"id": lecture_id, "name": name, "description": about, "attachments": attachments}

    def video(self, http: Http, course_id: str, lecture_id: str, attachment_id: str) -> Fields:
        """Stream, poster and state of a video.  Raises Gone when there is none."""
        return _one(http, f"{PREFIX}/{course_id}/lectures/{lecture_id}/videos/{attachment_id}")


def _course(one: Fields) -> Fields:
    """A course as v1 names its fields: what v2 calls description is the subtitle."""
    return {**one, "heading": one.get("description"), "description": None}


def _quiz(quiz: Fields) -> Fields:
    return {"id": quiz.get("id"), "questions": list(map(_question, children(quiz, "questions")))}


def _question(one: Fields) -> Fields:
    answers = in_order(children(one, "answers"), lambda answer: number(answer, "position"))
    right = set(texts(one, "correct_answer_id"))
    feedback = child(one, "feedback")
    words = [text(feedback, "correct"), text(feedback, "incorrect")]
    return {
        **one,
        "answers": [text(answer, "text") for answer in answers],
        "matches": [text(answer, "match") for answer in answers],
        "correct_answers": [text(each, "text") for each in answers if text(each, "id") in right],
        "explanation": "\n".join(dict.fromkeys(word for word in words if word)),
    }


def _pages(http: Http, path: str, *, again: bool = False, need: bool = False) -> Iterator[Fields]:
    """Yield the items of all pages.  Raises Gone for nothing there, when it is needed."""
    seen: set[str] = set()
    for page in range(1, MAX_PAGES + 1):
        found = _page(http, path, page, again=again)
        if found is None:
            if need:
                raise Gone(path)
            return
        for one in children(found, "data"):
            if text(one, "id") not in seen:
                seen.add(text(one, "id"))
                yield one
        if page >= (number(child(found, "meta"), "total_pages") or 1):
            return


def _page(http: Http, path: str, page: int, *, again: bool) -> Fields | None:
    """Return one page; None where there is nothing."""
    params = {"page": str(page), "per_page": str(PER_PAGE)}
    if again:
        answer = http.get(path, params=params, accept=(404,), journal=False)
    else:
        answer = http.get(path, params=params, accept=(404,), keep=partial(_holds, list))
    if answer.status == 404:
        return None
    found = _fields(answer)
    if not isinstance(found.get("data"), list):
        raise unreadable(answer.url)
    return found


def _one(http: Http, path: str) -> Fields:
    answer = http.get(path, accept=(404,), keep=partial(_holds, dict))
    if answer.status == 404:
        raise Gone(path)
    found = child(_fields(answer), "data")
    if not found:
        raise unreadable(answer.url)
    return found


def _holds(kind: type, answer: Answer) -> bool:
    return answer.status == 404 or isinstance(_fields(answer).get("data"), kind)


def _fields(answer: Answer) -> Fields:
    try:
        value = answer.json()
    except RejectedError:
        return NOTHING
    return cast(Fields, value) if isinstance(value, dict) else NOTHING
