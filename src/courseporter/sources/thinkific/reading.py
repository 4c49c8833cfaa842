"""A course read in chunks of some 100 lessons; a killed import continues after the last chunk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

from courseporter.context import Context
from courseporter.errors import AuthError, PorterError, Problem, RejectedError, _
from courseporter.model import Course, Entry, Node
from courseporter.sources import Chunk, Cursor
from courseporter.sources.school.fields import Fields, text, texts
from courseporter.sources.school.media import Media
from courseporter.sources.school.previews import free_previews
from courseporter.sources.thinkific import rest
from courseporter.sources.thinkific.contents import (
    WITHOUT_CONTENT,
    Lesson,
    body_of,
    expect_file,
    lesson_of,
)
from courseporter.sources.thinkific.graphql import SITE, Graph, has_token
from courseporter.sources.thinkific.making import Builder
from courseporter.sources.thinkific.outline import Chapter, Content, differs, outline

STEPS = 100  # chapters and contents in a chunk: one batch of GraphQL
COVER = 20 << 20
NO_COVER = ("default-product-card", "default-course")


class Reading:
    """Reads one course; `choices` as sources/school/media.py says."""

    def __init__(self, ctx: Context, choices: Mapping[str, str], moved: Mapping[str, str]) -> None:
        self._ctx = ctx
        self._http = ctx.http()
        self._media = Media(ctx, choices, moved)
        self._builder = Builder(ctx, self._media)
        self._graph: Graph | None = None
        self._problems_before: list[Problem] = []

    def chunks(self, course_id: str, cursor: Cursor) -> Iterator[Chunk]:
        """Yield the course from `cursor` on.  Raises PorterError."""
        if has_token(self._ctx):
            self._graph = Graph(self._ctx.http(SITE), course_id)
            self._builder.renew = self._graph.renewed
        course = self._course(course_id)
        chapters = outline(self._http, course)
        if cursor is None and differs((one.id for one in chapters), texts(course, "chapter_ids")):
            self._problems_before.append(_other_order(None, text(course, "name")))
        steps = [step for chapter in chapters for step in (chapter, *chapter.contents)]
        total = sum(isinstance(one, Content) for one in steps)
        if cursor is None:
            free = [one.title for one in steps if isinstance(one, Content) and one.free]
            self._problems_before += free_previews(free)
            yield self._head(course, course_id, total)
        first = int((cursor or {}).get("step", 0))
        if self._graph is not None and cursor is not None and cursor.get("learned"):
            self._graph.relearn(str(cursor["learned"]))
        for start in range(first, len(steps), STEPS):
            yield self._chunk(steps, start, total)
            self._media.saved()

    def _course(self, course_id: str) -> Fields:
        try:
            return rest.course(self._http, course_id)
        except rest.Gone:
            raise RejectedError(
                _("The site no longer has the course {id}.", id=course_id),
                _("It may have been deleted. List the courses of the site again."),
                code="remote_missing",
            ) from None

    def _head(self, course: Fields, course_id: str, total: int) -> Chunk:
        """Return what is above the lessons: the course itself."""
        problems: list[Problem] = []
        cover = self._cover(course, problems)
        description = text(course, "description") + self._author(text(course, "instructor_id"))
        return Chunk(
            cursor={"step": 0},
            course=Course(
                key=course_id,
                title=text(course, "name") or f"Course {course_id}",
                subtitle=text(course, "subtitle") or None,
                description=description or text(course, "course_card_text") or None,
                cover=cover,
                keywords=tuple(
                    word.strip() for word in text(course, "keywords").split(",") if word.strip()
                ),
            ),
            assets=self._builder.take(),
            problems=(*self._taken(), *problems),
            done=0,
            total=total,
        )

    def _chunk(self, steps: Sequence[Chapter | Content], start: int, total: int) -> Chunk:
        part = steps[start : start + STEPS]
        done = sum(isinstance(one, Content) for one in steps[:start])
        bodies = self._bodies([one for one in part if isinstance(one, Content)])
        for step in part:
            if isinstance(step, Content):
                expect_file(self._builder, step, bodies.get(step.id, {}))
        nodes: list[Node] = []
        entries: list[Entry] = []
        problems: list[Problem] = []
        for step in part:
            self._ctx.tick(done, total, "lessons")
            if isinstance(step, Chapter):
                made = _section(step)
            else:
                body = None if self._graph is None else bodies.get(step.id, {})
                made = lesson_of(self._builder, step, body)
                done += 1
            nodes += made.nodes
            entries += made.entries
            problems += made.problems
        return Chunk(
            cursor={
                "step": start + len(part),
                "learned": "" if self._graph is None else self._graph.learned,
            },
            nodes=tuple(nodes),
            entries=tuple(entries),
            problems=(*self._taken(), *problems, *self._media.problems()),
            assets=(*self._builder.take(), *self._media.take()),
            done=done,
            total=total,
        )

    def _taken(self) -> list[Problem]:
        problems_before, self._problems_before = self._problems_before, []
        return problems_before

    def _bodies(self, contents: Sequence[Content]) -> dict[str, Fields]:
        """Return what GraphQL gives of these contents by id; nothing once the token is refused."""
        wanted = [one for one in contents if one.kind not in WITHOUT_CONTENT]
        bodies: dict[str, Fields] = {}
        for quizzes in (False, True):
            ids = [one.id for one in wanted if (one.kind == "Quiz") == quizzes]
            if self._graph is None or not ids:
                continue
            try:
                for ref, lesson in self._graph.lessons(ids, quizzes=quizzes):
                    bodies[ref] = body_of(lesson)
            except (AuthError, RejectedError) as error:
                self._graph = None
                self._problems_before.append(
                    Problem(
                        code="school_token_refused",
                        severity="warning",
                        message=_(
                            "Thinkific refused to give texts and quizzes, so the rest of the "
                            "course has none: {why}",
                            why=error.message,
                        ),
                        hint=_("Enter a new access token in the connection and import again."),
                    )
                )
        return bodies

    def _author(self, instructor_id: str) -> str:
        if not instructor_id:
            return ""
        try:
            found = rest.instructor(self._http, instructor_id)
        except (rest.Gone, RejectedError, AuthError):
            return ""
        name = f"{text(found, 'first_name')} {text(found, 'last_name')}".strip()
        bio = text(found, "bio")
        if not name and not bio:
            return ""
        heading = f"<h2>{escape(name)}</h2>" if name else ""
        return f'<section class="cp-author">{heading}{bio}</section>'

    def _cover(self, course: Fields, problems: list[Problem]) -> str | None:
        address = cover_of(course)
        if address is None:
            return None
        ending = Path(address.partition("?")[0]).suffix.lower()[:6] or ".png"
        try:
            return self._builder.fetch(address, f"cover{ending}", COVER)
        except PorterError as error:
            if error.code in ("canceled", "disk_full"):
                raise
            problems.append(
                Problem(
                    code="media_not_downloaded",
                    severity="warning",
                    message=_("The course image couldn't be downloaded: {why}", why=error.message),
                    hint=_("Choose an image in the course settings."),
                )
            )
            return None


def cover_of(course: Fields) -> str | None:
    """Return the card image, unless it is the site's placeholder or a path without a host."""
    address = text(course, "course_card_image_url")
    is_real = address.startswith("http") and not any(mark in address for mark in NO_COVER)
    return address if is_real else None


def _section(chapter: Chapter) -> Lesson:
    title = chapter.title or f"Chapter {chapter.id}"
    reason = None if chapter.title else _("The chapter has no name.")
    node = Node(key=chapter.key, kind="section", title=title)
    entry = Entry(
        kind="section",
        depth=1,
        title=chapter.title or None,
        ref=chapter.id,
        outcome="converted_with_loss" if reason else "converted",
        reason=reason,
        to=(chapter.key,),
    )
    order = [_other_order(chapter.key, title)] if chapter.reordered else []
    return Lesson([node], [entry], order)


def _other_order(key: str | None, title: str) -> Problem:
    return Problem(
        code="school_order_differs",
        severity="warning",
        message=_("“{title}”: Thinkific gives two different orders.", title=title),
        hint=_("Its positions were used. Check the order, and move what is in the wrong place."),
        key=key,
    )
