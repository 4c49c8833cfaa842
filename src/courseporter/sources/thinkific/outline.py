"""The outline of a course: chapters and contents in the order of the site."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from courseporter.context import Http
from courseporter.sources.school.fields import Fields, number, text, texts
from courseporter.sources.thinkific import rest


class Content(NamedTuple):
    """A content as the outline names it: `kind` is its contentable_type."""

    id: str
    title: str
    kind: str
    link: str  # to the lesson in the old school
    chapter: str  # the key of its section's node
    fields: Fields

    @property
    def free(self) -> bool:
        """Whether anybody may see it."""
        return self.fields.get("free") is True


class Chapter(NamedTuple):
    """A chapter with its contents; `reordered` when the site lists their ids in another order."""

    id: str
    title: str
    contents: tuple[Content, ...]
    reordered: bool = False

    @property
    def key(self) -> str:
        """The key of its node."""
        return f"section:{self.id}"


def outline(http: Http, course: Fields) -> list[Chapter]:
    """Return all chapters with their contents, by position, then by id."""
    order = texts(course, "chapter_ids")
    found = _sorted(rest.chapters(http, text(course, "id")), order)
    return [_chapter(http, one) for one in found]


def _chapter(http: Http, chapter: Fields) -> Chapter:
    ref = text(chapter, "id")
    found = _sorted(rest.contents(http, ref), texts(chapter, "content_ids"))
    contents = tuple(
        Content(
            id=text(one, "id"),
            title=text(one, "name"),
            kind=text(one, "contentable_type"),
            link=text(one, "take_url"),
            chapter=f"section:{ref}",
            fields=one,
        )
        for one in found
    )
    reordered = differs((one.id for one in contents), texts(chapter, "content_ids"))
    return Chapter(ref, text(chapter, "name"), contents, reordered)


def _sorted(found: list[Fields], order: list[str]) -> list[Fields]:
    """Sort by position, then by id; one without a position takes its place in the list of ids."""
    listed = {ref: place for place, ref in enumerate(order)}
    last = len(listed)

    def place(one: Fields) -> tuple[int, int]:
        position = number(one, "position")
        rank = listed.get(text(one, "id"), last)
        return (rank if position is None else position, number(one, "id") or 0)

    return sorted((one for one in found if text(one, "id")), key=place)


def differs(found: Iterable[str], order: list[str]) -> bool:
    """Whether the list of ids has them in another order."""
    known = set(order)
    mine = [ref for ref in found if ref in known]
    theirs = set(mine)
    return mine != [ref for ref in order if ref in theirs]
