"""Thinkific's GraphQL API: queries within its budget of points, retried when it is used up.

At most 1,000 points a request and 2,000 a minute; each answer says what it cost.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, cast

from courseporter.context import Answer, Context, Http
from courseporter.errors import Phrase, RejectedError, SettingsError, TransientError, _
from courseporter.sources.school.fields import Fields, child, children, number, text
from courseporter.sources.thinkific.rest import unreadable
from courseporter.sources.thinkific.schema import Selection, discover, seen
from courseporter.sources.thinkific.walk import TooCostly, Walk, too_costly

SITE: Final = "graphql"
CEILING: Final = 1000  # points of one request
ROOM: Final = 0.9  # of the ceiling, for costs that are estimated
BATCH: Final = 150  # lessons asked for at once
QUESTIONS: Final = 50
CHOICES: Final = 20
FEW: Final = 10  # questions of a page, where they have many choices
MANY_CHOICES: Final = 250
TRIES: Final = 8
_UNKNOWN = re.compile(r"""(?i)field ['"](\w+)['"] (?:doesn't exist )?on type ['"](\w+)['"]""")
_EXCEEDED = re.compile(r"cost of ([\d.]+)")


def has_token(ctx: Context) -> bool:
    """Whether the connection has an access token for GraphQL."""
    try:
        ctx.http(SITE)
    except SettingsError:
        return False
    return True


class Graph:
    """Asks for lessons in batches that fit into one request."""

    def __init__(
        self, http: Http, course_id: str = "", now: Callable[[], float] = time.time
    ) -> None:
        self._http = http
        self._walk = Walk(self, course_id)
        self._walks = False  # some sites give no content of a lesson that is asked for by its id
        self._now = now
        self._selection: Selection | None = None
        # Points of one lesson, by whether it is a quiz; learned from what the site reports
        self._unit: dict[bool, float] = {False: 2.0, True: 2.0 + QUESTIONS * (1 + CHOICES / 100)}
        self._questions = QUESTIONS

    @property
    def learned(self) -> str:
        """What the planner has learned; the same again gives the same queries after a resume."""
        return (
            f"{self._unit[False]!r} {self._unit[True]!r} {self._questions} {int(self._walks)} "
            f"{self._walk.size}"
        )

    def relearn(self, learned: str) -> None:
        """Continue with what an earlier run had learned."""
        plain, quiz, questions, walks, size = learned.split()
        self._unit = {False: float(plain), True: float(quiz)}
        self._questions = int(questions)
        self._walks, self._walk.size = walks == "1", int(size)

    def lessons(self, ids: Iterable[str], *, quizzes: bool) -> Iterator[tuple[str, Fields]]:
        """Yield id and lesson; an id that the site doesn't know comes with an empty lesson."""
        todo = list(ids)
        while todo and not self._walks:
            batch = todo[: self._size(quizzes=quizzes)]
            try:
                found = self._batch(batch, quizzes=quizzes)
            except TooCostly as error:
                self._learn_refusal(len(batch), error.cost, quizzes=quizzes)
                continue
            except RejectedError as error:
                if self._dropped(error):
                    continue
                if not self._walk.is_possible:
                    raise
                self._walks = True
                break
            yield from ((ref, self._whole(ref, found[ref])) for ref in batch)
            todo = todo[len(batch) :]
        yield from self._walk.lessons(todo)

    def renewed(self, ref: str, field: str) -> str:
        """Return an address of a lesson's content, asked for again; "" when there is none."""
        if self._walks:
            return ""
        query = f'query Again {{ l0: lesson(id: "{_safe(ref)}") {{ {self.fields().lesson()} }} }}'
        try:
            answer = self.ask(query, fresh=True)
        except TooCostly:
            return ""
        return text(child(child(child(answer, "data"), "l0"), "content"), field)

    def _size(self, *, quizzes: bool) -> int:
        return max(1, min(BATCH, int(CEILING * ROOM / self._unit[quizzes])))

    def _batch(self, ids: list[str], *, quizzes: bool) -> dict[str, Fields]:
        fields = self._quiz() if quizzes else self.fields().lesson()
        parts = " ".join(
            f'l{at}: lesson(id: "{_safe(ref)}") {{ {fields} }}' for at, ref in enumerate(ids)
        )
        answer = self.ask(f"query Lessons {{ {parts} }}", cost=len(ids) * self._unit[quizzes])
        cost = number(child(child(answer, "extensions"), "rateLimit"), "cost")
        if cost:
            self._unit[quizzes] = max(1.0, cost / len(ids))
        data = child(answer, "data")
        found = {ref: child(data, f"l{at}") for at, ref in enumerate(ids)}
        missing = [ref for ref in ids if not found[ref]] if children(answer, "errors") else []
        if missing and len(ids) > 1:  # part of an answer may fail in passing
            found |= self._batch(missing, quizzes=quizzes) if len(missing) < len(ids) else {}
        return found

    def _learn_refusal(self, asked: int, cost: float | None, *, quizzes: bool) -> None:
        """Ask for less: fewer lessons, then fewer questions of one lesson."""
        each = (cost or 2 * CEILING) / asked
        self._unit[quizzes] = max(each, self._unit[quizzes] * 1.5)
        if asked == 1:
            if self._questions == 1:
                raise too_costly()
            self._questions = max(1, self._questions // 2)
            self._unit[quizzes] = 1.0

    def _dropped(self, error: RejectedError) -> bool:
        """Ask no more for fields that the site says it doesn't know; whether there were some."""
        unknown = _UNKNOWN.findall(error.message)
        dropped = [self.fields().drop(field, kind) for field, kind in unknown]
        return any(dropped)

    def _whole(self, ref: str, lesson: Fields) -> Fields:
        """Return a quiz with the questions of all its pages; other lessons as they are."""
        nodes, more = _page_of(lesson)
        if any(len(_choices_of(one)) >= CHOICES for one in nodes):  # there may be more of them
            return self._many_choices(ref, lesson)
        while more:
            nodes, more = self._more(ref, nodes, more, self._questions, CHOICES)
        return {**lesson, "questions": nodes}

    def _many_choices(self, ref: str, lesson: Fields) -> Fields:
        nodes, more = self._more(ref, [], "", FEW, MANY_CHOICES)
        while more:
            nodes, more = self._more(ref, nodes, more, FEW, MANY_CHOICES)
        return {**lesson, "questions": nodes}

    def _more(
        self, ref: str, nodes: list[Fields], after: str, first: int, choices: int
    ) -> tuple[list[Fields], str]:
        """Return these questions and those of the next page, and where the page after it begins."""
        fields = self.fields().quiz(first=first, choices=choices, after=_safe(after) or None)
        answer = self.ask(f'query More {{ l0: lesson(id: "{_safe(ref)}") {{ {fields} }} }}')
        found, more = _page_of(child(child(answer, "data"), "l0"))
        return [*nodes, *found], more

    def _quiz(self, after: str | None = None) -> str:
        return self.fields().quiz(first=self._questions, choices=CHOICES, after=after)

    def fields(self) -> Selection:
        """Return what may be asked for at this site, found out with the first question."""
        if self._selection is None:
            try:
                self._selection = discover(lambda query: child(self.ask(query), "data"))
            except TooCostly:
                self._selection = seen()
        return self._selection

    def ask(self, query: str, cost: float = 10.0, *, fresh: bool = False) -> Fields:
        """Return the whole answer.  Raises TooCostly, RejectedError, TransientError, AuthError.

        Waits when the budget is used up; what a query costs next is left for it.  `fresh`: not the
        answer that is kept for a resume.
        """
        for _turn in range(TRIES):
            if fresh:
                answer = self._http.post("", json={"query": query}, repeat=True)
            else:
                answer = self._http.post("", json={"query": query}, repeat=True, keep=_is_good)
            found = _object(answer)
            errors = children(found, "errors")
            codes = {text(child(one, "extensions"), "code") for one in errors}
            limit = child(child(found, "extensions"), "rateLimit")
            if "MAX_QUERY_COST_EXCEEDED" in codes:
                raise TooCostly(_cost_in(errors))
            if "RATE_LIMITED" in codes:
                self._http.pause(max(1.0, self._until_reset(limit)))
                continue
            left = number(limit, "remaining")
            if left is not None and left < cost:
                self._http.pause(max(0.0, self._until_reset(limit)))
            if errors and not child(found, "data"):
                raise _refused(errors, answer.url)
            return found
        raise TransientError(
            _("Thinkific's budget for queries is used up."),
            _("The import continues as soon as the site allows it."),
            code="rate_limited",
        )

    def _until_reset(self, limit: Fields) -> float:
        try:
            moment = datetime.fromisoformat(text(limit, "resetAt"))
        except ValueError:
            return 60.0
        return moment.timestamp() - self._now() + 1.0


def _page_of(lesson: Fields) -> tuple[list[Fields], str]:
    """Return the questions of a lesson, and where the next page begins; "" when there is none."""
    quiz = child(child(lesson, "content"), "quiz")
    questions = child(quiz, "questions")
    page = child(questions, "pageInfo")
    more = text(page, "endCursor") if page.get("hasNextPage") is True else ""
    return children(questions, "nodes") or children(quiz, "questions"), more


def _choices_of(question: Fields) -> list[Fields]:
    return children(child(question, "choices"), "nodes")


def _safe(ref: str) -> str:
    """Return an id that can't end the string it is in."""
    return re.sub(r'["\\\n\r]', "", ref)


def _cost_in(errors: list[Fields]) -> float | None:
    found = _EXCEEDED.search(" ".join(text(one, "message") for one in errors))
    return float(found[1].rstrip(".")) if found else None


def _is_good(answer: Answer) -> bool:
    """Whether a resume may use the answer again."""
    try:
        found = answer.json()
    except RejectedError:
        return False
    if not isinstance(found, Mapping):
        return False
    fields = cast(Fields, found)
    codes = {text(child(one, "extensions"), "code") for one in children(fields, "errors")}
    return bool(child(fields, "data")) and "RATE_LIMITED" not in codes


def _object(answer: Answer) -> Fields:
    try:
        found = answer.json()
    except RejectedError as error:
        raise unreadable(answer) from error
    if not isinstance(found, dict):
        raise unreadable(answer)
    return cast(Fields, found)


def _refused(errors: list[Fields], where: str) -> RejectedError:
    reason: Phrase = text(errors[0], "message")[:200] or _("no reason given")
    return RejectedError(
        _("Thinkific refused a query: {reason}", reason=reason),
        _("Check the access token's permissions in Thinkific."),
        where,
        code="response_invalid",
    )
