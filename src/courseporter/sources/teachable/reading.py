"""A course read lecture by lecture, in chunks that a killed import continues after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path

from courseporter.context import Context
from courseporter.errors import PorterError, Problem, RejectedError, _
from courseporter.model import Asset, Course, Entry, Node
from courseporter.sources import Chunk, Cursor
from courseporter.sources.school.fields import Fields, child, children, text
from courseporter.sources.school.media import Media
from courseporter.sources.school.previews import free_previews
from courseporter.sources.teachable import v1
from courseporter.sources.teachable.apis import chosen
from courseporter.sources.teachable.lectures import Access, Lesson, expect_files, lesson_of
from courseporter.sources.teachable.outline import LectureRef, SectionRef, outline

STEPS = 20  # sections and lectures in a chunk
COVER = 20 << 20


class Reading:
    """Reads one course; `choices` as sources/school/media.py says."""

    def __init__(self, ctx: Context, choices: Mapping[str, str], moved: Mapping[str, str]) -> None:
        self._ctx = ctx
        self._http = ctx.http()
        self._api, _version = chosen(choices)
        self._media = Media(ctx, choices, moved)

    def chunks(self, course_id: str, cursor: Cursor) -> Iterator[Chunk]:
        """The course from `cursor` on, some 20 lectures at a time.  Raises PorterError."""
        course = self._course(course_id)
        steps = _steps(outline(course))
        total = sum(isinstance(one, LectureRef) for one in steps)
        if cursor is None:
            yield self._head(course, course_id, total)
        first = int((cursor or {}).get("step", 0))
        for start in range(first, len(steps), STEPS):
            yield self._chunk(course_id, steps, start, total)
            self._media.saved()

    def _course(self, course_id: str) -> Fields:
        try:
            return self._api.course(self._http, course_id)
        except v1.Gone:
            raise RejectedError(
                _("The school no longer has the course {id}.", id=course_id),
                _("It may have been deleted. List the courses of the school again."),
                code="remote_missing",
            ) from None

    def _head(self, course: Fields, course_id: str, total: int) -> Chunk:
        """What is above the lectures: the course itself."""
        assets: list[Asset] = []
        problems: list[Problem] = []
        cover = self._cover(course, assets, problems)
        return Chunk(
            cursor={"step": 0},
            course=_course(course, course_id, cover),
            assets=tuple(assets),
            problems=(*problems, *free_previews(_free(course))),
            done=0,
            total=total,
        )

    def _chunk(
        self, course_id: str, steps: Sequence[SectionRef | LectureRef], start: int, total: int
    ) -> Chunk:
        part = steps[start : start + STEPS]
        done = sum(isinstance(one, LectureRef) for one in steps[:start])
        found = Lesson([], [], [])
        lectures = self._lectures(course_id, part, done, total)
        for step in part:
            made = self._step(course_id, step, lectures)
            found.nodes.extend(made.nodes)
            found.entries.extend(made.entries)
            found.problems.extend(made.problems)
            done += isinstance(step, LectureRef)
        return Chunk(
            cursor={"step": start + len(part)},
            nodes=tuple(found.nodes),
            entries=tuple(found.entries),
            problems=(*found.problems, *self._media.problems()),
            assets=self._media.take(),
            done=done,
            total=total,
        )

    def _lectures(
        self, course_id: str, part: Sequence[SectionRef | LectureRef], done: int, total: int
    ) -> dict[str, Fields]:
        """The lectures by id, without deleted ones; their files are downloaded meanwhile."""
        found: dict[str, Fields] = {}
        for ref in part:
            if isinstance(ref, SectionRef):
                continue
            self._ctx.tick(done, total, "lessons")
            try:
                lecture = found[ref.id] = self._api.lecture(self._http, course_id, ref.id)
            except v1.Gone:
                continue
            expect_files(lecture, self._media)
            done += 1
        return found

    def _step(
        self, course_id: str, step: SectionRef | LectureRef, lectures: Mapping[str, Fields]
    ) -> Lesson:
        if isinstance(step, SectionRef):
            return _section(step)
        lecture = lectures.get(step.id)
        if lecture is None:
            return _gone(step)
        return lesson_of(lecture, step, self._access(course_id, step.id))

    def _access(self, course_id: str, lecture_id: str) -> Access:
        """The files of a lecture, which is asked for once more when its addresses have expired."""

        @cache
        def again() -> Mapping[str, str]:
            try:
                found = self._api.lecture(self._http, course_id, lecture_id, again=True)
            except v1.Gone:
                return {}
            return {text(one, "id"): text(one, "url") for one in children(found, "attachments")}

        def renew(ref: str) -> str:
            return again().get(ref, "")

        def stream(ref: str) -> Fields:
            try:
                return self._api.video(self._http, course_id, lecture_id, ref)
            except (v1.Gone, RejectedError):
                return {}

        return Access(self._media, renew, stream)

    def _cover(self, course: Fields, assets: list[Asset], problems: list[Problem]) -> str | None:
        address = text(course, "image_url")
        if not address:
            return None
        path = self._ctx.scratch / f"cover-{text(course, 'id')}"
        try:
            self._ctx.http("media").download(address, path, cap=COVER)
            ending = Path(address.partition("?")[0]).suffix.lower()[:6] or ".png"
            with path.open("rb") as stream:
                assets.append(self._ctx.asset(f"cover{ending}", stream))
        except PorterError as error:
            problems.append(
                Problem(
                    code="media_not_downloaded",
                    severity="warning",
                    message=_("The course image couldn't be downloaded: {why}", why=error.message),
                    hint=_("Choose an image in the course settings."),
                )
            )
            return None
        finally:
            path.unlink(missing_ok=True)
        return assets[-1].path


def _free(course: Fields) -> list[str]:
    """The names of lectures that anybody may see; only v2 tells."""
    return [
        text(one, "name")
        for section in children(course, "lecture_sections")
        for one in children(section, "lectures")
        if one.get("free_preview") is True
    ]


def _section(section: SectionRef) -> Lesson:
    title = section.title or f"Section {section.id}"
    reason = None if section.title else _("The section has no name.")
    node = Node(key=section.key, kind="section", title=title, hidden=section.hidden)
    entry = Entry(
        kind="section",
        depth=1,
        title=section.title or None,
        ref=section.id,
        outcome="converted_with_loss" if reason else "converted",
        hidden=section.hidden,
        reason=reason,
        to=(section.key,),
    )
    return Lesson([node], [entry], [])


def _steps(sections: Iterable[SectionRef]) -> list[SectionRef | LectureRef]:
    """Sections and lectures in the order of the course."""
    return [step for section in sections for step in (section, *section.lectures)]


def _course(course: Fields, course_id: str, cover: str | None) -> Course:
    """What is above the tree; older sales pages alone have a description (TEACHABLE.md 3.1)."""
    heading = text(course, "heading")
    return Course(
        key=course_id,
        title=text(course, "name") or f"Course {course_id}",
        subtitle=heading or None,
        description=(text(course, "description") + _author(child(course, "author_bio")))
        or heading
        or None,
        cover=cover,
    )


def _author(author: Fields) -> str:
    name, bio = text(author, "name"), text(author, "bio")
    if not name and not bio:
        return ""
    heading = f"<h2>{escape(name)}</h2>" if name else ""
    return f'<section class="cp-author">{heading}{bio}</section>'


def _gone(ref: LectureRef) -> Lesson:
    """A lecture that was deleted since the outline was read."""
    reason = _("Teachable no longer has this lecture; it was deleted while the course was read.")
    entry = Entry(
        kind="lesson", depth=2, title=None, ref=ref.id, outcome="skipped",
        hidden=ref.hidden, reason=reason,
    )  # fmt: skip
    problem = Problem(
        code="school_item_gone",
        severity="warning",
        message=_("Lecture {id} was deleted at Teachable while the course was read.", id=ref.id),
        where=ref.id,
    )
    return Lesson([], [entry], [problem])
