"""The history of a draft: every step with what it changed; undo, redo, and earlier states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

import msgspec
from sqlalchemy import Connection, Row, func, insert, select, update

from courseporter.errors import Phrase, SettingsError, _
from courseporter.store.clock import now_ms
from courseporter.store.identity import new_id
from courseporter.store.schema import history
from courseporter.workspace import drafts
from courseporter.workspace.edits import changes, older
from courseporter.workspace.edits.step import Step

START: Final = "start"  # the name of the state before the first step
_STEP = (
    history.c.id,
    history.c.number,
    history.c.at,
    history.c.actor,
    history.c.action,
    history.c.label,
    history.c.undone,
)


class StepRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One step, as people read it; `number` counts the steps of the draft from 1."""

    id: str
    number: int
    at: int
    actor: str | None
    action: str
    label: Phrase
    undone: bool


def record(step: Step, label: Phrase, action: str = "edit") -> str:
    """Store a step that was performed, and the draft's new revision; returns the step's id."""
    connection, draft_id = step.connection, step.draft
    last = select(func.coalesce(func.max(history.c.number), 0))
    number = connection.execute(last.where(history.c.draft_id == draft_id)).scalar_one()
    step_id = new_id()
    connection.execute(
        insert(history).values(
            id=step_id,
            draft_id=draft_id,
            number=int(number) + 1,
            at=now_ms(),
            actor=step.actor,
            action=action,
            label=label,
            changes=changes.encode(step.changes),
            rev=step.rev,
        )
    )
    drafts.touch(connection, draft_id, rev=step.rev)
    return step_id


def listing(connection: Connection, draft_id: str) -> list[StepRecord]:
    """Every step of a draft, oldest first."""
    query = select(*_STEP).where(history.c.draft_id == draft_id).order_by(history.c.number)
    return [_record(row) for row in connection.execute(query)]


def since(connection: Connection, draft_id: str, rev: int) -> list[str]:
    """Labels of the steps that were made, undone or redone after a revision, oldest first."""
    query = select(history.c.label).where(history.c.draft_id == draft_id, history.c.rev > rev)
    return [str(label) for label in connection.scalars(query.order_by(history.c.rev))]


def next_undo(connection: Connection, draft_id: str, actor: str | None) -> StepRecord | None:
    """The step that `undo` would take back: the actor's own last one."""
    query = select(*_STEP).where(*_mine(draft_id, actor), history.c.undone.is_(False))
    row = connection.execute(query.order_by(history.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else _record(row)


def next_redo(connection: Connection, draft_id: str, actor: str | None) -> StepRecord | None:
    """The step that `redo` would make again: the actor's own, unless they changed more since."""
    last = next_undo(connection, draft_id, actor)
    query = select(*_STEP).where(
        *_mine(draft_id, actor),
        history.c.undone.is_(True),
        history.c.number > (last.number if last else 0),
    )
    row = connection.execute(query.order_by(history.c.number).limit(1)).one_or_none()
    return None if row is None else _record(row)


def find(connection: Connection, draft_id: str, step_id: str) -> StepRecord:
    """The step whose id begins so, or that has this number.  Raises SettingsError."""
    named = history.c.id.startswith(step_id, autoescape=True)
    if step_id.isdecimal() and len(step_id) < len("1234567890"):
        named = history.c.number == int(step_id)
    query = select(*_STEP).where(history.c.draft_id == draft_id, named).limit(2)
    found = connection.execute(query).all() if step_id else ()
    if len(found) != 1:
        raise SettingsError(
            _("The history has no step “{step}”.", step=step_id),
            _("List the steps with: courseporter drafts history ID"),
            step_id,
            code="unknown_item",
        )
    return _record(found[0])


def steps_after(
    connection: Connection, draft_id: str, number: int, *, undone: bool
) -> list[StepRecord]:
    """The steps after this one that are, or aren't, undone, in order."""
    query = select(*_STEP).where(
        history.c.draft_id == draft_id, history.c.number > number, history.c.undone.is_(undone)
    )
    return [_record(row) for row in connection.execute(query.order_by(history.c.number))]


def take_back(step: Step, done: StepRecord) -> None:
    """Perform the inverse of a step.  Raises ConflictError where later changes are in its way."""
    step.do_all(changes.reversed_all(_changes(step.connection, done)))


def make_again(step: Step, done: StepRecord) -> None:
    """Perform an undone step again.  Raises ConflictError."""
    step.do_all(_changes(step.connection, done))


def mark(step: Step, done: StepRecord, *, undone: bool) -> None:
    """Say that a step is undone, or not any more."""
    values = {"undone": undone, "rev": step.rev}
    step.connection.execute(update(history).where(history.c.id == done.id).values(values))
    drafts.touch(step.connection, step.draft, rev=step.rev)


def files_of(connection: Connection, done: StepRecord) -> set[str]:
    """Paths of the files that a step has put into the course."""
    found = _changes(connection, done)
    return {one.path for one in found if isinstance(one, changes.FileChange)}


def _changes(connection: Connection, done: StepRecord) -> Sequence[changes.AnyChange]:
    query = select(history.c.draft_id, history.c.changes, history.c.before)
    row = connection.execute(query.where(history.c.id == done.id)).one()
    if row.changes is not None:
        return changes.decode(row.changes)
    found = older.changes_of(connection, row.draft_id, cast("dict[str, object]", row.before or {}))
    encoded = changes.encode(found)
    connection.execute(update(history).where(history.c.id == done.id).values(changes=encoded))
    return found


def _mine(draft_id: str, actor: str | None):  # noqa: ANN202 - conditions
    mine = history.c.actor.is_(None)
    if actor is not None:
        mine = (history.c.actor == actor) | mine
    return history.c.draft_id == draft_id, mine


def _record(row: Row[*tuple[Any, ...]]) -> StepRecord:
    return StepRecord(**{name: getattr(row, name) for name in StepRecord.__struct_fields__})
