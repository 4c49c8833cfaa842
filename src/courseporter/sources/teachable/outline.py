"""The outline of a course: sections and lectures in the order of the school (TEACHABLE.md 3.1)."""

from __future__ import annotations

from typing import NamedTuple

from courseporter.sources.school.fields import Fields, children, flag, in_order, number, text


class LectureRef(NamedTuple):
    """A lecture as the outline names it; its content costs one more request."""

    id: str
    section: str  # the key of its section's node
    hidden: bool
    link: str  # the path of its page in the old school


class SectionRef(NamedTuple):
    """A section, and the number of lectures before it."""

    id: str
    title: str
    hidden: bool
    lectures: tuple[LectureRef, ...]

    @property
    def key(self) -> str:
        """The key of its node."""
        return f"section:{self.id}"


def outline(course: Fields) -> list[SectionRef]:
    """All sections with their lectures, drafts included (they are hidden)."""
    return [
        _section(one, text(course, "id"))
        for one in in_order(children(course, "lecture_sections"), _position)
        if text(one, "id")
    ]


def _section(one: Fields, course_id: str) -> SectionRef:
    ref = text(one, "id")
    seen: set[str] = set()
    lectures: list[LectureRef] = []
    for lecture in in_order(children(one, "lectures"), _position):
        number_ = text(lecture, "id")
        if number_ and number_ not in seen:  # an answer that repeats a lecture adds nothing
            seen.add(number_)
            hidden = not flag(lecture, "is_published", default=True)
            link = f"/courses/{course_id}/lectures/{number_}"
            lectures.append(LectureRef(number_, f"section:{ref}", hidden, link))
    hidden = not flag(one, "is_published", default=True)
    return SectionRef(ref, text(one, "name"), hidden, tuple(lectures))


def _position(one: Fields) -> int | None:
    return number(one, "position")
