"""Performs operations as one step of a draft: all of them, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select

from courseporter.errors import (
    ConflictError,
    InputError,
    Message,
    Phrase,
    SettingsError,
    _,
    ngettext,
)
from courseporter.store.assets import Stored
from courseporter.store.clock import next_rev
from courseporter.store.schema import draft as table
from courseporter.workspace import drafts, ledger
from courseporter.workspace.edits import content, course, files, history, scorm, structure
from courseporter.workspace.edits.ops import Invalid, Operation
from courseporter.workspace.edits.step import Step

__all__ = ["Done", "apply", "invalid", "open_step", "settle"]

_PERFORM: Final[dict[str, Callable[[Step, Any], Message]]] = {
    "rename": content.rename,
    "describe": content.describe,
    "hide": content.hide,
    "set_text": content.set_text,
    "set_block": content.set_block,
    "retype": content.retype,
    "set_lesson": content.set_lesson,
    "set_scorm": content.set_scorm,
    "move": structure.move,
    "insert": structure.insert,
    "remove": structure.remove,
    "restore": structure.restore,
    "duplicate": structure.duplicate,
    "split": structure.split,
    "merge": structure.merge,
    "set_course": course.set_course,
    "put_file": course.put_file,
}


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """A step that was made: the draft's new revision, the step's id (None when nothing changed),
    keys of new nodes, and what an operation cost.
    """

    rev: int
    step: str | None
    keys: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()


def apply(  # noqa: PLR0913 - the terms of a step
    connection: Connection,
    draft_id: str,
    operations: Sequence[Operation],
    actor: str | None,
    *,
    label: Phrase | None = None,
    expect: int | None = None,
    stored: Mapping[str, Stored] | None = None,
    action: str = "edit",
) -> Done:
    """Perform operations as one step, in the caller's transaction, which must end when this raises.

    `expect`: the revision that the caller has seen.  `stored`: bytes of the files, by path, entered
    as assets by the caller.  Raises InputError `edit_invalid` naming the operation's index,
    ConflictError when the course has changed since `expect`.
    """
    step = open_step(connection, draft_id, actor, expect)
    step.stored = dict(stored or {})
    labels: list[Message] = []
    for index, one in enumerate(operations):
        step.index = index
        try:
            labels.append(_PERFORM[str(one.__struct_config__.tag)](step, one))
        except Invalid as error:
            raise invalid(Invalid(error.message, index)) from error
    _require_files(step)
    settle(step)
    number = history.record(step, label or _label(labels), action) if step.changes else None
    return Done(
        rev=step.rev if number else drafts.rev(connection, draft_id),
        step=number,
        keys=tuple(step.keys),
        messages=tuple(step.messages),
    )


def open_step(
    connection: Connection, draft_id: str, actor: str | None, expect: int | None = None
) -> Step:
    """A step of a draft that nobody else changes until the transaction ends.

    Raises InputError `course_not_ready`, ConflictError, SettingsError `unknown_item`.
    """
    if not drafts.hold(connection, draft_id):
        raise SettingsError(
            _("There is no draft “{draft_id}”.", draft_id=draft_id),
            _("List them with: courseporter drafts list"),
            code="unknown_item",
        )
    query = select(table.c.state, table.c.rev, table.c.content_rev, next_rev(table))
    state, rev, content_rev, new = connection.execute(query.where(table.c.id == draft_id)).one()
    if state == "preparing":
        raise InputError(
            _("The course is still being imported."),
            _("Wait for the import to finish."),
            code="course_not_ready",
        )
    if expect is not None and not content_rev <= expect <= rev:
        raise _moved_on(connection, draft_id, expect)
    return Step(connection, draft_id, actor, int(new))


def settle(step: Step) -> None:
    """What follows from the changes of a step: the ledger, the problems of SCORM lessons."""
    if step.moved_ledger:
        ledger.settle(step.connection, step.draft)
        scorm.tell(step.connection, step.draft)


def invalid(error: Invalid) -> InputError:
    """The error of an operation that the course doesn't allow."""
    index = error.index
    message = error.message if isinstance(error.message, Message) else str(error.message)
    return InputError(
        message,
        _("Nothing was changed. Correct the operation and send all of them again."),
        f"op {index}" if index >= 0 else "ops",
        code="edit_invalid",
        metadata={"op": index} if index >= 0 else {},
    )


def _moved_on(connection: Connection, draft_id: str, expect: int) -> ConflictError:
    labels = history.since(connection, draft_id, expect)
    what = "; ".join(labels[-3:])
    message = (
        _("The course has changed since then: {what}.", what=what)
        if what
        else _("The course isn't at revision {rev}.", rev=expect)
    )
    return ConflictError(
        message,
        _("Refresh the course, then repeat your change."),
        draft_id,
        metadata={"changes": labels},
    )


def _require_files(step: Step) -> None:
    missing = files.missing(step.connection, step.draft, set(step.wanted))
    if missing:
        path = min(missing, key=lambda one: (step.wanted[one], one))
        message = _("The course has no file “{path}”. Add it with put_file.", path=path)
        raise invalid(Invalid(message, step.wanted[path]))


def _label(labels: Sequence[Message]) -> Message:
    unique = list(dict.fromkeys(labels))
    first, more = unique[0], len(labels) - 1
    if len(unique) == 1:
        return first
    return ngettext(
        "{first}, and {count} more change", "{first}, and {count} more changes", more, first=first
    )
