"""A second import of the same source: compared three ways, brought over as one step."""

from __future__ import annotations

import io

import pytest
from msgspec.structs import replace

from courseporter.model import Course, Resource, Text
from courseporter.workspace import drafts, ledger
from courseporter.workspace.edits import history, ops
from courseporter.workspace.stored import StoredDraft
from courseporter.workspace.updates.compare import moved
from courseporter.workspace.updates.update import ALL, bring_over, comparison
from fakes.draft import block, lesson, unit
from fakes.editing import course_of_two, edit, keys_of, made, node_of, nodes_of, redo, undo


def rewritten(nodes, **changes):
    """The nodes with other titles or texts, by key."""
    return [changes.get(one.key, lambda same: same)(one) for one in nodes]


def retitled(title):
    return lambda one: replace(one, title=title)


def with_text(html):
    return lambda one: replace(one, block=Text(html=html))


def new_lesson(key, parent):
    page = block(f"{key}t", f"{key}u", Text(html="<p>New</p>"), "Page")
    return [lesson(key, parent, "New"), unit(f"{key}u", key), page]


def compared(store, draft, nodes, files=None):
    """Class of every item that isn't the same, by key."""
    other = made(store, nodes, files)
    with store.write() as connection:
        found = comparison(connection, draft, other)
    return {one.key: one.of for one in found.groups if one.of != "same"}


def update(store, draft, nodes, take=ALL, files=None, course=None):
    other = made(store, nodes, files)
    with store.write() as connection:
        if course is not None:
            drafts.set_course(connection, other, course)
        found, step = bring_over(connection, draft, other, take, "anna", "Updated")
    with store.write() as connection:
        drafts.remove(connection, other)
    return {one.key: one.of for one in found.groups if one.of != "same"}, step


def without(nodes, *keys):
    gone = set(keys)
    for one in nodes:
        if one.parent in gone:
            gone.add(one.key)
    return [one for one in nodes if one.key not in gone]


@pytest.fixture
def draft(store):
    return made(store)


def test_the_same_source_has_nothing_new(store, draft):
    assert compared(store, draft, course_of_two()) == {}
    assert update(store, draft, course_of_two()) == ({}, None)


def test_what_is_new_changed_and_gone_is_told_and_brought_over(store, draft):
    nodes = without(rewritten(course_of_two(), a1t=with_text("<p>Other</p>")), "b1")
    at = [one.key for one in nodes].index("a2")
    nodes[at:at] = new_lesson("a3", "a")

    found, step = update(store, draft, nodes)

    gone = dict.fromkeys(("b1", "b1u", "b1t", "b1q"), "gone")
    new = dict.fromkeys(("a3", "a3u", "a3t"), "new")
    assert found == {**gone, **new, "a1t": "changed"}
    assert nodes_of(store, draft) == nodes
    assert step is not None
    assert compared(store, draft, nodes) == {}


def test_an_update_is_one_step_that_can_be_undone_and_redone(store, draft):
    before = nodes_of(store, draft)
    nodes = without(rewritten(course_of_two(), a=retitled("First")), "a2", "b2q")
    update(store, draft, nodes)
    after = nodes_of(store, draft)
    entries = list(ledger.entries(store, draft))

    assert undo(store, draft) == "Updated"
    assert nodes_of(store, draft) == before
    assert compared(store, draft, nodes)["a"] == "changed"
    assert redo(store, draft) == "Updated"
    assert nodes_of(store, draft) == after == nodes
    assert list(ledger.entries(store, draft)) == entries


def test_edits_win_unless_an_item_is_named(store, draft):
    edit(store, draft, ops.SetText(key="a1t", html="<p>Mine</p>"))
    nodes = rewritten(
        course_of_two(), a1t=with_text("<p>Theirs</p>"), b1t=with_text("<p>Theirs</p>")
    )

    found, _ = update(store, draft, nodes)

    assert found == {"a1t": "edited", "b1t": "changed"}
    assert node_of(store, draft, "a1t").block == Text(html="<p>Mine</p>")
    assert node_of(store, draft, "b1t").block == Text(html="<p>Theirs</p>")
    assert compared(store, draft, nodes) == {"a1t": "edited"}

    update(store, draft, nodes, take=["a1t"])

    assert node_of(store, draft, "a1t").block == Text(html="<p>Theirs</p>")
    assert compared(store, draft, nodes) == {}


def test_what_a_person_removed_stays_removed(store, draft):
    edit(store, draft, ops.Remove(keys=("a1",)))
    nodes = rewritten(course_of_two(), a1=retitled("Other"), a1t=with_text("<p>Other</p>"))

    found, step = update(store, draft, nodes)

    assert set(found.values()) == {"edited"}
    assert (step, keys_of(store, draft, "lesson")) == (None, ["a2", "b1", "b2"])


def test_what_a_person_added_stays(store, draft):
    page = ops.NewNode(kind="block", title="Mine", block={"type": "text", "html": ""})
    done = edit(store, draft, ops.Insert(parent="a1u", node=page))

    found, _ = update(store, draft, without(course_of_two(), "a1"))

    assert found["a1u"] == "edited"
    assert done.keys[0] in keys_of(store, draft)


def test_only_new_items_are_brought_over_when_asked(store, draft):
    nodes = [*rewritten(course_of_two(), a=retitled("First")), *new_lesson("b3", "b")]

    update(store, draft, nodes, take="new")

    assert keys_of(store, draft, "lesson") == ["a1", "a2", "b1", "b2", "b3"]
    assert node_of(store, draft, "a").title == "Section a"
    assert compared(store, draft, nodes) == {"a": "changed"}


def test_a_new_order_is_brought_over(store, draft):
    parts = course_of_two()
    nodes = [parts[0], *parts[5:9], *parts[1:5], *parts[9:]]  # a2 in front of a1

    found, _ = update(store, draft, nodes)

    assert list(found.values()) == ["changed"]
    assert nodes_of(store, draft) == nodes


def test_an_item_that_moves_to_another_section_moves_here(store, draft):
    moving = [replace(one, parent="b") if one.key == "a2" else one for one in course_of_two()]
    nodes = [one for one in moving if not one.key.startswith("a2")]
    nodes += [one for one in moving if one.key.startswith("a2")]

    update(store, draft, nodes)

    assert nodes_of(store, draft) == nodes


def test_a_file_with_other_bytes_changes_its_item(store):
    pdf = block("f", "b2u", Resource(file="a.pdf"), "File")
    nodes = [*course_of_two(), pdf]
    draft = made(store, nodes, {"a.pdf": b"one"})

    found, _ = update(store, draft, nodes, files={"a.pdf": b"two"})

    assert found == {"f": "changed"}
    assert contents(store, draft) == {"a.pdf": b"two"}
    undo(store, draft)
    assert contents(store, draft) == {"a.pdf": b"one"}


def test_a_file_that_a_person_replaced_stays(store):
    nodes = [*course_of_two(), block("f", "b2u", Resource(file="a.pdf"), "File")]
    draft = made(store, nodes, {"a.pdf": b"one"})
    stored = {"a.pdf": store.assets.put(io.BytesIO(b"mine"))}
    assert stored
    edit(store, draft, ops.PutFile(path="a.pdf", file=""), files={"a.pdf": b"mine"})

    found, _ = update(store, draft, rewritten(nodes, a=retitled("A")), files={"a.pdf": b"two"})

    assert found == {"a": "changed", "f": "edited"}
    assert contents(store, draft) == {"a.pdf": b"mine"}


def test_settings_of_the_course_follow_unless_a_person_changed_them(store, draft):
    edit(store, draft, ops.SetCourse(values={"language": "fr"}))
    course = Course(key="clay", title="Clay II", language="de", subtitle="More")

    update(store, draft, course_of_two(), course=course)

    found = drafts.get(store, draft).course
    assert (found.title, found.language, found.subtitle) == ("Clay II", "fr", "More")


def test_the_ledger_tells_of_the_source_as_it_is_now(store, draft):
    nodes = [*without(course_of_two(), "b"), *new_lesson("a3", "a")]

    update(store, draft, nodes, take=["b"])

    outcomes = {one.ref: one.outcome for one in ledger.entries(store, draft)}
    assert "b" not in outcomes
    assert (outcomes["a1"], outcomes["a3"]) == ("converted", "skipped")


def test_as_few_siblings_as_possible_count_as_moved():
    from courseporter.workspace.edits.origin import Item

    def state(keys):
        return {key: Item(None, "") for key in keys}

    assert moved(state("abcdef"), state("fabcde")) == {"f"}
    assert moved(state("abcdef"), state("abxcdef")) == set()
    assert moved(state("abcd"), state("dcba")) == set("dcb")


def contents(store, draft):
    found = {}
    for one in StoredDraft(store, draft).assets():
        with store.assets.open(one.sha256) as stream:
            found[one.path] = stream.read()
    return found


def test_history_names_the_update(store, draft):
    update(store, draft, rewritten(course_of_two(), a=retitled("A")))

    with store.read() as connection:
        (one,) = history.listing(connection, draft)
    assert (one.action, str(one.label), one.actor) == ("update", "Updated", "anna")
