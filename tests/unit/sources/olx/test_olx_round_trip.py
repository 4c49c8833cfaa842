"""A course from Open edX becomes a draft, and the draft the same course again."""

from __future__ import annotations

import json
import tarfile

import pytest
from msgspec.structs import replace

from courseporter.context import Limits
from courseporter.errors import InputError
from courseporter.formats.olx.package import read_package
from courseporter.model import Foreign, Text
from courseporter.sources.olx import OlxSource, reading
from courseporter.sources.place import Place
from courseporter.sources.registry import detect
from courseporter.targets.olx import OlxTarget
from fakes.draft import MemoryContext, MemoryDraft
from fakes.olx import unpacked
from fakes.olx_course import members, pack

POLICY = {
    "course/r1": {
        "start": "2030-01-01T00:00:00Z", "display_name": "Pottery", "course_image": "clay.png",
        "tabs": [{"type": "courseware", "name": "Course"},
                 {"type": "static_tab", "name": "More", "url_slug": "more"}],
        "user_partitions": [{"id": 7, "name": "G", "description": "", "version": 3,
                             "scheme": "cohort", "groups": [{"id": 1, "name": "a", "version": 1}]}],
        "advanced_modules": ["poll"],
    },
    "sequential/s1": {"due": "2031-01-01T00:00:00Z"},
}  # fmt: skip
MORE = {
    "sequential/s1.xml": (
        '<sequential display_name="Wedging" graded="true" format="Homework" '
        'start="2030-02-01T00:00:00Z"><vertical url_name="v1"/><vertical url_name="v2"/>'
        '<vertical url_name="V.3"/></sequential>'
    ),
    "vertical/v2.xml": (
        '<vertical display_name="How" visible_to_staff_only="true"><html url_name="h2"/>'
        '<poll url_name="po" question="Why?" '
        'answers="[[&quot;a&quot;, {&quot;label&quot;: &quot;A&quot;}]]"/>'
        '<library_content url_name="lc" display_name="Pool" max_count="1" '
        'source_library_id="library-v1:O+L"><problem url_name="p2"/></library_content></vertical>'
    ),
    "vertical/V.3.xml": (
        '<vertical display_name="Watch" group_access="{&quot;7&quot;: [1]}">'
        '<video url_name="vi"/><mind_map url_name="mm" data="1"><node>x</node></mind_map>'
        "</vertical>"
    ),
    "problem/p2.xml": '<problem display_name="Two"><stringresponse answer="b"><textline/>'
    "</stringresponse></problem>",
    "video/vi.xml": '<video display_name="Film" youtube_id_1_0="abcdefghijk" sub="x">'
    '<transcript language="en" src="clay.srt"/></video>',
    "html/h2.xml": '<html filename="h2" display_name="Cut and slam" xml_lang="en"/>',
    "policies/r1/policy.json": json.dumps(POLICY),
    "policies/r1/grading_policy.json": json.dumps(
        {"GRADER": [{"type": "Homework", "min_count": 2, "drop_count": 0, "weight": 1}]}
    ),
    "tabs/more.html": "<p>More</p>",
    "info/updates.html": "<ol></ol>",
    "info/handouts.html": "<p>Handouts</p>",
    "about/overview.html": "<section>About</section>",
    "drafts/vertical/d1.xml": '<vertical display_name="Draft"/>',
    "static/clay.srt": b"1\n00:00:00,000 --> 00:00:01,000\nHi\n",
    "static/sub/My file (1).pdf": b"PDF",
    "html/h1.html": '<p>Air</p><img src="/static/clay.png"/>'
    '<a href="/static/sub/My file (1).pdf">x</a>'
    '<a href="/jump_to_id/V.3">next</a>',
}


def package(tmp_path, changes=None, name="in.tar.gz"):
    files = {**members(), **MORE, **(changes or {})}
    return pack(tmp_path / name, {k: v for k, v in files.items() if v is not None})


class Read:
    """What the source gives of a package."""

    def __init__(self, path, tmp_path, cursor=None):
        scratch = tmp_path / "scratch"
        scratch.mkdir(exist_ok=True)
        self.draft = MemoryDraft()
        self.context = MemoryContext(scratch, self.draft)
        place = Place(path)
        source = OlxSource()
        [ref] = source.courses(place, self.context)
        self.chunks = list(source.read(place, ref, cursor, self.context))
        self.nodes = [node for chunk in self.chunks for node in chunk.nodes]
        self.entries = [entry for chunk in self.chunks for entry in chunk.entries]
        self.problems = [one for chunk in self.chunks for one in chunk.problems]
        assets = sorted((a for chunk in self.chunks for a in chunk.assets), key=lambda a: a.path)
        self.draft._nodes, self.draft._assets = self.nodes, assets
        self.draft.course = next((c.course for c in self.chunks if c.course), None)

    def write(self, out):
        OlxTarget().package(self.draft, out, self.context)
        with tarfile.open(out) as archive:
            return {m.name.removeprefix("course/"): archive.extractfile(m).read() for m in archive}


def outline(path):
    return [
        (row.depth, row.type, row.title, row.hidden, row.questions)
        for row in read_package(path, Limits()).rows()
    ]


def test_the_written_package_has_the_same_outline_and_names(tmp_path):
    path = package(tmp_path)
    found = Read(path, tmp_path)
    found.write(tmp_path / "out.tar.gz")
    assert outline(tmp_path / "out.tar.gz") == outline(path)
    again = read_package(tmp_path / "out.tar.gz", Limits())
    assert [e.ref for e in again.entries()] == [e.ref for e in found.entries]
    assert {one.code for one in again.problems()} <= {one.code for one in found.problems}


def test_pages_become_texts_and_the_rest_is_kept_word_for_word(tmp_path):
    found = Read(package(tmp_path), tmp_path)
    blocks = {node.title: node.block for node in found.nodes if node.block is not None}
    assert isinstance(blocks["Air in clay"], Text)
    assert "courseporter-asset:olx%3Astatic/clay.png" in blocks["Air in clay"].html
    assert isinstance(blocks["Question"], Foreign)
    assert 'max_attempts="3"' in blocks["Question"].data
    [strange] = [node.block for node in found.nodes if node.key == "olx:mind_map/mm"]
    assert "<node>x</node>" in strange.data


def test_nothing_of_the_course_is_lost(tmp_path):
    files = Read(package(tmp_path), tmp_path).write(tmp_path / "out.tar.gz")
    for name in ("tabs/more.html", "info/updates.html", "info/handouts.html",
                 "drafts/vertical/d1.xml",
                 "about/overview.html", "policies/r1/grading_policy.json"):  # fmt: skip
        kept = MORE.get(name)
        assert files[name].decode() == kept, name
    settings = json.loads(files["policies/r1/policy.json"])
    assert settings["sequential/s1"] == POLICY["sequential/s1"]
    assert settings["course/r1"] == {
        name: value for name, value in POLICY["course/r1"].items() if name != "display_name"
    }
    lesson = files["sequential/s1.xml"].decode()
    for piece in (
        'format="Homework"', 'graded="true"', 'start="2030-02-01T00:00:00Z"', 'url_name="V.3"',
        'group_access="{&quot;7&quot;: [1]}"', 'sub="x"', 'max_attempts="3"', "xml_lang",
        'source_library_id="library-v1:O+L"',
    ):  # fmt: skip
        assert piece in lesson, piece
    assert lesson.count("visible_to_staff_only") == 1
    assert b'src="/static/clay.png"' in files["html/h1.html"]
    assert b'href="/static/sub_My_file__1_.pdf"' in files["html/h1.html"]
    assert b'href="/jump_to_id/V.3"' in files["html/h1.html"]
    assert files["static/sub_My_file__1_.pdf"] == b"PDF"
    assert files["static/clay.srt"] == MORE["static/clay.srt"]


def test_the_ledger_has_one_row_per_block(tmp_path):
    found = Read(package(tmp_path), tmp_path)
    keys = {node.key for node in found.nodes}
    kinds = [entry.kind for entry in found.entries]
    assert kinds.count("problem") == 2
    assert {e.outcome for e in found.entries} == {"converted"}
    assert all(set(entry.to) <= keys for entry in found.entries)


def test_a_lost_block_has_failed_and_the_rest_stays_in_step(tmp_path):
    found = Read(package(tmp_path, {"vertical/v1.xml": None}), tmp_path)
    assert [e.ref for e in found.entries if e.outcome == "failed"] == ["vertical/v1"]
    assert "definition_missing" in {one.code for one in found.problems}
    found.write(tmp_path / "out.tar.gz")


def test_resumes_after_each_saved_chunk(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "ROWS", 2)
    path = package(tmp_path)
    whole = Read(path, tmp_path)
    assert len(whole.chunks) > 6
    for number, chunk in enumerate(whole.chunks[:-1], 1):
        assert Read(path, tmp_path, chunk.cursor).chunks == whole.chunks[number:]
    assert Read(path, tmp_path, whole.chunks[-1].cursor).chunks == []


def test_a_new_run_takes_the_policies_along(tmp_path):
    found = Read(package(tmp_path), tmp_path)
    found.draft.course = replace(found.draft.course, run="r2", start="2032-01-01T00:00:00Z")
    files = found.write(tmp_path / "out.tar.gz")
    settings = json.loads(files["policies/r2/policy.json"])
    assert settings["course/r2"]["start"] == "2032-01-01T00:00:00Z"
    assert "policies/r2/grading_policy.json" in files
    assert not [name for name in files if "r1" in name]


def test_is_found_by_name_and_by_content(tmp_path):
    assert detect(Place(package(tmp_path))).name == "olx"
    assert detect(Place(package(tmp_path, name="course.backup"))).name == "olx"
    folder = unpacked(package(tmp_path), tmp_path / "folder")
    assert detect(Place(folder)).name == "olx"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"course.xml": None}, "manifest_missing"),
        ({"course/r1.xml": None}, "manifest_invalid"),
        ({"html/h1.xml": '<!DOCTYPE x [<!ENTITY a "b">]><html/>'}, "manifest_unsafe"),
        ({"../evil": "x"}, "unsafe_path"),
        ({"chapter/c1.xml": '<chapter><chapter url_name="c1"/></chapter>'}, "manifest_invalid"),
    ],
)
def test_hostile_packages_are_refused(tmp_path, changes, code):
    with pytest.raises(InputError) as caught:
        Read(package(tmp_path, changes), tmp_path)
    assert caught.value.code == code


def test_a_file_that_only_looks_packed_is_refused(tmp_path):
    path = tmp_path / "c.tar.gz"
    path.write_bytes(b"\x1f\x8b" + b"no" * 50)
    with pytest.raises(InputError):
        list(OlxSource().courses(Place(path), MemoryContext(tmp_path, MemoryDraft())))
