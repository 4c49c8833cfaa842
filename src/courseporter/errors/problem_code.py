"""A row of the table of problem codes."""

from __future__ import annotations

from typing import NamedTuple


class ProblemCode(NamedTuple):
    """What a problem's code means; the severity is the usual one."""

    meaning: str
    severity: str
