"""A Thinkific site as a user imports it: listed, estimated, imported, interrupted, exported."""

from __future__ import annotations

import re
import time

import pytest

from fakes.service import Reply
from fakes.thinkific import KEY, TOKEN, Thinkific, grown

COURSE = "1264001"


@pytest.fixture
def site():
    with Thinkific(grown(5, 40), limit=None) as fake:
        yield fake


@pytest.fixture
def connected(shell, site, monkeypatch):
    monkeypatch.setenv("COURSEPORTER_THINKIFIC_URL", site.rest.url)
    monkeypatch.setenv("COURSEPORTER_THINKIFIC_GRAPHQL_URL", site.graphql.url)
    monkeypatch.setenv("COURSEPORTER_SECRET_SITE", KEY)
    monkeypatch.setenv("COURSEPORTER_SECRET_SITE__ACCESS_TOKEN", TOKEN)
    added = shell.run("connections", "add", "thinkific", "Site", "--subdomain", "school", "--json")
    assert added.code == 0, added.said
    return shell


def test_courses_are_listed_with_state_and_bundle(connected, site):
    done = connected.run("courses", "Site", "--json")
    assert done.code == 0, done.said
    (row,) = done.document["courses"]
    assert row == {
        "id": COURSE, "title": "Watercolour & more", "published": False, "sections": None,
        "lessons": None, "cover": f"{site.cdn.url}/card.png", "bundle": "All of it",
    }  # fmt: skip


def test_an_estimate_names_requests_and_points_and_reads_no_lesson(connected, site):
    done = connected.run("import", "Site", COURSE, "--estimate", "--json")
    estimate = done.document["estimate"]
    assert estimate["requests"] >= 2 + 6 + 1
    assert estimate["points"] >= 40
    assert site.asked_lessons() == []


def test_a_course_becomes_a_package_that_passes_the_check(connected, site, tmp_path):
    out = tmp_path / "course.tar.gz"
    done = connected.run("import", "Site", COURSE, "-o", out, "--json")
    assert done.code in (0, 7), done.said
    assert done.document["source"] == {"name": "thinkific", "version": "rest+graphql"}
    assert done.document["ledger"]["found"] == len(done.document["ledger"]["entries"])
    checked = connected.run("check", out, "--json")
    keys = ("depth", "kind", "type", "title", "hidden", "questions")
    assert [[row[key] for key in keys] for row in checked.document["outline"]] == [
        [row[key] for key in keys] for row in done.document["outline"]
    ]
    assert len(site.asked_lessons()) == len(set(site.asked_lessons()))
    assert KEY not in done.out + done.said
    assert TOKEN not in done.out + done.said


def test_without_a_token_the_outline_is_imported(connected, site, tmp_path, monkeypatch):
    monkeypatch.delenv("COURSEPORTER_SECRET_SITE__ACCESS_TOKEN")
    done = connected.run("import", "Site", COURSE, "-o", tmp_path / "a.tar.gz", "--json")
    assert done.code == 0, done.said
    assert done.document["source"]["version"] == "rest"
    assert done.document["ledger"]["failed"] == 0
    assert site.queries == []


def test_a_killed_import_resumes_and_gives_the_same_bytes(connected, site, tmp_path):
    calm, out = tmp_path / "calm.tar.gz", tmp_path / "out.tar.gz"
    assert connected.run("import", "Site", COURSE, "-o", calm).code in (0, 7)
    site.rest.asked.clear()
    answer = site.rest.answer
    site.rest.answer = lambda request: time.sleep(0.1) or answer(request)
    again = type(connected)(tmp_path / "again")
    again.run("connections", "add", "thinkific", "Site", "--subdomain", "school")
    process = again.start("import", "Site", COURSE, "-o", out)
    until = time.monotonic() + 60
    while len(site.rest.asked) < 5:
        assert time.monotonic() < until, "the import never began"
        time.sleep(0.02)
    process.kill()
    process.wait()
    done = again.run("import", "Site", COURSE, "-o", out)
    assert done.code in (0, 7), done.said
    assert out.read_bytes() == calm.read_bytes()


def test_a_used_up_budget_of_points_is_waited_for_or_ends_with_5(connected, site, tmp_path):
    site.budget, whole = 1.0, site.budget
    command = ("import", "Site", COURSE, "-o", tmp_path / "a.tar.gz", "--json")
    site.graphql.fail(".", Reply(429, b"<html>", {"Retry-After": "7200"}), times=99)
    refused = connected.run(*command)
    assert refused.code == 5, refused.said
    site.graphql.faults.clear()
    site.budget = whole
    asked = len(site.rest.asked)
    done = connected.run(*command)
    assert done.code in (0, 7), done.said
    assert [one for one in site.rest.asked[asked:] if "/contents" in one] == []


def test_a_killed_import_asks_for_no_lesson_twice(connected, site, tmp_path):
    site.ceiling = 30  # small batches
    answer = site.graphql.answer
    site.graphql.answer = lambda request: time.sleep(0.1) or answer(request)
    command = ("import", "Site", COURSE, "-o", tmp_path / "a.tar.gz")
    process = connected.start(*command)
    until = time.monotonic() + 60
    while len(site.asked_lessons()) < 10:
        assert time.monotonic() < until, "the import never began"
        time.sleep(0.02)
    process.kill()
    process.wait()
    in_flight = set(re.findall(r'lesson\(id: "(\w+)"\)', site.queries[-1]))
    assert connected.run(*command).code in (0, 7)
    asked = site.asked_lessons()
    assert {ref for ref in asked if asked.count(ref) > 1} <= in_flight
