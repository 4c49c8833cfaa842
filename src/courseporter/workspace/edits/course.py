"""Operations on the course itself: its settings, its grading policy, its files."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

import msgspec

from courseporter.errors import Message, _
from courseporter.model import Course, Grading
from courseporter.workspace import drafts
from courseporter.workspace.edits import blocks, content, files
from courseporter.workspace.edits.changes import CourseChange, File, FileChange, plain_course
from courseporter.workspace.edits.ops import Invalid, PutFile, SetCourse
from courseporter.workspace.edits.step import Step

ALIASES: Final = {"about": "description"}
LONGEST_PATH: Final = 1000
DATES: Final = ("start", "end", "enrollment_start", "enrollment_end")
_WHOLE: Final = 100.0


def set_course(step: Step, op: SetCourse) -> Message:
    """Change settings of the course."""
    old = drafts.course(step.connection, step.draft)
    values = {ALIASES.get(name, name): value for name, value in op.values.items()}
    known = set(Course.__struct_fields__) - {"key"}
    if unknown := sorted(set(values) - known):
        raise Invalid(_("A course has no setting “{field}”.", field=unknown[0]))
    plain = plain_course(old)
    try:
        new = msgspec.convert({**plain, **values, "key": old.key}, Course)
    except msgspec.ValidationError as error:
        raise Invalid(error) from error
    _require(step, old, new)
    after = plain_course(new)
    changed = [name for name in values if plain[name] != after[name]]
    if changed:
        before = {name: plain[name] for name in changed}
        step.do(CourseChange(before=before, after={name: after[name] for name in changed}))
    if changed == ["title"]:
        return _("Renamed the course to “{title}”", title=new.title)
    return _("Changed course settings")


def _require(step: Step, old: Course, new: Course) -> None:
    if not new.title.strip():
        raise Invalid(_("Enter a title for the course."))
    for text in (new.title, new.description or "", new.subtitle or "", *new.keywords):
        blocks.text_of(text)
    for name in DATES:
        value = getattr(new, name)
        if value != getattr(old, name):
            content.moment_of(value)
    if new.cover and new.cover != old.cover:
        step.wanted.setdefault(new.cover, step.index)
    if new.grading is not None and new.grading != old.grading:
        require_grading(new.grading)


def require_grading(grading: Grading) -> None:
    """Raise Invalid unless the policy can grade: names, weights that add up to 100, drop counts."""
    names = [one.name.strip() for one in grading.types]
    if not names or not all(names) or len(set(names)) < len(names):
        raise Invalid(_("Each assignment type needs a name of its own."))
    for one in grading.types:
        blocks.text_of(one.name + one.short)
        if not 0 <= one.weight <= _WHOLE:
            raise Invalid(_("The weight of “{name}” must be between 0 and 100.", name=one.name))
        if one.drop < 0 or (one.count is not None and (one.count < 1 or one.drop >= one.count)):
            raise Invalid(
                _("“{name}” can't drop as many scores as it has, or less than 0.", name=one.name)
            )
    total = sum(one.weight for one in grading.types)
    if abs(total - _WHOLE) > 0.01:
        raise Invalid(_("The weights must add up to 100; they add up to {total:g}.", total=total))
    if not 0 < grading.pass_mark <= _WHOLE:
        raise Invalid(_("The pass mark must be above 0 and at most 100."))


def put_file(step: Step, op: PutFile) -> Message:
    """Add a file, or replace the one at its path; its bytes are stored by now."""
    require_path(op.path)
    new = step.stored[op.path]
    old = files.at(step.connection, step.draft, op.path)
    after = File(new.sha256, new.size)
    if old != after:
        step.do(FileChange(path=op.path, before=old, after=after))
    name = PurePosixPath(op.path).name
    return _("Added “{name}”", name=name) if old is None else _("Replaced “{name}”", name=name)


def require_path(path: str) -> None:
    """Raise Invalid unless a file of the course may have this path."""
    parts = path.split("/")
    odd = not path or path.startswith(("/", "olx:")) or "\\" in path or len(path) > LONGEST_PATH
    if odd or any(part in ("", ".", "..") for part in parts):
        raise Invalid(_("“{path}” isn't a valid path of a file in a course.", path=path[:200]))
    blocks.text_of(path)
