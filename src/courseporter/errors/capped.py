"""Many problems of one kind: the first ones are listed, the others are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from courseporter.errors.codes import PROBLEM_CODES
from courseporter.errors.message import _
from courseporter.errors.problem import Problem

LISTED: Final = 100  # problems of one code that are listed one by one


class Capped:
    """Collects problems: at most `limit` of one code; the others of a code become one."""

    def __init__(self, limit: int = LISTED) -> None:
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
