"""Makes the problems of OLX courses, in drafts and in packages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import cast

from courseporter.errors import PROBLEM_CODES, Message, Phrase, Problem, Severity, _
from courseporter.formats.olx.package.block_sentences import BLOCK_SENTENCES
from courseporter.formats.olx.package.course_sentences import COURSE_SENTENCES

MAX_SINGLE = 100  # problems of one code that are listed one by one; the others are counted
MAX_SHOWN = 80  # characters of a title in a sentence
SENTENCES = BLOCK_SENTENCES | COURSE_SENTENCES


def problem(
    code: str,
    what: str = "",
    detail: Phrase = "",
    *,
    key: str | None = None,
    where: str | None = None,
    fix: str | None = None,
    count: int = 1,
) -> Problem:
    """A problem with the usual severity of its code; `what` is the block's title, `detail` what was
    found.
    """
    message, hint = SENTENCES[code]
    if len(what) > MAX_SHOWN:
        what = what[: MAX_SHOWN - 1] + "…"
    return Problem(
        code=code,
        severity=cast("Severity", PROBLEM_CODES[code].severity),
        message=Message(message.template, {"what": what, "detail": detail}),
        where=where,
        hint=hint,
        key=key,
        fix=fix,
        count=count,
    )


class Capped:
    """Collects problems: at most `limit` of one code; the others of a code become one."""

    def __init__(self, limit: int = MAX_SINGLE) -> None:
        self._limit = limit
        self._single: list[Problem] = []
        self._counts: Counter[str] = Counter()
        self._last: dict[str, Problem] = {}

    def add(self, problems: Iterable[Problem]) -> None:
        """Take problems, in the order in which they are listed."""
        for one in problems:
            self._counts[one.code] += 1
            if self._counts[one.code] <= self._limit:
                self._single.append(one)
            else:
                self._last[one.code] = one

    def problems(self) -> list[Problem]:
        """What was collected so far: those that are listed one by one, then the counts."""
        return [*self._single, *map(self._others, self._last.values())]

    def _others(self, last: Problem) -> Problem:
        more = self._counts[last.code] - self._limit
        return Problem(
            code=last.code,
            severity=last.severity,
            message=_(
                "{meaning} ({more:,} more)", meaning=PROBLEM_CODES[last.code].meaning, more=more
            ),
            hint=last.hint,
            count=more,
            key=last.key,
        )
