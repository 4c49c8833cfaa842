"""Questions that cannot be graded are seen before they are written."""

from __future__ import annotations

from typing import Any

import pytest

from courseporter.formats.olx import unfit
from courseporter.model import Option, Question

RIGHT, WRONG = Option(text="a", correct=True), Option(text="b")


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        ("single_choice", {}, "no options"),
        ("single_choice", {"options": (WRONG,)}, "no option is marked"),
        ("multiple_choice", {"options": (WRONG,)}, "no option is marked"),
        ("dropdown", {"options": (RIGHT, RIGHT)}, "only one correct"),
        ("dropdown", {"options": (RIGHT, Option(text=" "))}, "no text"),
        ("dropdown", {"options": (RIGHT, Option(text="<img>")), "markup": "html"}, "no text"),
        ("short_text", {"answers": (" ",)}, "no accepted answer"),
        ("short_text", {"answers": ("(",), "pattern": True}, "regular expression"),
        ("numerical", {}, "no answer"),
        ("numerical", {"answers": ("3,14",)}, "3,14"),
        ("numerical", {"answers": ("nan",)}, "nan"),
        ("numerical", {"answers": ("[2,1]",)}, "a number"),
        ("numerical", {"answers": ("(1,1)",)}, "a number"),
        ("numerical", {"answers": ("3",), "tolerance": "much"}, "tolerance"),
        ("numerical", {"answers": ("3", "[1,2]")}, "first answer"),
        ("fill_in", {"text": "___"}, "no gaps"),
        ("fill_in", {"text": "___ ___", "gaps": (("a",),)}, "2 gaps"),
        ("fill_in", {"text": "___", "gaps": ((" ",),)}, "no accepted answer"),
        ("matching", {"options": (Option(text="a"),)}, "no text"),
        ("matching", {"options": (Option(text="", match="x"),)}, "no pairs"),
        ("ordering", {}, "no items"),
        ("survey", {}, "no options"),
    ],
)
def test_says_why_a_question_cannot_be_graded(
    kind: Any, fields: dict[str, Any], reason: str
) -> None:
    found = unfit(Question(**{"key": "q", "type": kind, "text": "T", **fields}))
    assert found is not None
    assert reason in str(found)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("single_choice", {"options": (RIGHT, RIGHT, WRONG)}),
        ("essay", {}),
        ("numerical", {"answers": ("-6.02e23",), "tolerance": "1 %"}),
        ("numerical", {"answers": ("(10, 20]",)}),
        ("fill_in", {"text": "no gap shown", "gaps": (("a",),)}),
        ("fill_in", {"text": "a < ___", "gaps": (("a",),)}),
        ("short_text", {"answers": ("(",)}),
        ("matching", {"options": (Option(text="a", match="1"), Option(text="", match="2"))}),
    ],
)
def test_lets_a_good_question_pass(kind: Any, fields: dict[str, Any]) -> None:
    assert unfit(Question(**{"key": "q", "type": kind, "text": "T", **fields})) is None
