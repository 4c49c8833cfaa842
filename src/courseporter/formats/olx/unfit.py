"""Why a question can't be graded as it is.  Such a question is written as text to read, never as a
broken problem.
"""

from __future__ import annotations

from collections.abc import Callable

from courseporter.errors import Message, _
from courseporter.formats.html import to_xml
from courseporter.formats.olx.answers import (
    accepted,
    count_gaps,
    number_form,
    pattern,
    tolerance_form,
)
from courseporter.formats.olx.rows import entry_text
from courseporter.model import Question


def unfit(question: Question) -> Message | None:
    """Return the reason as the end of a sentence ("… because no option is marked as correct"), or
    None.
    """
    check = _CHECKS.get(question.type)
    return check(question) if check else None


def _one(question: Question) -> Message | None:
    if not question.options:
        return _("it has no options")
    return None if any(option.correct for option in question.options) else _NOTHING_RIGHT


_NOTHING_RIGHT = _("no option is marked as correct")


def _dropdown(question: Question) -> Message | None:
    if reason := _one(question):
        return reason
    if sum(option.correct for option in question.options) > 1:
        return _("a dropdown can have only one correct option")
    return _entries([option.text for option in question.options], question)


def _entries(texts: list[str], question: Question) -> Message | None:
    for text in texts:
        if not entry_text(text, question):
            return _("an entry of its list has no text")
    return None


def _matching(question: Question) -> Message | None:
    pairs = [option for option in question.options if option.text.strip()]
    if not pairs:
        return _("it has no pairs")
    return _entries([option.match for option in question.options], question)


def _ordering(question: Question) -> Message | None:
    if not question.options:
        return _("it has no items")
    return _entries([option.text for option in question.options], question)


def _short_text(question: Question) -> Message | None:
    return _line(question, question.answers)


def _line(question: Question, answers: tuple[str, ...]) -> Message | None:
    kept = accepted(answers)
    if not kept:
        return _("it has no accepted answer")
    if question.pattern and pattern(question, kept) is None:
        return _("its pattern isn't a valid regular expression")
    return None


def _fill_in(question: Question) -> Message | None:
    if not question.gaps:
        return _("it has no gaps")
    text = question.text if question.markup == "text" else to_xml(question.text)
    shown = count_gaps(text.replace("<", "&lt;")) if question.markup == "text" else count_gaps(text)
    if shown not in {0, len(question.gaps)}:
        return _(
            "its text has {shown} gaps, but there are answers for {given}",
            shown=shown,
            given=len(question.gaps),
        )
    return next((reason for gap in question.gaps if (reason := _line(question, gap))), None)


def _numerical(question: Question) -> Message | None:
    if not question.answers:
        return _("it has no answer")
    for answer in question.answers:
        if number_form(answer) is None:
            return _("its answer “{answer}” isn't a number", answer=answer.strip()[:40])
    if any(answer.strip()[:1] in "[(" for answer in question.answers[1:]):
        return _("only its first answer can be an interval")
    if tolerance_form(question.tolerance) is None:
        return _("its tolerance “{value}” isn't a number", value=question.tolerance.strip()[:40])
    return None


def _survey(question: Question) -> Message | None:
    return None if question.options else _("it has no options")


_CHECKS: dict[str, Callable[[Question], Message | None]] = {
    "single_choice": _one,
    "true_false": _one,
    "multiple_choice": _one,
    "dropdown": _dropdown,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "fill_in": _fill_in,
    "numerical": _numerical,
    "survey": _survey,
}
