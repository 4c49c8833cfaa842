"""Whatever people do to a course, it stays one, and every step can be taken back."""

from __future__ import annotations

import io
import random
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from courseporter.context import Limits
from courseporter.model import Quiz
from courseporter.store import temporary_store
from courseporter.store.schema import node
from courseporter.targets.olx import OlxTarget
from courseporter.workspace import drafts, ledger
from courseporter.workspace.edits import history
from courseporter.workspace.stored import StoredDraft
from fakes.editing import made, nodes_of, redo, undo
from fakes.random_edits import ABOVE, EVERY, perform

NUMBERS = st.lists(st.integers(0, 999), min_size=3, max_size=8)
STEPS = st.lists(st.tuples(st.sampled_from(EVERY), NUMBERS), min_size=1, max_size=12)


class Context:
    """The way out of a target, over a store."""

    def __init__(self, store, scratch):
        self._assets, self.scratch, self.limits = store.assets, scratch, Limits()

    def open_asset(self, sha256):
        return self._assets.open(sha256)

    def small_assets(self, wanted):
        return self._assets.small(wanted)

    def tick(self, done, total, unit):
        pass


def package(store, draft):
    """The bytes of the export."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.tar.gz"
        OlxTarget().package(StoredDraft(store, draft), out, Context(store, Path(folder)))
        return out.read_bytes()


def require_course(store, draft):
    """Order, parents, unique keys; nothing beside the tree; columns that fit the bodies."""
    nodes = nodes_of(store, draft)
    kinds = {one.key: one.kind for one in nodes}
    keys = [one.key for one in nodes]
    for one in nodes:
        keys += [q.key for q in one.block.questions] if isinstance(one.block, Quiz) else []
        assert ABOVE[one.kind] == (kinds[one.parent] if one.parent else None)
        assert (one.kind == "block") == (one.block is not None)
    assert len(set(keys)) == len(keys)
    opened = []
    for one in nodes:
        while opened and opened[-1] != one.parent:
            opened.pop()
        assert one.parent is None or opened
        opened.append(one.key)
    with store.read() as connection:
        rows = {row.key: row for row in connection.execute(select(node))}
    assert rows.keys() == kinds.keys()
    for one in nodes:
        row = rows[one.key]
        kind = one.block.__struct_config__.tag if one.block else None
        count = len(one.block.questions) if isinstance(one.block, Quiz) else 0
        found = (row.parent, row.title, row.hidden, row.type, row.questions)
        assert found == (one.parent, one.title, one.hidden, kind, count)
    with store.read() as connection:
        sums = ledger.sums(connection, draft)
    assert sums["found"] == sum(sums.values()) - sums["found"]
    live = set(keys)
    assert all(live.issuperset(one.to) for one in ledger.entries(store, draft))


def state(store, draft):
    files = [(one.path, one.sha256) for one in StoredDraft(store, draft).assets()]
    entries = list(ledger.entries(store, draft))
    return nodes_of(store, draft), drafts.get(store, draft).course, files, entries


@given(STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_changes_keep_the_model_and_can_all_be_undone_and_redone(steps):
    with tempfile.TemporaryDirectory() as folder, temporary_store(Path(folder)) as store:
        draft = made(store, files={"a.pdf": b"%PDF"})
        states = [state(store, draft)]
        for kind, numbers in steps:
            if perform(store, draft, kind, numbers):
                states.append(state(store, draft))
                require_course(store, draft)
        for expected in states[-2::-1]:
            assert undo(store, draft)
            assert state(store, draft) == expected
        assert undo(store, draft) is None
        for expected in states[1:]:
            assert redo(store, draft)
            assert state(store, draft) == expected
        require_course(store, draft)


@given(STEPS)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_export_is_the_same_after_undo_and_redo(steps):
    with tempfile.TemporaryDirectory() as folder, temporary_store(Path(folder)) as store:
        draft = made(store, files={"a.pdf": b"%PDF"})
        before = package(store, draft)
        count = sum(perform(store, draft, kind, numbers) for kind, numbers in steps)
        after = package(store, draft)
        for _ in range(count):
            assert undo(store, draft)
        assert package(store, draft) == before
        for _ in range(count):
            assert redo(store, draft)
        assert package(store, draft) == after
        assert io.BytesIO(after).read(2) == b"\x1f\x8b"


@pytest.mark.parametrize("seed", range(2))
def test_a_long_story_holds_on_both_databases(store, seed):
    source = random.Random(seed)
    draft = made(store, files={"a.pdf": b"%PDF"})
    count = 0
    for _ in range(40):
        numbers = [source.randrange(1000) for _ in range(6)]
        count += perform(store, draft, source.choice(EVERY), numbers)
    require_course(store, draft)
    after = state(store, draft)
    for _ in range(count):
        assert undo(store, draft)
    require_course(store, draft)
    for _ in range(count):
        assert redo(store, draft)
    assert state(store, draft) == after


def test_two_editors_at_once_leave_whole_steps_and_named_refusals(store):
    draft = made(store, files={"a.pdf": b"%PDF"})
    before = state(store, draft)
    counts = {}

    def work(actor, seed):
        source = random.Random(seed)
        done = 0
        for _ in range(25):
            numbers = [source.randrange(1000) for _ in range(6)]
            done += perform(store, draft, source.choice(EVERY), numbers, actor)
        counts[actor] = done

    threads = [
        threading.Thread(target=work, args=(actor, seed))
        for seed, actor in enumerate(("anna", "bea"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    require_course(store, draft)
    after = state(store, draft)
    with store.read() as connection:
        steps = history.listing(connection, draft)
    assert [one.number for one in steps] == list(range(1, len(steps) + 1))
    found = {actor: sum(one.actor == actor for one in steps) for actor in counts}
    assert found == counts
    assert min(counts.values()) > 0
    for one in reversed(steps):
        assert undo(store, draft, one.actor)
    assert state(store, draft) == before
    for one in steps:
        assert redo(store, draft, one.actor)
    assert state(store, draft) == after
