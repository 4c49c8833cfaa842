"""Comparing a draft with its source as it is now, and bringing over what is chosen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection

from courseporter.errors import Phrase
from courseporter.model import Course
from courseporter.workspace import drafts, ledger
from courseporter.workspace.edits import history, origin
from courseporter.workspace.edits.apply import open_step, settle
from courseporter.workspace.edits.origin import State
from courseporter.workspace.updates.compare import Group, compare, moved, names
from courseporter.workspace.updates.take import Taker, remember

ALL: Final = "all"
NEW: Final = "new"
COURSE: Final = "source_course"  # among the draft's options: its settings in the source


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """A draft, its source then and now, and the items that differ."""

    base: State
    theirs: State
    course: Course
    groups: tuple[Group, ...]
    moved: frozenset[str]


def comparison(connection: Connection, draft_id: str, other: str) -> Comparison:
    """Compare a draft with another one, which holds its source as it is now.

    In a transaction that may write; nothing is changed.
    """
    base = origin.known(connection, draft_id)
    course = _known_course(connection, draft_id)
    if not base or course is None:
        base, course = _imported(connection, draft_id)
    theirs, mine = origin.state(connection, other), origin.state(connection, draft_id)
    refs = {
        **names(ledger.imported(connection, draft_id)),
        **names(ledger.imported(connection, other)),
    }
    elsewhere = frozenset(moved(base, theirs))
    groups = compare(base, theirs, mine, refs=refs, moved=elsewhere)
    return Comparison(
        base=base, theirs=theirs, course=course, groups=tuple(groups), moved=elsewhere
    )


def bring_over(
    connection: Connection,
    draft_id: str,
    other: str,
    take: str | Sequence[str],
    actor: str | None,
    label: Phrase,
    expect: int | None = None,
) -> tuple[Comparison, str | None]:
    """Bring over what is chosen, as one step; returns its id, None when nothing changed.

    `take`: "all" (what people edited here stays), "new", or keys or ids of items, which win over
    what people did here.  `expect`: the revision that the caller has seen.  Raises InputError,
    ConflictError.
    """
    step = open_step(connection, draft_id, actor, expect)
    found = comparison(connection, draft_id, other)
    if not origin.known(connection, draft_id):
        origin.keep(connection, draft_id, found.base)
    taker = Taker(step, other, found.base, found.theirs)
    groups = chosen(found.groups, take)
    if groups:
        taker.files(_replaced_files(connection, draft_id))
    taker.take(groups, found.moved)
    if take == ALL:
        taker.course(found.course)
    if step.changes:
        taker.ledger()
    settle(step)
    taken = {one.key for one in groups}
    waiting = {
        key for one in found.groups if one.differs and one.key not in taken for key in one.nodes
    }
    reordered = not waiting & found.moved
    remember(connection, draft_id, found.base, found.theirs, waiting, reordered=reordered)
    course = drafts.course(connection, other) if take == ALL else found.course
    drafts.add_options(connection, draft_id, {COURSE: msgspec.to_builtins(course)})
    made = history.record(step, label, "update") if step.changes else None
    return found, made


def chosen(groups: Collection[Group], take: str | Sequence[str]) -> list[Group]:
    """The groups that are brought over."""
    if take == ALL:
        return [one for one in groups if one.of in ("new", "changed", "gone")]
    if take == NEW:
        return [one for one in groups if one.of == "new"]
    wanted = {take} if isinstance(take, str) else set(take)
    return [one for one in groups if one.of != "same" and {one.key, one.ref} & wanted]


def _imported(connection: Connection, draft_id: str) -> tuple[State, Course]:
    """The draft before its first step: every step is taken back, read, and made again."""
    with connection.begin_nested() as savepoint:
        step = open_step(connection, draft_id, None)
        for one in history.steps_after(connection, draft_id, 0, undone=False)[::-1]:
            history.take_back(step, one)
        found = origin.state(connection, draft_id), drafts.course(connection, draft_id)
        savepoint.rollback()
    return found


def _known_course(connection: Connection, draft_id: str) -> Course | None:
    kept = drafts.options(connection, draft_id).get(COURSE)
    return None if kept is None else msgspec.convert(kept, Course)


def _replaced_files(connection: Connection, draft_id: str) -> set[str]:
    """Paths of files that people put into the course."""
    return {
        path
        for one in history.steps_after(connection, draft_id, 0, undone=False)
        if one.action == "edit"
        for path in history.files_of(connection, one)
    }
