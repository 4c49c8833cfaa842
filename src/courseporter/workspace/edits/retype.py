"""A question as one of another type: what it has in common with it stays, the rest is said."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from courseporter.errors import Message, _, ngettext
from courseporter.model import Option, Question, QuestionType

CHOICES: Final = frozenset(("single_choice", "multiple_choice", "true_false", "dropdown"))
LISTS: Final = CHOICES | {"survey", "ordering", "matching"}
ONE_RIGHT: Final = frozenset(("single_choice", "true_false", "dropdown"))
GAP: Final = "___"


def retyped(question: Question, kind: QuestionType) -> tuple[Question, list[Message]]:
    """The question as one of this type, and what that costs."""
    if kind == question.type:
        return question, []
    messages: list[Message] = []
    plain = replace(
        question, type=kind, options=(), answers=(), gaps=(), tolerance="", pattern=False,
        case_sensitive=False, partial_credit=False, shuffle=False,
    )  # fmt: skip
    if kind in LISTS:
        options = _options(question, kind, messages)
        shuffle = question.shuffle and kind in CHOICES
        partial = question.partial_credit and kind == "multiple_choice"
        return replace(plain, options=options, shuffle=shuffle, partial_credit=partial), messages
    answers = _answers(question)
    if kind == "essay":
        if answers:
            messages.append(_("An essay has no right answer; the answers were removed."))
        return plain, messages
    lost = len(question.options) - len(answers) if question.options else 0
    if lost > 0:
        messages.append(
            ngettext(
                "{count} wrong choice was removed.", "{count} wrong choices were removed.", lost
            )
        )
    if kind == "numerical":
        return replace(plain, answers=_numbers(answers, messages)), messages
    if kind == "fill_in":
        text = question.text if GAP in question.text else f"{question.text} {GAP}"
        more = text.count(GAP) - 1
        return replace(plain, text=text, gaps=(answers, *((),) * more)), messages
    return replace(plain, answers=answers), messages


def _answers(question: Question) -> tuple[str, ...]:
    """The right answers as texts."""
    if question.type in CHOICES:
        return tuple(one.text for one in question.options if one.correct)
    if question.type == "fill_in":
        return question.gaps[0] if question.gaps else ()
    return question.answers


def _options(question: Question, kind: QuestionType, messages: list[Message]) -> tuple[Option, ...]:
    options = question.options or tuple(
        Option(text=text, correct=True) for text in _answers(question)
    )
    if kind in ("survey", "ordering"):
        if any(one.correct for one in options):
            messages.append(_("The choices are no longer marked as right or wrong."))
        return tuple(replace(one, correct=False, match="") for one in options)
    if kind == "matching":
        return tuple(replace(one, correct=False) for one in options)
    options = tuple(replace(one, match="") for one in options)
    if kind == "true_false" and len(options) != 2:
        if options:
            messages.append(_("The choices were replaced by True and False."))
        return (Option(text="True", correct=True), Option(text="False"))
    return _one_right(options, messages) if kind in ONE_RIGHT else options


def _one_right(options: tuple[Option, ...], messages: list[Message]) -> tuple[Option, ...]:
    right = next((n for n, one in enumerate(options) if one.correct), None)
    if sum(one.correct for one in options) > 1:
        messages.append(_("Only the first right choice is still marked as right."))
    return tuple(replace(one, correct=n == right) for n, one in enumerate(options))


def _numbers(answers: tuple[str, ...], messages: list[Message]) -> tuple[str, ...]:
    kept = tuple(one for one in answers if _is_number(one))
    if len(kept) < len(answers):
        messages.append(_("Answers that aren't numbers were removed."))
    return kept


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
