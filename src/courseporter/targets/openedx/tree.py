"""The outline of a course as Studio has it: everything down to the units, in one call."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from courseporter.errors import _
from courseporter.targets.openedx.keys import CourseKey, parse_usage
from courseporter.targets.openedx.session import BIG, Session, authorized


class Children(msgspec.Struct, frozen=True):
    """What lies below a block."""

    children: tuple[Item, ...] = ()


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A section, lesson or unit (or whatever is in its place)."""

    id: str
    display_name: str = ""
    category: str = ""
    published: bool | None = None
    has_explicit_staff_lock: bool | None = None
    edited_on: str | None = None
    start: str | None = None
    due: str | None = None
    graded: bool | None = None
    format: str | None = None
    child_info: Children | None = None

    @property
    def name(self) -> str:
        """TAG/URL_NAME, as packages name it."""
        return "/".join(parse_usage(self.id))

    @property
    def children(self) -> tuple[Item, ...]:
        """What lies directly below."""
        return self.child_info.children if self.child_info else ()

    @property
    def hidden(self) -> bool:
        """Whether learners are kept out of it by its own setting."""
        return bool(self.has_explicit_staff_lock)

    def walk(self) -> Iterator[Item]:
        """It and everything below, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()


class _Index(msgspec.Struct):
    course_structure: Item


def read_tree(session: Session, key: CourseKey) -> Item | None:
    """The course with everything down to its units; None when there is no such course."""
    with authorized(_("This account isn't allowed to open {key} in Studio.", key=str(key))):
        answer = session.studio.get(
            f"/api/contentstore/v1/course_index/{key}", accept=(404,), cap=BIG
        )
    return None if answer.status == 404 else answer.decode(_Index).course_structure
