"""A packed lesson reaches its files as the untouched one does, whatever way it goes."""

from __future__ import annotations

import pytest

from browser.lessons import LESSON, look, plain_site, play, player
from browser.mechanisms import LAUNCH, files
from browser.packing import pack
from browser.servers import Platform, serving

DONE = "results"


def results(browser):
    return browser.run(LESSON + "return lesson.results;")


@pytest.fixture(scope="module")
def untouched(browser):
    with serving(plain_site(files(), LAUNCH)) as site:
        play(browser, f"{site.address}/lesson.html", DONE)
        yield results(browser), look(browser)


@pytest.fixture(scope="module")
def packed(browser):
    with serving(Platform()) as course:
        course.assets = pack(files(), LAUNCH)
        play(browser, player(course), DONE)
        first = results(browser), look(browser)
        play(browser, player(course), DONE)
        yield first, (results(browser), look(browser)), course


def wrong(found):
    return {name: verdict for name, verdict in found.items() if verdict != "ok"}


def test_the_original_itself_reaches_everything(untouched):
    found, _ = untouched
    assert wrong(found) == {}
    assert len(found) >= 80


def test_a_packed_lesson_reaches_everything(packed):
    (found, _), _, _ = packed
    assert wrong(found) == {}


def test_a_second_visit_reaches_everything(packed):
    _, (found, _), _ = packed
    assert wrong(found) == {}


def test_text_and_pictures_are_those_of_the_original(untouched, packed):
    (_, one), ((_, other), *_) = untouched, packed
    assert other.text == one.text
    assert other.images == one.images


def test_no_request_fails_that_does_not_fail_in_the_original(untouched, packed):
    (_, one), ((_, other), *_) = untouched, packed
    assert set(other.failed) <= set(one.failed)


def test_the_content_reports_the_same(untouched, packed):
    (_, one), ((_, other), *_) = untouched, packed
    assert other.calls == one.calls
    assert ["LMSCommit", ""] in other.calls


def test_no_request_for_a_file_of_the_lesson_reaches_the_server(packed):
    course = packed[2]
    assert [one for one in course.log if "/cpscorm-0123456789/" in one.path] == []
