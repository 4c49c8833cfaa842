"""Operations on what items hold: titles, texts, blocks, settings of lessons, SCORM lessons."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Final, cast
from urllib.parse import quote, unquote

import msgspec
from msgspec.structs import replace
from sqlalchemy import func, literal, select

from courseporter.errors import Message, _, ngettext
from courseporter.model import (
    LESSON_SCHEME,
    Assignment,
    Course,
    Discussion,
    Kind,
    LessonSettings,
    Link,
    Node,
    Package,
    PackageMode,
    Quiz,
    Resource,
    Text,
)
from courseporter.store.schema import node as table
from courseporter.workspace import drafts
from courseporter.workspace.edits import blocks, look, rows, scorm
from courseporter.workspace.edits.ops import (
    Describe,
    Hide,
    Invalid,
    Plain,
    Rename,
    Retype,
    SetBlock,
    SetLesson,
    SetScorm,
    SetText,
)
from courseporter.workspace.edits.retype import retyped
from courseporter.workspace.edits.step import Step

DEFAULT_FORMAT: Final = "Homework"
_LINK: Final = re.compile(re.escape(LESSON_SCHEME) + r"([^\"'()<>\s,?#\\]*)")
_SCORM: Final[dict[PackageMode, Message]] = {
    "play": _("Let SCORM lessons play in the course"),
    "plugin": _("Let SCORM lessons use the SCORM XBlock"),
    "download": _("Offered SCORM lessons for download"),
}


def rename(step: Step, op: Rename) -> Message:
    """Give an item another title."""
    found = look.node(step, op.key)
    title = title_of(op.title, found.node.kind)
    step.rewrite(found, replace(found.node, title=title))
    return _("Renamed “{old}” to “{title}”", old=found.node.title, title=title)


def describe(step: Step, op: Describe) -> Message:
    """Set the description of a section, lesson or unit."""
    found = look.node(step, op.key)
    if found.node.kind == "block":
        raise Invalid(_("A block has no description."))
    new = replace(found.node, description=blocks.text_of(op.description))
    want_files(step, new, found.node)
    step.rewrite(found, new)
    return _("Changed the description of “{title}”", title=found.node.title)


def hide(step: Step, op: Hide) -> Message:
    """Hide items from learners, or show them."""
    found = look.nodes(step, op.keys)
    for one in found:
        step.rewrite(one, replace(one.node, hidden=op.hidden))
    title, count = found[0].node.title, len(found)
    if op.hidden:
        single = _("Hid “{title}” from learners", title=title)
        more = ngettext("Hid {count} item from learners", "Hid {count} items from learners", count)
    else:
        single = _("Showed “{title}” to learners", title=title)
        more = ngettext(
            "Showed {count} item to learners", "Showed {count} items to learners", count
        )
    return single if count == 1 else more


def set_text(step: Step, op: SetText) -> Message:
    """Set the HTML of a block, or the description of another item."""
    found = look.node(step, op.key)
    block = found.node.block
    if block is None:
        return describe(step, Describe(key=op.key, description=op.html))
    if not isinstance(block, Text | Assignment | Resource | Link | Discussion):
        raise Invalid(_("This block has no text; change it with set_block."))
    new = replace(found.node, block=replace(block, html=blocks.text_of(op.html)))
    want_files(step, new, found.node)
    step.rewrite(found, new)
    return _("Edited “{title}”", title=found.node.title)


def set_block(step: Step, op: SetBlock) -> Message:
    """Replace what a block holds."""
    found = look.node(step, op.key)
    if found.node.kind != "block":
        raise Invalid(_("Only a block has content."))
    block = blocks.with_original_of(found.node.block, blocks.block_of(op.block))
    new = replace(found.node, block=block)
    require_new_questions(step, new, blocks.question_keys(found.node), op.block)
    want_files(step, new, found.node)
    step.rewrite(found, new)
    return _("Edited “{title}”", title=found.node.title)


def retype(step: Step, op: Retype) -> Message:
    """Make a question one of another type."""
    found = look.node(step, op.key)
    quiz = found.node.block
    if not isinstance(quiz, Quiz) or op.question not in {one.key for one in quiz.questions}:
        raise Invalid(_("The quiz has no question with the key “{key}”.", key=op.question))
    questions = list(quiz.questions)
    at = next(n for n, one in enumerate(questions) if one.key == op.question)
    questions[at], messages = retyped(questions[at], op.type)
    step.messages += messages
    step.rewrite(found, replace(found.node, block=replace(quiz, questions=tuple(questions))))
    return _("Changed the type of a question in “{title}”", title=found.node.title)


def set_lesson(step: Step, op: SetLesson) -> Message:
    """Change settings of a lesson."""
    found = look.node(step, op.key)
    if found.node.kind != "lesson":
        raise Invalid(_("Only a lesson has these settings."))
    old = found.node.settings or LessonSettings()
    step.rewrite(found, replace(found.node, settings=lesson_settings(step, old, op.values)))
    return _("Changed settings of “{title}”", title=found.node.title)


def set_scorm(step: Step, op: SetScorm) -> Message:
    """Choose how SCORM lessons work."""
    change = scorm.choice(step.connection, step.draft, op.keys, op.mode)
    if change is not None:
        step.do(change)
    return _SCORM[op.mode]


def lesson_settings(step: Step, old: LessonSettings, values: Plain) -> LessonSettings | None:
    """The settings with these values; None when nothing is set.  Raises Invalid."""
    if unknown := sorted(set(values) - set(LessonSettings.__struct_fields__)):
        raise Invalid(_("A lesson has no setting “{field}”.", field=unknown[0]))
    known = msgspec.structs.asdict(old)
    try:
        new = msgspec.convert({**known, **values}, LessonSettings)
    except msgspec.ValidationError as error:
        raise Invalid(error) from error
    start, due = moment_of(new.start), moment_of(new.due)
    if start and due and due < start:
        raise Invalid(_("The lesson is due before it starts."))
    if values.get("format"):
        _require_format(step, str(new.format))
    return None if new == LessonSettings() else new


def _require_format(step: Step, name: str) -> None:
    """Raise Invalid where the grading policy has no such type; a course from Open edX has its own
    policy among its files.
    """
    course: Course = drafts.course(step.connection, step.draft)
    if course.grading is None and drafts.source(step.connection, step.draft) == "olx":
        return
    known = [one.name for one in course.grading.types] if course.grading else [DEFAULT_FORMAT]
    if name not in known:
        names = ", ".join(known)
        raise Invalid(
            _("The grading policy has no type “{name}”. It has: {names}.", name=name, names=names)
        )


def moment_of(text: str | None) -> datetime | None:
    """The moment that ISO 8601 names, in UTC unless it says otherwise; None for none.

    Raises Invalid.
    """
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(_("“{text}” isn't a date. Use YYYY-MM-DD.", text=text)) from error
    return found if found.tzinfo else datetime.fromisoformat(f"{found.isoformat()}+00:00")


def title_of(title: str, kind: Kind) -> str:
    """The title, if an item of this kind can have it.  Raises Invalid."""
    if kind != "block" and not title.strip():
        raise Invalid(_("Enter a title."))
    return blocks.text_of(title)


def want_files(step: Step, new: Node, old: Node | None) -> None:
    """At the end of the step the course must have the files that the node now refers to.

    Raises Invalid for a SCORM lesson that no import has brought.
    """
    if isinstance(new.block, Package):
        _require_known_package(step, new.block)
    before = _files(old) if old is not None else set[str]()
    for path in _files(new) - before:
        step.wanted.setdefault(path, step.index)


def _require_known_package(step: Step, block: Package) -> None:
    """A lesson launches a part of a package, which only an import can tell."""
    known = select(table.c.body).where(table.c.draft_id == step.draft, table.c.type == "package")
    for body in step.connection.scalars(known):
        other = rows.decode(body).block
        if isinstance(other, Package) and _part(other) == _part(block):
            return
    raise Invalid(_("Import the SCORM package; its lessons can't be added one by one."))


def _part(block: Package) -> tuple[str, str, str, str]:
    return block.file, block.identity, block.item, block.href


def _files(one: Node) -> set[str]:
    found = set(blocks.paths_in(one.description))
    return found if one.block is None else found | blocks.files_in(one.block)


def require_new_questions(
    step: Step, one: Node, own: Collection[str], raw: Plain | None = None
) -> None:
    """Raise Invalid where a key that came with the operation belongs to something else."""
    given = {
        str(question["key"])
        for question in cast("list[Plain]", (raw or {}).get("questions") or ())
        if "key" in question
    }
    foreign = blocks.question_keys(one) & given - set(own)
    if not foreign:
        return
    others = select(table.c.body).where(
        table.c.draft_id == step.draft, table.c.questions > 0, table.c.key != one.key
    )
    for body in step.connection.scalars(others):
        foreign_here = foreign & blocks.question_keys(rows.decode(body))
        if foreign_here:
            raise _taken(min(foreign_here))
    for key in sorted(foreign):
        if rows.is_taken(step.connection, step.draft, key):
            raise _taken(key)


def _taken(key: str) -> Invalid:
    return Invalid(_("The key “{key}” is already used in the course.", key=key))


def redirect(step: Step, old: list[str], new: str) -> None:
    """Let links to these items lead to another one."""
    mark = LESSON_SCHEME.encode()
    if step.connection.dialect.name == "sqlite":
        has_links = func.instr(table.c.body, literal(mark)) > 0
    else:
        has_links = func.pg_catalog.position(table.c.body, literal(mark)) > 0
    query = select(table.c.key).where(table.c.draft_id == step.draft, has_links)
    for key in step.connection.scalars(query.order_by(table.c.seq)).all():
        found = look.node(step, key)
        text = rows.encode(found.node).decode()
        written = _LINK.sub(
            lambda link: LESSON_SCHEME + quote(new) if unquote(link[1]) in old else link[0], text
        )
        if written != text:
            step.rewrite(found, rows.decode(written))
