"""Bringing over what a source has changed, as changes of one step."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec.structs import replace
from sqlalchemy import Connection, select

from courseporter.errors import _
from courseporter.model import Course, Entry, Node
from courseporter.store.schema import draft_asset, node
from courseporter.workspace import drafts, ledger
from courseporter.workspace.edits import blocks, files, look, origin, removal, rows
from courseporter.workspace.edits.changes import (
    POSITION,
    CourseChange,
    File,
    FileChange,
    LedgerChange,
    NodeChange,
    Removed,
    Restored,
    SourceChange,
    SourceNode,
    plain_course,
    values_of,
)
from courseporter.workspace.edits.origin import State
from courseporter.workspace.edits.step import Step
from courseporter.workspace.updates.compare import Group


class Taker:
    """Brings groups of nodes over from another draft, which is the source as it is now."""

    def __init__(self, step: Step, other: str, base: State, theirs: State) -> None:
        self._step, self._other = step, other
        self._base, self._theirs = base, theirs
        self._below: dict[str | None, list[str]] = {}  # children in the source, in order
        for key, one in theirs.items():
            self._below.setdefault(one.parent, []).append(key)

    def take(self, groups: Sequence[Group], moved: Collection[str]) -> None:
        """Bring these groups over: new and changed nodes in document order, then those gone."""
        wanted = {key for group in groups for key in group.nodes}
        for key in self._theirs:
            if key in wanted:
                self._node(key, moved=key in moved)
        self._remove([key for key in self._base if key in wanted and key not in self._theirs])
        self._note(wanted)

    def files(self, edited: Collection[str]) -> None:
        """Bring new and changed files over, but those that people replaced here."""
        query = select(draft_asset.c.path, draft_asset.c.sha256, draft_asset.c.size)
        found = self._step.connection.execute(query.where(draft_asset.c.draft_id == self._other))
        for path, sha256, size in found.all():
            now = files.at(self._step.connection, self._step.draft, path)
            after = File(sha256, size)
            if now != after and path not in edited:
                self._step.do(FileChange(path=path, before=now, after=after))

    def course(self, base: Course) -> None:
        """Bring settings of the course over that nobody changed here."""
        step = self._step
        theirs = plain_course(drafts.course(step.connection, self._other))
        mine = plain_course(drafts.course(step.connection, step.draft))
        was = plain_course(base)
        names = [name for name in was if theirs[name] != was[name] == mine[name]]
        if names:
            before = {name: mine[name] for name in names}
            step.do(CourseChange(before=before, after={name: theirs[name] for name in names}))

    def ledger(self) -> None:
        """Let the ledger tell of the source as it is now."""
        step = self._step
        before = ledger.imported(step.connection, step.draft)
        known = _keys(step.connection, step.draft)
        new = ledger.imported(step.connection, self._other)
        after = tuple(_entry(one, known) for one in new)
        if after != before:
            step.do(LedgerChange(before=before, after=after))

    def _node(self, key: str, *, moved: bool) -> None:
        step = self._step
        new = look_up(step.connection, self._other, key)
        if new.parent is not None and rows.get(step.connection, step.draft, new.parent) is None:
            return  # a person has removed what it belongs to
        found = rows.get(step.connection, step.draft, key) or self._restored(key)
        if found is None:
            if rows.is_taken(step.connection, step.draft, key):
                return
            after = {**values_of(new), POSITION: self._place(key)}
            step.do(NodeChange(key=key, before=None, after=after))
            step.keys.append(key)
            return
        spot = None
        if found.node.parent != new.parent or moved:
            spot = self._place(key)
        step.rewrite(found, new, spot)

    def _restored(self, key: str) -> rows.Row | None:
        """The node, put back if it was removed here by itself."""
        step = self._step
        if removal.roots(step.connection, step.draft, (key,)).get(key) != key:
            return None
        terms = removal.terms(step.connection, step.draft, key)
        parent = removal.removed(step.connection, step.draft, key).parent
        if parent is not None and rows.get(step.connection, step.draft, parent) is None:
            return None
        step.do(Restored(keys=(key,), **terms))
        return rows.get(step.connection, step.draft, key)

    def _place(self, key: str) -> int:
        """A number behind the nearest sibling that comes before it in the source."""
        step, parent = self._step, self._theirs[key].parent
        live = [one for one in look.children(step, parent) if one != key]
        siblings = self._below[parent]
        earlier = siblings[: siblings.index(key)]
        at = next((live.index(one) + 1 for one in reversed(earlier) if one in live), 0)
        before = live[at] if at < len(live) else None
        return look.positions(step, parent, before, 1, (key,))[0]

    def _remove(self, keys: Sequence[str]) -> None:
        step, going = self._step, set(keys)
        roots = [key for key in keys if self._is_top(key, going)]
        if roots:
            step.do(Removed(keys=tuple(roots), actor=step.actor))

    def _is_top(self, key: str, going: Collection[str]) -> bool:
        """Whether the node is in the course, and nothing above it goes."""
        found = rows.get(self._step.connection, self._step.draft, key)
        if found is None:
            return False
        parent = found.node.parent
        while parent is not None and parent not in going:
            parent = look.node(self._step, parent).node.parent
        return parent is None

    def _note(self, wanted: Collection[str]) -> None:
        """Remember what the source holds, for the next time."""
        before, after = _sources(self._base, wanted), _sources(self._theirs, wanted)
        keys = [key for key in wanted if before[key] != after[key]]
        if keys:
            change = SourceChange(
                before={key: before[key] for key in keys}, after={key: after[key] for key in keys}
            )
            self._step.do(change)


def _sources(state: State, wanted: Collection[str]) -> dict[str, SourceNode | None]:
    found = dict.fromkeys(wanted)
    numbered = enumerate(state.items())
    return found | {
        key: SourceNode(one.parent, number, one.digest)
        for number, (key, one) in numbered
        if key in found
    }


def look_up(connection: Connection, draft_id: str, key: str) -> Node:
    """A node of the draft that holds the source as it is now."""
    found = rows.get(connection, draft_id, key)
    if found is None:
        raise KeyError(key)
    return found.node


def remember(
    connection: Connection,
    draft_id: str,
    base: State,
    theirs: State,
    waiting: Collection[str],
    *,
    reordered: bool,
) -> None:
    """Keep where the source has its nodes now; those `waiting` to be brought over stay as known.

    `reordered`: the order of the source was brought over.
    """
    noted = origin.known(connection, draft_id)
    first, then = (theirs, base) if reordered else (base, theirs)
    keys = [key for key in dict.fromkeys((*first, *then)) if key in noted]
    found: State = {}
    for key in keys:
        one = base[key] if key not in theirs or (key in waiting and key in base) else theirs[key]
        found[key] = one._replace(digest=noted[key].digest)
    origin.keep(connection, draft_id, found)


def _keys(connection: Connection, draft_id: str) -> set[str]:
    """Keys of nodes and questions that are in the course, or can come back."""
    found = set(connection.scalars(select(node.c.key).where(node.c.draft_id == draft_id)))
    quizzes = select(node.c.body).where(node.c.draft_id == draft_id, node.c.questions > 0)
    for body in connection.scalars(quizzes):
        found |= blocks.question_keys(rows.decode(body))
    return found | removal.all_keys(connection, draft_id)


def _entry(one: Entry, known: Collection[str]) -> Entry:
    """The entry of an item; one that wasn't taken over is skipped."""
    if not one.to or any(key in known for key in one.to):
        return one
    reason = _("This item is new in the source and wasn't imported.")
    return replace(one, outcome="skipped", reason=reason, to=())
