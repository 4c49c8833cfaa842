"""Drafts, ledger, problems, assets and edits: the same on both databases."""

from __future__ import annotations

import io
import threading

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from courseporter.errors import Problem, SettingsError
from courseporter.model import Course, Entry, Node, Resource, Text
from courseporter.sources import Chunk
from courseporter.store.assets import SMALL
from courseporter.store.identity import new_id
from courseporter.store.schema import asset, node, tombstone
from courseporter.store.sweep import sweep
from courseporter.workspace import drafts, ledger, problems, tree
from courseporter.workspace.edits import history, ops
from courseporter.workspace.edits.apply import apply, open_step, settle
from courseporter.workspace.saver import ChunkSaver
from courseporter.workspace.stored import StoredDraft

LARGE = b"0123456789abcdef" * (SMALL // 8)


@pytest.fixture
def draft(store):
    return made(store)


def made(store, title="Töpfern"):
    draft_id = new_id()
    with store.write() as connection:
        drafts.create(
            connection,
            draft_id,
            org_id="personal",
            created_by="anna",
            job_id="j",
            source="csv",
            version=None,
            key=draft_id,
            title=title,
            address="/tmp/töpfern.zip",
            options={"deep": [1, {"a": None}]},
        )
    return draft_id


def lesson(key, title, parent=None):
    kind = "block" if parent else "lesson"
    return Node(
        key=key,
        kind=kind,
        parent=parent,
        title=title,
        block=Text(html=f"<p>{title}</p>") if parent else None,
    )


def save(store, draft_id, nodes=(), entries=(), found=(), assets=None):
    chunk = Chunk(nodes=tuple(nodes), entries=tuple(entries), problems=tuple(found), cursor={})
    stored = {path: store.assets.put(io.BytesIO(data)) for path, data in (assets or {}).items()}
    saver = ChunkSaver(store, draft_id)
    with store.write() as connection:
        saver.save(connection, chunk, stored)


def entry(number, outcome="converted"):
    reason = None if outcome == "converted" else "because"
    to = ("k",) if outcome.startswith("converted") else ()
    return Entry(
        kind="lesson",
        depth=1,
        title=f"E {number}",
        ref=f"e{number}",
        outcome=outcome,
        to=to,
        reason=reason,
    )


def titles(store, draft_id):
    return [one.title for one in StoredDraft(store, draft_id).nodes()]


def test_a_draft_comes_back_as_it_was_made(store, draft):
    found = drafts.get(store, draft)
    assert (found.title, found.source_path, found.options) == (
        "Töpfern",
        "/tmp/töpfern.zip",
        {"deep": [1, {"a": None}]},
    )
    assert [one.id for one in drafts.listing(store, "personal")] == [draft]


def test_nodes_stay_in_document_order_over_many_chunks(store, draft):
    for start in range(0, 1200, 400):
        save(store, draft, [lesson(f"k{n}", f"Lesson {n}") for n in range(start, start + 400)])
    assert titles(store, draft) == [f"Lesson {n}" for n in range(1200)]
    with store.read() as connection:
        assert drafts.counts(connection, draft) == {"lesson": 1200, "question": 0}


def test_an_outline_needs_no_pages(store, draft):
    around = [lesson("l", "Clay"), lesson("t", "Page", "l")]
    around.append(replace(lesson("h", "Hidden", "l"), hidden=True))
    around.append(replace(lesson("r", "File", "l"), block=Resource(file="a.pdf", html="<b>a</b>")))
    save(store, draft, around)
    whole = list(StoredDraft(store, draft).nodes())
    assert whole == around
    light = list(StoredDraft(store, draft).nodes(pages=False))
    without = [
        replace(one, block=Text(html="")) if isinstance(one.block, Text) else one for one in whole
    ]
    assert light == without


def test_places_are_found_in_any_case_of_letters(store, draft):
    save(store, draft, [lesson("a", "Raku_100%"), lesson("b", "Engobe")])
    with store.read() as connection:
        found = tree.find(connection, draft, "raku_100%", None, 10)
        assert [row.key for row in found] == ["a"]
        assert tree.find(connection, draft, "a_u", None, 10) == []


def test_text_with_a_nul_character_can_be_kept(store, draft):
    odd = Problem(code="x", severity="warning", message="a\0b")
    save(store, draft, [lesson("k", "cut\0off")], [], [odd])
    assert titles(store, draft) == ["cut\0off"]  # the body keeps every character
    with store.read() as connection:
        (row,) = tree.children(connection, draft, None)
        assert row.title in {"cut\0off", "cut\ufffdoff"}
        assert len(problems.listing(connection, draft)) == 1


def test_the_ledger_balances_over_pages(store, draft):
    outcomes = ("converted", "converted_with_loss", "skipped", "failed")
    entries = [entry(n, outcomes[n % 4]) for n in range(1300)]
    save(store, draft, entries=entries[:700])
    save(store, draft, entries=entries[700:])
    with store.read() as connection:
        sums = ledger.sums(connection, draft)
    assert sums == {"found": 1300, **dict.fromkeys(outcomes, 325)}
    assert list(ledger.entries(store, draft)) == entries


def test_problems_of_one_phase_are_replaced_together(store, draft):
    read = Problem(code="missing_files", severity="warning", message="one", where="a")
    save(store, draft, found=[read])
    with store.write() as connection:
        two = Problem(code="title_empty", severity="error", message="two")
        problems.replace(connection, draft, "check", [two])
    with store.write() as connection:
        three = Problem(code="html_too_large", severity="info", message="three")
        problems.replace(connection, draft, "check", [three])
    with store.read() as connection:
        assert [one.code for _, one in problems.listing(connection, draft)] == [
            "missing_files",
            "html_too_large",
        ]
        assert problems.counts(connection, draft) == {"info": 1, "warning": 1, "error": 0}


def test_assets_are_kept_once_and_listed_in_the_order_of_bytes(store, draft):
    paths = ["b.png", "B.png", "ä.png", "a-1.png", "a.png", "a/1.png"]
    save(store, draft, assets=dict.fromkeys(paths, b"small") | {"large.mp4": LARGE})
    listed = list(StoredDraft(store, draft).assets())
    assert [one.path for one in listed] == sorted([*paths, "large.mp4"])
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(asset)) == 2
    with store.assets.open(next(one.sha256 for one in listed if one.size > SMALL)) as stream:
        assert stream.read() == LARGE


def test_assets_that_no_draft_needs_are_collected(store, draft):
    save(store, draft, assets={"a": b"small", "b": LARGE, "c": LARGE + b"!"})
    other = made(store)
    save(store, other, assets={"c": LARGE + b"!"})
    with store.write() as connection:
        drafts.remove(connection, draft)
    assert sweep(store, grace=-1) == 2
    assert [one.path for one in StoredDraft(store, other).assets()] == ["c"]


def edit(store, draft_id, *operations, actor="anna"):
    with store.write() as connection:
        return apply(connection, draft_id, operations, actor)


def undo(store, draft_id, actor="anna"):
    with store.write() as connection:
        step = open_step(connection, draft_id, actor)
        done = history.next_undo(connection, draft_id, actor)
        history.take_back(step, done)
        history.mark(step, done, undone=True)
        settle(step)
    return str(done.label)


def ready(store, draft_id):
    with store.write() as connection:
        drafts.set_state(connection, draft_id, "ready")


def test_an_edit_can_be_undone_and_leaves_a_higher_revision(store, draft):
    save(store, draft, [lesson("k", "Old")])
    ready(store, draft)
    before = drafts.get(store, draft).rev

    edit(store, draft, ops.Rename(key="k", title="New"))
    assert titles(store, draft) == ["New"]

    assert undo(store, draft) == "Renamed “Old” to “New”"
    assert titles(store, draft) == ["Old"]
    assert drafts.get(store, draft).rev > before


def test_two_people_who_edit_at_once_lose_nothing(store, draft):
    save(store, draft, [lesson("k", "x")])
    ready(store, draft)

    def add_letters():
        for _ in range(10):
            with store.write() as connection:
                drafts.hold(connection, draft)
                title = tree.get(connection, draft, "k").title + "x"
                apply(connection, draft, [ops.Rename(key="k", title=title)], "anna")

    threads = [threading.Thread(target=add_letters) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert titles(store, draft) == ["x" * 31]


def test_two_workers_that_store_the_same_assets_do_not_stop_each_other(store):
    contents = {f"{n}.png": b"%d" % n for n in range(40)}
    failed = []

    def keep(backwards):
        try:
            for _ in range(5):
                paths = sorted(contents, reverse=backwards)
                save(store, made(store), assets={path: contents[path] for path in paths})
        except Exception as error:  # noqa: BLE001 - whatever it is, the test names it
            failed.append(error)

    threads = [threading.Thread(target=keep, args=(way,)) for way in (False, True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_removed_draft_leaves_a_tombstone_and_no_rows(store, draft):
    save(store, draft, [lesson("k", "Gone")], [entry(1)], assets={"a": b"x"})
    with store.write() as connection:
        drafts.remove(connection, draft)
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(node)) == 0
        assert connection.scalar(select(tombstone.c.row_id)) == draft
    with pytest.raises(SettingsError):
        drafts.get(store, draft)


def test_what_stands_above_the_tree_is_edited_and_undone(store, draft):
    ready(store, draft)

    edit(store, draft, ops.SetCourse(values={"language": "de"}))
    assert drafts.get(store, draft).course.language == "de"

    undo(store, draft)
    assert drafts.get(store, draft).course == Course(key=draft, title="Töpfern")


def test_a_reader_sees_one_moment_of_the_store(store, draft):
    with store.read() as connection:
        first = drafts.counts(connection, draft)
        thread = threading.Thread(target=save, args=(store, draft, [lesson("k", "Late")]))
        thread.start()
        thread.join(0.3)  # on SQLite it waits until this reader is done
        assert drafts.counts(connection, draft) == first
    thread.join()
    with store.read() as connection:
        assert drafts.counts(connection, draft)["lesson"] == 1


def test_a_reader_may_not_write(store, draft):
    from sqlalchemy.exc import DBAPIError

    with pytest.raises((DBAPIError, SettingsError)), store.read() as connection:
        drafts.touch(connection, draft)
