"""The source `thinkific`: courses of a site, its outline over REST, its content over GraphQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, cast

from msgspec.structs import replace

from courseporter.context import Context
from courseporter.errors import Phrase, _
from courseporter.sources import Chunk, CourseRef, Cursor, Estimate, Source
from courseporter.sources.place import ConnectionPlace, Place, PlaceKind
from courseporter.sources.school.fields import Fields, text
from courseporter.sources.school.moved import read_moved
from courseporter.sources.thinkific import rest
from courseporter.sources.thinkific.contents import WITHOUT_CONTENT
from courseporter.sources.thinkific.graphql import has_token
from courseporter.sources.thinkific.outline import Chapter, outline
from courseporter.sources.thinkific.reading import Reading, cover_of
from courseporter.sources.thinkific.shop import Shop, read_shop

__all__ = ["ThinkificSource"]

PER_SECOND = 117 / 60  # requests, as the connection is paced
LESSON_POINTS = 4  # with a content and its lists
QUIZ_POINTS = 13  # with its questions and choices
FIELDS_POINTS = 90  # to learn what the site offers
FIELDS_REQUESTS = 7
ROOM_POINTS = 900  # of one request
OUTLINE = "outline:"
POINTS_A_SECOND = 2000 / 60
BURST_SECONDS = 60  # the budget of a minute is there at once
WITHOUT_TOKEN = _(
    "Without an access token, texts, files, and quizzes become links to the old lessons."
)


class ThinkificSource(Source):
    """Thinkific, REST v1 and GraphQL (docs/reference/sources/thinkific.md)."""

    name: ClassVar[str] = "thinkific"
    title: ClassVar[str] = "Thinkific site"
    label: ClassVar[str] = "Thinkific"
    places: ClassVar[frozenset[PlaceKind]] = frozenset({"connection"})
    not_imported: ClassVar[tuple[Phrase, ...]] = (
        _("Learners, payments, comments, certificates, and release dates."),
        _("Video files, surveys, exams, and live lessons: Thinkific's APIs don't give them."),
    )
    takes_all: ClassVar[bool] = True

    def accepts(self, place: Place) -> bool:
        """Whether the connection leads to a Thinkific site."""
        return isinstance(place, ConnectionPlace) and place.provider == self.name

    def courses(self, place: Place, ctx: Context) -> Iterator[CourseRef]:  # noqa: ARG002
        """Yield every course of the site, published or not, with the bundle it's sold in."""
        version, shop = _version(ctx), read_shop(ctx.http())
        for one in rest.courses(ctx.http()):
            yield _ref(one, version, shop)

    def course(self, place: Place, key: str, ctx: Context) -> CourseRef | None:
        """Return a course with the number of its lessons, by requests that reading needs anyway."""
        try:
            found = rest.course(ctx.http(), key)
        except rest.Gone:
            return None
        chapters = place.memo[OUTLINE + key] = outline(ctx.http(), found)
        lessons = sum(len(one.contents) for one in chapters)
        ref = _ref(found, _version(ctx), Shop({}, {}))
        return replace(ref, lessons=lessons, sections=len(chapters))

    def estimate(self, place: Place, ref: CourseRef, ctx: Context) -> Estimate | None:  # noqa: ARG002
        """Return the cost: REST requests for the outline, GraphQL requests and their points."""
        chapters = cast(list[Chapter], place.memo.get(OUTLINE + ref.key, []))
        contents = [content for chapter in chapters for content in chapter.contents]
        requests = 2 + _pages(len(chapters)) + sum(_pages(len(one.contents)) for one in chapters)
        points = None
        if ref.version == "rest+graphql":
            kinds = [one.kind for one in contents if one.kind not in WITHOUT_CONTENT]
            quizzes = kinds.count("Quiz")
            costs = ((len(kinds) - quizzes) * LESSON_POINTS, quizzes * QUIZ_POINTS)
            requests += FIELDS_REQUESTS + sum(-(-cost // ROOM_POINTS) for cost in costs)
            points = FIELDS_POINTS + sum(costs)
        waits = (points or 0) / POINTS_A_SECOND
        seconds = max(requests / PER_SECOND, waits - BURST_SECONDS)
        return Estimate(requests=requests, points=points, seconds=round(max(0.0, seconds), 1))

    def ignored(self, place: Place, ctx: Context) -> tuple[Phrase, ...]:  # noqa: ARG002
        """Return what the APIs don't give, and what only a token could read."""
        if has_token(ctx):
            return self.not_imported
        return (*self.not_imported, WITHOUT_TOKEN)

    def read(self, place: Place, ref: CourseRef, cursor: Cursor, ctx: Context) -> Iterator[Chunk]:
        """The course, some 100 lessons a chunk."""
        moved = read_moved(place.choices.get("media_map"))
        return Reading(ctx, place.choices, moved).chunks(ref.key, cursor)


def _pages(items: int) -> int:
    return max(1, -(-items // rest.PER_PAGE))


def _version(ctx: Context) -> str:
    return "rest+graphql" if has_token(ctx) else "rest"


def _ref(course: Fields, version: str, shop: Shop) -> CourseRef:
    key = text(course, "id")
    return CourseRef(
        source="thinkific",
        version=version,
        key=key,
        title=text(course, "name") or f"Course {key}",
        published=shop.published.get(key),
        cover=cover_of(course),
        bundle=shop.bundles.get(key),
    )
