"""Automatic fixes: what a problem's button does to the node, or to the course, that it names."""

from __future__ import annotations

from msgspec.structs import replace

from courseporter.formats.html import strip_active
from courseporter.formats.names import course_slug
from courseporter.formats.olx.attributes import short_title
from courseporter.model import Assignment, Course, Discussion, Link, Node, Quiz, Resource, Text
from courseporter.targets.olx.dates import moment
from courseporter.targets.olx.identity import ORG, RUN, course_identity
from courseporter.targets.settings import Fix


def strip_scripts(node: Node) -> Node:
    """The node without scripts, event handlers and script addresses."""
    node = replace(node, description=strip_active(node.description)) if node.description else node
    block = node.block
    if isinstance(block, Text | Assignment | Discussion | Resource | Link):
        return replace(node, block=replace(block, html=strip_active(block.html)))
    if isinstance(block, Quiz):
        return replace(node, block=_strip_quiz(block))
    return node


def _strip_quiz(quiz: Quiz) -> Quiz:
    questions = tuple(
        replace(
            question,
            text=strip_active(question.text),
            explanation=strip_active(question.explanation),
            hints=tuple(strip_active(hint) for hint in question.hints),
            options=tuple(
                replace(o, text=strip_active(o.text), feedback=strip_active(o.feedback))
                for o in question.options
            ),
        )
        if question.markup == "html"
        else question
        for question in quiz.questions
    )
    html = quiz.instructions_markup == "html"
    instructions = strip_active(quiz.instructions) if html else quiz.instructions
    return replace(quiz, questions=questions, instructions=instructions)


def shorten_title(node: Node) -> Node:
    """The title cut where Open edX would cut it."""
    return replace(node, title=short_title(node.title))


def name_place(node: Node) -> Node:
    """A title for an item without one."""
    return node if node.title.strip() else replace(node, title=node.kind.capitalize())


def make_multiple_choice(node: Node) -> Node:
    """Single choice questions with several correct choices become multiple choice."""
    quiz = node.block
    if not isinstance(quiz, Quiz):
        return node
    questions = tuple(
        replace(question, type="multiple_choice")
        if question.type in ("single_choice", "true_false")
        and sum(option.correct for option in question.options) > 1
        else question
        for question in quiz.questions
    )
    return replace(node, block=replace(quiz, questions=questions))


def clean_identity(course: Course) -> Course:
    """Organization, number and run with only the characters that Open edX accepts."""
    number = course_identity(course)[1]
    return replace(
        course,
        org=course_slug(course.org, ORG) if course.org else None,
        number=number if course.number else None,
        run=course_slug(course.run, RUN) if course.run else None,
    )


def forget_dates(course: Course) -> Course:
    """Without the dates that can't be read."""
    return replace(
        course,
        start=course.start if moment(course.start) else None,
        end=course.end if moment(course.end) else None,
        enrollment_start=course.enrollment_start if moment(course.enrollment_start) else None,
        enrollment_end=course.enrollment_end if moment(course.enrollment_end) else None,
    )


def shorten_course_title(course: Course) -> Course:
    """The course title cut where Open edX would cut it."""
    return replace(course, title=short_title(course.title))


def name_course(course: Course) -> Course:
    """A title for a course without one."""
    return course if course.title.strip() else replace(course, title=course.number or "Course")


def forget_cover(course: Course) -> Course:
    """Without the cover that is missing."""
    return replace(course, cover=None)


FIXES: dict[str, Fix] = {
    "strip_scripts": Fix("Remove scripts", node=strip_scripts),
    "shorten_title": Fix("Shorten title", node=shorten_title, echoes=True),
    "name_place": Fix("Add a title", node=name_place, echoes=True),
    "make_multiple_choice": Fix("Make it multiple choice", node=make_multiple_choice),
    "clean_identity": Fix("Correct the names", course=clean_identity),
    "forget_dates": Fix("Remove these dates", course=forget_dates),
    "shorten_course_title": Fix("Shorten title", course=shorten_course_title),
    "name_course": Fix("Add a title", course=name_course),
    "remove_empty": Fix("Remove it", remove=True),
    "forget_cover": Fix("Use the neutral picture", course=forget_cover),
}
