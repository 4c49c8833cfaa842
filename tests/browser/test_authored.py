"""Lessons that start as the two great kinds of authoring tools let theirs start.

`slides` finds its settings in its address and its data in scripts that call back; `scroll` has a
frameset that talks to the platform, and a bundled page in one of its frames.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from browser.lessons import look, plain_site, play
from browser.mechanisms import png
from browser.packing import ID, pack
from browser.servers import serving

FOLDER = Path(__file__).with_name("authored")
LAUNCHES = {
    "slides": "index_lms.html?lang=de%20AT&zoom=",
    "scroll": "scormdriver/indexAPI.html?jumpto=one",
}
MADE = {
    "slides": {"html5/data/dot.png": png(0, 0, 9), "html5/fonts/slides.woff2": b"no font"},
    "scroll": {
        "scormcontent/assets/a b.png": png(9, 9, 0),
        "scormcontent/assets/words.json": '["eins", "zwölf"]'.encode(),
        "scormcontent/lib/fonts/body.woff": b"no font",
    },
}


def files(kind):
    folder = FOLDER / kind
    return MADE[kind] | {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module", params=sorted(LAUNCHES))
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def untouched(browser, kind):
    with serving(plain_site(files(kind), LAUNCHES[kind])) as site:
        play(browser, f"{site.address}/lesson.html", "results")
        yield look(browser)


@pytest.fixture
def course(platform, kind):
    platform.assets = pack(files(kind), LAUNCHES[kind], scorm="2004" if kind == "scroll" else "1.2")
    return platform


def addresses(course):
    page = f"cpscorm-{ID}-0.html"
    return {
        "slash": course.asset(page),
        "at": course.asset(page, "@"),
        "versioned": course.versioned(page),
        "stale": course.versioned(page, "0" * 32),
    }


def test_the_original_starts(untouched, kind):
    assert {"slides": "Größe: Café", "scroll": "Kaffee – fein"}[kind] in untouched.text
    assert "4x4" in untouched.images
    assert len(untouched.calls) > 4


@pytest.mark.parametrize("form", ["slash", "at", "versioned", "stale"])
def test_it_starts_just_so_from_every_address(browser, course, untouched, form):
    play(browser, addresses(course)[form], "results")
    assert look(browser)._replace(failed=[]) == untouched._replace(failed=[])


def test_no_request_fails_that_does_not_fail_in_the_original(browser, course, untouched):
    play(browser, addresses(course)["slash"], "results")
    assert set(look(browser).failed) <= set(untouched.failed)
    assert not [one for one in course.log if f"/cpscorm-{ID}/" in one.path]


def test_a_second_visit_resumes(browser, course, kind):
    address = addresses(course)["slash"]
    play(browser, address, "results")
    browser.open("about:blank")
    play(browser, address, "results")
    text = look(browser).text
    assert {"slides": "de AT resume", "scroll": "41 35 true"}[kind] in text
