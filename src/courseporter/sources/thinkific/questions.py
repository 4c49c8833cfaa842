"""Quiz questions whose right choices are marked, from GraphQL."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from courseporter.errors import Message, _, joined
from courseporter.model import Entry, Option, Question
from courseporter.sources.school.fields import (
    Fields,
    child,
    children,
    flag,
    in_order,
    number,
    text,
)
from courseporter.sources.school.questions import markup_of

RIGHT = ("correct", "isCorrect", "credited")


class Asked(NamedTuple):
    """The questions of a quiz, and an entry for each."""

    questions: tuple[Question, ...]
    entries: tuple[Entry, ...]


def questions_of(nodes: Iterable[Fields], content: str) -> Asked:
    """Return the questions in their order; `content` is the id of their lesson."""
    questions: list[Question] = []
    entries: list[Entry] = []
    for at, one in enumerate(in_order(nodes, _position), 1):
        ref = f"{content}:{text(one, 'id') or at}"
        question, losses = _question(one, ref)
        questions.append(question)
        entries.append(
            Entry(
                kind="question",
                depth=3,
                title=_prompt(one)[:200] or None,
                ref=ref,
                outcome="converted_with_loss" if losses else "converted",
                reason=joined(losses),
                to=(question.key,),
            )
        )
    return Asked(tuple(questions), tuple(entries))


def _question(one: Fields, ref: str) -> tuple[Question, list[Message]]:
    losses: list[Message] = []
    options = _options(one, losses)
    right = sum(option.correct for option in options)
    several = right > 1 or "multiple" in text(one, "questionType").lower()
    if not right:
        losses.append(_("No choice is marked as right, so the question isn't graded."))
    prompt = _prompt(one)
    question = Question(
        key=f"question:{ref}",
        type="survey" if not right else "multiple_choice" if several else "single_choice",
        text=prompt,
        markup=markup_of(prompt, *(option.text for option in options)),
        options=options,
        explanation=text(one, "explanation") or text(one, "textExplanation"),
    )
    return question, losses


def _options(one: Fields, losses: list[Message]) -> tuple[Option, ...]:
    """The choices in their order; two that read the same are one."""
    options: dict[str, Option] = {}
    found = children(child(one, "choices"), "nodes") or children(one, "choices")
    for choice in in_order(found, _position):
        words = text(choice, "text") or text(choice, "prompt")
        correct = any(flag(choice, name, default=False) for name in RIGHT)
        known = options.get(words)
        if known is not None:
            losses.append(
                _("The choice “{choice}” is there twice; it's kept once.", choice=words[:80])
            )
            correct = correct or known.correct
        options[words] = Option(text=words, correct=correct)
    return tuple(options.values())


def _prompt(one: Fields) -> str:
    return text(one, "prompt") or text(one, "text")


def _position(one: Fields) -> int | None:
    return number(one, "position")
