"""A quiz becomes one leaf per question, a page for its instructions, or one pool to draw from."""

from __future__ import annotations

from collections.abc import Iterator

from courseporter.formats.html import fix_html
from courseporter.formats.names import url_name
from courseporter.formats.olx.assessment import essay_xml
from courseporter.formats.olx.attributes import attribute_text, clean_title, text_html
from courseporter.formats.olx.leaf import Leaf, OutlineLeaf, file_leaf, html_leaf, inline_leaf
from courseporter.formats.olx.links import Links
from courseporter.formats.olx.pages import note_page, text_page
from courseporter.formats.olx.problem import points_of, problem_xml
from courseporter.formats.olx.survey import poll_xml
from courseporter.formats.olx.unfit import unfit
from courseporter.model import Node, Question, Quiz

_EMPTY = "This quiz has no questions."
# What can be in a pool: blocks of its own kind are drawn and graded by the platform.
_NOT_DRAWN = frozenset({"essay", "survey"})


def quiz_rows(node: Node, quiz: Quiz) -> Iterator[OutlineLeaf]:
    """The rows of the outline."""
    for row, _ in _plan(node, quiz):
        yield row


def quiz_leaves(node: Node, quiz: Quiz, links: Links) -> Iterator[Leaf]:
    """The leaves, in the same order as the rows."""
    for row, question in _plan(node, quiz):
        if question is None:
            yield _page_or_pool(row, quiz, links)
        else:
            yield _question_leaf(row, question, quiz, links)


def is_pool(quiz: Quiz) -> bool:
    """Whether questions are drawn at random: fewer than there are, all of kinds one can draw."""
    pick, questions = quiz.pick, quiz.questions
    if pick is None or not 0 < pick < len(questions):
        return False
    return not any(q.type in _NOT_DRAWN or unfit(q) for q in questions)


def _plan(node: Node, quiz: Quiz) -> Iterator[tuple[OutlineLeaf, Question | None]]:
    title = clean_title(node.title)
    pool = is_pool(quiz)
    if quiz.instructions.strip() or not quiz.questions:
        taken = pool or any(question.key == node.key for question in quiz.questions)
        key = f"{node.key}/instructions" if taken else node.key
        yield OutlineLeaf(key, "text", title, None, 0), None
    if pool:
        yield OutlineLeaf(node.key, "quiz", title, None, len(quiz.questions)), None
        return
    alone = len(quiz.questions) == 1
    for number, question in enumerate(quiz.questions, 1):
        own = question.title or (node.title if alone else f"{node.title} · {number}")
        if unfit(question) is None:
            yield OutlineLeaf(question.key, "quiz", clean_title(own), None, 1), question
        else:
            yield OutlineLeaf(question.key, "text", clean_title(own), None, 0), question


def _page_or_pool(row: OutlineLeaf, quiz: Quiz, links: Links) -> Leaf:
    if row.type == "quiz":
        return _pool(row, quiz, links)
    if not quiz.instructions.strip():
        return html_leaf(row, note_page(_EMPTY))
    if quiz.instructions_markup == "html":
        return html_leaf(row, text_page(quiz.instructions, links))
    return html_leaf(row, note_page(text_html(quiz.instructions)))


def _question_leaf(row: OutlineLeaf, question: Question, quiz: Quiz, links: Links) -> Leaf:
    if row.type == "text":
        return html_leaf(row, _readable(question, links))
    if question.type == "essay":
        points = points_of(question, quiz)
        definition = essay_xml(question, row.key, row.title, points, links)
        return inline_leaf(row, "openassessment", definition)
    if question.type == "survey":
        return inline_leaf(row, "poll", poll_xml(question, row.key, row.title))
    return file_leaf(row, "problem", problem_xml(question, quiz, row.title, links))


def _pool(row: OutlineLeaf, quiz: Quiz, links: Links) -> Leaf:
    """An item bank with its questions inline, so that it is complete in itself."""
    name, title = url_name(row.key), attribute_text(row.title)
    parts = [f'<itembank url_name="{name}" display_name="{title}" max_count="{quiz.pick}">']
    for number, question in enumerate(quiz.questions, 1):
        title = clean_title(question.title or f"{row.title} · {number}")
        parts.append(problem_xml(question, quiz, title, links, url_name(question.key)))
    parts.append("</itembank>")
    return inline_leaf(row, "itembank", "".join(parts))


def _readable(question: Question, links: Links) -> str:
    """The question as a text; which option is right is not told to the learner."""
    html = question.markup == "html"

    def shown(text: str) -> str:
        return links.rewrite(text) if html else text_html(text)

    options = "".join(
        f"<li>{' – '.join(filter(None, (shown(o.text), shown(o.match))))}</li>"
        for o in question.options
    )
    text = f"<div>{shown(question.text)}</div>"
    reason = text_html(f"This question isn't graded because {unfit(question)}.")
    more = "".join(f"<div>{shown(t)}</div>" for t in question.hints)
    choices = f"<ul>{options}</ul>" if options else ""
    return fix_html(f"{text}{choices}{more}<p><em>{reason}</em></p>")
