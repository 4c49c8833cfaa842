"""What the editor for questions calls things."""

from __future__ import annotations

from typing import Final

from courseporter.api.texts import Given, Graded, to_text
from courseporter.errors import Message, _, gettext
from courseporter.gui.words import number
from courseporter.model import Question, QuestionType

TYPES: Final[dict[QuestionType, Message]] = {
    "single_choice": _("Single choice"),
    "multiple_choice": _("Multiple choice"),
    "true_false": _("True or false"),
    "dropdown": _("Drop-down list"),
    "short_text": _("Short text"),
    "numerical": _("Number"),
    "fill_in": _("Fill in the gaps"),
    "matching": _("Matching"),
    "ordering": _("Ordering"),
    "essay": _("Essay"),
    "survey": _("Survey"),
}
CHOICES: Final = frozenset(("single_choice", "multiple_choice", "true_false", "dropdown"))
LISTED: Final = CHOICES | {"matching", "ordering", "survey"}


def headline(place: int, question: Question) -> str:
    """A question in the list of a quiz."""
    text = question.title or plain(question, question.text)
    words = " ".join(text.split())[:120] or gettext("Empty question")
    return f"{number(place)}. {words}"


def plain(question: Question, text: str) -> str:
    """A text of the question without markup."""
    return to_text(text) if question.markup == "html" else text


def answer_words(question: Question, given: Given) -> str:
    """What a learner answered, in quotes."""
    if given.chosen:
        texts = [plain(question, question.options[place].text) for place in given.chosen]
    else:
        texts = [text for text in given.texts if text.strip()]
    return ", ".join(f"“{text.strip()}”" for text in texts) or gettext("nothing")


def verdict(question: Question, given: Given, graded: Graded) -> str:
    """Such as: answer “Paris” → right."""
    words = answer_words(question, given)
    if graded.score >= 1:
        return gettext("Answer {answer} → right", answer=words)
    if graded.score > 0:
        share = number(round(graded.score * 100))
        return gettext("Answer {answer} → partly right, {share}%", answer=words, share=share)
    return gettext("Answer {answer} → wrong", answer=words)
