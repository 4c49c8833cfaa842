"""Questions without a right answer: the `poll` block.  Its fields are plain text, never
JSON texts.
"""

from __future__ import annotations

from courseporter.formats.names import url_name
from courseporter.formats.olx.attributes import escape_words, json_attribute
from courseporter.formats.olx.fragments import plain
from courseporter.model import Question


def poll_xml(question: Question, key: str, title: str) -> str:
    """The poll, inline."""
    answers = [
        [
            f"option-{number}",
            {"label": plain(option.text, question.markup), "img": "", "img_alt": ""},
        ]
        for number, option in enumerate(question.options, 1)
    ]
    text = plain(question.text, question.markup)
    feedback = plain(question.explanation, question.markup)
    return (
        f'<poll url_name="{url_name(key)}" display_name="{escape_words(title)}" '
        f'question="{escape_words(text)}" answers="{json_attribute(answers)}" '
        f'feedback="{escape_words(feedback)}"/>'
    )
