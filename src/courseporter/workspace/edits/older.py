"""Steps that an older version has stored: only what there was before."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection

from courseporter.model import Course, Node, PackageMode
from courseporter.workspace import drafts
from courseporter.workspace.edits import rows, scorm
from courseporter.workspace.edits.changes import (
    AnyChange,
    CourseChange,
    NodeChange,
    ScormChange,
    differences,
    plain_course,
)


def changes_of(
    connection: Connection, draft_id: str, before: Mapping[str, object]
) -> list[AnyChange]:
    """The changes of a step that is still done: what there is now is what it made."""
    found: list[AnyChange] = []
    for old in msgspec.convert(before.get("nodes", ()), list[Node]):
        row = rows.get(connection, draft_id, old.key)
        if row is not None:
            was, now = differences(old, row.node)
            found.append(NodeChange(key=old.key, before=was, after=now))
    if "course" in before:
        found.append(_course(connection, draft_id, msgspec.convert(before["course"], Course)))
    if "scorm" in before:
        modes = msgspec.convert(before["scorm"], dict[PackageMode, list[str]])
        found.append(ScormChange(before=modes, after=_now(connection, draft_id, modes)))
    return found


def _course(connection: Connection, draft_id: str, old: Course) -> CourseChange:
    was, now = plain_course(old), plain_course(drafts.course(connection, draft_id))
    names = [name for name in was if was[name] != now[name]]
    return CourseChange(
        before={name: was[name] for name in names}, after={name: now[name] for name in names}
    )


def _now(
    connection: Connection, draft_id: str, before: Mapping[PackageMode, list[str]]
) -> dict[PackageMode, list[str]]:
    keys = {key for part in before.values() for key in part}
    found: dict[PackageMode, list[str]] = {}
    for place in scorm.lessons(connection, draft_id):
        if place.node.key in keys:
            found.setdefault(place.package.mode, []).append(place.node.key)
    return found
