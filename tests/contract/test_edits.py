"""Operations on a draft, and their history: the same on both databases."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import delete, insert, select

from courseporter.errors import ConflictError, InputError
from courseporter.model import Package, Quiz, Resource, Text
from courseporter.store.identity import new_id
from courseporter.store.schema import history as table
from courseporter.store.schema import node
from courseporter.store.sweep import sweep
from courseporter.workspace import drafts, ledger, tree
from courseporter.workspace.edits import history, ops, order
from courseporter.workspace.stored import StoredDraft
from fakes.draft import block as draft_block
from fakes.editing import course_of_two, edit, keys_of, made, node_of, nodes_of, redo, undo


@pytest.fixture
def draft(store):
    return made(store)


def labels(store, draft_id):
    with store.read() as connection:
        return [str(one.label) for one in history.listing(connection, draft_id)]


def entry(store, draft_id, key):
    return next(one for one in ledger.entries(store, draft_id) if one.ref == key)


def refused(store, draft_id, *operations):
    """The message and the index of an operation that the course doesn't allow."""
    before = nodes_of(store, draft_id)
    with pytest.raises(InputError) as caught:
        edit(store, draft_id, *operations)
    assert nodes_of(store, draft_id) == before
    assert caught.value.code == "edit_invalid"
    return str(caught.value.message), caught.value.metadata.get("op")


def test_a_section_moves_with_all_that_is_in_it(store, draft):
    edit(store, draft, ops.Move(keys=("b",), before="a"))

    assert keys_of(store, draft) == [
        "b", "b1", "b1u", "b1t", "b1q", "b2", "b2u", "b2t", "b2q",
        "a", "a1", "a1u", "a1t", "a1q", "a2", "a2u", "a2t", "a2q",
    ]  # fmt: skip
    with store.read() as connection:
        assert [row.key for row in tree.children(connection, draft, None)] == ["b", "a"]


def test_a_move_writes_one_row(store, draft):
    with store.read() as connection:
        before = dict(connection.execute(select(node.c.key, node.c.rev)).all())

    edit(store, draft, ops.Move(keys=("b2",), parent="a", before="a1"))

    with store.read() as connection:
        after = dict(connection.execute(select(node.c.key, node.c.rev)).all())
    assert {key for key in after if after[key] != before[key]} == {"b2"}
    assert keys_of(store, draft, "lesson") == ["b2", "a1", "a2", "b1"]
    assert node_of(store, draft, "b2").parent == "a"


def test_several_items_move_together_in_the_order_they_are_named(store, draft):
    edit(store, draft, ops.Move(keys=("b2", "a1"), parent="b", before="b1"))

    assert keys_of(store, draft, "lesson") == ["a2", "b2", "a1", "b1"]


def test_items_can_be_moved_in_front_of_one_of_themselves(store, draft):
    edit(store, draft, ops.Move(keys=("a2", "a1"), parent="a", before="a1"))

    assert keys_of(store, draft, "lesson") == ["a2", "a1", "b1", "b2"]


def test_siblings_move_apart_when_there_is_no_room_left(store, draft, monkeypatch):
    for _ in range(30):  # each halves what is left
        edit(store, draft, ops.Move(keys=("b2",), parent="a", before="a2"))
        edit(store, draft, ops.Move(keys=("b1",), parent="a", before="a2"))
        assert keys_of(store, draft, "lesson") == ["a1", "b2", "b1", "a2"]
        edit(store, draft, ops.Move(keys=("b2",), parent="a", before="a2"))
        assert keys_of(store, draft, "lesson") == ["a1", "b1", "b2", "a2"]
    monkeypatch.setattr(order, "ROOM", 1)
    while undo(store, draft):
        pass
    assert keys_of(store, draft, "lesson") == ["a1", "a2", "b1", "b2"]


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (ops.Move(keys=("a1",), parent=None), "A lesson belongs in a section"),
        (ops.Move(keys=("a",), parent="b"), "A section belongs in a course"),
        (ops.Move(keys=("a", "b1")), "different kinds"),
        (ops.Move(keys=("a1", "a1"), parent="b"), "named twice"),
        (ops.Move(keys=("a1",), parent="b", before="a2"), "isn't in the item"),
        (ops.Move(keys=(), parent="b"), "at least one"),
        (ops.Rename(key="x", title="X"), "no item with the key “x”"),
        (ops.Rename(key="a", title=" "), "Enter a title"),
        (ops.Rename(key="a", title="A\x01"), "control characters"),
        (ops.Insert(node=ops.NewNode(kind="lesson", title="L")), "A lesson belongs"),
        (ops.Insert(parent="a1u", node=ops.NewNode(kind="block", title="B")), "Only blocks have"),
        (ops.SetText(key="a1q", html="x"), "has no text"),
        (ops.SetBlock(key="a", block={"type": "text", "html": ""}), "Only a block"),
        (ops.SetBlock(key="a1t", block={"type": "page"}), "one of these types"),
        (ops.SetBlock(key="a1t", block={"type": "text", "html": "", "htm": 1}), "no field “htm”"),
        (ops.SetBlock(key="a1t", block={"type": "resource", "file": "x.pdf"}), "no file “x.pdf”"),
        (ops.SetText(key="a1t", html='<img src="courseporter-asset:n.png">'), "no file “n.png”"),
        (ops.Restore(keys=("a",)), "No removed item"),
        (ops.Split(key="a", at="a1"), "Nothing would be left"),
        (ops.Merge(keys=("a", "b1")), "Only sections, lessons, or units"),
        (ops.SetCourse(values={"colour": "red"}), "no setting “colour”"),
        (ops.SetLesson(key="a", values={"due": "2031-01-01"}), "Only a lesson"),
        (ops.SetLesson(key="a1", values={"due": "soon"}), "isn't a date"),
        (ops.SetLesson(key="a1", values={"format": "Exam"}), "no type “Exam”"),
    ],
)  # fmt: skip
def test_what_the_model_forbids_is_refused_with_the_index(store, draft, operation, words):
    message, index = refused(store, draft, ops.Rename(key="b", title="New"), operation)

    assert words in message
    assert index == 1


def test_a_question_key_of_another_quiz_is_refused(store, draft):
    quiz = node_of(store, draft, "b1q").block

    message, _ = refused(store, draft, ops.SetBlock(key="a1q", block=ops.plain_block(quiz)))

    assert "b1q1" in message


def test_a_new_item_comes_with_all_that_is_in_it(store, draft):
    new = ops.NewNode(
        kind="lesson",
        title="New",
        children=(
            ops.NewNode(
                kind="unit",
                title="U",
                children=(
                    ops.NewNode(kind="block", title="T", block={"type": "text", "html": "<p>"}),
                    ops.NewNode(
                        kind="block",
                        title="Q",
                        block={"type": "quiz", "questions": [{"type": "essay", "text": "Why?"}]},
                    ),
                ),
            ),
        ),
    )

    done = edit(store, draft, ops.Insert(parent="a", before="a2", node=new))

    found = nodes_of(store, draft)
    at = [one.title for one in found].index("New")
    assert [one.key for one in found[at : at + 4]] == list(done.keys)
    assert [one.parent for one in found[at : at + 4]] == ["a", *done.keys[:2], done.keys[1]]
    with store.read() as connection:
        assert drafts.counts(connection, draft)["question"] == 9


def test_an_edited_quiz_is_counted_anew(store, draft):
    quiz = node_of(store, draft, "a1q").block
    one = ops.plain_block(replace(quiz, questions=quiz.questions[:1]))

    edit(store, draft, ops.SetBlock(key="a1q", block=one))

    with store.read() as connection:
        assert drafts.counts(connection, draft)["question"] == 7
        assert tree.children(connection, draft, "a1u")[1].questions == 1


def test_another_kind_of_block_changes_the_type(store, draft):
    edit(store, draft, ops.SetBlock(key="a1t", block={"type": "link", "url": "https://a.example"}))

    with store.read() as connection:
        assert tree.children(connection, draft, "a1u")[0].type == "link"


def test_a_copy_has_keys_of_its_own(store, draft):
    before = set(keys_of(store, draft))

    done = edit(store, draft, ops.Duplicate(key="a1"))

    after = keys_of(store, draft)
    assert len(set(after)) == len(after) == len(before) + 4
    assert set(done.keys) == set(after) - before
    assert node_of(store, draft, done.keys[0]).title == "Lesson a1 (copy)"
    copy = node_of(store, draft, done.keys[3]).block
    assert isinstance(copy, Quiz)
    assert not {one.key for one in copy.questions} & {"a1q1", "a1q2"}
    assert keys_of(store, draft, "lesson")[1] == done.keys[0]


def test_a_lesson_is_split_and_merged_again(store, draft):
    edit(store, draft, ops.Merge(keys=("a1", "a2")))
    assert keys_of(store, draft)[:8] == ["a", "a1", "a1u", "a1t", "a1q", "a2u", "a2t", "a2q"]

    done = edit(store, draft, ops.Split(key="a1", at="a2u"))

    assert keys_of(store, draft, "lesson") == ["a1", done.keys[0], "b1", "b2"]
    assert node_of(store, draft, done.keys[0]).title == "Unit a2"
    assert labels(store, draft) == [
        "Merged “Lesson a1” and “Lesson a2”",
        "Split “Lesson a1” at “Unit a2”",
    ]


def test_links_to_a_merged_lesson_lead_to_the_one_that_is_left(store, draft):
    edit(store, draft, ops.SetText(key="b1t", html='<a href="courseporter-lesson:a2">x</a>'))

    edit(store, draft, ops.Merge(keys=("a1", "a2")))

    assert node_of(store, draft, "b1t").block == Text(html='<a href="courseporter-lesson:a1">x</a>')


def test_removed_items_come_back_to_where_they_were(store, draft):
    before = nodes_of(store, draft)
    edit(store, draft, ops.Remove(keys=("a1", "b")))
    assert keys_of(store, draft) == ["a", "a2", "a2u", "a2t", "a2q"]

    edit(store, draft, ops.Restore(keys=("b", "a1")))

    assert nodes_of(store, draft) == before


def test_what_was_removed_first_stays_removed_when_its_section_comes_back(store, draft):
    edit(store, draft, ops.Remove(keys=("a1",)))
    edit(store, draft, ops.Remove(keys=("a",)))

    message, _ = refused(store, draft, ops.Restore(keys=("a1",)))
    assert "Restore the item “a” first" in message
    message, _ = refused(store, draft, ops.Restore(keys=("a2",)))
    assert "was removed together with “a”" in message

    edit(store, draft, ops.Restore(keys=("a",)))
    assert keys_of(store, draft, "lesson") == ["a2", "b1", "b2"]


def test_the_ledger_says_who_removed_something(store, draft):
    edit(store, draft, ops.Remove(keys=("a1",)), actor="bea")

    one = entry(store, draft, "a1t")
    assert (one.outcome, str(one.reason), one.to) == ("skipped", "Removed by bea.", ())
    with store.read() as connection:
        sums = ledger.sums(connection, draft)
    assert (sums["found"], sums["converted"], sums["skipped"]) == (18, 14, 4)

    undo(store, draft, "bea")

    assert entry(store, draft, "a1t").outcome == "converted"
    with store.read() as connection:
        assert ledger.sums(connection, draft)["converted"] == 18


def test_the_ledger_leads_to_the_lesson_that_holds_what_was_merged(store, draft):
    edit(store, draft, ops.Merge(keys=("a1", "a2")))

    assert entry(store, draft, "a2").to == ("a1",)
    assert entry(store, draft, "a2t").to == ("a2t",)


def test_every_kind_of_change_is_undone_and_redone(store):
    draft = made(store, files={"a.pdf": b"one"})
    states = [(nodes_of(store, draft), drafts.get(store, draft).course, files(store, draft))]
    grading = {"types": [{"name": "Exam", "weight": 100}]}
    for operation in (
        ops.Rename(key="a", title="New"),
        ops.Describe(key="a", description="<p>About</p>"),
        ops.Hide(keys=("a1", "b")),
        ops.Move(keys=("b1",), parent="a", before="a1"),
        ops.Insert(parent="b", node=ops.NewNode(kind="lesson", title="L")),
        ops.Duplicate(key="b1"),
        ops.Split(key="a", at="a1"),
        ops.Merge(keys=("a", "b")),
        ops.SetText(key="a1t", html="<p>Other</p>"),
        ops.SetBlock(key="a1q", block={"type": "video", "youtube": "dQw4w9WgXcQ"}),
        ops.Retype(key="b1q", question="b1q1", type="essay"),
        ops.SetCourse(values={"about": "<p>x</p>", "grading": grading}),
        ops.SetLesson(key="a1", values={"due": "2031-01-01", "graded": True, "format": "Exam"}),
        ops.PutFile(path="a.pdf", file=""),
        ops.PutFile(path="b.pdf", file=""),
        ops.Remove(keys=("b2",)),
        ops.Restore(keys=("b2",)),
    ):
        edit(store, draft, operation, files={"a.pdf": b"two", "b.pdf": b"three"})
        states.append(
            (nodes_of(store, draft), drafts.get(store, draft).course, files(store, draft))
        )
    assert len({str(state) for state in states}) == len(states) - 1  # restoring is no news

    for state in states[-2::-1]:
        assert undo(store, draft)
        now = (nodes_of(store, draft), drafts.get(store, draft).course, files(store, draft))
        assert now == state
    assert undo(store, draft) is None
    for state in states[1:]:
        assert redo(store, draft)
        now = (nodes_of(store, draft), drafts.get(store, draft).course, files(store, draft))
        assert now == state
    assert redo(store, draft) is None


def files(store, draft):
    return [(one.path, one.sha256) for one in StoredDraft(store, draft).assets()]


def test_a_replaced_file_survives_the_sweep_until_the_draft_is_deleted(store):
    draft = made(store, files={"a.pdf": b"one"})
    edit(store, draft, ops.PutFile(path="a.pdf", file=""), files={"a.pdf": b"two"})

    assert sweep(store, grace=-1) == 0
    undo(store, draft)
    (one,) = StoredDraft(store, draft).assets()
    with store.assets.open(one.sha256) as stream:
        assert stream.read() == b"one"

    with store.write() as connection:
        drafts.remove(connection, draft)
    assert sweep(store, grace=-1) == 2


def test_a_change_after_an_undo_ends_the_redo(store, draft):
    edit(store, draft, ops.Rename(key="a", title="One"))
    undo(store, draft)
    edit(store, draft, ops.Rename(key="a", title="Two"))

    assert redo(store, draft) is None
    assert node_of(store, draft, "a").title == "Two"


def test_each_person_undoes_their_own_last_change(store, draft):
    edit(store, draft, ops.Rename(key="a", title="By Anna"), actor="anna")
    edit(store, draft, ops.Rename(key="b", title="By Bea"), actor="bea")

    undo(store, draft, "anna")

    assert [node_of(store, draft, key).title for key in "ab"] == ["Section a", "By Bea"]


def test_a_change_that_others_built_on_cannot_be_undone(store, draft):
    edit(store, draft, ops.Rename(key="a", title="By Anna"), actor="anna")
    edit(store, draft, ops.Rename(key="a", title="By Bea"), actor="bea")

    with pytest.raises(ConflictError, match="“By Bea” has been changed since"):
        undo(store, draft, "anna")

    assert node_of(store, draft, "a").title == "By Bea"


def test_a_stale_revision_is_refused_with_what_changed(store, draft):
    seen = drafts.get(store, draft).rev
    edit(store, draft, ops.Rename(key="a", title="New"), actor="bea")

    with pytest.raises(ConflictError, match="Renamed “Section a” to “New”"):
        edit(store, draft, ops.Hide(keys=("b",)), expect=seen)
    with pytest.raises(ConflictError):
        edit(store, draft, ops.Hide(keys=("b",)), expect=seen - 1)

    assert edit(store, draft, ops.Hide(keys=("b",)), expect=drafts.get(store, draft).rev).step


def test_an_export_does_not_make_a_revision_stale(store, draft):
    seen = drafts.get(store, draft).rev
    with store.write() as connection:
        drafts.set_exported(connection, draft, "/tmp/out.tar.gz")

    assert edit(store, draft, ops.Hide(keys=("b",)), expect=seen).step


def test_operations_without_effect_leave_no_step(store, draft):
    seen = drafts.get(store, draft).rev

    done = edit(store, draft, ops.Rename(key="a", title="Section a"))

    assert (done.step, done.rev) == (None, seen)
    assert labels(store, draft) == []


def test_a_file_that_the_same_step_brings_can_be_used(store, draft):
    edit(
        store,
        draft,
        ops.SetBlock(key="a1t", block={"type": "resource", "file": "new.pdf"}),
        ops.PutFile(path="new.pdf", file=""),
        files={"new.pdf": b"new"},
    )

    assert node_of(store, draft, "a1t").block == Resource(file="new.pdf")


def test_found_items_come_in_the_order_of_an_edited_course(store, draft):
    edit(store, draft, ops.Move(keys=("b",), before="a"))
    edit(store, draft, ops.Move(keys=("a2",), parent="b", before="b1"))

    with store.read() as connection:
        found = tree.find(connection, draft, "Lesson", None, 3)

    assert [row.key for row in found] == ["a2", "b1", "b2"]


def test_an_outline_of_an_edited_draft_needs_no_pages(store, draft):
    edit(store, draft, ops.Move(keys=("b",), before="a"))

    light = list(StoredDraft(store, draft).nodes(pages=False))

    assert [one.key for one in light] == keys_of(store, draft)
    assert all(one.block == Text(html="") for one in light if one.key.endswith("t"))


def old_step(store, draft_id, before, label="Rename to “New”"):
    """A step as an older version stored it: only what there was before."""
    with store.write() as connection:
        connection.execute(
            insert(table).values(
                id=new_id(),
                draft_id=draft_id,
                at=0,
                action="edit",
                label=label,
                before=before,
                number=1,
            )
        )


def test_steps_of_an_older_version_are_undone_and_redone(store, draft):
    old = node_of(store, draft, "a")
    edit(store, draft, ops.Rename(key="a", title="New"))
    with store.write() as connection:
        connection.execute(delete(table))
    old_step(store, draft, {"nodes": [msgspec.to_builtins(old)]})

    assert undo(store, draft, "bea") == "Rename to “New”"
    assert node_of(store, draft, "a") == old
    assert redo(store, draft, "bea") == "Rename to “New”"
    assert node_of(store, draft, "a").title == "New"


def test_settings_that_an_older_version_changed_come_back(store, draft):
    before = drafts.get(store, draft).course
    edit(store, draft, ops.SetCourse(values={"language": "de"}))
    with store.write() as connection:
        connection.execute(delete(table))
    old_step(store, draft, {"course": msgspec.to_builtins(before)}, "Change course settings")

    undo(store, draft)

    assert drafts.get(store, draft).course == before


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"type": "package", "file": "a.pdf", "href": "x.html"}, "Import the SCORM package"),
        ({"type": "foreign", "format": "olx", "data": "<vertical/>"}, "isn't a block"),
        ({"type": "foreign", "format": "olx", "data": "<html>"}, "isn't well-formed"),
        ({"type": "quiz", "questions": [{"type": "essay", "text": "", "points": -1}]}, "negative"),
        ({"type": "quiz", "questions": [], "pick": 0}, "at least one"),
        ({"type": "video", "start": -1}, "between 0 and 86,399 seconds"),
        ({"type": "video", "end": 86_400}, "between 0 and 86,399 seconds"),
    ],
)
def test_a_block_that_no_package_could_hold_is_refused(store, block, words):
    draft = made(store, files={"a.pdf": b"%PDF"})

    message, _ = refused(store, draft, ops.SetBlock(key="a1t", block=block))

    assert words in message


def test_a_scorm_lesson_keeps_its_part_of_the_package(store):
    lesson = Package(file="p.zip", href="a.html", identity="p")
    nodes = [*course_of_two(), draft_block("p", "b2u", lesson, "Play")]
    draft = made(store, nodes, {"p.zip": b"PK"})

    other = ops.plain_block(replace(lesson, mode="download", height=500))
    edit(store, draft, ops.SetBlock(key="p", block=other))

    assert node_of(store, draft, "p").block == replace(lesson, mode="download", height=500)
