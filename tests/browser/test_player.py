"""The page of a lesson: visits, addresses, refusals, languages."""

from __future__ import annotations

import json
import re
import threading
import time

import pytest

from browser.lessons import LESSON, look, play, player
from browser.packing import ID, messages, pack
from browser.webdriver import PATIENCE

START = b"""<!DOCTYPE html><html><head><title>Start</title></head><body>
<p id="entry"></p><button id="go">go on</button><script>
const api = parent.API;
api.LMSInitialize("");
const seen = ["entry", "lesson_location", "total_time"]
  .map((name) => api.LMSGetValue("cmi.core." + name));
document.getElementById("entry").textContent = seen.join("|");
api.LMSSetValue("cmi.core.lesson_location", location.search || "page 3");
api.LMSSetValue("cmi.core.session_time", "00:01:30");
window.ready = true;
</script></body></html>"""
FILES = {"index.html": START, "other.html": b"<title>Other</title><p>other"}
SAY = messages()
REFUSED_STORAGE = """
Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("no", "SecurityError"); },
});
"""
REGISTER = "ServiceWorkerContainer.prototype.register = "
HURRY = "const slow = setTimeout; window.setTimeout = (what, ms) => slow(what, ms / 100);"
# Only the time in which a page should be shown: a busy machine may need all the others.
SHOWN_SOON = HURRY.replace("ms / 100", "ms === 5000 ? 50 : ms")


@pytest.fixture
def course(platform):
    platform.assets = pack(FILES, "index.html")
    return platform


@pytest.fixture
def before(browser):
    """Scripts that run in every page of this test before all others."""
    found = []
    yield lambda script: found.append(browser.before_pages(script))
    for identifier in found:
        browser.forget(identifier)


def entry(browser, address):
    """What the lesson is told of its past."""
    play(browser, address, "ready")
    return browser.run(LESSON + 'return lesson.document.getElementById("entry").textContent;')


def leave(browser):
    browser.open("about:blank")


def refusal(browser, course):
    """Sentence, links and button of a lesson that does not start."""
    browser.open(player(course))
    browser.until('return document.querySelector("#say button");')
    return browser.run("""
      const say = document.getElementById("say");
      return {
        text: say.querySelector("p").textContent,
        frames: document.querySelectorAll("iframe").length,
        links: [...say.querySelectorAll("a")].map((one) => [one.textContent, one.href, one.target]),
      };
    """)


def test_a_first_visit_is_new_and_a_second_resumes(browser, course):
    assert entry(browser, player(course)) == "ab-initio||0000:00:00"
    leave(browser)
    assert entry(browser, player(course)) == "resume|page 3|0000:01:30"


def test_an_ended_lesson_is_not_resumed_but_remembered(browser, course):
    play(browser, player(course), "ready")
    browser.run('API.LMSFinish("");')
    assert entry(browser, player(course)) == "|page 3|0000:01:30"


@pytest.mark.parametrize("form", ["/", "@"])
def test_a_lesson_opens_under_both_names_of_an_asset(browser, course, form):
    assert entry(browser, player(course, form)).startswith("ab-initio")


@pytest.mark.parametrize("version", [None, "0" * 32])
def test_a_lesson_opens_under_versioned_addresses(browser, course, version):
    address = course.versioned(course.first_player(), version)
    assert entry(browser, address).startswith("ab-initio")


def test_a_lesson_opens_under_an_escaped_address(browser, course):
    address = (
        player(course).replace("@", "%40").replace("+", "%2B").replace("asset-v1:", "asset-v1%3A")
    )
    assert entry(browser, address).startswith("ab-initio")


def test_progress_is_the_same_under_every_address(browser, course):
    entry(browser, player(course))
    leave(browser)
    assert entry(browser, course.versioned(course.first_player())).startswith("resume")


def test_a_lesson_plays_inside_a_unit(browser, course):
    browser.open(f"{course.address}/unit")
    assert browser.until("""
      const page = document.querySelector("iframe").contentDocument;
      const frame = page.querySelector("iframe[name=scorm]");
      return frame && frame.contentWindow.ready && frame.contentDocument.title;
    """) == "Start"  # fmt: skip


def test_parameters_and_hash_reach_the_lesson(browser, platform):
    platform.assets = pack(FILES, "index.html?unit=2&lang=en#part")
    play(browser, player(platform), "ready")
    assert browser.run(LESSON + "return lesson.location.search + lesson.location.hash;") == (
        "?unit=2&lang=en#part"
    )


def test_learners_on_one_computer_have_progress_of_their_own(browser, course):
    def cookie(name):
        told = json.dumps({"version": 1, "username": name}).replace(",", "\\054")
        value = '"' + told.replace('"', '\\"') + '"'
        browser.devtools("Network.setCookie", name="edx-user-info", value=value, url=course.address)

    verdicts = []
    for name in ("ada", "ben", "ada"):
        cookie(name)
        verdicts.append(entry(browser, player(course)).partition("|")[0])
        leave(browser)
    browser.devtools("Network.clearBrowserCookies")
    assert verdicts == ["ab-initio", "ab-initio", "resume"]


def test_the_name_of_a_learner_is_not_kept(browser, course):
    browser.devtools(
        "Network.setCookie",
        name="edx-user-info",
        value='"{\\"username\\": \\"ada\\"}"',
        url=course.address,
    )
    entry(browser, player(course))
    browser.run('API.LMSCommit("");')
    keys = browser.run("return Object.keys(localStorage);")
    browser.devtools("Network.clearBrowserCookies")
    assert re.fullmatch(rf"cpscorm/Org\+Num\+Run/{ID}/ITEM-1/[0-9a-f]{{16}}", keys[0])


def test_two_items_do_not_share_their_progress(browser, course):
    entry(browser, player(course))
    leave(browser)
    second = pack(FILES, "index.html", item="ITEM-2", n=1)[f"cpscorm-{ID}-0.html"]
    course.assets[f"cpscorm-{ID}-1.html"] = second
    assert entry(browser, course.asset(f"cpscorm-{ID}-1.html")).startswith("ab-initio")


def test_an_old_page_from_the_cache_makes_way_for_the_new_one(browser, course):
    entry(browser, player(course))
    course.assets = pack({**FILES, "new.html": START}, "new.html", title="New title")
    course.since += 100
    browser.open(player(course))
    assert browser.until("return document.title === 'New title';")


def test_refused_storage_is_told_and_the_lesson_plays(browser, course, before):
    before(REFUSED_STORAGE)
    assert entry(browser, player(course)).startswith("ab-initio")
    assert browser.run('return API.LMSCommit("") + API.LMSGetLastError();') == "true0"
    assert browser.run('return document.getElementById("say").textContent;') == SAY["memory"]
    assert browser.run('return API.LMSGetValue("cmi.core.lesson_location");') == "page 3"


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (
            'ServiceWorkerContainer.prototype.register = () => Promise.reject(new Error("no"));',
            "refused",
        ),
        ("Object.defineProperty(navigator, 'serviceWorker', { value: undefined });", "no_worker"),
        ("Object.defineProperty(window, 'isSecureContext', { value: false });", "no_https"),
        (
            HURRY + REGISTER + "() => new Promise(() => {});",
            "late",
        ),
    ],
)
def test_a_refused_worker_is_told_with_ways_out(browser, course, before, script, code):
    before(script)
    told = refusal(browser, course)
    assert (told["text"], told["frames"]) == (SAY[code], 0)
    assert told["links"] == [
        [SAY["open_window"], player(course), "_blank"],
        [SAY["download"], course.asset(f"cpscorm-{ID}.zip"), ""],
    ]


def test_no_download_is_offered_that_the_author_did_not_allow(browser, platform, before):
    platform.assets = pack(FILES, "index.html", zip=None)
    before("Object.defineProperty(navigator, 'serviceWorker', { value: undefined });")
    assert [one[0] for one in refusal(browser, platform)["links"]] == [SAY["open_window"]]


def test_a_missing_first_page_is_told(browser, platform):
    platform.assets = pack(FILES, "gone.html")
    assert refusal(browser, platform)["text"] == SAY["missing"]


@pytest.mark.parametrize("language", ["de", "ja", "ar"])
def test_messages_are_in_the_language_of_the_course(browser, platform, language):
    platform.assets = pack(FILES, "gone.html", language=language)
    assert refusal(browser, platform)["text"] == messages(language)["missing"]
    assert browser.run("return document.documentElement.lang;") == language


def test_the_lesson_has_title_focus_and_a_sandbox(browser, course):
    play(browser, player(course), "ready")
    found = browser.until("""
      const frame = document.querySelector("iframe[name=scorm]");
      return document.activeElement === frame && [frame.title, document.title, frame.sandbox.value];
    """)
    assert found[:2] == ["Lesson", "Lesson"]
    assert "allow-same-origin" in found[2]
    assert "allow-top-navigation" not in found[2]


def test_a_lesson_with_a_pdf_has_no_sandbox_since_browsers_show_none_there(browser, platform):
    platform.assets = pack({**FILES, "paper.pdf": b"%PDF-1.4"}, "index.html")
    play(browser, player(platform), "ready")
    assert browser.run('return document.querySelector("iframe").hasAttribute("sandbox");') is False


def test_loading_is_told_until_the_first_page_is_there(browser, course):
    course.ranges = False
    course.held[f"cpscorm-{ID}.zip"] = arrived = threading.Event()
    browser.open(player(course))
    browser.until('return document.querySelector("iframe");')
    assert browser.run('return document.getElementById("say").textContent;') == SAY["loading"]
    arrived.set()
    browser.until('return document.getElementById("say").textContent === "";')


def test_messages_are_announced(browser, course):
    play(browser, player(course), "ready")
    # which is a polite live region (ARIA 1.2, 5.4)
    assert browser.run('return document.getElementById("say").role;') == "status"


def test_a_link_with_download_gives_the_file(browser, course, tmp_path):
    course.assets = pack({**FILES, "notes.txt": b"words"}, "index.html")
    browser.devtools("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    play(browser, player(course), "ready")
    browser.run(LESSON + """
      const link = lesson.document.createElement("a");
      Object.assign(link, { href: "notes.txt", download: "" });
      lesson.document.body.append(link);
      link.click();
    """)  # fmt: skip
    deadline = time.monotonic() + PATIENCE
    while not (tmp_path / "notes.txt").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (tmp_path / "notes.txt").read_bytes() == b"words"


def test_content_cannot_take_the_page_around_away(browser, course):
    play(browser, player(course), "ready")
    browser.run(LESSON + "try { lesson.eval(\"top.location = '/elsewhere'\"); } catch {}")
    browser.run("return new Promise((go) => setTimeout(go, 100));")
    assert browser.run("return location.pathname;").endswith("-0.html")


def test_every_call_is_reported_to_the_page_around(browser, course):
    play(browser, player(course), "ready")
    calls = look(browser).calls
    assert calls[0] == ["LMSInitialize", ""]
    assert ["LMSSetValue", "cmi.core.session_time", "00:01:30"] in calls


def test_a_mastery_score_decides_when_the_lesson_ends(browser, platform):
    platform.assets = pack(FILES, "index.html", mastery=80)
    play(browser, player(platform), "ready")
    browser.run('API.LMSSetValue("cmi.core.score.raw", "79"); API.LMSFinish("");')
    play(browser, player(platform), "ready")
    assert browser.run('return API.LMSGetValue("cmi.core.lesson_status");') == "failed"


def test_the_manifest_speaks_to_its_own_version_only(browser, platform):
    platform.assets = pack(FILES, "index.html", mastery=80, maxTime="01:00:00")
    play(browser, player(platform), "ready")
    found = browser.run("""
      API_1484_11.Initialize("");
      return ["scaled_passing_score", "max_time_allowed"].map((name) =>
        API_1484_11.GetValue(`cmi.${name}`) + API_1484_11.GetLastError());
    """)
    assert found == ["403", "403"]
    assert browser.run('return API.LMSGetValue("cmi.student_data.mastery_score");') == "80"


def test_all_languages_have_all_sentences():
    wanted = set(SAY)
    for language in "en de fr es pt it nl pl ru uk ja zh ar tr".split():
        found = messages(language)
        assert set(found) == wanted
        assert all(text.strip() for text in found.values())


def test_the_player_page_is_small():
    page = pack(FILES, "index.html", say={})[f"cpscorm-{ID}-0.html"]
    assert len(page) < 2600


def test_a_file_that_is_only_saved_is_said_to_be_no_page(browser, platform, before):
    platform.assets = pack({"table.bin": b"no page"}, "table.bin")
    before(SHOWN_SOON)
    browser.open(player(platform))
    link = browser.until('const a = document.querySelector("#say a"); return a && a.href;')
    assert link.endswith(f"cpscorm-{ID}/table.bin")
    assert browser.run('return document.querySelector("#say p").textContent;') == SAY["handed"]


def test_a_text_that_is_shown_needs_no_further_word(browser, platform, before):
    platform.assets = pack({"words.txt": b"words"}, "words.txt")
    before(SHOWN_SOON)
    browser.open(player(platform))
    browser.until(
        "const frame = document.querySelector('iframe'); return frame"
        " && frame.contentDocument.body.innerText === 'words'"
        " && document.getElementById('say').innerText === '';"
    )
