"""The page around a lesson that is tried out: what it lists, and how it is used."""

from __future__ import annotations

import pytest

from courseporter import api
from courseporter.api import workers
from fakes import scorm

LESSON = """<!DOCTYPE html><meta charset="utf-8"><title>Pot</title><h1>Pinch pot</h1><script>
const api = parent.API;
api.LMSInitialize("");
api.LMSGetValue("cmi.core.lesson_status");
api.LMSSetValue("cmi.core.lesson_status", "passed");
api.LMSSetValue("cmi.core.score.max", "100");
api.LMSSetValue("cmi.core.score.raw", "82");
api.LMSSetValue("cmi.suspend_data", "step;".repeat(100));
api.LMSSetValue("cmi.core.lesson_location", "<img src=x onerror='parent.parent.hurt = 1'>");
api.LMSSetValue("cmi.nonsense", "1");
api.LMSCommit("");
</script><img src="gone.png"><script>setTimeout(() => nothing.here(), 300);</script>"""
FLOOD = """<!DOCTYPE html><title>Flood</title><script>
const api = parent.API;
api.LMSInitialize("");
for (let n = 0; n < 5000; n++) api.LMSSetValue("cmi.core.lesson_location", String(n));
</script>"""
ROWS = "return [...document.querySelectorAll('#calls li')].map((row) => row.innerText);"
STATE = """
const names = [...document.querySelectorAll("#state dt")];
return Object.fromEntries(names.map((one) => [one.textContent, one.nextSibling.textContent]));
"""
DONE = "return document.querySelectorAll('#calls li').length >= arguments[0];"
ALL = """
const text = document.getElementById("calls").innerText;
return ["LMSCommit", "gone.png", "nothing is not"].every((words) => text.includes(words));
"""


@pytest.fixture
def house(tmp_path):
    actor = api.start(tmp_path / "home")
    yield actor
    api.stop_playing(actor)
    api.stop(actor)


@pytest.fixture
def played(house, browser, tmp_path):
    """Opens the page around a lesson with this text, and waits until it has reported all."""

    def play(text=LESSON, done=ALL, *given):
        path = scorm.package(tmp_path, scorm.manifest(), **{"index.html": text})
        job = api.prepare(house, path)
        workers.work(house, once=True)
        draft = api.job(house, job).draft_id
        address = api.play(house, draft, api.tree(house, draft, None)[0].key)
        browser.open(address)
        browser.until(done, *given)
        return address

    yield play
    browser.open("about:blank")


def rows(browser):
    return [row.split("\n") for row in browser.run(ROWS)]


def names(browser):
    """The calls in order; a browser may miss a file before the first of them."""
    return [row[0] for row in rows(browser) if row[0] != "file missing"]


def key(browser, name, code=0):
    for kind in ("keyDown", "keyUp"):
        browser.devtools("Input.dispatchKeyEvent", type=kind, key=name, windowsVirtualKeyCode=code)


def test_everything_the_lesson_reports_is_listed_from_its_first_word(played, browser):
    played()
    assert names(browser)[:3] == ["started", "LMSInitialize", "LMSGetValue"]
    assert ["cmi.core.score.raw = 82"] in [row[2:] for row in rows(browser)]
    state = browser.run(STATE)
    assert state["State"] == "Running · SCORM 1.2"
    assert (state["Completion"], state["Score"]) == ("passed", "82 of 100")
    assert state["Calls"] == "9, 3 errors"


def test_faults_of_the_lesson_are_told(played, browser):
    played()
    found = {row[0]: row[2:] for row in rows(browser)}
    assert found["file missing"] == ["gone.png", "Error"]
    assert "nothing is not defined (index.html:" in found["script error"][0]
    failed = [row for row in rows(browser) if "cmi.nonsense = 1" in row]
    assert failed[0][-1] == "Error 401"


def test_values_are_text_and_long_ones_are_folded(played, browser):
    played()
    assert browser.run("return window.hurt === undefined && !document.querySelector('#calls img');")
    fold = "return document.querySelector('#calls details').open;"
    assert browser.run(fold) is False
    assert "(519 characters)" in browser.run(
        "return document.querySelector('#calls summary').textContent;"
    )
    browser.run("document.querySelector('#calls summary').focus();")
    key(browser, "Enter", 13)
    browser.devtools("Input.dispatchKeyEvent", type="char", text="\r")
    browser.until(fold)


def test_a_second_visit_resumes_and_starting_over_does_not(played, browser):
    address = played()
    browser.open("about:blank")
    browser.open(address)
    browser.until(ALL)
    assert names(browser)[0] == "resumed"
    assert browser.run(STATE)["State"] == "Running, resumed · SCORM 1.2"
    browser.run("document.getElementById('again').click();")
    browser.until("return !document.querySelector('#calls').innerText.includes('resumed');")
    browser.until(ALL)
    assert names(browser)[0] == "started"
    assert browser.run(STATE)["State"] == "Running · SCORM 1.2"


def test_the_panel_is_used_by_keyboard_alone(played, browser):
    played()
    browser.run("document.activeElement.blur(); document.querySelector('.skip').focus();")
    reached = []
    for _ in range(40):
        reached.append(browser.run("return document.activeElement.id;"))
        key(browser, "Tab", 9)
    wanted = ["again", "errors", "copy", "calls", "fold"]
    assert [name for name in reached if name in wanted][:5] == wanted


def test_errors_alone_and_no_reports_at_all_can_be_chosen(played, browser):
    played()
    browser.run("document.getElementById('errors').click();")
    failed = "return document.querySelectorAll('#calls li.failed').length;"
    assert browser.run(failed) == 3
    seen = "return [...document.querySelectorAll('#calls li')].filter((row) => row.offsetHeight)"
    assert browser.run(f"{seen}.length;") == 3
    browser.run("document.getElementById('fold').click();")
    assert browser.run("return document.getElementById('panel').offsetWidth;") == 0
    assert browser.run("return document.getElementById('fold').ariaExpanded;") == "false"


def test_a_flood_of_calls_leaves_the_page_usable(played, browser):
    played(FLOOD, DONE, 2000)
    browser.until("return document.getElementById('state').innerText.includes('5,001');")
    assert len(names(browser)) == 2000
