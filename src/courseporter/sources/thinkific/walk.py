"""Lessons of a course read page by page, for sites that give no content of a lesson by its id."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from courseporter.errors import RejectedError, _
from courseporter.sources.school.fields import NOTHING, Fields, child, children, text
from courseporter.sources.thinkific.schema import Selection

SIZE: Final = 20  # lessons of a page
QUESTIONS: Final = 50
CHOICES: Final = 20


class TooCostly(Exception):  # noqa: N818 - the planner asks for less
    """A query costs more than one request may; `cost` when the site says it."""

    def __init__(self, cost: float | None) -> None:
        super().__init__(cost)
        self.cost = cost


def too_costly() -> RejectedError:
    """The error for a lesson that can't be read within the limit of one request."""
    return RejectedError(
        _("Thinkific refuses to read even a single lesson at once."),
        _("Try again later, or import without the access token."),
        code="response_invalid",
    )


class Asks(Protocol):
    """What sends queries within the budget (`graphql.Graph`)."""

    def ask(self, query: str, cost: float = ...) -> Fields:
        """Return the whole answer.  Raises TooCostly, RejectedError, TransientError, AuthError."""
        ...

    def fields(self) -> Selection:
        """Return what may be asked for."""
        ...


class Walk:
    """Reads the chapters of a course one after the other, `size` lessons at a time."""

    def __init__(self, graph: Asks, course_id: str) -> None:
        self._graph = graph
        self._course_id = course_id
        self.size = SIZE
        self._found: dict[str, Fields] = {}
        self._pages: Iterator[None] | None = None

    @property
    def is_possible(self) -> bool:
        """Whether the course is known that the lessons belong to."""
        return bool(self._course_id)

    def lessons(self, ids: Sequence[str]) -> Iterator[tuple[str, Fields]]:
        """Yield id and lesson; an id that the course doesn't have comes with an empty lesson."""
        for ref in ids:
            if self._pages is None:
                self._pages = self._read()
            while ref not in self._found and next(self._pages, self) is None:
                pass
            yield ref, self._found.pop(ref, {})

    def _read(self) -> Iterator[None]:
        """Put page after page into `_found`."""
        chapter, lesson, more = "", "", True
        while more:
            chapters = self._page(chapter, lesson)
            node = next(iter(children(chapters, "nodes")), NOTHING)
            lessons = child(node, "lessons")
            for one in children(lessons, "nodes"):
                quiz = child(child(one, "content"), "quiz")
                nodes = children(child(quiz, "questions"), "nodes") or children(quiz, "questions")
                self._found[text(one, "id")] = {**one, "questions": nodes}
            yield
            page = child(lessons, "pageInfo")
            lesson = text(page, "endCursor") if page.get("hasNextPage") is True else ""
            if not lesson:
                page = child(chapters, "pageInfo")
                chapter = text(page, "endCursor")
                more = page.get("hasNextPage") is True and bool(chapter)

    def _page(self, chapter: str, lesson: str) -> Fields:
        while True:
            inner = self._graph.fields().whole(first=QUESTIONS, choices=CHOICES)
            query = (
                f'query Walk {{ course(id: "{_safe(self._course_id)}") {{ curriculum {{ '
                f"chapters(first: 1{_after(chapter)}) {{ nodes {{ id "
                f"lessons(first: {self.size}{_after(lesson)}) {{ nodes {{ {inner} }} "
                "pageInfo { endCursor hasNextPage } } } "
                "pageInfo { endCursor hasNextPage } } } } }"
            )
            try:
                answer = self._graph.ask(query, cost=13.0 * self.size)
            except TooCostly as error:
                if self.size == 1:
                    raise too_costly() from error
                self.size = max(1, self.size // 2)
                continue
            course = child(child(answer, "data"), "course")
            return child(child(course, "curriculum"), "chapters")


def _after(cursor: str) -> str:
    return f', after: "{_safe(cursor)}"' if cursor else ""


def _safe(ref: str) -> str:
    """Return an id that can't end the string it is in."""
    return re.sub(r'["\\\n\r]', "", ref)
