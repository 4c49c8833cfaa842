"""What a site has under a course key."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from courseporter.targets.openedx import runs
from courseporter.targets.openedx.keys import CourseKey
from courseporter.targets.openedx.session import Session
from courseporter.targets.openedx.tree import Item, read_tree


class CourseStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Seed 001, section 11: CourseStatus."""

    exists: bool
    published: bool = False
    last_modified: str | None = None
    enrollment_count: int | None = None
    lms_url: str | None = None
    studio_url: str | None = None


def read_status(session: Session, key: CourseKey) -> CourseStatus:
    """Look a course up: two or three calls.  Raises PorterError."""
    found = runs.look_up(session, key)
    tree = read_tree(session, key) if found is not None else None
    if found is None or tree is None:
        return CourseStatus(exists=False)
    units = [item for item in tree.walk() if item.category == "vertical"]
    return CourseStatus(
        exists=True,
        published=bool(units) and all(unit.published for unit in units),
        last_modified=_newest(tree),
        enrollment_count=runs.count_learners(session, key),
        lms_url=session.site.lms_page(key),
        studio_url=session.site.studio_page(key),
    )


def _newest(tree: Item) -> str | None:
    """The latest edit; Studio writes “Nov 20, 2026 at 09:40 UTC”."""
    times = [moment for item in tree.walk() if (moment := _moment(item.edited_on))]
    return max(times).isoformat().replace("+00:00", "Z") if times else None


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.strptime(text or "", "%b %d, %Y at %H:%M UTC").replace(tzinfo=UTC)
    except ValueError:
        return None
