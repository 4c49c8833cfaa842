"""`check` tells of a SCORM lesson that could not play, and of nothing when it could."""

from __future__ import annotations

import json

import pytest

from courseporter.context import Limits
from courseporter.errors import PROBLEM_CODES
from courseporter.formats.olx.package import players, read_package
from courseporter.formats.scorm_player import plan as plans
from fakes.olx import olx, unpacked
from fakes.player import made

CODES = ("scorm_player_incomplete", "scorm_index_unreadable", "scorm_file_differs", "missing_files")


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """The files of a package with one lesson and a film beside the ZIP."""
    monkeypatch.setattr(plans, "LARGE_MEDIA", 100)
    found = made(tmp_path, {"index.html": b"<p>lesson</p>", "film.mp4": b"film" * 100})
    page = f"cpscorm-{found.id}-0.html"
    files = {f"course/static/{name}": data for name, data in found.files.items()}
    return found, {
        "course/html/ht.html": f'<iframe src="/static/{page}"></iframe>',
        f"course/static/{page}": "page",
        **files,
    }


def told(tmp_path, files, name="demo.tar.gz"):
    found = read_package(olx(tmp_path, files, name=name), Limits()).problems()
    return [(one.code, str(one.message), one.count) for one in found if one.code in CODES]


def test_a_whole_player_is_no_problem(tmp_path, lesson):
    assert told(tmp_path, lesson[1]) == []


def path_of(found, ending):
    return f"course/static/cpscorm-{found.id}{ending}"


@pytest.mark.parametrize("ending", ["-0.html", ".zip", ".json", ".js"])
def test_each_file_that_is_missing_is_named(tmp_path, lesson, ending):
    found, files = lesson
    path = path_of(found, ending)
    [(code, message, count)] = told(tmp_path, {**files, path: None})
    assert (code, count) == ("scorm_player_incomplete", 1)
    assert path.rpartition("/")[2] in message


def test_a_worker_that_is_missing_is_named(tmp_path, lesson):
    [(code, message, _)] = told(tmp_path, {**lesson[1], "course/static/cpscorm-sw.js": None})
    assert code == "scorm_player_incomplete"
    assert "cpscorm-sw.js" in message


def film_of(found):
    return f"course/static/{found.row('film.mp4')['n']}"


def test_a_file_beside_the_zip_that_is_missing_is_named(tmp_path, lesson):
    found, files = lesson
    film = film_of(found)
    [(code, message, _)] = told(tmp_path, {**files, film: None})
    assert code == "scorm_player_incomplete"
    assert film.rpartition("/")[2] in message


def test_every_file_of_the_player_is_in_one_sentence(tmp_path, lesson):
    found, files = lesson
    gone = dict.fromkeys((path_of(found, ".zip"), path_of(found, ".js"), film_of(found)))
    assert [count for _, _, count in told(tmp_path, {**files, **gone})] == [3]


@pytest.mark.parametrize(
    "change",
    [
        lambda index: b"{",
        lambda index: b"\xff\xfe",
        lambda index: b"[]",
        lambda index: json.dumps({**index, "files": [["index.html"]]}).encode(),
        lambda index: json.dumps({**index, "files": [["a", 1, 2, 3]]}).encode(),
        lambda index: json.dumps({**index, "files": [["a", 9**9]]}).encode(),
        lambda index: json.dumps({**index, "files": [["a", -99]]}).encode(),
        lambda index: b'{"files":' + b"[" * 200_000,
        lambda index: b'{"more":' + b"[" * 200_000,
        lambda index: json.dumps({**index, "zip": "cpscorm-0000000000.zip"}).encode(),
        lambda index: json.dumps({**index, "size": "many"}).encode(),
        lambda index: json.dumps(
            {
                **index,
                "files": {"index.html": {"s": 1, "t": "text/html", "o": 9**9, "c": 1, "m": 0}},
            }
        ).encode(),
        lambda index: json.dumps(
            {**index, "files": {"index.html": {"s": 1, "t": "text/html", "o": 9, "c": 1, "m": 9}}}
        ).encode(),
    ],
)
def test_an_index_of_which_nothing_can_be_made_is_told(tmp_path, lesson, change):
    found, files = lesson
    path = path_of(found, ".json")
    [(code, message, _)] = told(tmp_path, {**files, path: change(found.index)})
    assert code == "scorm_index_unreadable"
    assert path.rpartition("/")[2] in message


def test_the_index_of_an_earlier_version_of_courseporter_is_read(tmp_path, lesson):
    found, files = lesson
    path = path_of(found, ".json")
    index = {**found.index, "files": found.rows}
    assert told(tmp_path, {**files, path: json.dumps(index).encode()}) == []


def test_an_endless_index_is_not_read(tmp_path, lesson, monkeypatch):
    monkeypatch.setattr(players, "MAX_INDEX", 100)
    assert [code for code, _, _ in told(tmp_path, lesson[1])] == ["scorm_index_unreadable"]


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: b"?" + data[1:]])
@pytest.mark.parametrize("which", ["zip", "film"])
def test_another_size_or_checksum_than_the_index_says_is_told(tmp_path, lesson, which, change):
    found, files = lesson
    path = path_of(found, ".zip") if which == "zip" else film_of(found)
    [(code, message, _)] = told(tmp_path, {**files, path: change(files[path])})
    assert code == "scorm_file_differs"
    assert path.rpartition("/")[2] in message


def test_the_files_may_come_in_any_order(tmp_path, lesson):
    found, files = lesson
    path = path_of(found, ".zip")
    turned = dict(reversed({**files, path: files[path] + b"!"}.items()))
    assert [code for code, _, _ in told(tmp_path, turned)] == ["scorm_file_differs"]


def test_an_unpacked_package_is_compared_as_well(tmp_path, lesson):
    found, files = lesson
    path = path_of(found, ".zip")
    package = olx(tmp_path, {**files, path: files[path] + b"!"})
    problems = read_package(unpacked(package, tmp_path / "unpacked"), Limits()).problems()
    assert [one.code for one in problems if one.code in CODES] == ["scorm_file_differs"]


def test_a_lesson_that_does_not_play_is_an_error():
    assert {PROBLEM_CODES[code].severity for code in CODES[:3]} == {"error"}
