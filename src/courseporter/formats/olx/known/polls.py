"""Polls as questions without a right answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

from lxml import etree

from courseporter.model import Option, Question


def question_of_poll(poll: etree._Element, key: str) -> Question | None:
    """The question; None when the answers have pictures or can't be read."""
    try:
        options = tuple(Option(text=label) for label in _labels(poll.get("answers", "")))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return Question(
        key=key, type="survey", text=poll.get("question", ""), options=options,
        explanation=poll.get("feedback", ""),
    )  # fmt: skip


def _labels(answers: str) -> Iterator[str]:
    """Labels of the answers, whose ids are those that we give.  Raises ValueError."""
    for number, one in enumerate(cast("list[list[object]]", json.loads(answers)), 1):
        name, shown = one
        label = str(cast("dict[str, object]", shown)["label"])
        if name != f"option-{number}":
            raise ValueError(label)
        yield label
