"""Questions that Open edX can't show or grade as they are."""

from __future__ import annotations

from collections.abc import Iterator

from courseporter.errors import Phrase, Problem
from courseporter.formats.olx import unfit
from courseporter.formats.olx.package.problems import problem
from courseporter.model import Node, Question, Quiz

_CHOICES = frozenset(("single_choice", "multiple_choice", "true_false", "dropdown"))
_FIXES = {"question_answers_ambiguous": "make_multiple_choice"}
_OPEN = "open_question"


def quiz_problems(node: Node, quiz: Quiz) -> Iterator[Problem]:
    """One problem per question that can't be graded, and those of the quiz itself."""
    if not quiz.questions:
        yield problem("quiz_empty", node.title, key=node.key, fix="remove_empty")
    if quiz.pick is not None and quiz.pick > len(quiz.questions):
        yield problem(
            "quiz_pick_too_many",
            node.title,
            f"{quiz.pick - len(quiz.questions)} more",
            key=node.key,
            fix="open_item",
        )
    for question in quiz.questions:
        fault = question_fault(question)
        if fault is not None:
            code, detail = fault
            name = question.title or question.text or node.title
            yield problem(code, name, detail, key=question.key, fix=_FIXES.get(code, _OPEN))


def question_fault(question: Question) -> tuple[str, Phrase] | None:
    """Problem code and detail, None when Open edX grades the question as it is."""
    reason = unfit(question)
    if reason is not None:
        return _code(question), reason
    if question.type in ("single_choice", "true_false"):
        right = sum(option.correct for option in question.options)
        if right > 1:
            return "question_answers_ambiguous", str(right)
    return None


def _code(question: Question) -> str:
    """The nearest rule for a question that is unfit."""
    kind = question.type
    if kind in _CHOICES and not question.options:
        return "question_without_choices"
    if kind in _CHOICES and not any(option.correct for option in question.options):
        return "question_without_answer"
    if kind == "numerical" and question.answers and question.answers[0].strip():
        return "question_answer_not_a_number"
    if kind in ("numerical", "short_text", "fill_in") and not any(
        answer.strip() for answer in (*question.answers, *(a for gap in question.gaps for a in gap))
    ):
        return "question_answer_empty"
    return "question_unfit"
