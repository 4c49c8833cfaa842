from __future__ import annotations

import hashlib
import json
import tarfile

import pytest
from lxml import etree
from msgspec.structs import replace

from courseporter.context import Limits
from courseporter.errors import Canceled, InputError, PorterError, RejectedError
from courseporter.formats.olx.package import read_package
from courseporter.model import (
    Assignment,
    Caption,
    Course,
    GradedWork,
    Grading,
    LessonSettings,
    Quiz,
    Text,
    Video,
)
from courseporter.targets.olx import OlxTarget, render, target
from courseporter.targets.olx.check import check
from fakes.draft import (
    MemoryContext,
    MemoryDraft,
    block,
    choice,
    lesson,
    section,
    small_course,
    unit,
)

FILES = {"img/a b.png": b"picture", "cover.jpg": b"cover" * 99}


@pytest.fixture
def write(tmp_path):
    """Write a draft; gives the members by name."""

    def run(draft, name="out.tar.gz"):
        out = tmp_path / name
        scratch = tmp_path / "scratch"
        scratch.mkdir(exist_ok=True)
        done = OlxTarget().package(draft, out, MemoryContext(scratch, draft))
        assert hashlib.sha256(out.read_bytes()).hexdigest() == done.sha256
        assert done.bytes == out.stat().st_size
        assert not list(scratch.iterdir())
        with tarfile.open(out) as archive:
            return {m.name.removeprefix("course/"): archive.extractfile(m).read() for m in archive}

    return run


def draft(*nodes, course=None, files=None):
    return MemoryDraft(course, nodes or small_course(), FILES if files is None else files)


def one(content, **more):
    return [section("s"), lesson("l", "s"), unit("u", "l"), block("b", "u", content, **more)]


def test_the_folder_is_what_studio_reads(write):
    files = write(draft())
    assert (
        files["course.xml"]
        == b'<course url_name="self_paced" org="CoursePorter" course="Demo-2a9751"/>\n'
    )
    course = etree.fromstring(files["course/self_paced.xml"])
    assert [child.tag for child in course] == ["chapter", "wiki"]
    chapter = etree.fromstring(files[f"chapter/{course[0].get('url_name')}.xml"])
    sequential = etree.fromstring(files[f"sequential/{chapter[0].get('url_name')}.xml"])
    assert [chapter.get("display_name"), sequential.get("display_name")] == [
        "Start",
        "First lesson",
    ]
    assert [[child.tag for child in vertical] for vertical in sequential] == [
        ["html"],
        ["problem", "problem"],
    ]


def test_members_are_of_one_time_and_owner(write, tmp_path):
    write(draft())
    with tarfile.open(tmp_path / "out.tar.gz") as archive:
        members = archive.getmembers()
    assert len({m.name for m in members}) == len(members)
    assert {(m.mtime, m.uid, m.gid, m.mode, m.uname) for m in members} == {(0, 0, 0, 0o644, "")}


def test_the_same_draft_gives_the_same_bytes(write, tmp_path):
    write(draft(), "one.tar.gz")
    write(draft(), "two.tar.gz")
    assert (tmp_path / "one.tar.gz").read_bytes() == (tmp_path / "two.tar.gz").read_bytes()


def test_pages_refer_to_the_final_names_of_their_files(write):
    files = write(draft())
    page = next(
        data for name, data in files.items() if name.endswith(".html") and name.startswith("html/")
    )
    address = page.decode().split('src="')[1].split('"')[0]
    assert files[address.removeprefix("/")] == b"picture"


def test_settings_are_complete_and_fixed_without_dates(write):
    policy = json.loads(write(draft())["policies/self_paced/policy.json"])["course/self_paced"]
    assert (policy["start"], policy["end"]) == ("2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z")
    assert policy["tabs"][0]["type"] == "courseware"
    assert policy["self_paced"] is True
    assert "language" not in policy


def test_settings_of_the_course_are_carried(write):
    course = Course(
        key="k", title="Töpfern & mehr", language="de", org="Klee", number="T-1", run="2031",
        start="2031-02-03", end="2031-05-01T10:00:00+02:00", enrollment_start="2031-01-01",
        enrollment_end="2031-02-01", cover="cover.jpg", subtitle="<b>Von</b> Hand",
        description="<p>Alles<script>x()</script></p>", keywords=("Ton", "Scheibe"),
    )  # fmt: skip
    files = write(draft(course=course))
    assert files["course.xml"] == b'<course url_name="2031" org="Klee" course="T-1"/>\n'
    policy = json.loads(files["policies/2031/policy.json"])["course/2031"]
    assert policy["start"] == "2031-02-03T00:00:00Z"
    assert policy["end"] == "2031-05-01T08:00:00Z"
    assert policy["enrollment_start"] == "2031-01-01T00:00:00Z"
    assert policy["enrollment_end"] == "2031-02-01T00:00:00Z"
    assert policy["language"] == "de"
    assert files["static/" + policy["course_image"]] == FILES["cover.jpg"]
    assert files["about/short_description.html"].decode() == "Von Hand"
    overview = files["about/overview.html"].decode()
    assert overview.startswith('<section class="about">')
    assert "<p>Alles</p>" in overview
    assert "Ton, Scheibe" in overview
    assert "script" not in overview


def test_an_end_before_the_start_is_not_written(write):
    course = Course(key="k", title="T", start="2031-01-01", end="2030-01-01")
    policy = json.loads(write(draft(course=course))["policies/self_paced/policy.json"])
    assert policy["course/self_paced"]["end"] == "2100-01-01T00:00:00Z"


def test_a_course_without_a_cover_gets_a_neutral_one(write):
    files = write(draft(files={"img/a b.png": b"x"}))
    policy = json.loads(files["policies/self_paced/policy.json"])["course/self_paced"]
    assert files["static/" + policy["course_image"]].startswith(b"\x89PNG")


def test_lessons_with_points_are_graded_as_a_type_of_the_policy(write):
    quiz = Quiz(questions=(choice("q1"),))
    free = Quiz(questions=(choice("q2", points=0.0),))
    nodes = [
        section("s"),
        lesson("graded", "s"), unit("u1", "graded"), block("b1", "u1", quiz),
        lesson("free", "s"), unit("u2", "free"), block("b2", "u2", free),
        lesson("essay", "s"), unit("u3", "essay"), block("b3", "u3", Assignment(html="Write")),
    ]  # fmt: skip
    files = write(draft(*nodes))
    graders = json.loads(files["policies/self_paced/grading_policy.json"])["GRADER"]
    assert sum(grader["weight"] for grader in graders) == 1
    found = {
        n: etree.fromstring(files[f"sequential/{n}.xml"]).attrib
        for n in ("graded", "free", "essay")
    }
    assert found["graded"]["format"] == graders[0]["type"]
    assert found["graded"]["graded"] == found["essay"]["graded"] == "true"
    assert "graded" not in found["free"]


@pytest.mark.parametrize("level", ["section", "lesson", "unit", "block"])
def test_what_is_hidden_is_hidden_in_the_package(write, tmp_path, level):
    nodes = [
        section("s", hidden=level == "section"),
        lesson("l", "s", hidden=level == "lesson"),
        unit("u", "l", hidden=level == "unit"),
        block("b", "u", Text(html="<p>x</p>"), hidden=level == "block"),
    ]
    files = write(draft(*nodes))
    assert sum(data.count(b'visible_to_staff_only="true"') for data in files.values()) == 1
    rows = list(read_package(tmp_path / "out.tar.gz", Limits()).rows())
    depth = ("section", "lesson", "unit", "block").index(level)
    assert [row.hidden for row in rows] == [number >= depth for number in range(4)]


def test_descriptions_become_pages_of_the_first_unit(write):
    nodes = [
        section("s", "Part", description="<p>About the part</p>"),
        lesson("l", "s", "Lesson", description="<p>About the lesson</p>"),
        unit("u", "l"),
        block("b", "u", Text(html="<p>Text</p>")),
        unit("u2", "l"),
    ]
    files = write(draft(*nodes))
    names = [child.get("url_name") for child in etree.fromstring(files["sequential/l.xml"])[0]]
    pages = [files[f"html/{name}.html"].decode() for name in names]
    assert pages == ["<p>About the part</p>", "<p>About the lesson</p>", "<p>Text</p>"]


def test_descriptions_without_a_unit_are_not_lost(write):
    nodes = [
        section("s", "Empty", description="<p>One</p>"),
        section("t", "Next"),
        lesson("l", "t", "Lesson", description="<p>Two</p>"),
    ]
    files = write(draft(*nodes))
    pages = [
        data for name, data in files.items() if name.startswith("html/") and name.endswith(".html")
    ]
    assert sorted(pages) == [b"<p>One</p>", b"<p>Two</p>"]


@pytest.mark.parametrize(
    "title", ["null", '"quoted"', "123", "a < b & c", "x" * 300, "tab\there", "", "👍 ok"]
)
def test_titles_read_back_as_the_outline_says(write, tmp_path, title):
    nodes = [
        section("s", title),
        lesson("l", "s", title),
        unit("u", "l", title),
        block("b", "u", Text(html=""), title),
    ]
    write(draft(*nodes))
    said = [row.title for row in OlxTarget().outline(draft(*nodes))]
    assert [row.title for row in read_package(tmp_path / "out.tar.gz", Limits()).rows()] == said


def test_the_outline_is_what_reads_back(write, tmp_path):
    write(draft())
    fields = ("depth", "kind", "type", "title", "hidden", "questions")
    said, back = (
        [tuple(getattr(row, name) for name in fields) for row in rows]
        for rows in (
            OlxTarget().outline(draft()),
            read_package(tmp_path / "out.tar.gz", Limits()).rows(),
        )
    )
    assert back == said
    assert len(back) == 7
    assert read_package(tmp_path / "out.tar.gz", Limits()).problems() == []


def test_a_large_file_is_streamed_whole(write):
    film = bytes(range(256)) * 4096
    files = write(draft(*one(Video(file="film.mp4")), files={"film.mp4": film}))
    assert files["static/film.mp4"] == film


SUBRIP = b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"
FILM = Video(file="f.mp4", captions=(Caption(language="en", path="f.srt"),))


def test_captions_of_a_video_file_are_written_for_browsers_too(write):
    files = write(draft(*one(FILM), files={"f.mp4": b"V", "f.srt": SUBRIP}))
    assert files["static/f.srt"] == SUBRIP
    track = b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello\n"
    assert files["static/f.srt.track.vtt"] == track


def test_pictures_of_several_sizes_keep_the_first(write):
    html = "<img src='courseporter-asset:x.png' srcset='courseporter-asset:x.png 1x, x\"o=\"a 2x'>"
    files = write(draft(*one(Text(html=html)), files={"x.png": b"1"}))
    [page] = [data for name, data in files.items() if name.endswith(".html") and b"srcset" in data]
    assert b"srcset='/static/x.png'" in page


def test_a_title_of_megabytes_is_cut_where_the_platform_would_lose_the_block(write):
    nodes = [section("s"), lesson("l", "s"), unit("u", "l"),
             block("b", "u", Text(html="<p>x</p>"), title="t" * (15 << 20))]  # fmt: skip
    definitions = write(draft(*nodes))["sequential/l.xml"]
    assert len(definitions) < 12_000


def test_an_option_binds_video_files_to_the_run_and_its_own_player(write):
    course = Course(key="c", title="C", org="O", number="N", run="R", native_player=True)
    files = write(draft(*one(FILM), course=course, files={"f.mp4": b"V", "f.srt": SUBRIP}))
    [definition] = [data for name, data in files.items() if name.startswith("video/")]
    assert b"/asset-v1:O+N+R+type@asset+block@f.mp4" in definition
    assert "static/f.srt.track.vtt" not in files


def test_pages_pass_the_gate_when_the_course_says_so(write, tmp_path):
    course = Course(key="c", title="C", olx_gate=True)
    files = {"f.mp4": b"V", "f.srt": SUBRIP}
    pages = [data for name, data in write(draft(*one(FILM), course=course, files=files)).items()
             if name.startswith("html/") and name.endswith(".html")]  # fmt: skip
    assert len(pages) == 1
    assert b"<video" not in pages[0]
    assert b"src='/static/f.mp4'" in pages[0]


def test_progress_counts_lessons_and_then_megabytes(tmp_path):
    subject = draft()
    context = MemoryContext(tmp_path, subject)
    OlxTarget().package(subject, tmp_path / "out.tar.gz", context)
    units = list(dict.fromkeys(unit for *_, unit in context.ticks))
    assert units[:2] == ["lessons", "MB"]
    assert (1, 1, "lessons") in context.ticks
    assert all(total is None or done <= total for done, total, _ in context.ticks)


def leftovers(tmp_path):
    return sorted(path.name for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize("stop_after", [0, 1, 2, 3])
def test_a_canceled_export_leaves_nothing(tmp_path, stop_after):
    subject = draft()
    with pytest.raises(Canceled):
        OlxTarget().package(
            subject, tmp_path / "out.tar.gz", MemoryContext(tmp_path, subject, stop_after)
        )
    assert leftovers(tmp_path) == []


def test_what_was_there_before_stays_when_the_export_fails(tmp_path):
    (tmp_path / "out.tar.gz").write_text("old")
    subject = draft()
    with pytest.raises(Canceled):
        OlxTarget().package(subject, tmp_path / "out.tar.gz", MemoryContext(tmp_path, subject, 0))
    assert (tmp_path / "out.tar.gz").read_text() == "old"
    assert leftovers(tmp_path) == ["out.tar.gz"]


def test_a_leftover_of_a_killed_export_is_overwritten(write, tmp_path):
    (tmp_path / ".out.tar.gz.part").write_text("half")
    write(draft())
    assert leftovers(tmp_path) == ["out.tar.gz"]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    subject = draft()
    with pytest.raises(PorterError) as caught:
        OlxTarget().package(
            subject, tmp_path / "no" / "out.tar.gz", MemoryContext(tmp_path, subject)
        )
    assert caught.value.code == "settings_error"
    assert str(tmp_path / "no") in caught.value.message


@pytest.mark.parametrize("damage", [b"pictur3", b"short"])
def test_a_damaged_stored_file_stops_the_export(tmp_path, damage):
    subject = draft()
    digest = next(asset.sha256 for asset in subject.assets() if asset.path == "img/a b.png")
    subject.contents[digest] = damage
    with pytest.raises(InputError) as caught:
        OlxTarget().package(subject, tmp_path / "out.tar.gz", MemoryContext(tmp_path, subject))
    assert "static/a-b" in caught.value.message
    assert leftovers(tmp_path) == []


def test_two_nodes_with_one_key_are_refused(tmp_path):
    subject = draft(*one(Text(html="1")), block("b", "u", Text(html="2")))
    with pytest.raises(InputError) as caught:
        OlxTarget().package(subject, tmp_path / "out.tar.gz", MemoryContext(tmp_path, subject))
    assert caught.value.code == "duplicate_entry"
    assert "html/b" in caught.value.message


def test_a_block_outside_a_unit_is_refused(tmp_path):
    subject = draft(section("s"), lesson("l", "s"), block("b", "l", Text(html="x")))
    with pytest.raises(InputError, match="isn't in a unit") as caught:
        OlxTarget().package(subject, tmp_path / "out.tar.gz", MemoryContext(tmp_path, subject))
    assert caught.value.code == "course_not_ready"


def failing(tmp_path, monkeypatch, where, name, value):
    monkeypatch.setattr(where, name, value)
    subject = draft()
    with pytest.raises(RejectedError) as caught:
        OlxTarget().package(subject, tmp_path / "out.tar.gz", MemoryContext(tmp_path, subject))
    assert caught.value.code == "package_differs"
    assert leftovers(tmp_path) == []
    return caught.value.message


def test_a_lost_leaf_fails_the_read_back(tmp_path, monkeypatch):
    whole = render.leaves
    message = failing(
        tmp_path, monkeypatch, render, "leaves", lambda node, links: whole(node, links)[:1]
    )
    assert "Exercise · 2" in message


def test_a_leaf_without_its_file_fails_the_read_back(tmp_path, monkeypatch):
    whole = render.leaves
    strip = lambda node, links: tuple(replace(leaf, files=()) for leaf in whole(node, links))  # noqa: E731
    assert "is lost" in failing(tmp_path, monkeypatch, render, "leaves", strip)


def test_another_title_fails_the_read_back(tmp_path, monkeypatch):
    message = failing(
        tmp_path, monkeypatch, render, "attribute_text", lambda text: text.replace("Start", "Stop")
    )
    assert "“Stop”" in message
    assert "“Start”" in message


def test_a_changed_byte_in_the_archive_fails_the_read_back(tmp_path, monkeypatch):
    class Spoiled(target.Packer):
        def close(self):
            packed = super().close()
            packed.checks[0] ^= 1
            return packed

    assert "course/html/" in failing(tmp_path, monkeypatch, target, "Packer", Spoiled)


def test_a_missing_static_file_fails_the_read_back(tmp_path, monkeypatch):
    whole = target.add_around

    def without(draft, *others):
        kept = [a for a in draft.assets() if "cover" in a.path]
        monkeypatch.setattr(draft, "assets", lambda: kept)
        whole(draft, *others)

    assert "refers to static/" in failing(tmp_path, monkeypatch, target, "add_around", without)


GRADING = Grading(
    types=(
        GradedWork(name="Tasks", short="T", weight=60, drop=1, count=4),
        GradedWork(name="Exam", weight=40),
    ),
    pass_mark=70,
)


def graded_lesson(settings, course=None):
    nodes = small_course()
    nodes[1] = replace(nodes[1], settings=settings)
    return draft(*nodes, course=course)


def attributes_of_lesson(files):
    (name,) = [name for name in files if name.startswith("sequential/")]
    found = dict(etree.fromstring(files[name]).attrib)
    del found["display_name"]
    return found


def test_the_grading_policy_of_the_course_is_written(write):
    files = write(draft(course=Course(key="demo", title="Demo", grading=GRADING)))

    policy = json.loads(files["policies/self_paced/grading_policy.json"])
    assert policy["GRADE_CUTOFFS"] == {"Pass": 0.7}
    assert [one["weight"] for one in policy["GRADER"]] == [0.6, 0.4]
    assert policy["GRADER"][0] == {
        "type": "Tasks", "short_label": "T", "min_count": 4, "drop_count": 1, "weight": 0.6,
    }  # fmt: skip
    assert attributes_of_lesson(files) == {"format": "Tasks", "graded": "true"}


@pytest.mark.parametrize(
    ("settings", "written"),
    [
        (None, {"format": "Homework", "graded": "true"}),
        (LessonSettings(graded=False), {"graded": "false"}),
        (LessonSettings(format="Exam"), {"format": "Exam", "graded": "true"}),
        (
            LessonSettings(start="2031-01-02", due="2031-02-03T10:00+02:00"),
            {
                "start": "2031-01-02T00:00:00Z",
                "due": "2031-02-03T08:00:00Z",
                "format": "Homework",
                "graded": "true",
            },
        ),
    ],
)
def test_settings_of_a_lesson_are_its_attributes(write, settings, written):
    assert attributes_of_lesson(write(graded_lesson(settings))) == written


def test_a_type_that_the_policy_does_not_have_is_a_problem():
    course = Course(key="demo", title="Demo", grading=GRADING)
    found = check(graded_lesson(LessonSettings(format="Quiz"), course))

    assert [(one.code, one.key) for one in found] == [("grading_format", "lesson:l1")]
