"""The source `thinkific`: courses of a site, its outline over REST, its content over GraphQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from courseporter.context import Context
from courseporter.errors import Phrase, _
from courseporter.sources import Chunk, CourseRef, Cursor, Source
from courseporter.sources.place import ConnectionPlace, Place, PlaceKind
from courseporter.sources.school.fields import Fields, text
from courseporter.sources.school.moved import read_moved
from courseporter.sources.thinkific import rest
from courseporter.sources.thinkific.graphql import has_token
from courseporter.sources.thinkific.outline import outline
from courseporter.sources.thinkific.reading import Reading

__all__ = ["ThinkificSource"]


class ThinkificSource(Source):
    """Thinkific, REST v1 and GraphQL (docs/reference/sources/thinkific.md)."""

    name: ClassVar[str] = "thinkific"
    title: ClassVar[str] = "Thinkific site"
    label: ClassVar[str] = "Thinkific"
    places: ClassVar[frozenset[PlaceKind]] = frozenset({"connection"})
    not_imported: ClassVar[tuple[Phrase, ...]] = (
        _("Learners, payments, comments, certificates, and release dates."),
        _("Video files, surveys, exams, and live lessons: Thinkific’s APIs don’t give them."),
        _("Without an access token, texts, files, and quizzes become links to the old lessons."),
    )
    takes_all: ClassVar[bool] = True

    def accepts(self, place: Place) -> bool:
        """Whether the connection leads to a Thinkific site."""
        return isinstance(place, ConnectionPlace) and place.provider == self.name

    def courses(self, place: Place, ctx: Context) -> Iterator[CourseRef]:  # noqa: ARG002
        """Every course of the site, published or not."""
        version = _version(ctx)
        for one in rest.courses(ctx.http()):
            yield _ref(one, text(one, "id"), version)

    def course(self, place: Place, key: str, ctx: Context) -> CourseRef | None:  # noqa: ARG002
        """One course with the number of its lessons, by requests that reading needs anyway."""
        try:
            found = rest.course(ctx.http(), key)
        except rest.Gone:
            return None
        contents = sum(len(one.contents) for one in outline(ctx.http(), found))
        return _ref(found, key, _version(ctx), contents)

    def read(self, place: Place, ref: CourseRef, cursor: Cursor, ctx: Context) -> Iterator[Chunk]:
        """The course, some 100 lessons a chunk."""
        moved = read_moved(place.choices.get("media_map"))
        return Reading(ctx, place.choices, moved).chunks(ref.key, cursor)


def _version(ctx: Context) -> str:
    return "rest+graphql" if has_token(ctx) else "rest"


def _ref(course: Fields, key: str, version: str, lessons: int | None = None) -> CourseRef:
    title = text(course, "name") or f"Course {key}"
    return CourseRef(source="thinkific", version=version, key=key, title=title, lessons=lessons)
