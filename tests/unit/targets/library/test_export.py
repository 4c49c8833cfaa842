from __future__ import annotations

import tomllib
import zipfile
from typing import NamedTuple

import pytest

from courseporter.context import Limits
from courseporter.errors import InputError
from courseporter.model import Course, Discussion, Node, Option, Question, Quiz, Text, Video
from courseporter.targets.library.archived import ArchivedLibrary
from courseporter.targets.library.classes import There, classify, decide
from courseporter.targets.library.components import Components
from courseporter.targets.library.decompose import Decomposition
from courseporter.targets.library.entities import Unsupported
from courseporter.targets.library.new_library import library_of
from courseporter.targets.library.normal_form import normal_form
from courseporter.targets.library.plan import Choices, History, Planner
from courseporter.targets.library.reader import LibraryArchive
from courseporter.targets.olx.arrange import arrange
from fakes.draft import MemoryContext, MemoryDraft


def question(key, text):
    options = (Option(text="Yes", correct=True), Option(text="No"))
    return Question(key=key, type="single_choice", text=text, options=options)


NODES = (
    Node(key="s1", kind="section", title="Section"),
    Node(key="l1", kind="lesson", title="Lesson", parent="s1"),
    Node(key="u1", kind="unit", title="  ", parent="l1"),
    Node(
        key="b1", kind="block", title="Words", parent="u1",
        block=Text(html='<p>]]> <img src="courseporter-asset:a%20b.png"> &nbsp;'
                        '<a href="courseporter-lesson:l1">there</a></p>'),
    ),
    Node(
        key="b2", kind="block", title="Quiz", parent="u1",
        block=Quiz(questions=(question("q1", "One?"), question("q2", "Two?")), pick=1),
    ),
    Node(key="b3", kind="block", title="Talk", parent="u1", block=Discussion(topic="t")),
    Node(key="b4", kind="block", title="Film", parent="u1", block=Video(file="f.mp4")),
)  # fmt: skip
FILES = {"a b.png": b"picture", "f.mp4": b"film", "unused.bin": b"no"}


class Exported(NamedTuple):
    counts: dict
    unsupported: list


def export(draft, level, out, ctx, only=None):
    """Plan against nothing, and write all of it."""
    assets = {asset.path: asset for asset in draft.assets()}
    components = Components(draft.course.language, assets, ctx.open_asset)
    parts = Decomposition(level, components, only)
    library = ArchivedLibrary(out, ctx, None, library_of(draft.course), None)
    counts, unsupported = {}, []
    for row in Planner(library, History(), Choices()).rows(_noting(parts, draft, unsupported)):
        if row.action is not None:
            library.apply(row.action)
            counts[row.kind] = counts.get(row.kind, 0) + 1
    library.collect(parts.collection(draft.course))
    library.finish()
    library.close()
    return Exported(counts, unsupported)


def _noting(parts, draft, unsupported):
    for part in parts.take(arrange(draft.nodes())):
        if isinstance(part, Unsupported):
            unsupported.append(part)
        yield part


def written(tmp_path, level="section", only=None, nodes=NODES, name="out.zip"):
    draft = MemoryDraft(Course(key="c", title="Курс"), nodes, FILES)
    out = tmp_path / name
    result = export(draft, level, out, MemoryContext(tmp_path, draft), only)
    return result, out


@pytest.mark.parametrize(
    ("level", "counts"),
    [
        ("component", {"component": 4}),
        ("unit", {"component": 4, "unit": 1}),
        ("subsection", {"component": 4, "unit": 1, "subsection": 1}),
        ("section", {"component": 4, "unit": 1, "subsection": 1, "section": 1}),
    ],
)
def test_a_level_makes_what_is_at_and_below_it(tmp_path, level, counts):
    result, out = written(tmp_path, level)
    assert result.counts == counts
    assert [one.block_type for one in result.unsupported] == ["discussion"]
    with LibraryArchive(out, Limits()) as library:
        kinds = [one.kind for one in library.entities()]
        (collection,) = library.collections()
    assert {kind: kinds.count(kind) for kind in kinds} == counts
    assert len(collection.entities) == sum(counts.values())


def test_what_is_written_is_read_back_with_files_children_and_titles(tmp_path):
    _, out = written(tmp_path)
    with LibraryArchive(out, Limits()) as library:
        found = {one.key: one for one in library.entities()}
        page = found["xblock.v1:html:b1"]
        block = library.read(page.draft.files["block.xml"]).decode()
    assert found["u1"].draft.title == "Untitled"
    assert found["u1"].draft.children == (
        "xblock.v1:html:b1", "xblock.v1:problem:q1", "xblock.v1:problem:q2", "xblock.v1:html:b4",
    )  # fmt: skip
    assert found["s1"].draft.children == ("l1",)
    statics = [path for path in page.draft.files if path.startswith("static/")]
    assert len(statics) == 1
    assert f"/{statics[0]}" in block
    assert "url_name" not in block
    assert "jump_to_id" not in block
    assert ">there</a>" in block


def test_the_same_draft_gives_the_same_bytes(tmp_path):
    _, one = written(tmp_path)
    _, two = written(tmp_path, name="again.zip")
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        tomllib.loads(archive.read("package.toml").decode())


def test_one_changed_question_changes_one_component_and_no_container(tmp_path):
    changed = list(NODES)
    quiz = Quiz(questions=(question("q1", "One?"), question("q2", "Really two?")), pick=1)
    changed[4] = Node(key="b2", kind="block", title="Quiz", parent="u1", block=quiz)
    _, one = written(tmp_path)
    _, two = written(tmp_path, nodes=changed, name="two.zip")

    def marks(path):
        with LibraryArchive(path, Limits()) as library:
            return {entity.key: entity.fingerprint for entity in library.entities()}

    before, after = marks(one), marks(two)
    assert [key for key in before if before[key] != after[key]] == ["xblock.v1:problem:q2"]


def test_only_the_wanted_subtrees_are_taken(tmp_path):
    result, _ = written(tmp_path, "unit", only={"b1"})
    assert result.counts == {"component": 1, "unit": 1}


def test_a_single_question_of_a_quiz_can_be_taken(tmp_path):
    result, out = written(tmp_path, "unit", only={"q2"})
    assert result.counts == {"component": 1, "unit": 1}
    with LibraryArchive(out, Limits()) as library:
        assert "xblock.v1:problem:q2" in {one.key for one in library.entities()}


def test_container_keys_are_unique_over_all_levels(tmp_path):
    nodes = [
        Node(key="A b", kind="section", title="S"),
        Node(key="a b!", kind="lesson", title="L", parent="A b"),
        Node(key="x", kind="unit", title="U", parent="a b!"),
        Node(key="t", kind="block", title="T", parent="x", block=Text(html="<p>x</p>")),
    ]
    _, out = written(tmp_path, nodes=nodes)
    with LibraryArchive(out, Limits()) as library:
        keys = [one.key for one in library.entities()]
    assert len(keys) == len(set(keys)) == 4


def test_what_is_no_library_is_refused(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(InputError) as caught:
        LibraryArchive(path, Limits())
    assert caught.value.code == "library_invalid"


def test_the_normal_form_ignores_what_the_platform_adds():
    ours = b'<html b="2" a="1"><![CDATA[<p>x</p>]]></html>'
    theirs = b'<html url_name="u" a="1" upstream="lb:x" b="2">&lt;p&gt;x&lt;/p&gt;</html>'
    assert normal_form(ours) == normal_form(theirs)
    assert normal_form(ours) != normal_form(ours.replace(b"x", b"y"))


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (None, "new"),
        (There(draft="N", published="N"), "same"),
        (There(draft="B", published="B", known=True, written="B"), "update"),
        (There(draft="T", published="T", known=True, written="B"), "edited_there"),
        (There(draft="T", published="P", known=True, written="B"), "draft_there"),
        (There(draft="T", published="T"), "foreign"),
        (There(deleted=True), "deleted_there"),
    ],
)
def test_classes_follow_from_fingerprints(there, expected):
    assert classify("N", there) == expected


def test_a_second_run_of_the_same_changes_nothing_under_every_policy():
    for policy in ("skip", "overwrite", "new_version", "keep_both"):
        assert decide("same", policy).action == "none"


def test_what_would_replace_other_peoples_work_is_held_back():
    assert [decide(one, "overwrite").held for one in ("update", "edited_there", "foreign")] == [
        False, True, True,
    ]  # fmt: skip
    assert decide("draft_there", "new_version").held


def test_a_file_that_is_missing_is_named_and_no_dead_address_stays(tmp_path):
    nodes = [*NODES[:3], Node(
        key="b9", kind="block", title="Words", parent="u1",
        block=Text(html='<img src="/static/gone%20away.png"> and <a href="/static/x.pdf">x</a>'),
    )]  # fmt: skip
    _result, out = written(tmp_path, nodes=nodes)
    with LibraryArchive(out, Limits()) as library:
        (page,) = [one for one in library.entities() if one.kind == "component"]
        block = library.read(page.draft.files["block.xml"]).decode()
    assert "/static/" not in block
    assert "gone%20away.png" in block
    assert list(page.draft.files) == ["block.xml"]


def test_a_toml_file_gets_a_name_that_a_restore_does_not_read(tmp_path):
    node = Node(
        key="b9", kind="block", title="Words", parent="u1",
        block=Text(html='<a href="courseporter-asset:settings.toml">settings</a>'),
    )  # fmt: skip
    draft = MemoryDraft(Course(key="c", title="C"), [*NODES[:3], node], {"settings.toml": b"a = 1"})
    out = tmp_path / "out.zip"
    export(draft, "unit", out, MemoryContext(tmp_path, draft))
    with LibraryArchive(out, Limits()) as library:
        (page,) = [one for one in library.entities() if one.kind == "component"]
        (name,) = [path for path in page.draft.files if path != "block.xml"]
        block = library.read(page.draft.files["block.xml"]).decode()
    assert name.endswith(".toml.txt")
    assert f'"/{name}"' in block
