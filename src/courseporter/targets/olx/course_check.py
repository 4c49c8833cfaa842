"""The settings of the course: names that Open edX accepts, readable dates, an existing cover."""

from __future__ import annotations

from collections.abc import Iterator

from courseporter.errors import Problem
from courseporter.formats.olx.attributes import MAX_TITLE, MAX_WRITTEN_TITLE
from courseporter.formats.olx.package.problems import problem
from courseporter.model import Course
from courseporter.targets.olx.dates import moment
from courseporter.targets.olx.identity import is_valid

_DATES = ("start", "end", "enrollment_start", "enrollment_end")
_LABELS = {"org": "organization", "number": "course number", "run": "run"}


def course_problems(course: Course, assets: set[str]) -> Iterator[Problem]:
    """Every problem of the course's own settings; `assets` are the paths of the draft's files."""
    yield from _identity(course)
    yield from _dates(course)
    if not course.title.strip():
        yield problem("title_empty", detail="course", fix="name_course")
    elif len(course.title) > MAX_TITLE:
        code = "title_cut" if len(course.title) > MAX_WRITTEN_TITLE else "title_too_long"
        length = f"{len(course.title):,}"
        yield problem(code, course.title, length, fix="shorten_course_title")
    if course.cover and course.cover not in assets:
        yield problem("cover_missing", detail=course.cover, fix="forget_cover")


def _identity(course: Course) -> Iterator[Problem]:
    for name, label in _LABELS.items():
        value = getattr(course, name)
        if value and not is_valid(value):
            yield problem("identity_invalid", value, label, fix="clean_identity")


def _dates(course: Course) -> Iterator[Problem]:
    for name in _DATES:
        value = getattr(course, name)
        if value and moment(value) is None:
            yield problem("date_invalid", detail=f"{name} = {value}", fix="forget_dates")
    for first, last in (("start", "end"), ("enrollment_start", "enrollment_end")):
        begin, finish = moment(getattr(course, first)), moment(getattr(course, last))
        if begin and finish and finish <= begin:
            yield problem("dates_reversed", detail=f"{begin[:10]} – {finish[:10]}")
