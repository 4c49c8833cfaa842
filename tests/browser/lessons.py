"""Open lessons, packed or untouched, and tell what is seen in them."""

from __future__ import annotations

import re
from typing import NamedTuple

from browser.packing import script
from browser.servers import Plain, Platform
from browser.webdriver import Browser

# Kept in the top window of a page, from before its first script on.
LISTEN = """
window.calls = [];
window.addEventListener("cpscorm", ({ detail }) => {
  if (/^[A-Z]/.test(detail.call)) calls.push([detail.call, ...detail.args]);
});
"""
LOOK = """
function look(view) {
  const page = view.document;
  const seen = { text: page.body ? page.body.innerText : "", images: [] };
  for (const one of page.images) seen.images.push(one.naturalWidth + "x" + one.naturalHeight);
  for (const frame of page.querySelectorAll("iframe, frame, object")) {
    try { if (frame.contentWindow) {
      const inner = look(frame.contentWindow);
      seen.text += "\\n[" + inner.text + "]";
      seen.images.push(...inner.images);
    } } catch { seen.text += "\\n[another host]"; }
  }
  return seen;
}
"""
LESSON = 'const lesson = document.querySelector("iframe[name=scorm]").contentWindow;'
WRAPPER = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Lesson</title>
<style>html, body {{ height: 100%; margin: 0 }}
iframe {{ display: block; width: 100%; height: 100%; border: 0 }}</style>
<script>{script}
const report = (call, args, result, error) => window.dispatchEvent(
  new CustomEvent("cpscorm", {{ detail: {{ call, args, result, error }} }}));
const kept = {{}};
const config = {{
  learnerId: "anyone", learnerName: "Learner", mastery: null, launchData: "",
}};
const parts = {{ config, report, read: (name) => kept[name], page: () => null,
  write: (name, what) => (kept[name] = what) }};
window.API = apiOf(new Runtime(SCORM12, parts));
window.API_1484_11 = apiOf(new Runtime(SCORM2004, parts));
</script><iframe name="scorm" src="content/{launch}" allow="autoplay; fullscreen"></iframe>"""


class Seen(NamedTuple):
    """What a learner and an LMS would notice of a lesson."""

    text: str
    images: list[str]
    failed: list[str]
    calls: list[list[str]]


def plain_site(files: dict[str, bytes], launch: str) -> Plain:
    """The untouched files beside a page that offers the same SCORM API."""
    site = Plain(files)
    code = script("player", without="player.js")
    page = WRAPPER.format(script=code, launch=launch)
    site.files["/lesson.html"] = page.encode()
    return site


def play(browser: Browser, address: str, finished: str) -> None:
    """Open a player page and wait until the lesson says that it is done."""
    browser.responses()
    listener = browser.before_pages(LISTEN)
    try:
        browser.open(address)
        browser.until(
            'const frame = document.querySelector("iframe[name=scorm]");'
            f"return frame && frame.contentWindow && (frame.contentWindow.{finished});"
        )
    finally:
        browser.forget(listener)


def look(browser: Browser) -> Seen:
    """What is there now, and what happened since the lesson was opened."""
    found = browser.run(LOOK + LESSON + "return { ...look(lesson), calls: window.calls };")
    answers = browser.responses()
    answered = {address for status, address in answers if 200 <= status < 400}  # if not to its end
    failed = sorted(
        f"{status} {short(address)}"
        for status, address in answers
        if not 200 <= status < 400
        and "favicon" not in address
        and (status or address not in answered)
    )
    return Seen(found["text"], found["images"], failed, found["calls"])


def short(address: str) -> str:
    """The path in the package; the same on both servers."""
    return re.sub(r"^.*?/(?:content|cpscorm-[0-9a-f]{10})/", "", address)


def player(platform: Platform, form: str = "/") -> str:
    """Where the first lesson of the course begins."""
    return platform.asset(platform.first_player(), form)
