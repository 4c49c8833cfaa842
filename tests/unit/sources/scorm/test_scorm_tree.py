"""Items become sections, lessons, units and blocks; nothing is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courseporter.model import Package, Text
from fakes.scorm import item, manifest, package, read, resource

DEPTHS = {"section": 1, "lesson": 2, "unit": 3, "block": 4}


def test_a_lonely_lesson_gets_every_level(tmp_path):
    found = read(package(tmp_path, manifest()))
    assert found.tree == [
        ("section", "Lesson one"),
        ("lesson", "Lesson one"),
        ("unit", "Lesson one"),
        ("package", "Lesson one"),
    ]
    assert [node.key for node in found.nodes] == [
        "item:I1",
        "item:I1/lesson",
        "item:I1/unit",
        "item:I1/package",
    ]
    assert found.nodes[-1].block == Package(
        file="course.zip", href="index.html", version="1.2", identity="M1/ORG", item="I1"
    )


def test_three_levels_keep_their_places(tmp_path):
    text = manifest(item("A", item("B", item("C", ref="R1") + item("D", ref="R1"))))
    found = read(package(tmp_path, text))
    assert found.tree == [
        ("section", "A"),
        ("lesson", "B"),
        ("unit", "C"),
        ("package", "C"),
        ("unit", "D"),
        ("package", "D"),
    ]
    assert [(e.depth, e.outcome, e.to) for e in found.entries] == [
        (1, "converted", ("item:A",)),
        (2, "converted", ("item:B",)),
        (3, "converted", ("item:C",)),
        (3, "converted", ("item:D",)),
    ]
    assert "flattened" not in found.problems


def test_deeper_levels_are_folded_into_titles_and_counted(tmp_path):
    deep = item("C", item("D", item("E", ref="R1")) + item("F", ref="R1"))
    found = read(package(tmp_path, manifest(item("A", item("B", deep)))))
    assert found.tree[2:] == [
        ("unit", "C › D › E"),
        ("package", "E"),
        ("unit", "C › F"),
        ("package", "F"),
    ]
    assert found.problems["flattened"].count == 3
    by_ref = {entry.ref: entry for entry in found.entries}
    assert by_ref["C"].to == by_ref["D"].to == by_ref["E"].to == ("item:E",)
    assert by_ref["C"].outcome == "converted_with_loss"
    assert "deeper" in str(by_ref["C"].reason)


def test_an_item_with_a_page_and_items_below_keeps_both(tmp_path):
    found = read(package(tmp_path, manifest(item("A", item("B", ref="R1"), ref="R1"))))
    assert found.tree == [
        ("section", "A"),
        ("lesson", "A"),
        ("unit", "A"),
        ("package", "A"),
        ("lesson", "B"),
        ("unit", "B"),
        ("package", "B"),
    ]


def test_an_item_without_anything_becomes_a_page_that_says_so(tmp_path):
    found = read(package(tmp_path, manifest(item("A") + item("B", ref="R1"))))
    assert found.tree[3] == ("text", "A")
    assert "nothing to open" in found.nodes[3].block.html
    assert (found.entries[0].outcome, found.entries[0].href) == ("converted", None)


@pytest.mark.parametrize(
    ("value", "hidden"),
    [
        ("false", True),
        ("False", True),
        (" false ", True),
        ("0", True),
        ("true", False),
        ("1", False),
    ],
)
def test_reads_isvisible_in_all_spellings(tmp_path, value, hidden):
    found = read(package(tmp_path, manifest(item("A", ref="R1", isvisible=value))))
    assert {node.hidden for node in found.nodes} == {hidden}
    assert found.entries[0].hidden is hidden


def test_a_hidden_item_does_not_hide_visible_ones_below(tmp_path):
    text = manifest(
        item("A", item("B", ref="R1") + item("C", ref="R1", isvisible="false"), isvisible="false")
        + item("D", item("E", ref="R1", isvisible="false"), isvisible="false")
    )
    found = read(package(tmp_path, text))
    hidden = {node.title: node.hidden for node in found.nodes}
    assert hidden == {"A": False, "B": False, "C": True, "D": True, "E": True}
    assert [entry.hidden for entry in found.entries] == [True, False, True, True, True]
    assert found.problems["hidden_container"].count == 1


def test_strange_titles_are_kept_as_text(tmp_path):
    titles = [
        "",
        "  ",
        "two\n   lines",
        "<![CDATA[<b>bold</b> & more]]>",
        "&lt;script&gt;",
        "عنوان 👩🏽‍🏫",
    ]
    items = "".join(item(f"I{n}", ref="R1", title=title) for n, title in enumerate(titles))
    found = read(package(tmp_path, manifest(items + '<item identifier="I9"/>')))
    assert [entry.title for entry in found.entries] == [
        "",
        "",
        "two lines",
        "<b>bold</b> & more",
        "<script>",
        "عنوان 👩🏽‍🏫",
        None,
    ]
    sections = [node.title for node in found.nodes if node.kind == "section"]
    assert sections[:3] == ["Untitled", "Untitled", "two lines"]
    assert found.problems["untitled_items"].count == 3


def test_a_title_without_end_is_cut_and_said(tmp_path):
    found = read(package(tmp_path, manifest(title="x" * 100_000)))
    assert len(found.course.title) == 1000
    assert found.problems["title_cut"].count == 1


def test_items_with_one_identifier_get_keys_of_their_own(tmp_path):
    items = (
        item("A", ref="R1") + item("A", ref="R1") + item("A~2", ref="R1") + item("a/b", ref="R1")
    )
    found = read(package(tmp_path, manifest(items)))
    sections = [node.key for node in found.nodes if node.kind == "section"]
    assert sections == ["item:A", "item:A~2", "item:A%7E2", "item:a%2Fb"]
    assert found.problems["duplicate_identifier"].count == 1


def test_hundreds_of_levels_are_folded(tmp_path):
    text = manifest("".join(f'<item identifier="I{n}"><title>L{n}</title>' for n in range(300))
                    + item("Z", ref="R1") + "</item>" * 300)  # fmt: skip
    found = read(package(tmp_path, text))
    assert len(found.entries) == 301
    assert found.entries[-1].depth == 301
    assert found.problems["flattened"].count == 298
    unit = next(node for node in found.nodes if node.kind == "unit")
    assert unit.title.endswith("… › Z")


@given(
    st.lists(st.tuples(st.integers(1, 6), st.booleans(), st.booleans()), min_size=1, max_size=40)
)
def test_any_tree_is_complete_and_in_order(tmp_path, wishes):
    text, depth = "", 0
    for number, (wish, page, visible) in enumerate(wishes):
        level = min(wish, depth + 1)
        text += "</item>" * (depth - level + 1)
        ref = ' identifierref="R1"' if page else ""
        shown = "" if visible else ' isvisible="false"'
        text += f'<item identifier="I{number}"{ref}{shown}><title>T{number}</title>'
        depth = level
    found = read(package(tmp_path, manifest(text + "</item>" * depth)))

    places: dict[str, int] = {}
    for place, node in enumerate(found.nodes):
        assert node.key not in places
        if node.parent is None:
            assert node.kind == "section"
        else:
            above = found.nodes[places[node.parent]]
            assert DEPTHS[above.kind] == DEPTHS[node.kind] - 1
        places[node.key] = place
    parents = {node.parent for node in found.nodes}
    assert all(node.kind == "block" or node.key in parents for node in found.nodes)

    assert [entry.title for entry in found.entries] == [f"T{n}" for n in range(len(wishes))]
    order = [min(places[key] for key in entry.to) for entry in found.entries]
    assert order == sorted(order)
    blocks = [node for node in found.nodes if node.block]
    packages = [node.title for node in blocks if isinstance(node.block, Package)]
    assert packages == [f"T{n}" for n, (_, page, _) in enumerate(wishes) if page]
    assert all(isinstance(node.block, Package | Text) for node in blocks)
    for node in blocks:
        number = int(node.title[1:])
        assert node.hidden is not wishes[number][2]


def test_resumes_behind_any_chunk_with_the_same_rest(tmp_path, monkeypatch):
    monkeypatch.setattr("courseporter.sources.scorm.CHUNK", 3)
    items = item("X") + "".join(
        item(f"I{n}", item(f"J{n}", ref="R1" if n % 2 else "R9")) for n in range(5)
    )
    path = package(tmp_path, manifest(items, resource("R1", "index.html")))
    whole = read(path)
    assert len(whole.chunks) == 4
    assert [len(chunk.assets) for chunk in whole.chunks] == [0, 1, 0, 0]
    assert [chunk.done for chunk in whole.chunks] == [2, 3, 5, 6]  # lessons, not headings
    for number, chunk in enumerate(whole.chunks[:-1], 1):
        rest = read(path, cursor=chunk.cursor)
        assert rest.chunks == whole.chunks[number:]
    assert read(path, cursor=whole.chunks[-1].cursor).chunks == []


def test_the_package_is_kept_once_and_whole(tmp_path):
    path = package(tmp_path, manifest(item("A", ref="R1") + item("B", ref="R1")))
    found = read(path)
    assert found.kept == {"course.zip": path.read_bytes()}
    assert found.problems["scorm_no_tracking"].count == 2


def test_a_package_without_a_lesson_is_not_kept(tmp_path):
    assert read(package(tmp_path, manifest(item("A")))).kept == {}


def test_a_folder_is_packed_the_same_way_every_time(tmp_path):
    root = tmp_path / "golf"
    root.mkdir()
    (root / "imsmanifest.xml").write_text(manifest())
    (root / "index.html").write_text("page")
    first, second = read(root), read(root)
    assert list(first.kept) == ["golf.zip"]
    assert first.kept == second.kept
    assert first.nodes[-1].block.file == "golf.zip"
