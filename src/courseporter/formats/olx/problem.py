"""One question as one capa `<problem>`."""

from __future__ import annotations

from collections.abc import Callable

from courseporter.formats.olx.answers import fill_in, numerical, short_text, show_dollars
from courseporter.formats.olx.attributes import attribute_text, number_text
from courseporter.formats.olx.choices import many_choices, one_choice
from courseporter.formats.olx.fragments import explanation, hints
from courseporter.formats.olx.links import Links
from courseporter.formats.olx.rows import dropdown, matching, ordering
from courseporter.model import Question, Quiz

_RESPONSES: dict[str, Callable[[Question, Links], str]] = {
    "single_choice": one_choice,
    "true_false": one_choice,
    "multiple_choice": many_choices,
    "dropdown": dropdown,
    "matching": matching,
    "ordering": ordering,
    "short_text": short_text,
    "fill_in": fill_in,
    "numerical": numerical,
}
# Capa gives a point for each response; these have several and count as one question all the same.
_SEVERAL = frozenset({"matching", "ordering", "fill_in"})


def problem_xml(question: Question, quiz: Quiz, title: str, links: Links, name: str = "") -> str:
    """The definition; with `name` it can stand inline.  The question is fit (see `unfit`)."""
    inside = _RESPONSES[question.type](question, links)
    inside += explanation(question, links) + hints(question, links)
    url_name = f' url_name="{name}"' if name else ""
    return (
        f'<problem{url_name} display_name="{attribute_text(title)}"{_settings(question, quiz)}>'
        f"{show_dollars(inside)}</problem>\n"
    )


def points_of(question: Question, quiz: Quiz) -> float | None:
    """The points of a question: its own, else its share of the quiz', None for the platform's
    default.
    """
    points = question.points
    if (
        points is None
        and quiz.points is not None
        and not any(other.points is not None for other in quiz.questions)
    ):
        points = quiz.points / len(quiz.questions)
    return points if points is None or points >= 0 else None


def _settings(question: Question, quiz: Quiz) -> str:
    points = points_of(question, quiz)
    if points is None and question.type in _SEVERAL:
        points = 1.0
    attempts = question.attempts or quiz.attempts
    limited = attempts is not None and attempts > 0
    settings = f' max_attempts="{attempts}"' if limited else ""
    if points is not None:
        settings += f' weight="{number_text(points)}"'
    shown = "finished" if limited else "attempted"
    return f'{settings} showanswer="{shown}" rerandomize="never"'
