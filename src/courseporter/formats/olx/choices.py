"""Questions with options: radio buttons, check boxes."""

from __future__ import annotations

from courseporter.formats.olx.fragments import fragment, question_text
from courseporter.formats.olx.links import Links
from courseporter.model import Question


def one_choice(question: Question, links: Links) -> str:
    """Radio buttons: single choice, true or false.  Of several right options each is accepted."""
    before, text = question_text(question, links)
    shuffle = ' shuffle="true"' if question.shuffle else ""
    options = _options(question, links, "<choicehint>")
    return (
        f"{before}<multiplechoiceresponse>{text}"
        f'<choicegroup type="MultipleChoice"{shuffle}>{options}</choicegroup>'
        "</multiplechoiceresponse>"
    )


def many_choices(question: Question, links: Links) -> str:
    """Check boxes; with partial credit every decision counts."""
    before, text = question_text(question, links)
    credit = ' partial_credit="EDC"' if question.partial_credit else ""
    options = _options(question, links, '<choicehint selected="true">')
    return (
        f"{before}<choiceresponse{credit}>{text}"
        f"<checkboxgroup>{options}</checkboxgroup></choiceresponse>"
    )


def _options(question: Question, links: Links, hint: str) -> str:
    markup = question.markup
    parts: list[str] = []
    for option in question.options:
        text = fragment(option.text, markup, links)
        if option.feedback:
            text += f"{hint}{fragment(option.feedback, markup, links)}</choicehint>"
        parts.append(f'<choice correct="{"true" if option.correct else "false"}">{text}</choice>')
    return "".join(parts)
