"""Changing a draft: operations as one step, undo and redo, settings of the course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from courseporter.api.actor import Actor
from courseporter.api.values import EditView, FieldError, HistoryRow
from courseporter.errors import Phrase, SettingsError, _, refused_by_system
from courseporter.flows.checks import check_draft, target_of
from courseporter.formats.captions import MAX_CAPTIONS, subrip
from courseporter.formats.languages import platform_language
from courseporter.model import Course
from courseporter.store.assets import Stored
from courseporter.targets.registry import named
from courseporter.workspace import drafts, problems, tree
from courseporter.workspace.edits import apply as edits
from courseporter.workspace.edits import course as courses
from courseporter.workspace.edits import history as steps
from courseporter.workspace.edits import ops

Operations = Sequence[ops.Operation]


def edit(
    actor: Actor,
    draft_id: str,
    operations: Operations | bytes,
    *,
    expect: int | None = None,
    label: Phrase | None = None,
    check: bool = True,
) -> EditView:
    """Perform operations (or the JSON list of them) as one step, all of them or none.

    `expect`: the revision that the caller has seen.  `check=False` leaves the problems as they are;
    call `recheck` later.  Raises InputError `edit_invalid` with the operation's index,
    ConflictError when the course has changed since `expect`.
    """
    parts = _decoded(operations) if isinstance(operations, bytes) else list(operations)
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    parts = [_valid(one, index, draft) for index, one in enumerate(parts)]
    stored = _stored(actor, parts)
    with actor.store.write() as connection:
        actor.store.assets.insert(connection, stored.values())
        done = edits.apply(
            connection, draft.id, parts, actor.user, label=label, expect=expect, stored=stored
        )
    if check and done.step is not None:
        recheck(actor, draft.id)
    return EditView(
        rev=done.rev, step=done.step, keys=done.keys, messages=tuple(map(str, done.messages))
    )


def rename(actor: Actor, draft_id: str, key: str, title: str) -> None:
    """Give an item another title, and with a lesson the pages in it that repeat its title.

    Learners see the title of the page, not that of the lesson above it.
    """
    with actor.store.read() as connection:
        keys = tree.echoes(connection, draft_id, key)
        old = tree.get(connection, draft_id, key).title
    label = _("Renamed “{old}” to “{title}”", old=old, title=title)
    edit(actor, draft_id, [ops.Rename(key=one, title=title) for one in keys], label=label)


def set_hidden(actor: Actor, draft_id: str, keys: Sequence[str], *, hidden: bool) -> None:
    """Hide items from learners, or show them, as one step."""
    edit(actor, draft_id, [ops.Hide(keys=tuple(keys), hidden=hidden)])


def set_course(actor: Actor, draft_id: str, **fields: str | bool | None) -> None:
    """Change settings of the course.  Raises SettingsError naming the first wrong one."""
    wrong = validate_course(_texts(fields))
    if wrong:
        raise SettingsError(wrong[0].message, _("Correct the field."), wrong[0].field)
    values: dict[str, object] = {
        name: value if isinstance(value, bool) or name == "title" else value or None
        for name, value in fields.items()
    }
    edit(actor, draft_id, [ops.SetCourse(values=values)])


def undo(actor: Actor, draft_id: str, to: str | None = None) -> str | None:
    """Take back the actor's own last change; returns its label, None when there is none.

    `to`: take back everybody's changes after this step ("start": all).  Raises ConflictError where
    later changes of others are in the way.
    """
    view = undo_step(actor, draft_id, to)
    return None if view is None else view.label


def redo(actor: Actor, draft_id: str, to: str | None = None) -> str | None:
    """Make the actor's own last undone change again; returns its label, None when there is none.

    `to`: make all undone changes again, up to this step.  Raises ConflictError.
    """
    view = redo_step(actor, draft_id, to)
    return None if view is None else view.label


def undo_step(actor: Actor, draft_id: str, to: str | None = None) -> EditView | None:
    """`undo`, with the draft's new revision and the step that was taken back last."""
    with actor.store.write() as connection:
        step = edits.open_step(connection, draft_id, actor.user)
        if to is None:
            last = steps.next_undo(connection, draft_id, actor.user)
            chosen = [last] if last is not None else []
        else:
            number = 0 if to == steps.START else steps.find(connection, draft_id, to).number
            chosen = steps.steps_after(connection, draft_id, number, undone=False)[::-1]
        for one in chosen:
            steps.take_back(step, one)
            steps.mark(step, one, undone=True)
        edits.settle(step)
    return _moved(actor, draft_id, step.rev, chosen)


def redo_step(actor: Actor, draft_id: str, to: str | None = None) -> EditView | None:
    """`redo`, with the draft's new revision and the step that was made again last."""
    with actor.store.write() as connection:
        step = edits.open_step(connection, draft_id, actor.user)
        if to is None:
            following = steps.next_redo(connection, draft_id, actor.user)
            chosen = [following] if following is not None else []
        else:
            last = steps.find(connection, draft_id, to).number
            undone = steps.steps_after(connection, draft_id, 0, undone=True)
            chosen = [one for one in undone if one.number <= last]
        for one in chosen:
            steps.make_again(step, one)
            steps.mark(step, one, undone=False)
        edits.settle(step)
    return _moved(actor, draft_id, step.rev, chosen)


def restore_state(actor: Actor, draft_id: str, to: str) -> EditView | None:
    """Bring the course back to what it was right after a step ("start": as imported), as a step of
    its own; None when it is so already.  Raises SettingsError, ConflictError.
    """
    with actor.store.write() as connection:
        step = edits.open_step(connection, draft_id, actor.user)
        label: Phrase = _("Restored the course as it was imported")
        number = 0
        if to != steps.START:
            found = steps.find(connection, draft_id, to)
            number = found.number
            label = _("Restored the course as of “{label}”", label=str(found.label))
        for one in steps.steps_after(connection, draft_id, number, undone=False)[::-1]:
            steps.take_back(step, one)
        if not step.changes:
            return None
        edits.settle(step)
        made = steps.record(step, label, "restore")
    recheck(actor, draft_id)
    return EditView(rev=step.rev, step=made, label=str(label))


def history(actor: Actor, draft_id: str) -> tuple[HistoryRow, ...]:
    """Every change of a draft, oldest first."""
    with actor.store.read() as connection:
        found = steps.listing(connection, draft_id)
    return tuple(
        HistoryRow(
            step=one.id,
            number=one.number,
            at=one.at,
            actor=one.actor,
            action=one.action,
            label=str(one.label),
            undone=one.undone,
        )
        for one in found
    )


def recheck(actor: Actor, draft_id: str) -> None:
    """Check the draft again after a change."""
    found = check_draft(actor.store, drafts.get(actor.store, draft_id, actor.organisation))
    with actor.store.write() as connection:
        problems.replace(connection, draft_id, "check", found)


def validate_course(
    fields: Mapping[str, str | bool], target: str | None = None
) -> tuple[FieldError, ...]:
    """What is wrong with settings of a course for a target (None: the default one), a sentence
    each; empty values mean the default.
    """
    wrong = named(target).validate(fields)
    return tuple(FieldError(field=one.field, message=str(one.message)) for one in wrong)


def _moved(
    actor: Actor, draft_id: str, rev: int, chosen: Sequence[steps.StepRecord]
) -> EditView | None:
    if not chosen:
        return None
    recheck(actor, draft_id)
    return EditView(rev=rev, step=chosen[-1].id, label=str(chosen[-1].label))


def _decoded(data: bytes) -> Operations:
    try:
        return ops.decode(data)
    except ops.Invalid as error:
        raise edits.invalid(error) from error


def _valid(one: ops.Operation, index: int, draft: drafts.DraftRecord) -> ops.Operation:
    """Settings of a course as its target takes them.  Raises InputError."""
    if not isinstance(one, ops.SetCourse):
        return one
    values = dict(one.values)
    texts = _texts(values)
    for wrong in target_of(draft).validate({**_dates(draft.course, texts), **texts}):
        if wrong.field in texts:
            raise edits.invalid(ops.Invalid(wrong.message, index))
    if language := texts.get("language"):
        values["language"] = platform_language(str(language))
    return ops.SetCourse(values=values)


def _dates(course: Course, given: Mapping[str, str | bool]) -> dict[str, str | bool]:
    """The course's own dates, to compare new ones with, where new ones are given."""
    names = [name for name in courses.DATES if any(one in given for one in courses.DATES)]
    return {name: str(getattr(course, name) or "") for name in names}


def _texts(values: Mapping[str, object]) -> dict[str, str | bool]:
    """Settings as targets validate them: None is an empty text."""
    plain = {name: "" if value is None else value for name, value in values.items()}
    return {name: value for name, value in plain.items() if isinstance(value, str | bool)}


def _stored(actor: Actor, operations: Operations) -> dict[str, Stored]:
    """Files that operations bring, kept as assets, by path.  Raises InputError."""
    found: dict[str, Stored] = {}
    captions = ops.caption_paths(operations)
    for index, one in enumerate(operations):
        if not isinstance(one, ops.PutFile):
            continue
        try:
            courses.require_path(one.path)
            with Path(one.file).open("rb") as stream:
                data = _as_subrip(one, stream) if one.path in captions else stream
                found[one.path] = actor.store.assets.put(data)
        except ops.Invalid as error:
            raise edits.invalid(ops.Invalid(error.message, index)) from error
        except (FileNotFoundError, IsADirectoryError, PermissionError, ValueError) as error:
            refusal = refused_by_system(error)
            why = refusal.message if refusal else str(error)
            message = _("The file “{path}” can't be read: {why}", path=one.file, why=why)
            raise edits.invalid(ops.Invalid(message, index)) from error
    return found


def _as_subrip(one: ops.PutFile, stream: BinaryIO) -> BinaryIO:
    """Captions as Open edX reads them, whatever the file is.  Raises Invalid."""
    made = subrip(stream.read(MAX_CAPTIONS))
    if made is None:
        raise ops.Invalid(_("“{path}” contains no captions that can be read.", path=one.file))
    return BytesIO(made)
