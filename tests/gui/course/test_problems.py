"""The panel of notes."""

from __future__ import annotations

import pytest

from courseporter.api.values import ProblemRow
from courseporter.gui.course.problem_words import heading


def of(*severities):
    """Notes of these severities."""
    return tuple(
        ProblemRow(
            id=number, code="row_value", severity=severity, message="m", where=None, hint=None,
            count=1, key=None, fix=None,
        )
        for number, severity in enumerate(severities)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("severities", "said"),
    [
        ((), "No problems"),
        (("info", "info"), "2 problems"),
        (("warning",), "1 warning"),
        (("error",), "1 error"),
        (("warning", "warning", "warning"), "3 warnings"),
        (("error", "warning", "info", "info"), "4 problems: 1 error, 1 warning"),
    ],
)
def test_the_heading_counts_and_says_how_grave(severities, said):
    assert heading(of(*severities)) == said
