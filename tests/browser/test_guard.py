"""What a lesson does to workers and storage touches nothing but its own."""

from __future__ import annotations

import pytest

from browser.lessons import LESSON, play, player
from browser.packing import ID, pack

FILES = {
    "start.html": b"<!DOCTYPE html><title>Start</title><body><script>ready = 1</script>",
    "next.html": b"<!DOCTYPE html><title>Next</title><p id=where>next</p>",
    "d.json": b'{"word": "json"}',
}
NEXT = LESSON + "lesson.location.href = new URL('next.html', lesson.document.baseURI);"
UNREGISTER = {
    "the line of create-react-app": """
      navigator.serviceWorker.ready.then((one) => one.unregister());
    """,
    "all of the page": """
      const found = await navigator.serviceWorker.getRegistrations();
      for (const one of found) await one.unregister();
    """,
    "the one of the page": """
      const one = await navigator.serviceWorker.getRegistration();
      if (one) await one.unregister();
    """,
    "from a frame without an address": """
      const frame = document.createElement("iframe");
      document.body.append(frame);
      for (const one of await frame.contentWindow.navigator.serviceWorker.getRegistrations())
        await one.unregister();
    """,
}


@pytest.fixture
def lesson(browser, platform):
    """Run a function body in the first page of the lesson."""
    platform.assets = pack(FILES, "start.html")
    play(browser, player(platform), "ready")
    return lambda script: browser.run(
        LESSON + "return lesson.eval(`(async () => { ${arguments[0]} })()`);", script
    )


@pytest.mark.parametrize("way", UNREGISTER)
def test_a_lesson_that_unregisters_workers_plays_on(browser, platform, lesson, way):
    lesson(UNREGISTER[way])
    browser.run(NEXT)
    browser.until(LESSON + "return lesson.document.getElementById('where') !== null;")
    assert lesson("return (await (await fetch('d.json')).json()).word;") == "json"
    assert browser.run("return (await navigator.serviceWorker.getRegistrations()).length;") == 1
    assert not [one for one in platform.log if f"/cpscorm-{ID}/" in one.path]


def test_a_lesson_sees_no_worker(lesson):
    """Content asks whether it is offline, or was updated, by looking for one."""
    assert lesson("""
      const { serviceWorker: workers } = navigator;
      return [workers.controller, (await workers.getRegistrations()).length];
    """) == [None, 0]


def test_a_lesson_that_clears_its_storage_clears_nothing_else(browser, lesson):
    browser.run("""
      localStorage.setItem("theirs", "kept");
      sessionStorage.setItem("theirs", "kept");
      localStorage.setItem("cpscorm/Org+Num+Run/9999999999/ITEM-1/anyone", "progress");
    """)
    lesson("""
      localStorage.setItem("mine", 1);
      sessionStorage.mine = 2;
      parent.API.LMSInitialize("");
      parent.API.LMSSetValue("cmi.core.lesson_location", "page 3");
      parent.API.LMSCommit("");
      localStorage.clear();
      sessionStorage.clear();
    """)
    kept = browser.run("""
      return [{ ...localStorage }, { ...sessionStorage }];
    """)
    assert kept[1] == {"theirs": "kept"}
    assert kept[0].pop("theirs") == "kept"
    assert kept[0].pop("cpscorm/Org+Num+Run/9999999999/ITEM-1/anyone") == "progress"
    [(name, progress)] = kept[0].items()
    assert name == f"cpscorm/Org+Num+Run/{ID}/ITEM-1/anyone"
    assert "page 3" in progress


def test_the_storage_of_a_lesson_behaves_as_the_browsers(browser, lesson):
    browser.run("localStorage.setItem('theirs', 'x');")
    assert lesson("""
      localStorage.setItem("a", 1);
      localStorage.b = "two";
      localStorage["getItem "] = 3;
      delete localStorage["getItem "];
      const frame = document.createElement("iframe");
      document.body.append(frame);
      return {
        items: [localStorage.getItem("a"), localStorage.b, localStorage["a"]],
        gone: [localStorage.getItem("theirs"), localStorage.theirs, localStorage.getItem("c")],
        names: Object.keys(localStorage).sort(),
        all: JSON.stringify(localStorage).length,
        length: localStorage.length,
        key: [localStorage.key(0), localStorage.key(1)].sort(),
        beyond: localStorage.key(2),
        has: ["a" in localStorage, "c" in localStorage, localStorage.hasOwnProperty("b")],
        kind: localStorage instanceof Storage,
        same: localStorage === window.localStorage,
        frame: frame.contentWindow.localStorage.getItem("a"),
      };
    """) == {
        "items": ["1", "two", "1"],
        "gone": [None, None, None],
        "names": ["a", "b"],
        "all": 19,
        "length": 2,
        "key": ["a", "b"],
        "beyond": None,
        "has": [True, False, True],
        "kind": True,
        "same": True,
        "frame": "1",
    }


def test_what_a_lesson_stores_is_there_on_the_next_page_and_visit(browser, platform, lesson):
    lesson("localStorage.setItem('page', '7');")
    browser.run(NEXT)
    browser.until(LESSON + "return lesson.document.getElementById('where') !== null;")
    assert lesson("return localStorage.getItem('page');") == "7"
    play(browser, player(platform), "ready")
    assert lesson("return localStorage.getItem('page');") == "7"
