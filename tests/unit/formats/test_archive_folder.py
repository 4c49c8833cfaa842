"""Folders: the same view as of a ZIP file, and no way out through links."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from courseporter.context import Limits
from courseporter.errors import AuthError, InputError, shown
from courseporter.formats import archive as archives
from courseporter.formats.archive import check_members, describe, pack_folder
from fakes.zips import write, zip_of

OPEN = []


def open_archive(path, limits):
    archive = archives.open_archive(path, limits)
    OPEN.append(archive)
    return archive


@pytest.fixture(autouse=True)
def closed():
    yield
    while OPEN:
        OPEN.pop().close()


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "course"
    (root / "b").mkdir(parents=True)
    (root / "b" / "page.html").write_text("page")
    (root / "a.txt").write_text("a")
    (root / ".DS_Store").write_text("clutter")
    return root


def test_lists_files_sorted_and_without_clutter(folder):
    archive = open_archive(folder, Limits())
    assert list(archive.members) == ["a.txt", "b/page.html"]
    assert archive.read(archive.members["b/page.html"], 100) == b"page"
    assert check_members(archive) == ()


def test_follows_no_link_out(folder, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "outside").symlink_to(tmp_path)
    (folder / "inside.txt").symlink_to(folder / "a.txt")
    archive = open_archive(folder, Limits())
    assert list(archive.members) == ["a.txt", "inside.txt", "b/page.html"]
    assert [(p.code, p.count) for p in archive.problems] == [("archive_special_entry", 2)]


def test_a_folder_inside_that_may_not_be_read_is_named(folder, monkeypatch):
    scandir = os.scandir

    def guarded(path):
        if Path(path).name == "b":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    with pytest.raises(AuthError, match="“b” can't be read") as told:
        open_archive(folder, Limits())
    assert told.value.where == str(folder / "b")


def test_links_that_lead_nowhere_or_in_a_circle_are_left_out(folder):
    (folder / "nowhere").symlink_to(folder / "not here")
    (folder / "one").symlink_to(folder / "two")
    (folder / "two").symlink_to(folder / "one")
    archive = open_archive(folder, Limits())
    assert list(archive.members) == ["a.txt", "b/page.html"]
    assert [(p.code, p.count) for p in archive.problems] == [("archive_special_entry", 3)]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes")
def test_never_opens_a_pipe(folder):
    os.mkfifo(folder / "pipe")
    archive = open_archive(folder, Limits())
    assert "pipe" not in archive.members
    assert archive.problems[0].code == "archive_special_entry"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have Unicode names only")
def test_a_name_that_is_not_utf8_is_told_as_such(folder):
    root = os.fsencode(folder)
    Path(os.fsdecode(root + b"/caf\xe9.html")).write_text("page")
    Path(os.fsdecode(root + b"/\xfcber")).mkdir()
    Path(os.fsdecode(root + b"/\xfcber/page.html")).write_text("page")
    archive = open_archive(folder, Limits())
    assert list(archive.members) == ["a.txt", "b/page.html"]
    [told] = archive.problems
    assert (told.code, told.count) == ("archive_unreadable_name", 2)
    assert "not UTF-8" in str(told.message)
    str(told.message).encode()  # can be kept and shown


@pytest.mark.parametrize("limits", [Limits(entries=1), Limits(unpacked=3)])
def test_refuses_what_exceeds_a_limit(folder, limits):
    with pytest.raises(InputError, match="course"):
        open_archive(folder, limits)


def test_reads_no_more_than_asked_for(folder):
    archive = open_archive(folder, Limits())
    with pytest.raises(InputError, match=r"page\.html"):
        archive.read(archive.members["b/page.html"], 3)


def test_says_that_a_file_vanished(folder):
    archive = open_archive(folder, Limits())
    (folder / "a.txt").unlink()
    with pytest.raises(InputError, match=r"a\.txt.*disappeared"):
        archive.open(archive.members["a.txt"])


def test_packs_the_same_bytes_every_time(folder, tmp_path):
    packed = []
    for _ in range(2):
        os.utime(folder / "a.txt", (len(packed) * 1000, 0))
        out = io.BytesIO()
        pack_folder(open_archive(folder, Limits()), out)
        packed.append(out.getvalue())
    assert packed[0] == packed[1]
    archive = open_archive(write(tmp_path, packed[0]), Limits())
    assert {path: archive.read(member, 9) for path, member in archive.members.items()} == {
        "a.txt": b"a",
        "b/page.html": b"page",
    }


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["mimetype", "META-INF/container.xml"], "an EPUB book"),
        (["word/document.xml"], "a Word document"),
        (["xl/workbook.xml"], "an Excel workbook"),
        (["xl/workbook.bin"], "a binary Excel workbook: save it as .xlsx"),
        (
            ["mimetype", "content.xml", "META-INF/manifest.xml"],
            "an OpenDocument file: save a spreadsheet as .xlsx",
        ),
        (
            ["Index/Document.iwa"],
            "a Numbers, Pages, or Keynote document: save a spreadsheet as .xlsx",
        ),
        (["a/b/course.csv"], "a package nested too deeply: zip the contents of “a/b”"),
        (["cmi5.xml"], "a cmi5 package"),
        (["export/tincan.xml", "export/index.html"], "a Tin Can (xAPI) package"),
        (["h5p.json"], "an H5P file"),
        (["moodle_backup.xml"], "a Moodle backup"),
        (["course.zip"], "a package inside another ZIP file: unpack it and choose “course.zip”"),
        (
            ["Read me.txt", "Course.zip"],
            "a package inside another ZIP file: unpack it and choose “Course.zip”",
        ),
        (
            ["a.zip", "b/c.zip", "notes.pdf"],
            "a collection of 2 packages: unpack it and choose one of them",
        ),
        (
            ["A/b/imsmanifest.xml", "A/b/index.html"],
            "a package nested too deeply: zip the contents of “A/b”",
        ),
        (
            ["a/b/imsmanifest.xml", "a/c/IMSManifest.xml", "index.html"],
            "a collection of 2 packages in folders: zip the contents of one, such as “a/b”",
        ),
        (["index.html", "style.css", "more.zip"], "a set of web pages"),
        (["notes.txt"], None),
    ],
)
def test_says_what_an_archive_is(tmp_path, names, words):
    path = write(tmp_path, zip_of(dict.fromkeys(names, b"x")))
    assert shown(describe(open_archive(path, Limits()))) == words
