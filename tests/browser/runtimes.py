"""The SCORM API alone in an empty page, without a lesson."""

from __future__ import annotations

import pytest

from browser.packing import script

CONFIG = {
    "learnerId": "anyone", "learnerName": "Learner", "launchData": "from the manifest",
    "mastery": 80, "maxTime": "01:00:00", "timeAction": "exit,message", "threshold": None,
}  # fmt: skip
BEGIN = """
const [config, version] = arguments;
window.kept = {};
const parts = { config, report() {}, read: (name) => kept[name], page: () => null,
  write: (name, what) => (kept[name] = JSON.parse(JSON.stringify(what))) };
window.API = apiOf(new Runtime(SCORM12, parts));
window.API_1484_11 = apiOf(new Runtime(SCORM2004, parts));
"""


@pytest.fixture(scope="module")
def page(browser):
    """A page that knows the player's scripts and runs none."""
    browser.open("data:text/html,<title>scripts</title>")
    code = script("player", without="player.js")
    browser.run(
        "const one = document.createElement('script'); one.text = arguments[0];"
        "document.head.append(one);",
        code,
    )
    return browser


@pytest.fixture
def runtime(page):
    """Begin anew: (API object’s name, changed settings) → a function that calls."""

    def begin(name, **changes):
        page.run(BEGIN, {**CONFIG, **changes})

        def call(method, *given):
            script = (
                "const [name, method, ...given] = arguments; return window[name][method](...given);"
            )
            return page.run(script, name, method, *given)

        return call

    begin.page = page
    return begin
