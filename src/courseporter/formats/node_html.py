"""The pages of HTML that an item of a course holds."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from courseporter.model import (
    Assignment,
    Discussion,
    Link,
    Node,
    Option,
    Question,
    Quiz,
    Resource,
    Text,
)

Change = Callable[[str], str]


def each_html(node: Node, change: Change) -> Node:
    """The item with `change` applied to its description, its page, and the texts of its quiz."""
    if node.description:
        node = replace(node, description=change(node.description))
    block = node.block
    if isinstance(block, Text | Assignment | Discussion | Resource | Link):
        return replace(node, block=replace(block, html=change(block.html)))
    if isinstance(block, Quiz):
        return replace(node, block=_quiz(block, change))
    return node


def html_of(node: Node) -> list[str]:
    """Each text that `each_html` would change, in its order."""
    found: list[str] = []

    def keep(html: str) -> str:
        found.append(html)
        return html

    each_html(node, keep)
    return found


def _quiz(quiz: Quiz, change: Change) -> Quiz:
    questions = tuple(
        _question(one, change) if one.markup == "html" else one for one in quiz.questions
    )
    html = quiz.instructions_markup == "html"
    instructions = change(quiz.instructions) if html else quiz.instructions
    return replace(quiz, questions=questions, instructions=instructions)


def _question(one: Question, change: Change) -> Question:
    return replace(
        one,
        text=change(one.text),
        explanation=change(one.explanation),
        hints=tuple(change(hint) for hint in one.hints),
        options=tuple(_option(option, change) for option in one.options),
    )


def _option(one: Option, change: Change) -> Option:
    return replace(one, text=change(one.text), feedback=change(one.feedback))
