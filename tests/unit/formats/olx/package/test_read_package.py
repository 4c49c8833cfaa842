from __future__ import annotations

import io
import tarfile
import zipfile

import pytest

from courseporter.context import Limits
from courseporter.errors import InputError
from courseporter.formats.olx.attributes import attribute_text
from courseporter.formats.olx.package import read_package
from fakes.olx import PLAIN, leaf, olx

LIMITS = Limits()


def rows(path):
    return [
        (r.depth, r.type, r.title, r.hidden, r.questions) for r in read_package(path, LIMITS).rows()
    ]


def codes(path):
    return [problem.code for problem in read_package(path, LIMITS).problems()]


WHOLE = [
    (1, None, "Week 1", False, 0),
    (2, None, "Lesson", False, 0),
    (3, None, "Unit", False, 0),
    (4, "text", "Page", False, 0),
]


@pytest.mark.parametrize("title", ["null", '"quoted"', "123"])
def test_the_course_title_is_read_as_the_platform_reads_it(tmp_path, title):
    said = '<course display_name="{}"><chapter url_name="ch"/></course>'
    path = olx(tmp_path, {"course/course/run.xml": said.format(attribute_text(title))})
    assert read_package(path, LIMITS).course.title == title


def test_a_sound_package_reads_without_a_word(tmp_path):
    path = olx(tmp_path)
    assert rows(path) == WHOLE
    assert codes(path) == []
    package = read_package(path, LIMITS)
    assert (package.course.title, package.course.org, package.course.run) == ("Demo", "Org", "run")


def test_the_top_folder_may_be_missing_or_of_any_name(tmp_path):
    assert rows(olx(tmp_path, strip="course/", name="flat.tar.gz")) == WHOLE


def test_the_order_of_files_does_not_matter(tmp_path):
    path = tmp_path / "turned.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in reversed(PLAIN.items()):
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    assert rows(path) == WHOLE


def test_a_zip_and_a_folder_read_the_same(tmp_path):
    path = tmp_path / "demo.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in PLAIN.items():
            archive.writestr(name, text)
    folder = tmp_path / "folder"
    for name, text in PLAIN.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    assert rows(path) == rows(folder) == WHOLE


def test_a_course_written_inline_reads_like_one_in_files(tmp_path):
    whole = (
        '<course url_name="run" org="Org" course="C1" display_name="Demo">'
        '<chapter url_name="ch" display_name="Week 1">'
        '<sequential url_name="se" display_name="Lesson">'
        '<vertical url_name="ve" display_name="Unit"><html url_name="ht" display_name="Page">'
        "<p>Hello</p></html></vertical></sequential></chapter></course>"
    )
    assert rows(olx(tmp_path, {"course/course.xml": whole})) == WHOLE


def test_entries_name_each_block_and_its_row(tmp_path):
    entries = list(read_package(olx(tmp_path), LIMITS).entries())
    assert [(e.kind, e.depth, e.title, e.ref, e.outcome) for e in entries] == [
        ("chapter", 1, "Week 1", "chapter/ch", "converted"),
        ("sequential", 2, "Lesson", "sequential/se", "converted"),
        ("vertical", 3, "Unit", "vertical/ve", "converted"),
        ("html", 4, "Page", "html/ht", "converted"),
    ]
    keys = [row.key for row in read_package(olx(tmp_path), LIMITS).rows()]
    assert [e.to for e in entries] == [(key,) for key in keys]


def test_hidden_comes_down_from_above(tmp_path):
    change = {
        "course/sequential/se.xml": (
            '<sequential display_name="Lesson" visible_to_staff_only="true">'
            '<vertical url_name="ve"/></sequential>'
        )
    }
    assert [hidden for *_, hidden, _ in rows(olx(tmp_path, change))] == [False, True, True, True]


def test_policy_overrules_titles(tmp_path):
    policy = (
        '{"course/run": {"start": "2024-01-01", "display_name": "Other"},'
        ' "sequential/se": {"display_name": "New"}}'
    )
    path = olx(tmp_path, {"course/policies/run/policy.json": policy})
    assert rows(path)[1][2] == "New"
    assert read_package(path, LIMITS).course.title == "Other"


def test_a_block_without_its_file_has_failed_and_its_siblings_stay(tmp_path):
    path = olx(tmp_path, leaf("<problem/>") | {"course/problem/p1.xml": None})
    assert rows(path) == WHOLE
    failed = [e for e in read_package(path, LIMITS).entries() if e.outcome == "failed"]
    assert [(e.kind, e.ref, e.to) for e in failed] == [("problem", "problem/p1", ())]
    assert failed[0].reason
    assert codes(path) == ["definition_missing"]


def test_levels_left_out_get_rows_of_their_own(tmp_path):
    change = {
        "course/sequential/se.xml": (
            '<sequential display_name="Lesson"><html url_name="ht"/></sequential>'
        )
    }
    path = olx(tmp_path, change | {"course/vertical/ve.xml": None})
    assert [row[:3] for row in rows(path)] == [
        (1, None, "Week 1"),
        (2, None, "Lesson"),
        (3, None, ""),
        (4, "text", "Page"),
    ]
    assert codes(path) == ["misplaced"]


def test_a_pool_counts_the_questions_that_lie_in_files_of_their_own(tmp_path):
    choice = (
        '<problem display_name="Q"><multiplechoiceresponse><choicegroup>'
        '<choice correct="true">A</choice></choicegroup></multiplechoiceresponse></problem>'
    )
    change = leaf(
        '<library_content display_name="Pool" max_count="1">'
        '<problem url_name="a"/><problem url_name="b"/></library_content>',
        "library_content",
    ) | {"course/problem/a.xml": choice, "course/problem/b.xml": choice}
    path = olx(tmp_path, change)
    assert rows(path)[-1] == (4, "quiz", "Pool", False, 2)
    assert [e.kind for e in read_package(path, LIMITS).entries()][-3:] == [
        "library_content",
        "problem",
        "problem",
    ]
    assert codes(path) == []


def test_titles_are_read_as_the_platform_reads_them(tmp_path):
    change = {
        "course/chapter/ch.xml": (
            '<chapter display_name="&quot;null&quot;"><sequential url_name="se"/></chapter>'
        )
    }
    assert rows(olx(tmp_path, change))[0][2] == "null"


def test_unpublished_units_and_unused_files_are_named(tmp_path):
    change = {
        "course/drafts/vertical/x.xml": '<vertical parent_url="a"/>',
        "course/html/alone.xml": '<html filename="ht"/>',
    }
    assert codes(olx(tmp_path, change)) == ["draft_units", "orphan_blocks"]


def test_all_missing_static_files_are_one_problem(tmp_path):
    page = '<img src="/static/a.png"><img src="/static/img/b c.png"><img src="/static/there.png">'
    path = olx(tmp_path, {"course/html/ht.html": page, "course/static/there.png": "x"})
    missing = [p for p in read_package(path, LIMITS).problems() if p.code == "missing_files"]
    assert [p.count for p in missing] == [2]
    assert "a.png" in str(missing[0].message)


def test_a_static_file_in_a_folder_is_found_by_either_name(tmp_path):
    page = '<img src="/static/img/b.png"><img src="/static/img_b.png">'
    assert codes(olx(tmp_path, {"course/html/ht.html": page, "course/static/img/b.png": "x"})) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"course/course.xml": None}, "manifest_missing"),
        ({"course/course/run.xml": None}, "manifest_invalid"),
        ({"course/course/run.xml": "<course>"}, "manifest_invalid"),
        ({"course/course.xml": '<course url_name="../../x" org="O" course="C"/>'}, "unsafe_path"),
        (
            {"course/course/run.xml": '<!DOCTYPE c [<!ENTITY x "y">]><course display_name="&x;"/>'},
            "manifest_unsafe",
        ),
        (
            {"course/vertical/ve.xml": '<vertical><html url_name="../../etc/x"/></vertical>'},
            "unsafe_path",
        ),
        ({"course/html/ht.xml": '<html filename="../../etc/passwd"/>'}, "unsafe_path"),
        (
            {"course/vertical/ve.xml": '<vertical><vertical url_name="ve"/></vertical>'},
            "manifest_invalid",
        ),
        (
            {"course/sequential/se.xml": '<sequential><chapter url_name="ch"/></sequential>'},
            "manifest_invalid",
        ),
    ],
)
def test_what_is_no_sound_course_is_refused_with_the_file_named(tmp_path, changes, code):
    with pytest.raises(InputError) as caught:
        list(read_package(olx(tmp_path, changes), LIMITS).rows())
    assert caught.value.code == code
    assert ".xml" in caught.value.message or ".tar.gz" in caught.value.message


def special(tmp_path, name, **values):
    path = olx(tmp_path, name="base.tar.gz")
    made = tmp_path / "special.tar.gz"
    with tarfile.open(path) as old, tarfile.open(made, "w:gz") as new:
        for member in old:
            new.addfile(member, old.extractfile(member))
        info = tarfile.TarInfo(name)
        for key, value in values.items():
            setattr(info, key, value)
        new.addfile(info)
    return made


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("../evil.txt", {}, "unsafe_path"),
        ("/tmp/evil.txt", {}, "unsafe_path"),
        ("course\\..\\..\\evil.txt", {}, "unsafe_path"),
        ("C:/evil.txt", {}, "unsafe_path"),
        ("course/static/ok.txt", {"pax_headers": {"path": "../../evil.txt"}}, "unsafe_path"),
        ("course/static/a", {"type": tarfile.SYMTYPE, "linkname": "/etc"}, "unsafe_entry"),
        ("course/static/a", {"type": tarfile.SYMTYPE, "linkname": "../../../etc"}, "unsafe_entry"),
        ("course/static/a", {"type": tarfile.LNKTYPE, "linkname": "../../etc"}, "unsafe_entry"),
        ("course/static/a", {"type": tarfile.CHRTYPE}, "unsafe_entry"),
        ("course/static/a", {"type": tarfile.FIFOTYPE}, "unsafe_entry"),
    ],
)
def test_entries_that_reach_outside_are_refused(tmp_path, name, values, code):
    with pytest.raises(InputError) as caught:
        read_package(special(tmp_path, name, **values), LIMITS)
    assert caught.value.code == code
    assert caught.value.where


def test_a_link_inside_is_named_and_not_followed(tmp_path):
    path = special(tmp_path, "course/static/a", type=tarfile.SYMTYPE, linkname="../html/ht.html")
    assert codes(path) == ["entry_link"]


def test_a_link_in_static_that_leads_nowhere_fails_the_import(tmp_path):
    path = special(tmp_path, "course/static/a", type=tarfile.SYMTYPE, linkname="b.png")
    assert codes(path) == ["static_link_broken", "entry_link"]


def test_more_than_the_ratio_allows_is_refused_before_it_is_unpacked(tmp_path):
    path = olx(tmp_path, {"course/static/zeros": bytes(80 << 20)})
    with pytest.raises(InputError) as caught:
        read_package(path, LIMITS)
    assert caught.value.code == "too_large"


def test_more_entries_than_the_limit_are_refused(tmp_path):
    with pytest.raises(InputError) as caught:
        read_package(olx(tmp_path), Limits(entries=1))
    assert caught.value.code == "too_many_entries"


def test_a_cut_package_and_other_files_are_refused(tmp_path):
    path = olx(tmp_path)
    path.write_bytes(path.read_bytes()[:-60])
    text = tmp_path / "notes.txt"
    text.write_text("hello")
    for file, code in (
        (path, "archive_corrupt"),
        (text, "not_a_package"),
        (tmp_path / "no", "not_found"),
    ):
        with pytest.raises(InputError) as caught:
            read_package(file, LIMITS)
        assert caught.value.code == code
