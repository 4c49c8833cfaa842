"""A small course in a store, and short ways to edit it."""

from __future__ import annotations

import io

from courseporter.model import Entry
from courseporter.sources import Chunk
from courseporter.store.identity import new_id
from courseporter.workspace import drafts
from courseporter.workspace.edits import history
from courseporter.workspace.edits.apply import apply, open_step, settle
from courseporter.workspace.saver import ChunkSaver
from courseporter.workspace.stored import StoredDraft
from fakes.draft import block, choice, lesson, section, unit


def course_of_two():
    """Two sections with two lessons each; a unit with a page and a quiz in every lesson."""
    from courseporter.model import Quiz, Text

    nodes = []
    for s in "ab":
        nodes.append(section(s, f"Section {s}"))
        for n in "12":
            at = f"{s}{n}"
            nodes.append(lesson(at, s, f"Lesson {at}"))
            nodes.append(unit(f"{at}u", at, f"Unit {at}"))
            nodes.append(block(f"{at}t", f"{at}u", Text(html=f"<p>{at}</p>"), f"Page {at}"))
            quiz = Quiz(questions=(choice(f"{at}q1"), choice(f"{at}q2", "Who?")))
            nodes.append(block(f"{at}q", f"{at}u", quiz, f"Quiz {at}"))
    return nodes


def made(store, nodes=None, files=None, title="Clay"):
    """A ready draft with these nodes, one ledger entry for each; returns its id."""
    nodes = course_of_two() if nodes is None else nodes
    draft_id = new_id()
    entries = tuple(
        Entry(
            kind=one.kind, depth=1, title=one.title, ref=one.key, outcome="converted", to=(one.key,)
        )
        for one in nodes
    )
    stored = {path: store.assets.put(io.BytesIO(data)) for path, data in (files or {}).items()}
    with store.write() as connection:
        drafts.create(
            connection, draft_id, org_id="personal", created_by="anna", job_id="j", source="csv",
            version=None, key="clay", title=title, address="/tmp/clay.zip", options={},
        )  # fmt: skip
    saver = ChunkSaver(store, draft_id)
    with store.write() as connection:
        saver.save(connection, Chunk(nodes=tuple(nodes), entries=entries, cursor={}), stored)
        drafts.set_state(connection, draft_id, "ready")
    return draft_id


def edit(store, draft_id, *operations, actor="anna", expect=None, files=None):
    """Perform operations as one step."""
    stored = {path: store.assets.put(io.BytesIO(data)) for path, data in (files or {}).items()}
    with store.write() as connection:
        store.assets.insert(connection, stored.values())
        return apply(connection, draft_id, operations, actor, expect=expect, stored=stored)


def undo(store, draft_id, actor="anna"):
    """Take back the actor's last step; returns its label, None when there is none."""
    return _move(store, draft_id, actor, history.next_undo, history.take_back, undone=True)


def redo(store, draft_id, actor="anna"):
    """Make the actor's last undone step again; returns its label, None when there is none."""
    return _move(store, draft_id, actor, history.next_redo, history.make_again, undone=False)


def _move(store, draft_id, actor, find, perform, *, undone):
    with store.write() as connection:
        step = open_step(connection, draft_id, actor)
        chosen = find(connection, draft_id, actor)
        if chosen is None:
            return None
        perform(step, chosen)
        history.mark(step, chosen, undone=undone)
        settle(step)
    return str(chosen.label)


def nodes_of(store, draft_id):
    """Every node in document order."""
    return list(StoredDraft(store, draft_id).nodes())


def keys_of(store, draft_id, kind=None):
    """Keys in document order."""
    return [one.key for one in nodes_of(store, draft_id) if kind in (None, one.kind)]


def node_of(store, draft_id, key):
    """One node."""
    return next(one for one in nodes_of(store, draft_id) if one.key == key)
