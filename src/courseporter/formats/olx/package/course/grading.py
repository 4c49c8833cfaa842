"""grading_policy.json: types that lessons are graded as, and what makes the grader fail
(xmodule/graders.py, `grader_from_conf`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from courseporter.errors import Problem
from courseporter.formats.olx.package.course.settings import policy_path
from courseporter.formats.olx.package.index import Index
from courseporter.formats.olx.package.json_files import read_json
from courseporter.formats.olx.package.problems import problem

_DEFAULT_TYPES = frozenset(("Homework", "Lab", "Midterm Exam", "Final Exam"))
_NEEDED = ("type", "min_count", "drop_count")


def grading_problems(index: Index, used: set[str]) -> Iterator[Problem]:
    """`used` are the types that lessons are graded as."""
    path = policy_path(index, "grading_policy.json")
    known: frozenset[str] = _DEFAULT_TYPES
    if path is None:
        yield problem("grading_missing")
    else:
        read = read_json(index.policies[path], path)
        graders = _graders(read.value)
        if read.fault == "byte_order_mark":
            yield problem("byte_order_mark", detail=path, where=path)
        elif graders is None:
            yield problem("policy_unreadable", detail=path, where=path)
        else:
            yield from _grader_problems(graders, path)
            known = frozenset(str(grader.get("type")) for grader in graders)
    for name in sorted(used - known):
        yield problem("grading_format", detail=name)


def _graders(value: object) -> list[dict[str, object]] | None:
    """None when the platform takes its own; an absent GRADER does the same."""
    if not isinstance(value, dict):
        return None
    found = cast("dict[str, object]", value).get("GRADER")
    if not isinstance(found, list):
        return None
    graders = cast("list[object]", found)
    return [cast("dict[str, object]", one) if isinstance(one, dict) else {} for one in graders]


def _grader_problems(graders: list[dict[str, object]], path: str) -> Iterator[Problem]:
    total = 0.0
    for number, grader in enumerate(graders, 1):
        name = grader.get("type") or number
        single = "name" in grader and "min_count" not in grader  # one lesson by its name
        missing = [field for field in _NEEDED if field not in grader]
        if missing and not (single and "type" in grader):
            yield problem("grader_incomplete", detail=f"{name}: {', '.join(missing)}", where=path)
        for field in ("weight", "min_count", "drop_count"):
            value = grader.get(field, 0)
            if isinstance(value, bool) or not isinstance(value, int | float):
                shown = f"{name}: {field} = {value!r}"
                yield problem("grader_incomplete", detail=shown[:80], where=path)
            elif field == "weight":
                total += value
    if abs(total - 1) > 0.001:
        yield problem("grading_weights", detail=f"{total:g}", where=path)
