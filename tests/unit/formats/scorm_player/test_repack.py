"""A package packed anew holds every file, found by its index, and nothing is packed twice."""

from __future__ import annotations

import bz2
import hashlib
import io
import random
import re
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courseporter.context import Limits
from courseporter.errors import InputError
from courseporter.formats.archive import open_stored
from courseporter.formats.scorm_player import Player, bundled, plan
from courseporter.formats.scorm_player.zip_writer import ZipWriter
from fakes.player import LESSON, Bench, made, made_of_folder
from fakes.zips import HandmadeZip, deflated, zip_of

TEXT = b"a lesson with words and words " * 200
NOISE = random.Random(5).randbytes(5000)


def handmade(*entries, **options):
    archive = HandmadeZip()
    archive.add("imsmanifest.xml", b"<manifest/>")
    for name, data in entries:
        archive.add(name, data, **options)
    return archive.done()


# ---------------------------------------------------------------------------- what is inside


def test_every_file_is_found_by_the_index_and_by_any_zip_program(tmp_path):
    files = {"a/b c.html": TEXT, "ü.js": b"1", "leer.txt": b"", "x.png": NOISE}
    found = made(tmp_path, files)
    assert {path: found.read(path) for path in files} == files
    with found.listing() as listing:
        assert {path: listing.read(path) for path in files} == files
    assert found.left_out == []


def test_the_index_names_size_hash_and_our_own_types(tmp_path):
    found = made(tmp_path, {"a.HTML": b"x", "b.woff2": b"y", "c.strange": b"z"})
    assert found.index["zip"] == f"cpscorm-{found.id}.zip"
    assert found.index["size"] == len(found.zip)
    assert found.index["sha"] == hashlib.sha256(found.zip).hexdigest()
    types = {path: row["t"] for path, row in found.rows.items()}
    assert types == {
        "imsmanifest.xml": "text/xml",
        "a.HTML": "text/html",
        "b.woff2": "font/woff2",
        "c.strange": "application/octet-stream",
    }


def test_the_player_has_four_files_and_a_worker_that_all_share(tmp_path):
    found = made(tmp_path, {"a.html": TEXT})
    start = f"cpscorm-{found.id}"
    assert sorted(found.files) == [f"{start}.js", f"{start}.json", f"{start}.zip", "cpscorm-sw.js"]


def test_packed_bytes_are_copied_as_they_lie(tmp_path):
    packed = deflated(TEXT)
    found = made(tmp_path, handmade(("a.js", TEXT)))
    row = found.row("a.js")
    assert (row["m"], row["c"]) == (8, len(packed))
    assert found.zip[row["o"] : row["o"] + row["c"]] == packed


def test_a_large_packed_file_is_copied_in_pieces(tmp_path):
    data = b"".join(struct.pack("<I", n * 2654435761 % 2**32) for n in range(500_000)) + TEXT
    packed = deflated(data)
    assert len(packed) > 1 << 20
    found = made(tmp_path, handmade(("large.js", data)))
    row = found.row("large.js")
    assert found.zip[row["o"] : row["o"] + row["c"]] == packed
    assert found.read("large.js") == data


def test_what_came_plain_is_packed_when_that_helps(tmp_path):
    found = made(tmp_path, handmade(("a.js", TEXT), ("b.js", NOISE), method=0))
    assert found.row("a.js")["m"] == 8
    assert found.row("a.js")["c"] < len(TEXT) / 10
    assert found.row("b.js")["m"] == 0
    assert found.read("a.js") == TEXT


@pytest.mark.parametrize("data", [TEXT * 400, NOISE * 400 + TEXT], ids=["helps", "does not"])
def test_large_plain_files_are_packed_in_pieces(tmp_path, data):
    big = data if data.startswith(TEXT) else random.Random(3).randbytes(2 << 20)
    found = made(tmp_path, handmade(("a.js", big), method=0))
    assert found.row("a.js")["m"] == (8 if data.startswith(TEXT) else 0)
    assert found.read("a.js") == big


def test_what_packing_made_larger_is_stored(tmp_path):
    found = made(tmp_path, handmade(("a.js", NOISE)))
    assert (found.row("a.js")["m"], found.row("a.js")["c"]) == (0, len(NOISE))


def test_media_are_stored_so_that_parts_can_be_asked_for(tmp_path):
    found = made(tmp_path, handmade(("film.mp4", NOISE + bytes(100)), ("a.mp3", NOISE + bytes(9))))
    assert (found.row("film.mp4")["m"], found.row("a.mp3")["m"]) == (0, 0)


def test_media_that_would_blow_the_package_up_stay_packed(tmp_path):
    silence = bytes(4 << 20)
    data = handmade(("silence.wav", silence), ("a.mp3", NOISE + bytes(100)))
    found = made(tmp_path, data)
    assert (found.row("silence.wav")["m"], found.row("a.mp3")["m"]) == (8, 0)
    assert found.read("silence.wav") == silence
    assert len(found.zip) < 1.05 * len(data) + (64 << 10)


# --------------------------------------------------------------------------------- its names


def test_the_folder_above_the_manifest_and_clutter_are_dropped(tmp_path):
    files = {
        "Course v2/imsmanifest.xml": "<manifest/>",
        "Course v2/a/b.html": "x",
        "__MACOSX/Course v2/._b.html": "x",
        "Course v2/.DS_Store": "x",
        "readme.txt": "beside",
    }
    found = made(tmp_path, zip_of(files))
    assert sorted(found.rows) == ["a/b.html", "imsmanifest.xml"]


def test_backslashes_become_folders_and_letter_case_is_kept_apart(tmp_path):
    found = made(tmp_path, handmade(("img\\a.png", b"1"), ("Img/A.png", b"2"), ("img/b.png", b"3")))
    assert sorted(found.rows) == [
        "Img/A.png",
        "img/a.png",
        "img/b.png",
        "imsmanifest.xml",
    ]
    assert (found.read("img/a.png"), found.read("Img/A.png")) == (b"1", b"2")


@pytest.mark.parametrize(
    ("paths", "folder"),
    [
        (["imsmanifest.xml", "a/imsmanifest.xml"], ""),
        (["x/imsmanifest.xml", "x/y/imsmanifest.xml"], "x/"),
        (["x/IMSManifest.xml", "readme"], "x/"),
        (["x/y/imsmanifest.xml"], ""),
        (["a.html"], ""),
    ],
)
def test_the_folder_of_the_manifest(paths, folder):
    assert plan.folder_of(paths) == folder


# ------------------------------------------------------------------------------- what is broken


def test_a_damaged_file_is_left_out_and_named(tmp_path):
    archive = HandmadeZip()
    archive.add("imsmanifest.xml", b"<manifest/>")
    archive.add("bad.html", TEXT, crc=1)
    archive.add("good.html", TEXT)
    found = made(tmp_path, archive.done())
    assert found.left_out == ["bad.html"]
    assert sorted(found.rows) == ["good.html", "imsmanifest.xml"]
    assert found.read("good.html") == TEXT


def test_packed_bytes_with_something_behind_them_are_packed_anew(tmp_path):
    """A browser refuses what lies behind the end of a deflated stream."""
    archive = HandmadeZip()
    archive.add("imsmanifest.xml", b"<manifest/>")
    archive.add("a.js", TEXT, packed=deflated(TEXT) + b"junk")
    found = made(tmp_path, archive.done())
    assert found.read("a.js") == TEXT


def test_a_file_in_another_packing_is_packed_anew_or_left_out(tmp_path):
    archive = HandmadeZip()
    archive.add("imsmanifest.xml", b"<manifest/>")
    archive.add("a.js", TEXT, method=12, packed=bz2.compress(TEXT))
    archive.add("b.js", TEXT, method=9, packed=b"????")
    archive.add("c.js", TEXT, flags=1)
    found = made(tmp_path, archive.done())
    assert found.read("a.js") == TEXT
    assert found.left_out == ["b.js", "c.js"]


def test_a_size_that_lies_ends_before_memory_does(tmp_path):
    archive = HandmadeZip()
    archive.add("imsmanifest.xml", b"<manifest/>")
    archive.add("a.js", bytes(50 << 20), size=600_000)
    with pytest.raises(InputError) as caught:
        made(tmp_path, archive.done())
    assert caught.value.code == "too_large"


# ---------------------------------------------------------------------------------- what is large


def test_large_media_become_files_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "LARGE_MEDIA", 1000)
    found = made(tmp_path, {"m/Film.MP4": NOISE, "m/short.mp4": b"x" * 1000, "a.js": NOISE})
    row = found.row("m/Film.MP4")
    digest = hashlib.sha256(b"m/Film.MP4").hexdigest()[:8]
    assert row == {
        "n": f"cpscorm-{found.id}-{digest}.bin",
        "s": len(NOISE),
        "x": f"{zlib.crc32(NOISE):08x}",
        "t": "video/mp4",
    }
    assert found.read("m/Film.MP4") == NOISE
    assert "o" in found.row("m/short.mp4")
    assert "o" in found.row("a.js")
    assert not found.whole


def test_a_changed_large_file_or_script_makes_a_new_version(tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "LARGE_MEDIA", 1000)
    before, same = made(tmp_path, {"a.mp4": NOISE}), made(tmp_path, {"a.mp4": NOISE})
    film = made(tmp_path, {"a.mp4": NOISE[::-1]})
    assert re.fullmatch("[0-9a-f]{16}", before.index["v"])
    assert before.index["v"] == same.index["v"]
    assert (film.index["sha"], film.index["v"] == before.index["v"]) == (before.index["sha"], False)
    for name in ("script", "worker"):
        monkeypatch.setattr(bundled, name, lambda *_: b"new")
        assert made(tmp_path, {"a.mp4": NOISE}).index["v"] != before.index["v"]
        monkeypatch.undo()
        monkeypatch.setattr(plan, "LARGE_MEDIA", 1000)


def test_of_a_package_that_is_too_large_the_largest_files_go_first(tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "LARGE_PACKAGE", 9000)
    monkeypatch.setattr(plan, "LEAST_BESIDE", 3000)
    files = {"a.bin": NOISE, "b.html": NOISE, "c.bin": NOISE[:4000], "d.bin": NOISE[:2000]}
    found = made(tmp_path, handmade(*files.items(), method=0))
    beside = sorted(path for path, row in found.rows.items() if "n" in row)
    assert beside == ["a.bin", "c.bin"]
    assert {path: found.read(path) for path in files} == files


def test_a_damaged_large_file_is_left_out_too(tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "LARGE_MEDIA", 1000)
    found = made(tmp_path, handmade(("a.mp4", NOISE), crc=1))
    assert found.left_out == ["a.mp4"]
    assert "a.mp4" not in found.rows


def test_more_files_than_a_plain_zip_can_count(tmp_path):
    path = tmp_path / "many.zip"
    with path.open("w+b") as file:
        writer = ZipWriter(file)
        for number in range(65_600):
            writer.add(f"{number}.js", b"", 0, 0, 0)
        assert writer.close() == path.stat().st_size
    with zipfile.ZipFile(path) as listing:
        assert len(listing.namelist()) == 65_600
    with path.open("rb") as file:
        archive = open_stored("many.zip", file, Limits())
        assert len(archive.members) == 65_600


# ------------------------------------------------------------------------------ the same every time


def test_the_same_content_gives_the_same_bytes_in_whatever_order(tmp_path):
    entries = [("b.js", TEXT), ("a.js", NOISE), ("c/d.mp3", NOISE)]
    first = made(tmp_path, handmade(*entries))
    second = made(tmp_path, handmade(*reversed(entries)))
    assert first.files == second.files


def test_a_folder_is_packed_as_well(tmp_path):
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "imsmanifest.xml").write_bytes(b"<manifest/>")
    (folder / "a.js").write_bytes(TEXT)
    found = made_of_folder(folder, tmp_path)
    assert found.read("a.js") == TEXT
    assert found.row("a.js")["m"] == 8


def test_the_scratch_file_is_gone_afterwards(tmp_path):
    made(tmp_path, {"a.js": TEXT})
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_while_packing(tmp_path):
    bench = Bench(tmp_path)
    data = zip_of({"imsmanifest.xml": "<manifest/>", "a.js": TEXT})
    with Player(open_stored("a.zip", io.BytesIO(data), Limits()), LESSON, bench):
        assert bench.ticks[-1][2] == "MB packed"


names = st.text(
    st.characters(codec="utf-8", exclude_characters='/\\:<>|?*"\0'), min_size=1, max_size=6
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.builds(
            lambda name, end: f"f/{name.strip('. ') or 'x'}{end}",
            names,
            st.sampled_from((".js", ".mp3", ".png", "")),
        ),
        st.binary(max_size=300) | st.just(TEXT),
        max_size=6,
    ),
    st.sampled_from((0, 8)),
)
def test_any_files_come_back_as_they_were(files, method):
    data = zip_of({"imsmanifest.xml": "<manifest/>", **files}, method=method)
    archive = open_stored("a.zip", io.BytesIO(data), Limits())
    wanted = {}
    for path, member in archive.members.items():
        with archive.open(member) as stream:
            wanted[path] = stream.read()
    with tempfile.TemporaryDirectory() as folder:
        found = made(Path(folder), data)
    assert {path: found.read(path) for path in found.rows} == wanted
    with found.listing() as listing:
        assert {zlib.crc32(listing.read(name)) for name in listing.namelist()} == {
            zlib.crc32(content) for content in wanted.values()
        }
