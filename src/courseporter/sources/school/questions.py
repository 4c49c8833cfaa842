"""Quiz questions whose right answers are named by their texts (TEACHABLE.md 3.1 and 5.6)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from courseporter.errors import Message, _
from courseporter.model import Markup, Option, Question, QuestionType

_TAG = re.compile(r"<[a-zA-Z/][^>]*>")
_ENTITY = re.compile(r"&(?:[a-zA-Z]+|#\d+|#[xX][0-9a-fA-F]+);")


class Asked(NamedTuple):
    """A question, and what could not be kept of it: reasons for the ledger."""

    question: Question
    losses: tuple[Message, ...] = ()


def markup_of(*parts: str) -> Markup:
    """Whether any of these texts is written in HTML."""
    return "html" if any(_TAG.search(one) or _ENTITY.search(one) for one in parts) else "text"


def choice_question(
    key: str, text: str, answers: Sequence[str], right: Sequence[str], *, several: bool
) -> Asked:
    """A question with choices; `right` repeats the texts of the right ones.

    Texts are compared as written, then without differences of case, blanks and composed letters.
    Choices that read the same are one: nobody could tell which of them is meant.  A right answer
    that is none of the choices leaves the question without a grade when no other is right.
    """
    losses: list[Message] = []
    options, marked = _options(answers, right, losses)
    losses += (
        _("The right answer “{answer}” isn't one of the choices.", answer=missing[:80])
        for missing in right
        if not _names(missing, marked)
    )
    kind: QuestionType = "multiple_choice" if several else "single_choice"
    if not marked:
        kind = "survey"
        losses.append(_("No choice is marked as right, so the question isn't graded."))
    question = Question(
        key=key,
        type=kind,
        text=text,
        markup=markup_of(text, *answers),
        options=options,
    )
    return Asked(question, tuple(losses))


def _options(
    answers: Sequence[str], right: Sequence[str], losses: list[Message]
) -> tuple[tuple[Option, ...], set[str]]:
    """The different choices, and the texts of those that are right."""
    exact = {one for one in answers if one in right}
    loose = {plain(one) for one in right if one not in exact}
    options: dict[str, Option] = {}
    for answer in answers:
        if answer in options:
            losses.append(
                _("The choice “{choice}” is there twice; it's kept once.", choice=answer[:80])
            )
            continue
        options[answer] = Option(text=answer, correct=answer in exact or plain(answer) in loose)
    return tuple(options.values()), {one.text for one in options.values() if one.correct}


def _names(right: str, marked: set[str]) -> bool:
    return right in marked or plain(right) in {plain(one) for one in marked}


def plain(text: str) -> str:
    """A text as people compare it: without case, composed letters and differences of blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
