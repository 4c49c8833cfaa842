"""Repairing what the check of a draft has found: one problem, or all that are like it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from sqlalchemy import Connection

from courseporter.api.actor import Actor
from courseporter.api.edits import edit, recheck
from courseporter.errors import Message, SettingsError, _
from courseporter.flows.checks import target_of
from courseporter.model import Course, Node
from courseporter.targets import Fix
from courseporter.workspace import drafts, problems, tree
from courseporter.workspace.edits import ops
from courseporter.workspace.edits.changes import differences, plain_course

SHOWN: Final = 8  # lines of a preview
LONGEST: Final = 80


def fix(actor: Actor, draft_id: str, problem_id: int, *, all_alike: bool = False) -> int:
    """Repair a problem (or all that are like it); returns how many places changed."""
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    repair, operations, changed = _planned(actor, draft, problem_id, all_alike=all_alike)
    if operations:
        edit(actor, draft_id, operations, label=repair.label)
    else:
        recheck(actor, draft_id)
    return changed


def fix_preview(
    actor: Actor, draft_id: str, problem_id: int, *, all_alike: bool = False
) -> tuple[str, ...]:
    """What `fix` would do, a line per change, at most some of them.  Raises SettingsError."""
    draft = drafts.get(actor.store, draft_id, actor.organisation)
    _repair, operations, _changed = _planned(actor, draft, problem_id, all_alike=all_alike)
    lines: list[str] = []
    with actor.store.read() as connection:
        for one in operations[:SHOWN]:
            lines += (str(line) for line in _lines(connection, draft, one))
    return tuple(lines[:SHOWN])


def _lines(
    connection: Connection, draft: drafts.DraftRecord, one: ops.Operation
) -> Iterator[Message]:
    match one:
        case ops.Rename(key=key, title=title):
            old = tree.get(connection, draft.id, key).title
            yield _("“{old}” becomes “{new}”", old=old[:LONGEST], new=title[:LONGEST])
        case ops.Remove(keys=keys):
            for key in keys[:SHOWN]:
                title = tree.get(connection, draft.id, key).title
                yield _("“{title}” is removed", title=title[:LONGEST])
        case ops.SetBlock(key=key) | ops.SetText(key=key) | ops.Describe(key=key):
            title = tree.get(connection, draft.id, key).title
            yield _("“{title}” gets a new text", title=title[:LONGEST])
        case ops.SetCourse(values=values):
            before = plain_course(draft.course)
            for name, value in values.items():
                old, new = before.get(name) or "–", value or "–"
                yield _("{name}: {old} becomes {new}", name=name, old=str(old), new=str(new))
        case _:
            return


def _planned(
    actor: Actor, draft: drafts.DraftRecord, problem_id: int, *, all_alike: bool
) -> tuple[Fix, list[ops.Operation], int]:
    with actor.store.read() as connection:
        listed = problems.listing(connection, draft.id)
    chosen = next((one for number, one in listed if number == problem_id), None)
    if chosen is None or chosen.fix is None:
        raise SettingsError(
            _("This problem no longer exists."), _("Look again."), code="unknown_item"
        )
    alike = [one for _number, one in listed if (one.code, one.fix) == (chosen.code, chosen.fix)]
    keys = [one.key for one in (alike if all_alike else [chosen]) if one.key is not None]
    repair = target_of(draft).fixes[chosen.fix]
    return repair, *_repairs(actor, draft, repair, keys)


def _repairs(
    actor: Actor, draft: drafts.DraftRecord, repair: Fix, keys: Sequence[str]
) -> tuple[list[ops.Operation], int]:
    """What a fix does, as operations, and how many places it changes."""
    if repair.course is not None:
        operation = _course_operation(draft.course, repair.course(draft.course))
        return ([operation], 1) if operation is not None else ([], 0)
    if repair.remove and keys:
        return [ops.Remove(keys=tuple(dict.fromkeys(keys)))], len(set(keys))
    if repair.node is None or not keys:
        return [], 0
    with actor.store.read() as connection:
        if repair.echoes:
            found = (tree.echoes(connection, draft.id, key) for key in keys)
            keys = list(chain.from_iterable(found))
        nodes = [tree.get(connection, draft.id, key) for key in dict.fromkeys(keys)]
    pairs = [(old, new) for old in nodes if (new := repair.node(old)) != old]
    return [one for old, new in pairs for one in _node_operations(old, new)], len(pairs)


def _node_operations(old: Node, new: Node) -> list[ops.Operation]:
    _before, after = differences(old, new)
    found: list[ops.Operation] = []
    if "title" in after:
        found.append(ops.Rename(key=new.key, title=new.title))
    if "description" in after:
        found.append(ops.Describe(key=new.key, description=new.description))
    if new.block is not None and "block" in after:
        found.append(ops.SetBlock(key=new.key, block=ops.plain_block(new.block)))
    return found


def _course_operation(old: Course, new: Course) -> ops.SetCourse | None:
    before, after = plain_course(old), plain_course(new)
    values = {name: after[name] for name in after if before[name] != after[name]}
    return ops.SetCourse(values=values) if values else None
