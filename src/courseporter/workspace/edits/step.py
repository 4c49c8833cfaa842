"""One step in the making: performs changes in the caller's transaction and remembers them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from courseporter.errors import ConflictError, Message, _
from courseporter.model import Course, Node
from courseporter.store.assets import Stored
from courseporter.workspace import drafts, ledger
from courseporter.workspace.edits import changes, files, origin, removal, rows, scorm
from courseporter.workspace.edits.changes import (
    POSITION,
    AnyChange,
    CourseChange,
    FileChange,
    LedgerChange,
    NodeChange,
    Positions,
    Removed,
    Restored,
    ScormChange,
    SourceChange,
    Values,
)

_ANY: Final = 0
_ADDS: Final = 1
_DROPS: Final = 2


class Step:
    """Changes of one draft by one person.  `keys`: of the nodes that were added, in order."""

    def __init__(self, connection: Connection, draft_id: str, actor: str | None, rev: int) -> None:
        self.connection = connection
        self.draft = draft_id
        self.actor = actor
        self.rev = rev
        self.changes: list[AnyChange] = []
        self.keys: list[str] = []
        self.messages: list[Message] = []
        self.moved_ledger = False
        self.index = 0  # of the operation that is being performed
        self.wanted: dict[str, int] = {}  # path of a file that must exist → index of an operation
        self.stored: dict[str, Stored] = {}  # bytes of new files by path

    def do(self, change: AnyChange) -> None:
        """Perform a change and remember it.

        Raises ConflictError when the course isn't any more what the change expects.
        """
        if _kind_of(change) != _ANY:
            self.do_all((change,))
            return
        self._perform(change)
        self.changes.append(change)

    def do_all(self, parts: Sequence[AnyChange]) -> None:
        """Perform several changes; new nodes that follow each other are stored together."""
        for kind, run in groupby(parts, key=_kind_of):
            some = list(run)
            if kind == _ADDS:
                self.add(some)
            elif kind == _DROPS:
                self._drop(some)
            else:
                for one in some:
                    self.do(one)

    def add(self, parts: Sequence[AnyChange]) -> None:
        """Add nodes; a parent may be among them.  Raises ConflictError."""
        new = [_made(one) for one in parts if isinstance(one, NodeChange) and one.after is not None]
        keys = [one.key for one, _ in new]
        if taken := rows.taken(self.connection, self.draft, keys):
            raise changed(next(one.title for one, _ in new if one.key in taken))
        above = {one.parent for one, _ in new if one.parent is not None} - set(keys)
        missing = above - rows.known(self.connection, self.draft, sorted(above))
        if missing:
            raise gone(min(missing))
        rows.add(self.connection, self.draft, new, self.rev)
        self.changes += parts

    def _drop(self, parts: Sequence[AnyChange]) -> None:
        keys = [one.key for one in parts if isinstance(one, NodeChange)]
        there = rows.known(self.connection, self.draft, keys)
        if len(there) < len(keys):
            raise gone(next(key for key in keys if key not in there))
        left = set(rows.children(self.connection, self.draft, keys)) - there
        if left:
            raise changed(min(left))
        rows.drop(self.connection, self.draft, keys)
        self.changes += parts

    def rewrite(self, old: rows.Row, new: Node, position: int | None = None) -> None:
        """Change fields of a node, and its number among siblings if one is given."""
        before, after = changes.differences(old.node, new)
        if position is not None:
            before[POSITION], after[POSITION] = old.position, position
        if after:
            self.do(NodeChange(key=new.key, before=before, after=after))

    def _perform(self, change: AnyChange) -> None:
        if isinstance(change, NodeChange):
            self._node(change)
        elif isinstance(change, CourseChange):
            self._course(change)
        elif isinstance(change, Positions | Removed | Restored):
            self.moved_ledger |= not isinstance(change, Positions)
            _perform_moves(self, change)
        else:
            self.moved_ledger |= isinstance(change, LedgerChange)
            _perform_other(self, change)

    def _node(self, change: NodeChange) -> None:
        row = rows.get(self.connection, self.draft, change.key)
        if row is None:
            raise gone(change.key)
        if change.before is None or change.after is None:
            raise changed(row.node.title)
        if not _fits(row, change.before):
            raise changed(row.node.title)
        new = replace(row.node, **changes.typed(change.after))
        self._require_parent(new)
        position = change.after.get(POSITION, row.position)
        rows.store(
            self.connection, self.draft, new, msgspec.convert(position, int | None), self.rev
        )
        if new.block != row.node.block:
            removed = removal.note_questions(self.connection, self.draft, row.node, new, self.actor)
            self.moved_ledger = self.moved_ledger or removed

    def _require_parent(self, one: Node) -> None:
        if one.parent is not None and rows.get(self.connection, self.draft, one.parent) is None:
            raise gone(one.parent)

    def _course(self, change: CourseChange) -> None:
        course = drafts.course(self.connection, self.draft)
        plain = changes.plain_course(course)
        now = {name: plain[name] for name in change.before}
        if changes.encode(now) != changes.encode(change.before):
            raise changed(course.title)
        new = msgspec.convert({**plain, **change.after, "key": course.key}, Course)
        drafts.set_course(self.connection, self.draft, new)


def _kind_of(change: AnyChange) -> int:
    if not isinstance(change, NodeChange):
        return _ANY
    return _ADDS if change.before is None else _DROPS if change.after is None else _ANY


def _made(change: NodeChange) -> tuple[Node, int | None]:
    values = change.after or {}
    one = msgspec.convert({"key": change.key, "kind": values["kind"], "title": ""}, Node)
    position = msgspec.convert(values.get(POSITION), int | None)
    return replace(one, **changes.typed(values)), position


def _perform_moves(step: Step, change: Positions | Removed | Restored) -> None:
    if isinstance(change, Positions):
        for key, position in change.after.items():
            rows.place(step.connection, step.draft, key, position, step.rev)
    elif isinstance(change, Removed):
        removal.remove(step.connection, step.draft, change)
    else:
        removal.restore(step.connection, step.draft, change, step.rev)


def _perform_other(
    step: Step, change: FileChange | SourceChange | LedgerChange | ScormChange
) -> None:
    if isinstance(change, FileChange):
        files.perform(step.connection, step.draft, change)
    elif isinstance(change, SourceChange):
        origin.perform(step.connection, step.draft, change)
    elif isinstance(change, LedgerChange):
        ledger.replace(step.connection, step.draft, change.after)
    else:
        scorm.perform(step.connection, step.draft, change, step.rev)


def changed(title: str) -> ConflictError:
    """What a change builds on has been changed since."""
    return ConflictError(
        _("“{title}” has been changed since.", title=title),
        _("Undo the later changes first."),
        title,
    )


def gone(key: str) -> ConflictError:
    """What a change builds on isn't in the course any more."""
    return ConflictError(
        _("An item that this change needs is no longer in the course."),
        _("Undo the later changes first."),
        key,
    )


def _fits(row: rows.Row, before: Values) -> bool:
    """Whether the node still has the values that a change expects."""
    if POSITION in before and before[POSITION] != row.position:
        return False
    return all(getattr(row.node, name) == value for name, value in changes.typed(before).items())
