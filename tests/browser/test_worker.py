"""What the worker answers: ranges, odd names, failures, and never a mixture of two versions."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import zlib

import pytest

from browser.lessons import LESSON, player
from browser.packing import ID, messages, pack
from courseporter.formats.scorm_player import bundled

PAGE = b"<!DOCTYPE html><html><head><title>Start</title></head><body>version one</body></html>"
LETTERS = bytes(range(65, 91)) * 40  # deflated well
FILES = {
    "index.html": PAGE,
    "letters.txt": LETTERS,
    "sound.wav": LETTERS,
    "Folder/Case.txt": b"case",
    "Folder/b.txt": b"b",
    "caf\u00e9.txt": b"coffee",
    "empty.txt": b"",
    "100% \u00e4.txt": b"percent",
    "constructor": b"a name that every object has",
}
ASK = """
const [address, options] = arguments;
const answer = await lesson.fetch(address, options);
const headers = Object.fromEntries(answer.headers);
return { status: answer.status, text: await answer.text(), ...headers };
"""


def begin(browser, platform):
    """Open the lesson and wait until its first page is there."""
    browser.open(player(platform))
    started(browser)


def started(browser):
    browser.until(
        'const frame = document.querySelector("iframe[name=scorm]");'
        'return frame && frame.contentDocument.readyState === "complete"'
        ' && frame.contentDocument.title === "Start";'
    )


def fetch(browser, address, **options):
    return browser.run(LESSON + ASK, address, options)


def say(browser):
    return browser.until('return document.getElementById("say").innerText;')


@pytest.fixture
def lesson(browser, platform):
    platform.assets = pack(FILES, "index.html")
    begin(browser, platform)
    return browser


@pytest.mark.parametrize("name", ["letters.txt", "sound.wav"])
@pytest.mark.parametrize(
    ("span", "first", "last"),
    [("0-0", 0, 0), ("5-9", 5, 9), ("1000-", 1000, 1039), ("-3", 1037, 1039), ("9-99999", 9, 1039)],
)
def test_a_range_is_answered_with_just_it(lesson, name, span, first, last):
    answer = fetch(lesson, name, headers={"Range": f"bytes={span}"})
    assert answer["status"] == 206
    assert answer["content-range"] == f"bytes {first}-{last}/1040"
    assert answer["content-length"] == str(last - first + 1)
    assert answer["text"].encode() == LETTERS[first : last + 1]


@pytest.mark.parametrize("span", ["bytes=0-1,5-6", "items=0-1", "bytes=-", "bytes=9-3", "words"])
def test_what_is_no_single_range_is_answered_with_the_whole(lesson, span):
    answer = fetch(lesson, "letters.txt", headers={"Range": span})
    assert (answer["status"], answer["text"]) == (200, LETTERS.decode())


def test_a_range_beyond_the_end_is_refused(lesson):
    answer = fetch(lesson, "letters.txt", headers={"Range": "bytes=1040-"})
    assert (answer["status"], answer["content-range"]) == (416, "bytes */1040")


def test_a_head_request_has_length_and_type_without_content(lesson):
    answer = fetch(lesson, "letters.txt", method="HEAD")
    assert (answer["status"], answer["text"]) == (200, "")
    assert (answer["content-length"], answer["content-type"]) == ("1040", "text/plain")


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("folder/case.TXT", "case"),
        ("Folder//b.txt", "b"),
        ("Folder%5Cb.txt", "b"),
        ("caf%C3%A9.txt", "coffee"),
        ("cafe%CC%81.txt", "coffee"),
        ("caf%E9.txt", "coffee"),
        ("empty.txt", ""),
        ("100% \u00e4.txt", "percent"),
        ("100%25%20%C3%A4.txt", "percent"),
        ("constructor", "a name that every object has"),
    ],
)
def test_odd_addresses_find_their_file(lesson, address, text):
    answer = fetch(lesson, address)
    assert (answer["status"], answer["text"]) == (200, text)


@pytest.mark.parametrize("address", ["gone.html", "Folder/", "toString", "__proto__", "%"])
def test_what_is_not_in_the_package_is_not_found(lesson, address):
    assert fetch(lesson, address)["status"] == 404


def test_files_cannot_be_written(lesson):
    assert fetch(lesson, "letters.txt", method="PUT", body="new")["status"] == 405


def test_assets_beside_the_lesson_are_left_to_the_server(lesson, platform):
    platform.assets["beside.txt"] = b"from the server"
    assert fetch(lesson, "../beside.txt")["text"] == "from the server"


def test_a_file_that_is_its_own_asset_gets_the_range_and_our_type(browser, platform):
    platform.assets = pack(FILES, "index.html", apart=frozenset({"sound.wav"}))
    begin(browser, platform)
    answer = fetch(browser, "sound.wav", headers={"Range": "bytes=5-9"})
    assert (answer["status"], answer["text"]) == (206, LETTERS[5:10].decode())
    assert (answer["content-type"], answer["content-range"]) == ("audio/wav", "bytes 5-9/1040")
    assert any(one.span == "bytes=5-9" and one.path.endswith(".bin") for one in no_query(platform))
    assert fetch(browser, "sound.wav", headers={"Range": "bytes=2000-"})["status"] == 416


def no_query(platform):
    return [one._replace(path=one.path.partition("?")[0]) for one in platform.log]


@pytest.fixture(scope="module")
def large():
    """More than the worker keeps in the cache."""
    return {**FILES, "film.mp4": os.urandom(33 * 2**20)}


def test_the_zip_comes_along_with_the_index(browser, platform):
    platform.assets = pack(FILES, "index.html")
    platform.held[f"cpscorm-{ID}.json"] = index = threading.Event()
    zip_asked = 'return (await caches.open("cpscorm")).match(arguments[0]).then((one) => !!one);'
    browser.open(player(platform))
    sha = hashlib.sha256(platform.assets[f"cpscorm-{ID}.zip"]).hexdigest()
    browser.until(zip_asked, f"{platform.asset(f'cpscorm-{ID}.zip')}?v={sha}")
    index.set()
    started(browser)


@pytest.mark.parametrize("ranges", [True, False])
def test_a_large_package_is_read_in_ranges(browser, platform, large, ranges):
    platform.assets = pack(large, "index.html")
    platform.ranges = ranges
    begin(browser, platform)
    assert fetch(browser, "letters.txt")["text"] == LETTERS.decode()
    size = 'return (await (await lesson.fetch("film.mp4")).arrayBuffer()).byteLength;'
    assert browser.run(LESSON + size) == 33 * 2**20
    asked = [one for one in no_query(platform) if one.path.endswith(".zip")]
    assert asked
    assert all(one.span and one.status == (206 if ranges else 200) for one in asked)


def test_a_browser_that_cannot_inflate_streams_plays_all_the_same(browser, platform):
    platform.assets = pack(FILES, "index.html")
    platform.assets["cpscorm-sw.js"] += b"\ndelete self.DecompressionStream;"
    begin(browser, platform)
    assert fetch(browser, "letters.txt")["text"] == LETTERS.decode()
    assert fetch(browser, "letters.txt", headers={"Range": "bytes=26-27"})["text"] == "AB"


def test_a_slow_package_plays_before_it_is_there(browser, platform):
    platform.assets = pack(FILES, "index.html")
    platform.held[f"cpscorm-{ID}.zip"] = arrived = threading.Event()
    begin(browser, platform)
    assert fetch(browser, "letters.txt")["text"] == LETTERS.decode()
    assert {one.span is None for one in platform.log if ".zip" in one.path} == {False}
    arrived.set()


def wait_for_the_zip(platform):
    """Let the worker wait for the whole package, however long a busy machine takes for it."""
    platform.assets["cpscorm-sw.js"] += b"\nself.setTimeout = () => 0;"


def test_a_small_package_is_fetched_once_and_kept(browser, platform):
    platform.assets = pack(FILES, "index.html")
    wait_for_the_zip(platform)
    begin(browser, platform)
    fetch(browser, "letters.txt")
    begin(browser, platform)
    assert [one.span for one in no_query(platform) if one.path.endswith(".zip")] == [None]


def test_a_new_version_replaces_the_old_one(browser, platform):
    platform.assets = pack(FILES, "index.html")
    begin(browser, platform)
    platform.assets = pack(
        {**FILES, "index.html": PAGE.replace(b"one", b"two"), "a.txt": b"new"}, "index.html"
    )
    platform.since += 100
    wait_for_the_zip(platform)
    begin(browser, platform)
    second = 'return lesson.document.readyState === "complete" && lesson.document.body.innerText'
    browser.until(f"{LESSON} {second} === 'version two';")
    assert fetch(browser, "a.txt")["text"] == "new"
    kept = "return (await (await caches.open('cpscorm')).keys()).map((one) => one.url);"
    index = json.loads(platform.assets[f"cpscorm-{ID}.json"])
    assert [one.partition("?v=")[2] for one in browser.run(kept)] == [index["sha"]]


def test_an_open_page_of_the_old_version_never_mixes_it_with_the_new(browser, platform, large):
    platform.assets = pack(large, "index.html")
    begin(browser, platform)
    changed = {"first.txt": b"moves all others", **large, "letters.txt": LETTERS[::-1]}
    platform.assets = pack(changed, "index.html")
    platform.since += 100
    assert fetch(browser, "letters.txt?now")["text"].encode() == LETTERS[::-1]


def test_a_file_beside_the_zip_may_change_alone(browser, platform):
    beside = frozenset({"sound.wav"})
    for version, sound in (("a1", LETTERS), ("b2", LETTERS[::-1])):
        files = {**FILES, "sound.wav": sound}
        platform.assets = pack(files, "index.html", apart=beside, v=version)
        begin(browser, platform)
        assert fetch(browser, "sound.wav")["text"].encode() == sound
        platform.since += 100
    workers = {one.path.partition("&")[0] for one in platform.log if "sw.js" in one.path}
    assert {one.partition("?v=")[2] for one in workers} == {"a1", "b2"}


WAIT = """
const read = (address) => {
  const request = new lesson.XMLHttpRequest();
  request.open("GET", address, false);
  try { request.send(); } catch (error) { return error.name; }
  return request.responseText;
};
"""


@pytest.mark.parametrize("added", [b"moves all others", b""])
def test_a_waiting_page_reads_the_new_version_after_a_re_import(browser, platform, large, added):
    platform.assets = pack(large, "index.html")
    begin(browser, platform)
    read = LESSON + WAIT + "return read(arguments[0]);"
    assert browser.run(read, "Folder/b.txt") == "b"
    changed = {"first.txt": added, **large, "letters.txt": LETTERS[::-1]}
    platform.assets = pack(changed, "index.html")
    platform.since += 100
    assert browser.run(read, "letters.txt").encode() == LETTERS[::-1]


def test_a_waiting_page_is_told_of_a_zip_that_does_not_fit_its_index(browser, platform, large):
    platform.assets = pack(large, "index.html")
    begin(browser, platform)
    platform.assets[f"cpscorm-{ID}.zip"] = platform.assets[f"cpscorm-{ID}.zip"][4:]
    assert browser.run(LESSON + WAIT + 'return read("letters.txt");') == "NetworkError"


def test_a_zip_that_is_not_the_one_of_the_index_is_not_played(browser, platform):
    platform.assets = pack(FILES, "index.html")
    wait_for_the_zip(platform)
    content = platform.assets[f"cpscorm-{ID}.zip"]
    platform.assets[f"cpscorm-{ID}.zip"] = content[:-1] + b"!"
    browser.open(player(platform))
    assert "couldn’t be loaded" in browser.until(
        'return /couldn.t/.test(document.getElementById("say").innerText)'
        ' && document.getElementById("say").innerText;'
    )


@pytest.mark.parametrize("kind", ["json", "zip", "js"])
def test_a_server_that_fails_is_told(browser, platform, kind):
    platform.assets = pack(FILES, "index.html")
    platform.broken[f"cpscorm-{ID}.{kind}"] = 503
    browser.open(player(platform))
    told = 'return /couldn.t be loaded/.test(document.getElementById("say").innerText);'
    assert browser.until(told)


def test_a_download_that_is_missing_is_no_page_of_ours_in_a_file(lesson):
    saved = lesson.run(
        LESSON
        + """
      const made = [];
      const { createElement } = lesson.document;
      lesson.document.createElement = (name) => {
        const found = createElement.call(lesson.document, name);
        found.click = () => made.push(found.href);
        return found;
      };
      for (const name of ["gone.zip", "letters.txt"]) {
        const link = createElement.call(lesson.document, "a");
        Object.assign(link, { href: name, download: "" });
        lesson.document.body.append(link);
        link.dispatchEvent(new lesson.MouseEvent("click", { bubbles: true, cancelable: true }));
      }
      while (made.length < 2) await new Promise((go) => setTimeout(go, 20));
      return made.sort();
    """
    )
    assert saved[0].startswith("blob:")
    assert saved[1].endswith("/gone.zip")


FOLLOW_A_DEAD_LINK = (
    LESSON
    + "const link = lesson.document.createElement('a'); link.href = 'gone.html'; "
    + "lesson.document.body.append(link); link.click();"
)
WHAT_IT_SAYS = (
    LESSON
    + "const page = lesson.document; "
    + 'return page.title === "404" && [page.documentElement.lang, page.body.innerText];'
)


def test_a_page_deep_in_the_lesson_says_why_it_is_missing(lesson):
    lesson.run(FOLLOW_A_DEAD_LINK)
    language, text = lesson.until(WHAT_IT_SAYS)
    assert language == "en"
    assert "gone.html" in text


def test_a_page_deep_in_the_lesson_says_so_in_the_language_of_the_course(browser, platform):
    platform.assets = pack(FILES, "index.html", language="de")
    begin(browser, platform)
    browser.run(FOLLOW_A_DEAD_LINK)
    assert browser.until(WHAT_IT_SAYS) == [
        "de",
        "Die Datei „gone.html“ ist nicht in dieser Lektion.",
    ]


def test_a_worker_that_starts_again_without_its_index_still_speaks_the_language(browser, platform):
    platform.assets = pack(FILES, "index.html", language="de", v="1")
    begin(browser, platform)
    browser.until(
        'const kept = await (await caches.open("cpscorm")).keys();'
        'return kept.some(({ url }) => url.includes(".json?v=1&"));'
    )
    browser.devtools("ServiceWorker.enable")
    browser.devtools("ServiceWorker.stopAllWorkers")
    platform.broken[f"cpscorm-{ID}.json"] = 503
    answer = fetch(browser, "letters.txt")
    assert answer["status"] == 503
    assert 'lang="de"' in answer["text"]
    assert messages("de")["broken"] in answer["text"]


# ------------------------------------------------------------------- its pure functions, alone

WORKER = """
const self = { registration: { scope: "http://a/cpscorm-01/" }, addEventListener() {}, location };
const { insertionPoint, declaredCharset, findMember, inflate } = new Function("self", source
  + "; return { insertionPoint, declaredCharset, findMember, inflate };")(self);
"""


def alone(browser, test, *arguments):
    source = bundled.worker().decode()
    return browser.run("const source = arguments[0];" + WORKER + test, source, *arguments)


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><html><head>|<title>a</title>",
        "<html><head profile=\"a>b\" id='c>'>|<title>a</title>",
        "<!-- <head> --><HTML><HEAD>|",
        "<!--[if IE]><html class='ie'><head><![endif]--><html><head >|",
        "<html lang='de'>|<body><p>a</p>",
        "<!DOCTYPE html>|<p>a</p><header></header>",
        '<?xml version="1.0"?><!DOCTYPE html><html xmlns="a"><head>|',
        "\u00ef\u00bb\u00bf|<p>a</p>",
        "\u00ef\u00bb\u00bf<head>|",
        "|<p>a</p>",
        "|",
        "|<!-- never closed <head>",
        "|<body>a</body><head>",
        "<html>|<title>a <head> </title>",
        "<!DOCTYPE html>|<meta charset=utf-8><script>x = '<head><body>';</script>",
        "|<script>write('<html><head>')</script>",
        "<html>|<p title='<head>'>a",
        "|words <head>",
        "|<header><head>",
        '<!DOCTYPE html PUBLIC "-//W3C//DTD" "a>b">\n<html>\n<?php head ?><head>|',
        '<!DOCTYPE html [<!ENTITY a "<head>">]><html><head>|',
        "<![if !IE]><html><![endif]--><head>|",
    ],
)
def test_the_gap_script_stands_where_a_head_begins(browser, page):
    at = alone(browser, "return insertionPoint(arguments[1]);", page.replace("|", "", 1))
    assert at == page.index("|")


@pytest.mark.parametrize(
    ("page", "at"),
    [
        ('<h:html xmlns:h="a"><h:head>', None),
        ("<?xml version='1.0'?><svg><html><head>", None),
        ("<?xml version='1.0'?><html><body>", 27),
    ],
)
def test_xml_with_another_root_is_left_alone(browser, page, at):
    assert alone(browser, "return insertionPoint(arguments[1], true);", page) == at


@pytest.mark.parametrize(
    ("page", "charset"),
    [
        ('<meta charset="Shift_JIS">', "shift_jis"),
        (
            '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">',
            "windows-1252",
        ),
        ("<meta charset=utf-16>", "utf-8"),
        ('<!-- <meta charset="koi8-r"> --><p>', None),
        ("<meta charset=nothing-known>", None),
        (" " * 1024 + '<meta charset="koi8-r">', None),
    ],
)
def test_a_page_keeps_the_charset_that_it_declares(browser, page, charset):
    assert alone(browser, "return declaredCharset(arguments[1]);", page) == charset


INFLATE = """
try { return inflate(new Uint8Array(arguments[1]), arguments[2]).length; }
catch (error) { return error.name; }
"""


@pytest.mark.parametrize("level", [0, 9])
def test_a_deflated_file_that_ends_too_early_is_refused(browser, level):
    packed = zlib.compress(LETTERS, level, wbits=-15)
    assert alone(browser, INFLATE, list(packed), len(LETTERS)) == len(LETTERS)
    for broken in (packed[:-3], b"", packed[1:4]):
        assert alone(browser, INFLATE, list(broken), len(LETTERS)) == "NetworkError"
    assert alone(browser, INFLATE, list(packed), len(LETTERS) + 1) == "NetworkError"
