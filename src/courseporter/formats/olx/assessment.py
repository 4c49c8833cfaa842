"""Work that a person grades: essays and assignments as `openassessment` with a staff assessment.

Always inline in the vertical: validators call a pointer of this block an error.  The dates are
fixed and wide, because the block demands some and those of the course rule anyway.
"""

from __future__ import annotations

from courseporter.formats.html.text import drop_control
from courseporter.formats.names import url_name
from courseporter.formats.olx.attributes import escape_attribute, leave_paths, text_html
from courseporter.formats.olx.fragments import QUESTION_CLASS, plain
from courseporter.formats.olx.links import Links
from courseporter.formats.olx.pages import page_class
from courseporter.model import Assignment, Question

_DATES = 'submission_start="2020-01-01T00:00:00Z" submission_due="2100-01-01T00:00:00Z"'
_ESSAY = 'text_response="required" text_response_editor="text"'
_WORK = f'{_ESSAY} file_upload_response="optional" file_upload_type="pdf-and-image"'
_MAX_STEPS = 10


def essay_xml(question: Question, key: str, title: str, points: float | None, links: Links) -> str:
    """An essay: the question and its hints for the learner, the explanation for who grades it."""
    html = question.markup == "html"
    text = links.rewrite(question.text) if html else f"<p>{text_html(question.text)}</p>"
    for hint in question.hints:
        text += f'<p class="cp-hint">{links.rewrite(hint) if html else text_html(hint)}</p>'
    prompt = f'<div class="{QUESTION_CLASS}">{text}</div>'
    guide = plain(question.explanation, question.markup)
    return _assessment(key, title, _ESSAY, prompt, points, guide)


def assignment_xml(block: Assignment, key: str, title: str, links: Links) -> str:
    """An assignment: text, and a file where the learner has one."""
    prompt = links.rewrite(block.html)
    if QUESTION_CLASS in prompt or page_class(prompt):
        prompt = f'<div class="cp-assignment">{prompt}</div>'
    return _assessment(key, title, _WORK, prompt, block.points, "")


def is_question(prompt: str) -> bool:
    """Whether a prompt was written for a question: by the class of its outermost element."""
    return prompt.lstrip().startswith(f'<div class="{QUESTION_CLASS}">')


def _assessment(
    key: str, title: str, settings: str, prompt: str, points: float | None, guide: str
) -> str:
    return (
        f'<openassessment url_name="{url_name(key)}" {_DATES} {settings} '
        f'prompts_type="html" allow_latex="true"><title>{_words(title)}</title>'
        '<assessments><assessment name="staff-assessment" required="True"/></assessments>'
        f"<prompts><prompt><description>{_text(prompt)}</description></prompt></prompts>"
        f"<rubric>{_criterion(points, guide)}<feedbackprompt/></rubric></openassessment>"
    )


def _criterion(points: float | None, guide: str) -> str:
    options = "".join(
        f'<option points="{step}"><name>{step}</name><label>{step}</label><explanation/></option>'
        for step in _steps(points)
    )
    return (
        f"<criterion><name>Points</name><label>Points</label><prompt>{_words(guide)}</prompt>"
        f"{options}</criterion>"
    )


def _steps(points: float | None) -> list[int]:
    """Whole points to choose from: each one up to ten, quarters beyond."""
    limit = max(1, round(points)) if points is not None else 1
    if limit <= _MAX_STEPS:
        return list(range(limit + 1))
    return sorted({0, limit // 4, limit // 2, limit * 3 // 4, limit})


def _words(text: str) -> str:
    """A text without references."""
    return leave_paths(_text(text))


def _text(text: str) -> str:
    return (
        escape_attribute(drop_control(text))
        .replace("&quot;", '"')
        .replace("&#10;", "\n")
        .replace("&#9;", "\t")
    )
