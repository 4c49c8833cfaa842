"""Automatic fixes: what a problem's button does to the node, or to the course, that it names."""

from __future__ import annotations

from msgspec.structs import replace

from courseporter.errors import _
from courseporter.formats.html import strip_active
from courseporter.formats.html.frames import secure_frames
from courseporter.formats.html.headings import close_gaps
from courseporter.formats.html.pictures import name_picture
from courseporter.formats.names import course_slug
from courseporter.formats.node_html import each_html
from courseporter.formats.olx.attributes import short_title
from courseporter.model import Course, Node, Quiz
from courseporter.targets.olx.dates import moment
from courseporter.targets.olx.identity import ORG, RUN, course_identity
from courseporter.targets.settings import Fix, FixRequest


def strip_scripts(node: Node) -> Node:
    """The node without scripts, event handlers and script addresses."""
    return each_html(node, strip_active)


def close_heading_gaps(node: Node) -> Node:
    """Headings without gaps: each at most one level below the one above."""
    return each_html(node, close_gaps)


def use_https(node: Node) -> Node:
    """Frames whose address begins with http get https."""
    return each_html(node, secure_frames)


def describe_picture(node: Node, request: FixRequest) -> Node:
    """The alternative text of a picture; an empty one says that it only decorates.

    Without a text all pictures of the page count, else the one that the problem names.
    """
    name = request.detail if request.text else None
    return each_html(node, lambda html: name_picture(html, name, request.text))


def number_title(node: Node, request: FixRequest) -> Node:
    """A number behind the title of an item, because the one before has the same title."""
    return replace(node, title=request.detail)


def drop_repeated(node: Node, request: FixRequest) -> Node:
    """The quiz without the second one of two equal questions."""
    quiz = node.block
    if not isinstance(quiz, Quiz):
        return node
    kept = tuple(one for one in quiz.questions if one.key != request.key)
    return replace(node, block=replace(quiz, questions=kept))


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
    "strip_scripts": Fix(_("Remove scripts"), node=strip_scripts, done=_("Removed scripts")),
    "shorten_title": Fix(
        _("Shorten title"), node=shorten_title, echoes=True, done=_("Shortened titles")
    ),
    "name_place": Fix(_("Add a title"), node=name_place, echoes=True, done=_("Added titles")),
    "make_multiple_choice": Fix(
        _("Make it multiple choice"),
        node=make_multiple_choice,
        done=_("Made questions multiple choice"),
    ),
    "clean_identity": Fix(
        _("Correct the names"), course=clean_identity, done=_("Corrected the names of the course")
    ),
    "forget_dates": Fix(
        _("Remove these dates"), course=forget_dates, done=_("Removed invalid dates")
    ),
    "shorten_course_title": Fix(
        _("Shorten title"), course=shorten_course_title, done=_("Shortened the title of the course")
    ),
    "name_course": Fix(_("Add a title"), course=name_course, done=_("Added a title to the course")),
    "remove_empty": Fix(_("Remove it"), remove=True, done=_("Removed empty items")),
    "name_picture": Fix(
        _("Add text"), asks="text", by_request=describe_picture, done=_("Described images")
    ),
    "close_gaps": Fix(
        _("Close the gaps"), node=close_heading_gaps, done=_("Closed gaps between headings")
    ),
    "secure_frames": Fix(_("Use https"), node=use_https, done=_("Used https for frames")),
    "remove_duplicate": Fix(
        _("Remove the second one"), by_request=drop_repeated, done=_("Removed duplicate questions")
    ),
    "number_title": Fix(
        _("Add a number"),
        by_request=number_title,
        echoes=True,
        done=_("Numbered items with the same title"),
    ),
    "link_here": Fix(
        _("Link to the lesson here"), links=True, done=_("Linked to lessons of this course")
    ),
    "find_files": Fix(_("Choose files…"), asks="files", done=_("Added missing files")),
    "add_captions": Fix(_("Choose captions…"), asks="captions", done=_("Added captions")),
    "open_question": Fix(_("Open the question"), asks="editor"),
    "open_item": Fix(_("Open the editor"), asks="editor"),
    "forget_cover": Fix(
        _("Use the neutral image"), course=forget_cover, done=_("Removed the missing cover")
    ),
}
