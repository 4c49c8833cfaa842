"""Questions of Teachable: choices in v1; in v2 also texts, pairs, and explanations."""

from __future__ import annotations

from msgspec.structs import replace

from courseporter.errors import _, joined
from courseporter.model import Entry, Option, Question
from courseporter.sources.school.fields import Fields, text, texts
from courseporter.sources.school.questions import Asked, choice_question, markup_of


def question_of(asked: Fields, key: str) -> tuple[Question, Entry]:
    """The question and its entry; `key` is that of its quiz with its place there."""
    ref = key.partition(":")[2]
    made = _asked(asked, f"question:{ref}")
    question = replace(made.question, explanation=text(asked, "explanation"))
    entry = Entry(
        kind="question",
        depth=4,
        title=text(asked, "question")[:200] or None,
        ref=ref,
        outcome="converted_with_loss" if made.losses else "converted",
        reason=joined(made.losses),
        to=(question.key,),
    )
    return question, entry


def _asked(asked: Fields, key: str) -> Asked:
    kind = text(asked, "question_type").lower()
    words, answers = text(asked, "question"), texts(asked, "answers")
    right = texts(asked, "correct_answers")
    if kind == "matching" and (pairs := _pairs(asked, answers)):
        markup = markup_of(words, *answers)
        return Asked(Question(key=key, type="matching", text=words, markup=markup, options=pairs))
    if kind == "fill_blank" and (right or answers):
        accepted = tuple(dict.fromkeys(right or answers))
        markup = markup_of(words)
        return Asked(
            Question(key=key, type="short_text", text=words, markup=markup, answers=accepted)
        )
    found = choice_question(key, words, answers, right, several=kind == "multiple")
    if kind in ("single", "multiple", ""):
        return found
    loss = _("Questions of the kind “{kind}” aren't known, so it's a choice.", kind=kind)
    return found._replace(losses=(*found.losses, loss))


def _pairs(asked: Fields, answers: list[str]) -> tuple[Option, ...]:
    """Each answer with what belongs to it; nothing unless there are two pairs."""
    pairs = zip(answers, texts(asked, "matches"), strict=False)
    found = tuple(Option(text=one, match=match) for one, match in pairs if match)
    return found if len(found) > 1 else ()
