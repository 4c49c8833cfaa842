"""A problem: something about the material that the user should know, as a value."""

from __future__ import annotations

from typing import Literal

import msgspec

from courseporter.errors.message import Phrase

Severity = Literal["info", "warning", "error"]


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One sentence about the material, as data: `str(problem.message)` renders it.

    `code` is a row of `PROBLEM_CODES`; `where` is for people (file, line, element), `key` is the
    outline key the window jumps to, `fix` names an automatic repair (docs/reference/problems.md),
    `count` says how many times it happened.
    """

    code: str
    severity: Severity
    message: Phrase
    where: Phrase | None = None
    hint: Phrase | None = None
    count: int = 1
    key: str | None = None
    fix: str | None = None


def place_of(one: Problem) -> str | None:
    """Where a problem is: its place in the source, else the key of its place in the course."""
    return str(one.where) if one.where else one.key
