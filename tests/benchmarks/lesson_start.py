"""How long a lesson takes to start in a real Chromium, converted and untouched, in turns.

The clock runs from the opening of the page around the lesson to the end of the last request that a
lesson makes by itself.  Each round has a new address for both, so its first visit finds neither
cache nor worker; the second visit opens the same page again.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from measure import Measured

from browser.lessons import plain_site
from browser.servers import Plain, Platform, serving
from browser.webdriver import Browser, missing

SAMPLE = Path(__file__).parents[2] / "resources" / "sample_scorm"
RATIO = 1.5
CALM = 400  # ms without another request
# The untouched lesson has nothing to resume; neither has the other, then
FORGET = "if (window.top === window) localStorage.clear();"
# When the last thing of all frames was there, in ms since the page around was opened
LAST = """
const started = performance.timeOrigin;
const seen = [];
(function look(view) {
  const { timeOrigin, timing } = view.performance;
  const ends = view.performance.getEntriesByType("resource").map((one) => one.responseEnd);
  const [page] = view.performance.getEntriesByType("navigation");
  seen.push({ end: timeOrigin + Math.max(page ? page.loadEventEnd : 0, ...ends) - started,
    done: view.document.readyState === "complete", blank: view.document.URL === "about:blank",
    count: ends.length });
  for (const inner of view.document.querySelectorAll("iframe, frame")) {
    try { look(inner.contentWindow); } catch { /* another host */ }
  }
})(window);
return { frames: seen.length,
  done: seen.length > 1 && !seen[1].blank && seen.every((one) => one.done),
  count: seen.reduce((sum, one) => sum + one.count, 0),
  end: Math.max(...seen.map((one) => one.end)) };
"""
WATCH = (
    "const look = () => { " + LAST + " };"
    """
let before = look(), calm = performance.now();
for (;;) {
  await new Promise((go) => setTimeout(go, 25));
  const now = look();
  const same = now.count === before.count && now.frames === before.frames;
  if (!same || !now.done) calm = performance.now();
  before = now;
  if (performance.now() - calm > arguments[0]) return now.end;
}
"""
)


def starts(place: Path, packages: list[Path] | None, rounds: int) -> Iterator[Measured]:
    """Two lines for each package (by default the sample): first and second visit."""
    reason = missing()
    if reason:
        yield Measured("start of a lesson", reason)
        return
    place.mkdir()
    browser = Browser(place)
    try:
        browser.before_pages(FORGET)
        for path in packages or [_sample(place)]:
            yield from _start(browser, path, place, rounds)
    finally:
        browser.close()


def _start(browser: Browser, path: Path, place: Path, rounds: int) -> Iterator[Measured]:
    assets = _assets(path, place)
    page = next((name for name in sorted(assets) if re.search(r"-\d+\.html$", name)), None)
    if page is None:
        yield Measured(f"{path.stem}: start", "no lesson")
        return
    launch = json.loads(re.search(rb"const config=(.*?);const base", assets[page])[1])["launch"]
    files = _files(path)
    taken: dict[tuple[str, int], list[float]] = {}
    for _ in range(rounds):
        original, course = plain_site(files, launch), Platform()
        course.assets = assets
        for kind, site in (("original", original), ("converted", course)):
            with serving(site):
                for visit in (1, 2):
                    taken.setdefault((kind, visit), []).append(_visit(browser, site, page))
    for visit, name in ((1, "first"), (2, "second")):
        before, after = (
            statistics.median(taken[kind, visit]) for kind in ("original", "converted")
        )
        yield Measured(
            f"{path.stem}: {name} start, {before:.0f} ms untouched",
            f"{after:.0f} ms, {after / before:.2f} ×",
            f"≤ {RATIO} ×",
            after <= RATIO * before,
        )


def _sample(place: Path) -> Path:
    path = place / "sample.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(part for part in SAMPLE.rglob("*") if part.is_file()):
            archive.write(part, part.relative_to(SAMPLE))
    return path


def _visit(browser: Browser, site: Plain | Platform, page: str) -> float:
    address = f"{site.address}/lesson.html" if isinstance(site, Plain) else site.asset(page)
    browser.open(address)
    return float(browser.run(WATCH, CALM))


def _files(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        manifest = min((one for one in names if one.lower().endswith("imsmanifest.xml")), key=len)
        folder = manifest[: -len("imsmanifest.xml")]
        return {
            name[len(folder) :]: archive.read(name) for name in names if name.startswith(folder)
        }


def _assets(path: Path, place: Path) -> dict[str, bytes]:
    out = place / f"{path.stem}.tar.gz"
    command = [sys.executable, "-m", "courseporter", "--home", place / "home", "convert"]
    subprocess.run([*command, path, "-o", out, "--force"], check=True, capture_output=True)
    with tarfile.open(out) as archive:
        return {
            member.name.rpartition("/")[2]: archive.extractfile(member).read()
            for member in archive
            if member.isfile() and "/static/" in member.name
        }
