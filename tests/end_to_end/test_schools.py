"""A school over HTTP, as a user imports it: listed, estimated, killed, resumed, exported."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time

import pytest

from fakes.service import gateway
from fakes.teachable import Teachable, grown
from fakes.web import Reply


@pytest.fixture
def school():
    with Teachable(grown(5, 8, courses=2), limit=None) as fake:
        yield fake


@pytest.fixture
def connected(shell, school, monkeypatch):
    monkeypatch.setenv("COURSEPORTER_TEACHABLE_URL", school.url)
    monkeypatch.setenv("COURSEPORTER_SECRET_MY_SCHOOL", school.key)
    added = shell.run("connections", "add", "teachable", "My school", "--json")
    assert added.code == 0, added.said
    return shell


def test_courses_are_listed_with_what_the_school_tells(connected, school):
    done = connected.run("courses", "My school", "--json")
    assert done.code == 0, done.said
    rows = done.document["courses"]
    assert [row["id"] for row in rows] == [str(one["id"]) for one in school.school.courses]
    assert set(rows[0]) == {
        "id", "title", "published", "sections", "lessons", "cover", "bundle",
    }  # fmt: skip


def test_an_estimate_reads_the_outline_and_nothing_else(connected, school):
    done = connected.run("import", "My school", "1450000", "--estimate", "--json")
    assert done.document["estimate"]["requests"] == 9
    assert school.lecture_calls() == []


def test_a_course_becomes_a_package_that_passes_the_check(connected, school, tmp_path):
    out = tmp_path / "course.tar.gz"
    done = connected.run("import", "My school", "1450000", "-o", out, "--json")
    assert done.code in (0, 7), done.said
    assert done.document["source"] == {"name": "teachable", "version": "v1"}
    assert done.document["ledger"]["found"] == len(done.document["ledger"]["entries"])
    checked = connected.run("check", out, "--json")
    assert rows_of(checked) == rows_of(done)
    assert len(school.lecture_calls()) == len(set(school.lecture_calls())) == 8
    assert school.key not in done.out + done.said


def test_without_a_package_the_drafts_stay(connected):
    done = connected.run("import", "My school", "--all", "--json")
    results = done.document["results"]
    drafts = {one["id"] for one in connected.run("drafts", "list", "--json").document["drafts"]}
    assert len(results) == 2
    assert {one["draft"] for one in results} == drafts
    assert all("output" not in one for one in results)


def test_media_go_into_the_package(connected, school, tmp_path):
    out = tmp_path / "course.tar.gz"
    done = connected.run(
        "import", "My school", "1450001", "-o", out, "--media", "package", "--json"
    )
    assert done.code in (0, 7), done.said
    assert done.document["counts"]["asset"] > 2
    assert not [one for one in done.document["problems"] if one["code"] == "media_link_expires"]


def test_a_killed_import_resumes_without_asking_for_a_lecture_again(connected, school, tmp_path):
    whole = connected.run("import", "My school", "1450000", "-o", tmp_path / "calm.tar.gz")
    assert whole.code in (0, 7), whole.said
    school.asked.clear()
    school.answer = _slow(school.answer)
    again = type(connected)(tmp_path / "again")
    again.run("connections", "add", "teachable", "My school")
    command = ("import", "My school", "1450000", "-o", tmp_path / "out.tar.gz")
    process = again.start(*command)
    until = time.monotonic() + 60
    while len(school.lecture_calls()) < 4:
        assert time.monotonic() < until, "the import never began"
        time.sleep(0.02)
    process.kill()
    process.wait()
    done = again.run(*command)
    assert done.code in (0, 7), done.said
    assert (tmp_path / "out.tar.gz").read_bytes() == (tmp_path / "calm.tar.gz").read_bytes()
    calls = school.lecture_calls()
    # the answer that was on its way when the kill came may be asked for once more
    assert len(calls) - len(set(calls)) <= 1


@pytest.mark.parametrize("answered", range(8))
def test_no_answered_lecture_is_asked_for_again_wherever_the_kill_comes(
    connected, school, answered
):
    asked_next, gone, usual = threading.Event(), threading.Event(), school.answer

    def held(request):
        if len(school.lecture_calls()) == answered + 1 and not gone.is_set():
            asked_next.set()
            gone.wait(60)  # this one is never answered
        return usual(request)

    school.answer = held
    command = ("import", "My school", "1450000", "--json")
    process = connected.start(*command)
    assert asked_next.wait(60), "the lecture was not asked for"
    process.kill()
    process.wait()
    gone.set()
    done = connected.run(*command)
    assert done.code in (0, 7), done.said
    calls = school.lecture_calls()
    assert len(set(calls)) == 8
    assert {one for one in calls if calls.count(one) > 1} == {calls[answered]}


@pytest.mark.parametrize("served", [1, 4, 7])
def test_a_killed_import_downloads_no_whole_file_again(connected, school, tmp_path, served):
    words = ("import", "My school", "1450000", "--media", "package", "-o")
    whole = connected.run(*words, tmp_path / "calm.tar.gz")
    assert whole.code in (0, 7), whole.said
    school.cdn.asked.clear()
    enough, usual = threading.Event(), school.cdn.answer

    def counted(request):
        if len(school.cdn.asked) > served:
            enough.set()
            time.sleep(0.05)  # so that the kill comes while files are under way
        return usual(request)

    school.cdn.answer = counted
    again = type(connected)(tmp_path / "again")
    again.run("connections", "add", "teachable", "My school")
    process = again.start(*words, tmp_path / "out.tar.gz")
    assert enough.wait(60), "no file was asked for"
    process.kill()
    process.wait()
    done = again.run(*words, tmp_path / "out.tar.gz")
    assert done.code in (0, 7), done.said
    assert (tmp_path / "out.tar.gz").read_bytes() == (tmp_path / "calm.tar.gz").read_bytes()
    asked = [one for one in school.cdn.asked if "/u/" in one]
    # four may have been on their way when the kill came
    assert len(asked) - len(set(asked)) <= 4


def test_a_refused_key_ends_with_4_and_an_absent_course_with_a_sentence(connected, school):
    absent = connected.run("import", "My school", "99", "--json")
    assert absent.code != 0
    assert "99" in absent.document["error"]["message"]
    school.key = "another"
    refused = connected.run("courses", "My school", "--json")
    assert (refused.code, refused.document["error"]["code"]) == (4, "invalid_credentials")


def test_a_gateway_page_is_asked_again(connected, school):
    school.fail(r"/lectures/", gateway(502), times=2, after=2)
    done = connected.run("import", "My school", "1450001", "--json")
    assert done.code in (0, 7), done.said


def test_the_key_is_found_nowhere_in_the_data_folder(connected, school, tmp_path):
    connected.run("import", "My school", "1450000", "--json")
    for folder, _, files in os.walk(connected.home):
        for name in files:
            with open(os.path.join(folder, name), "rb") as stream:  # noqa: PTH118, PTH123
                assert school.key.encode() not in stream.read(), name
    (database,) = connected.home.glob("*.sqlite3") or connected.home.glob("*.db")
    with sqlite3.connect(database) as link:
        dump = json.dumps(list(link.iterdump()))
    assert school.key not in dump


def test_a_used_up_quota_ends_with_5_and_the_same_command_resumes(connected, school, tmp_path):
    out = tmp_path / "course.tar.gz"
    command = ("import", "My school", "1450000", "-o", out, "--json")
    used_up = Reply(429, b'{"message":"API rate limit exceeded"}', {"RateLimit-Reset": "86400"})
    school.fail(r"/lectures/", used_up, times=999, after=3)
    refused = connected.run(*command)
    assert refused.code == 5, refused.said
    error = refused.document["error"]
    assert error["code"] == "rate_limited"
    assert "same command" in error["hint"]
    assert not out.exists()
    (job,) = connected.run("jobs", "list", "--json").document["jobs"]
    assert (job["status"], job["waiting_for"]) == ("pending", "rate_limit")
    before = set(school.lecture_calls()[:3])
    school.faults.clear()
    school.asked.clear()
    done = connected.run(*command)
    assert done.code in (0, 7), done.said
    assert not before & set(school.lecture_calls())


def test_an_existing_package_is_refused_before_anything_is_asked(connected, school, tmp_path):
    out = tmp_path / "course.tar.gz"
    out.write_bytes(b"mine")
    done = connected.run("import", "My school", "1450000", "-o", out, "--json")
    assert done.code == 6, done.said
    assert out.read_bytes() == b"mine"
    assert school.asked == []


def test_several_courses_go_into_a_folder(connected, tmp_path):
    folder = tmp_path / "packages"
    folder.mkdir()
    done = connected.run("import", "My school", "--all", "--out-dir", folder, "--json")
    assert done.code in (0, 7), done.said
    written = [one["output"]["path"] for one in done.document["results"]]
    assert sorted(written) == sorted(map(str, folder.iterdir()))
    assert len(written) == 2


def test_a_course_that_cannot_be_imported_does_not_stop_the_others(connected, tmp_path):
    folder = tmp_path / "packages"
    folder.mkdir()
    ids = [one["id"] for one in connected.run("courses", "My school", "--json").document["courses"]]
    words = ("import", "My school", "999999999", ids[0], "--out-dir", folder, "--json")
    done = connected.run(*words)
    assert done.document["errors"][0]["course"] == "999999999"
    assert [one["output"]["path"] for one in done.document["results"]] == [
        str(path) for path in folder.iterdir()
    ]
    assert done.code not in (0, 1, 7)
    assert "999999999" in done.said


def rows_of(done):
    kept = ("depth", "kind", "type", "title", "hidden", "questions")
    return [[row[name] for name in kept] for row in done.document["outline"]]


def _slow(answer):
    def slowly(request):
        time.sleep(0.05)
        return answer(request)

    return slowly


def test_a_size_limit_must_be_a_number_of_megabytes(connected, school, tmp_path):
    out = tmp_path / "course.tar.gz"
    words = ("import", "My school", "1450000", "-o", out, "--media", "package", "--json")
    refused = connected.run(*words, "--media-limit", "0")
    assert refused.code == 2, refused.said
    assert "megabytes" in refused.document["error"]["hint"]
    assert school.asked == []
    done = connected.run(*words, "--media-limit", "50")
    assert done.code in (0, 7), done.said
