"""A course with SCORM lessons as it is written: what travels, and what reads back."""

from __future__ import annotations

import json
import re
import tarfile

import pytest
from msgspec.structs import replace

from courseporter.context import Limits
from courseporter.errors import InputError, RejectedError
from courseporter.formats.olx.package import read_package
from courseporter.formats.scorm_player import plan
from courseporter.model import Course, Package, Resource
from courseporter.targets.olx import OlxTarget, players
from fakes.draft import MemoryContext, MemoryDraft, block, lesson, section, unit
from fakes.zips import zip_of

ZIP = zip_of({"imsmanifest.xml": "<manifest/>", "a.html": "<p>lesson</p>" * 50, "b.mp4": b"film"})
COURSE = Course(key="M/O", title="Demo", language="de")


def package(number=0, mode="play", file="Kurs.zip", **more):
    more.setdefault("identity", "M/O")
    return Package(
        file=file, href=f"a.html?n={number}&x", version="1.2", mode=mode, number=number, **more
    )


def draft(*blocks, course=COURSE, files=None):
    nodes = [section("s", "S"), lesson("l", "s", "L")]
    for number, one in enumerate(blocks):
        nodes += [
            unit(f"u{number}", "l", f"U{number}"),
            block(f"b{number}", f"u{number}", one, f"Lesson {number}"),
        ]
    return MemoryDraft(course, nodes, {"Kurs.zip": ZIP} if files is None else files)


class Written:
    """A package that was written."""

    def __init__(self, folder, made, name="out.tar.gz"):
        self.path = folder / name
        context = MemoryContext(folder, made)
        self.result = OlxTarget().package(made, self.path, context)
        with tarfile.open(self.path) as archive:
            self.files = {
                member.name.removeprefix("course/"): archive.extractfile(member).read()
                for member in archive
            }
        self.statics = {
            name.removeprefix("static/") for name in self.files if name.startswith("static/")
        } - {"cover-00000000.png"}

    def json(self, name):
        """A file of JSON."""
        return json.loads(self.files[name])


def test_lessons_that_play_bring_their_player_and_not_the_upload(tmp_path):
    found = Written(tmp_path, draft(package(0), package(1)))
    [player] = {name[8:18] for name in found.statics if name.endswith(".zip")}
    assert found.statics == {
        f"cpscorm-{player}.zip",
        f"cpscorm-{player}.json",
        f"cpscorm-{player}.js",
        f"cpscorm-{player}-0.html",
        f"cpscorm-{player}-1.html",
        "cpscorm-sw.js",
    }
    page = found.files["html/b1.html"].decode()
    assert f'src="/static/cpscorm-{player}-1.html"' in page
    assert 'title="Lesson 1"' in page
    assert "Dieser" in page or "Lektion" in page


@pytest.mark.parametrize("mode", ["plugin", "download"])
def test_a_course_without_a_lesson_that_plays_brings_no_player(tmp_path, mode):
    found = Written(tmp_path, draft(package(0, mode)))
    [name] = found.statics
    assert not name.startswith("cpscorm-")
    assert found.files[f"static/{name}"] == ZIP


def test_the_upload_travels_when_one_lesson_needs_it(tmp_path):
    found = Written(tmp_path, draft(package(0), package(1, "download")))
    assert sum(name.endswith(".zip") for name in found.statics) == 2
    assert sum(name.endswith(".html") for name in found.statics) == 1


def test_a_package_that_is_also_a_file_of_the_course_stays(tmp_path):
    found = Written(tmp_path, draft(package(0), Resource(file="Kurs.zip")))
    assert sum(name.endswith(".zip") for name in found.statics) == 2


def test_a_lesson_from_before_there_was_a_player_is_offered_for_download(tmp_path):
    found = Written(tmp_path, draft(package(0, identity=""), package(0, identity="")))
    assert not any(name.startswith("cpscorm-") for name in found.statics)
    assert "Kurs.zip" in found.files["html/b0.html"].decode()


@pytest.mark.parametrize("mode", ["play", "plugin", "download"])
@pytest.mark.parametrize("title", ["/static/", "/static/foo.png", 'x "/static/a.png"', "/course/x"])
def test_a_title_is_never_taken_for_an_address(tmp_path, mode, title):
    nodes = [section("s", title), lesson("l", "s", title), unit("u", "l", title)]
    nodes.append(block("b", "u", package(0, mode), title))
    made = MemoryDraft(COURSE, nodes, {"Kurs.zip": ZIP})
    found = Written(tmp_path, made)
    read = read_package(found.path, Limits())
    assert [row.title for row in read.rows()] == [row.title for row in OlxTarget().outline(made)]
    for name, data in found.files.items():
        if not name.startswith("static/"):
            assert not re.search(rb"""["'](?:/static/["']|/static/foo|/static/a|/course/x)""", data)


def test_a_plugin_block_is_written_and_the_site_told(tmp_path):
    found = Written(tmp_path, draft(package(0, "plugin"), package(1)))
    settings = found.json("policies/self_paced/policy.json")["course/self_paced"]
    assert settings["advanced_modules"] == ["scorm"]
    inside = found.files["sequential/l.xml"].decode()
    assert '<scorm url_name="b0" display_name="Lesson 0" scorm_version="SCORM_12"' in inside
    assert 'index_page_path="a.html?n=0&amp;x"' in inside
    plain = Written(tmp_path, draft(package(0)), "plain.tar.gz")
    assert "advanced_modules" not in str(plain.json("policies/self_paced/policy.json"))


@pytest.mark.parametrize("mode", ["play", "plugin", "download"])
def test_outline_and_launch_address_read_back(tmp_path, mode):
    made = draft(package(0, mode), package(1, mode))
    found = Written(tmp_path, made)
    read = read_package(found.path, Limits())

    def rows(outline):
        return [(one.depth, one.kind, one.type, one.title, one.hidden, one.href) for one in outline]

    assert rows(read.rows()) == rows(OlxTarget().outline(made))
    assert [row[5] for row in rows(read.rows()) if row[5]] == ["a.html?n=0&x", "a.html?n=1&x"]
    told = {one.code for one in read.problems()}
    assert told == ({"unknown_block"} if mode == "plugin" else set())


def test_a_launch_address_that_reads_back_differently_is_refused(tmp_path, monkeypatch):
    from courseporter.formats.olx import pages

    monkeypatch.setattr(pages, "LAUNCH", "data-start")
    with pytest.raises(RejectedError, match="Row 4"):
        Written(tmp_path, draft(package(0)))


def test_a_player_that_lacks_a_part_is_told(tmp_path):
    found = Written(tmp_path, draft(package(0)))
    thin = tmp_path / "thin.tar.gz"
    with tarfile.open(found.path) as whole, tarfile.open(thin, "w:gz") as archive:
        for member in whole:
            if not member.name.endswith("-sw.js"):
                archive.addfile(member, whole.extractfile(member))
    problems = {one.code: str(one.message) for one in read_package(thin, Limits()).problems()}
    assert "cpscorm-sw.js" in problems["scorm_player_incomplete"]


def test_two_packages_share_the_worker_and_nothing_else(tmp_path):
    other = zip_of({"imsmanifest.xml": "<manifest/>", "a.html": "other"})
    files = {"Kurs.zip": ZIP, "Zweiter.zip": other}
    made = draft(package(0), package(0, file="Zweiter.zip", identity="N/O"), files=files)
    found = Written(tmp_path, made)
    assert sum(name.endswith(".zip") for name in found.statics) == 2
    assert sum(name.endswith(".js") for name in found.statics) == 3


def test_locked_files_are_named_in_the_policy_of_assets(tmp_path):
    course = replace(COURSE, scorm_locked=True)
    found = Written(tmp_path, draft(package(0), course=course))
    assert set(found.json("policies/assets.json")) == found.statics
    assert all(one == {"locked": True} for one in found.json("policies/assets.json").values())
    open_to_all = Written(tmp_path, draft(package(0)), "open.tar.gz")
    assert "policies/assets.json" not in open_to_all.files


def test_the_package_can_be_offered_to_who_cannot_play_it(tmp_path):
    course = replace(COURSE, scorm_download=True)
    [page] = (
        data
        for name, data in Written(tmp_path, draft(package(0), course=course)).files.items()
        if name.startswith("static/") and name.endswith("-0.html")
    )
    assert b'"zip":"cpscorm-' in page


def test_the_same_draft_gives_the_same_bytes(tmp_path):
    first = Written(tmp_path, draft(package(0), package(1)), "1.tar.gz")
    second = Written(tmp_path, draft(package(0), package(1)), "2.tar.gz")
    assert first.path.read_bytes() == second.path.read_bytes()


def test_a_film_beside_the_package_travels_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "LARGE_MEDIA", 1000)
    film = bytes(range(256)) * 2000
    files = {"Kurs.zip": zip_of({"imsmanifest.xml": "<manifest/>", "m/film.mp4": film}, method=0)}
    found = Written(tmp_path, draft(package(0), files=files))
    [name] = [name for name in found.statics if name.endswith(".bin")]
    assert found.files[f"static/{name}"] == film
    assert sum(len(data) for data in found.files.values()) < len(film) + (100 << 10)


def test_a_package_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"Kurs\.zip"):
        Written(tmp_path, draft(package(0), files={}))


@pytest.mark.parametrize("place", ["in a name", "in a page", "at the end"])
def test_a_package_with_a_flipped_bit_is_refused_and_nothing_written(tmp_path, place):
    """A bit in a header would drop a file from the lesson without a word."""
    made = draft(package(0))
    context = MemoryContext(tmp_path, made)
    at = {"in a name": ZIP.index(b"a.html"), "in a page": 200, "at the end": -1}[place]
    damaged = bytearray(ZIP)
    damaged[at] ^= 4
    for sha256, data in made.contents.items():
        made.contents[sha256] = bytes(damaged) if data == ZIP else data
    with pytest.raises(InputError, match=r"stored copy of “Kurs\.zip” is damaged") as caught:
        OlxTarget().package(made, tmp_path / "out.tar.gz", context)
    assert caught.value.code == "archive_corrupt"
    assert not (tmp_path / "out.tar.gz").exists()


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    made = draft(package(0))
    closed = []
    whole = players.Players.close
    monkeypatch.setattr(players.Players, "close", lambda one: (closed.append(1), whole(one)))
    OlxTarget().package(made, tmp_path / "out.tar.gz", MemoryContext(scratch, made))
    assert list(scratch.iterdir()) == []
    assert closed


def test_a_file_of_the_course_cannot_take_a_name_of_the_player(tmp_path):
    files = {"Kurs.zip": ZIP, "cpscorm-sw.js": b"mine"}
    found = Written(tmp_path, draft(package(0), Resource(file="cpscorm-sw.js"), files=files))
    assert found.files["static/cpscorm-sw.js"] != b"mine"
    assert b"mine" in found.files.values()


@pytest.mark.parametrize(("height", "shown"), [(None, 720), (100, 480), (640, 640), (5000, 900)])
def test_the_frame_has_a_height_in_pixels_within_bounds(tmp_path, height, shown):
    found = Written(tmp_path, draft(package(0, height=height)))
    assert f"height:{shown}px" in found.files["html/b0.html"].decode()
