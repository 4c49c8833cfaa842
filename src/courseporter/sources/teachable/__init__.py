"""The source `teachable`: courses of a school, read through its Admin API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from courseporter.context import Context
from courseporter.errors import Phrase, _
from courseporter.sources import Chunk, CourseRef, Cursor, Estimate, Source
from courseporter.sources.place import ConnectionPlace, Place, PlaceKind
from courseporter.sources.school.fields import Fields, text
from courseporter.sources.school.moved import read_moved
from courseporter.sources.teachable import v1
from courseporter.sources.teachable.apis import chosen
from courseporter.sources.teachable.outline import outline
from courseporter.sources.teachable.reading import Reading

__all__ = ["TeachableSource"]

PER_SECOND = 97 / 60  # requests, as the connection is paced


class TeachableSource(Source):
    """Teachable, Admin API v1 and v2 (docs/reference/sources/teachable.md)."""

    name: ClassVar[str] = "teachable"
    title: ClassVar[str] = "Teachable school"
    label: ClassVar[str] = "Teachable"
    places: ClassVar[frozenset[PlaceKind]] = frozenset({"connection"})
    not_imported: ClassVar[tuple[Phrase, ...]] = (
        _("Learners, comments, certificates, and release dates."),
        _("Captions and explanations of answers: the school's API doesn't give them."),
    )
    takes_all: ClassVar[bool] = True

    def accepts(self, place: Place) -> bool:
        """Whether the connection leads to a Teachable school."""
        return isinstance(place, ConnectionPlace) and place.provider == self.name

    def courses(self, place: Place, ctx: Context) -> Iterator[CourseRef]:
        """Every course of the school, published or not."""
        api, version = chosen(place.choices)
        for one in api.courses(ctx.http()):
            yield _ref(one, text(one, "id"), version)

    def course(self, place: Place, key: str, ctx: Context) -> CourseRef | None:
        """One course, by one request, which reading it needs anyway."""
        api, version = chosen(place.choices)
        try:
            found = api.course(ctx.http(), key)
        except v1.Gone:
            return None
        return _ref(found, key, version)

    def estimate(self, place: Place, ref: CourseRef, ctx: Context) -> Estimate | None:  # noqa: ARG002
        """One request for the outline and one for each lecture; v2 takes two for each, and one more
        for each quiz.
        """
        lessons = ref.lessons or 0
        requests = 1 + lessons if ref.version == v1.VERSION else 3 + 2 * lessons
        return Estimate(requests=requests, seconds=round(requests / PER_SECOND, 1))

    def read(self, place: Place, ref: CourseRef, cursor: Cursor, ctx: Context) -> Iterator[Chunk]:
        """The course, some 20 lectures a chunk."""
        moved = read_moved(place.choices.get("media_map"))
        return Reading(ctx, place.choices, moved).chunks(ref.key, cursor)


def _ref(course: Fields, key: str, version: str) -> CourseRef:
    sections = outline(course) if "lecture_sections" in course else None
    lectures = sum(len(one.lectures) for one in sections) if sections is not None else None
    published = course.get("is_published")
    return CourseRef(
        source="teachable",
        version=version,
        key=key,
        title=text(course, "name") or f"Course {key}",
        lessons=lectures,
        sections=None if sections is None else len(sections),
        published=published if isinstance(published, bool) else None,
        cover=text(course, "image_url") or None,
    )
