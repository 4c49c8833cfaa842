"""What people change in a draft, each change undoable: titles, hidden places, settings, repairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import Connection, insert, select, update

from courseporter.errors import Phrase
from courseporter.model import Course, Node, PackageMode, Quiz
from courseporter.store.clock import next_rev, now_ms
from courseporter.store.identity import new_id
from courseporter.store.schema import draft as draft_table
from courseporter.store.schema import history, node
from courseporter.workspace import drafts, scorm_choice, tree

_encode = msgspec.json.encode


def change_nodes(
    connection: Connection,
    draft_id: str,
    keys: Sequence[str],
    rewrite: Callable[[Node], Node],
    label: Phrase,
) -> int:
    """Rewrite places and remember how they were; returns how many really changed."""
    drafts.hold(connection, draft_id)
    before = [tree.get(connection, draft_id, key) for key in keys]
    pairs = [(old, new) for old in before if (new := rewrite(old)) != old]
    _store(connection, draft_id, [new for _, new in pairs])
    if pairs:
        _remember(connection, draft_id, label, {"nodes": [_plain(old) for old, _ in pairs]})
        drafts.touch(connection, draft_id)
    return len(pairs)


def change_course(
    connection: Connection, draft_id: str, rewrite: Callable[[Course], Course], label: Phrase
) -> bool:
    """Rewrite what stands above the tree and remember how it was."""
    drafts.hold(connection, draft_id)
    text = connection.execute(
        select(draft_table.c.course).where(draft_table.c.id == draft_id)
    ).scalar_one()
    old = msgspec.json.decode(text, type=Course)
    new = rewrite(old)
    if new == old:
        return False
    drafts.set_course(connection, draft_id, new)
    _remember(connection, draft_id, label, {"course": _plain(old)})
    return True


def choose_scorm(
    connection: Connection,
    draft_id: str,
    keys: Sequence[str] | None,
    mode: PackageMode,
    label: Phrase,
) -> int:
    """Let SCORM lessons at and below these places (None: all) become this; remembers what they
    were, and returns how many changed.
    """
    drafts.hold(connection, draft_id)
    before = scorm_choice.choose(connection, draft_id, keys, mode)
    if before:
        _remember(connection, draft_id, label, {"scorm": before})
        drafts.touch(connection, draft_id)
    return sum(len(changed) for changed in before.values())


def undo(connection: Connection, draft_id: str) -> str | None:
    """Take the last change back; returns its label, or None when there is nothing to undo."""
    drafts.hold(connection, draft_id)
    row = connection.execute(_last(draft_id)).one_or_none()
    if row is None:
        return None
    _store(connection, draft_id, msgspec.convert(row.before.get("nodes", ()), list[Node]))
    if "scorm" in row.before:
        scorm_choice.restore(connection, draft_id, row.before["scorm"])
    if "course" in row.before:
        course = msgspec.convert(row.before["course"], Course)
        drafts.set_course(connection, draft_id, course)
    connection.execute(update(history).where(history.c.id == row.id).values(undone=True))
    drafts.touch(connection, draft_id)
    return str(row.label)


def undo_label(connection: Connection, draft_id: str) -> str | None:
    """What `undo` would take back."""
    row = connection.execute(_last(draft_id)).one_or_none()
    return None if row is None else str(row.label)


def _last(draft_id: str):  # noqa: ANN202 - a statement
    return (
        select(history.c.id, history.c.label, history.c.before)
        .where(history.c.draft_id == draft_id, history.c.undone.is_(False))
        .order_by(history.c.id.desc())
        .limit(1)
    )


def _store(connection: Connection, draft_id: str, nodes: Sequence[Node]) -> None:
    # asked once: without an index, the newest revision costs a look at every row
    rev = connection.execute(select(next_rev(node))).scalar_one()
    for one in nodes:
        block = one.block
        connection.execute(
            update(node)
            .where(node.c.draft_id == draft_id, node.c.key == one.key)
            .values(
                title=one.title,
                hidden=one.hidden,
                questions=len(block.questions) if isinstance(block, Quiz) else 0,
                body=_encode(one),
                rev=rev,
            )
        )


def _remember(
    connection: Connection, draft_id: str, label: Phrase, before: dict[str, object]
) -> None:
    connection.execute(
        insert(history).values(
            id=new_id(),
            draft_id=draft_id,
            at=now_ms(),
            action="edit",
            label=label,
            before=before,
        )
    )


def _plain(value: Node | Course) -> object:
    return msgspec.to_builtins(value)
