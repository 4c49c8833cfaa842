"""Grade an answer the way Open edX does: what capa says to the problem that is written for it.

Checked against xmodule/capa/responsetypes.py: ChoiceResponse, MultipleChoiceResponse,
OptionResponse, StringResponse, NumericalResponse, and compare_with_tolerance of capa/util.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from sys import float_info
from typing import Final, NamedTuple

from courseporter.formats.olx.answers import accepted, number_form, pattern, tolerance_form
from courseporter.formats.olx.arithmetic import value_of
from courseporter.formats.olx.rows import entry_text, mixed
from courseporter.formats.olx.unfit import unfit
from courseporter.model import Question

DEFAULT_TOLERANCE: Final = 0.00001  # of the larger of the two numbers: 0.001%


class Given(NamedTuple):
    """What a learner answered: the chosen options by position, or a text per field."""

    chosen: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()


class Graded(NamedTuple):
    """A result: the share of the points from 0 to 1, right or wrong per field, and the feedback
    of the options that were chosen.
    """

    score: float
    parts: tuple[bool, ...] = ()
    feedback: tuple[str, ...] = ()


def grade(question: Question, given: Given) -> Graded | None:
    """Return the result; None for a question that isn't graded by the platform."""
    judge = _JUDGES.get(question.type)
    if judge is None or unfit(question) is not None:
        return None
    return judge(question, given)


def offered(question: Question) -> tuple[str, ...]:
    """The entries of each list of a matching or ordering question, as learners see them."""
    matching = question.type == "matching"
    texts = (option.match if matching else option.text for option in question.options)
    return tuple(mixed((entry_text(text, question) for text in texts), question.key))


def expected(question: Question) -> tuple[str, ...]:
    """The right entry per list of a matching or ordering question."""
    if question.type == "matching":
        rows = [option.match for option in question.options if option.text.strip()]
    else:
        rows = [option.text for option in question.options]
    return tuple(entry_text(text, question) for text in rows)


def right_answer(question: Question) -> Given:
    """An answer that gets all points; an empty one where there is none."""
    match question.type:
        case "single_choice" | "true_false" | "dropdown":
            return Given(chosen=_right(question)[:1])
        case "multiple_choice":
            return Given(chosen=_right(question))
        case "matching" | "ordering":
            return Given(texts=expected(question))
        case "fill_in":
            return Given(texts=tuple((accepted(gap) or [""])[0] for gap in question.gaps))
        case "numerical":
            return Given(texts=(_number_shown(question),))
        case "short_text":
            return Given(texts=tuple(accepted(question.answers)[:1]))
        case _:
            return Given()


def _one(question: Question, given: Given) -> Graded:
    right = bool(given.chosen) and question.options[given.chosen[0]].correct
    return Graded(float(right), (right,), _feedback(question, given))


def _several(question: Question, given: Given) -> Graded:
    parts = tuple(
        option.correct == (place in given.chosen) for place, option in enumerate(question.options)
    )
    score = float(all(parts))
    if question.partial_credit and given.chosen:
        score = sum(parts) / len(parts)
    return Graded(score, parts, _feedback(question, given))


def _lists(question: Question, given: Given) -> Graded:
    right = expected(question)
    texts = _padded(given.texts, len(right))
    parts = tuple(one == wanted for one, wanted in zip(texts, right, strict=True))
    return Graded(sum(parts) / len(parts), parts)


def _short_text(question: Question, given: Given) -> Graded:
    right = _line_matches(question, question.answers, _padded(given.texts, 1)[0])
    return Graded(float(right), (right,))


def _fill_in(question: Question, given: Given) -> Graded:
    texts = _padded(given.texts, len(question.gaps))
    parts = tuple(
        _line_matches(question, gap, text) for gap, text in zip(question.gaps, texts, strict=True)
    )
    return Graded(sum(parts) / len(parts), parts)


def _numerical(question: Question, given: Given) -> Graded:
    number = value_of(_padded(given.texts, 1)[0])
    right = number is not None and _number_matches(question, number)
    return Graded(float(right), (right,))


def _line_matches(question: Question, answers: tuple[str, ...], given: str) -> bool:
    given = given.strip()
    if not given:
        return False
    kept = accepted(answers)
    if question.pattern:
        whole = pattern(question, kept) or ""
        flags = re.UNICODE if question.case_sensitive else re.UNICODE | re.IGNORECASE
        return re.search(f"^{whole}$", given, flags) is not None
    if question.case_sensitive:
        return given in kept
    return given.lower() in [one.lower() for one in kept]


def _number_matches(question: Question, number: float) -> bool:
    first, *others = (number_form(answer) or "" for answer in question.answers)
    if first[:1] in "[(":
        matches = _in_interval(first, number)
    else:
        matches = _close(number, float(first), tolerance_form(question.tolerance) or "")
    return matches or any(number == float(one) for one in others)


def _in_interval(interval: str, number: float) -> bool:
    low, high = (float(part) for part in interval[1:-1].split(","))
    for bound, inside in ((low, interval[0] == "["), (high, interval[-1] == "]")):
        if _within(number, bound, float_info.epsilon * max(abs(number), abs(bound))):
            return inside
    return low < number < high


def _close(number: float, right: float, tolerance: str) -> bool:
    if not tolerance or tolerance == "0.001%":
        return _within(number, right, DEFAULT_TOLERANCE * max(abs(number), abs(right)))
    if tolerance.endswith("%"):
        return _within(number, right, float(tolerance[:-1]) * 0.01 * abs(right))
    return _within(number, right, float(tolerance))


def _within(number: float, right: float, margin: float) -> bool:
    return abs(Decimal(str(number)) - Decimal(str(right))) <= Decimal(str(margin))


def _number_shown(question: Question) -> str:
    first = number_form(question.answers[0]) if question.answers else None
    if not first or first[:1] not in "[(":
        return first or ""
    low, high = (float(part) for part in first[1:-1].split(","))
    return repr((low + high) / 2)


def _right(question: Question) -> tuple[int, ...]:
    return tuple(place for place, option in enumerate(question.options) if option.correct)


def _feedback(question: Question, given: Given) -> tuple[str, ...]:
    texts = (question.options[place].feedback for place in given.chosen)
    return tuple(text for text in texts if text)


def _padded(texts: Sequence[str], length: int) -> tuple[str, ...]:
    return (*texts, *[""] * length)[:length]


_JUDGES: Final[dict[str, Callable[[Question, Given], Graded]]] = {
    "single_choice": _one,
    "true_false": _one,
    "dropdown": _one,
    "multiple_choice": _several,
    "matching": _lists,
    "ordering": _lists,
    "short_text": _short_text,
    "fill_in": _fill_in,
    "numerical": _numerical,
}
