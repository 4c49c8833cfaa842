"""Frames and windows that scripts fill: whatever loads in them finds the files of the lesson."""

from __future__ import annotations

import pytest

from browser.lessons import LESSON, play, player
from browser.mechanisms import png, sound
from browser.packing import pack

# Each way to load a file, run inside the frame; `row(name, whether it worked)`.
WAYS = """
window.rows = {};
const row = (name, ok) => (rows[name] = Boolean(ok));
const loads = (name, element, change = () => {}) => {
  element.onload = element.oncanplay = () => row(name, true);
  element.onerror = () => row(name, false);
  change(element);
};
const picture = () => document.body.appendChild(document.createElement("img"));
const put = (html) => {
  const div = document.body.appendChild(document.createElement("div"));
  div.innerHTML = html;
  return div.firstElementChild;
};
const run = () => {
  loads("new Image", new Image(), (one) => (one.src = "p.png?1"));
  loads("img", picture(), (one) => (one.src = "p.png?2"));
  loads("setAttribute", picture(), (one) => one.setAttribute("src", "p.png?3"));
  loads("srcset", picture(), (one) => (one.srcset = "p.png?4 1x"));
  loads("innerHTML", put('<img src="p.png?5">'));
  document.body.insertAdjacentHTML("beforeend", "<img src=p.png?6>");
  loads("insertAdjacentHTML", document.body.lastElementChild);
  loads("cloned", document.body.appendChild(picture().cloneNode()), (one) => (one.src = "p.png?7"));
  fetch("d.json").then((one) => one.json()).then((one) => row("fetch", one.word === "json"))
    .catch(() => row("fetch", false));
  const request = new XMLHttpRequest();
  request.onload = () => row("XHR", request.status === 200);
  request.onerror = () => row("XHR", false);
  request.open("GET", "d.json");
  request.send();
  const sync = new XMLHttpRequest();
  sync.open("GET", "d.json", false);
  sync.send();
  row("XHR sync", sync.status === 200);
  const script = document.createElement("script");
  loads("script", script, (one) => {
    one.src = "late.js";
    document.head.append(one);
  });
  loads("audio", new Audio("a.wav"), (one) => one.load());
  const style = document.createElement("link");
  style.rel = "stylesheet";
  loads("stylesheet", style, (one) => {
    one.href = "s.css?later";
    document.head.append(one);
  });
  const font = new FontFace("R", "url(q.woff2)"); // no font: what counts is who was asked for it
  font.load().catch(() => null).then(() => row("FontFace", true));
  const worker = new Worker("w.js");
  worker.onmessage = ({ data }) => row("worker", data === "at work");
  worker.onerror = () => row("worker", false);
};
addEventListener("load", () => setTimeout(run));
if (document.readyState === "complete") setTimeout(run);
"""
NAMES = [
    "new Image", "img", "setAttribute", "srcset", "innerHTML", "insertAdjacentHTML", "cloned",
    "fetch", "XHR", "XHR sync", "script", "audio", "stylesheet", "FontFace", "worker",
]  # fmt: skip
PAGE = (
    '<!DOCTYPE html><html><head><title>Größe</title><link rel="stylesheet" href="s.css">'
    '<script src="in.js"></script></head><body><div id="bg">x</div><img src="p.png"></body></html>'
)
INLINE = (
    '<!DOCTYPE html><html><head><link rel="stylesheet" href="s.css"></head><body><div id="bg">x'
    '</div><img src="p.png"><script>' + WAYS.replace("</", "<\\/") + "</script></body></html>"
)
START = "<!DOCTYPE html><title>Start</title><body><script>ready = 1</script>"
FILES = {
    "start.html": START.encode(),
    "p.png": png(0, 0, 255),
    "bg.png": png(0, 255, 0),
    "late.js": b"window.late = 1",
    "w.js": b"postMessage('at work')",
    "d.json": b'{"word": "json"}',
    "q.woff2": b"no font, but there",
    "s.css": b"#bg { width: 40px; background: url(bg.png); color: rgb(1, 2, 3) }"
    b"@font-face { font-family: Q; src: url('q.woff2') }",
    "a.wav": sound(1),
    "in.js": WAYS.encode(),
    "deep/page.html": b"<body><script src=in.js></script>",
    "deep/in.js": WAYS.encode(),
    "deep/d.json": b"{}",
}
FILL = {
    "written": "const d = frame.contentDocument; d.open(); d.write(PAGE); d.close();",
    "written in pieces": """const d = frame.contentDocument; d.open();
      for (const part of PAGE.match(/[^>]*>/g)) d.write(part);
      d.close();""",
    "never opened, never closed": "frame.contentDocument.write(PAGE);",
    "written by a line": "frame.contentWindow.document.writeln(PAGE);",
    "with a script inside": "frame.contentDocument.write(INLINE); frame.contentDocument.close();",
    "put together": """const d = frame.contentDocument;
      d.body.innerHTML = '<div id="bg">x</div><img src="p.png">';
      const link = d.createElement("link"); link.rel = "stylesheet"; link.href = "s.css";
      const script = d.createElement("script"); script.src = "in.js";
      d.head.append(link, script);""",
    "srcdoc": "frame.srcdoc = PAGE;",
    "srcdoc with a script inside": "frame.srcdoc = INLINE;",
    "blob": """const at = (name) => new URL(name, location).href;
      const page = PAGE.replace(/(src|href)="/g, (all) => all + location.href.replace(/[^/]*$/, ""))
        .replace("<title>", '<base href="' + location.href + '"><title>');
      frame.src = URL.createObjectURL(new Blob([page], { type: "text/html" }));""",
    "javascript": "window.made = () => PAGE; frame.src = 'javascript:parent.made()';",
}


@pytest.fixture
def lesson(browser, platform):
    """Run a function body in the first page of the lesson."""
    platform.assets = pack(FILES, "start.html")
    play(browser, player(platform), "ready")

    def run(script, *given):
        """In a task of the lesson's own: addresses are relative to who begins it."""
        later = """(given, script) => new Promise((go, fail) => setTimeout(() => {
          const [PAGE, INLINE] = given;
          eval("(async () => {" + script + "})()").then(go, fail);
        }))"""
        return browser.run(
            LESSON + "return lesson.eval(arguments[0])(arguments[1], arguments[2]);",
            later, [PAGE, INLINE, *given], script,
        )  # fmt: skip

    return run


def results(browser, frame="lesson.frames[0]"):
    return browser.until(
        LESSON + f"const view = {frame}, rows = view.rows || {{}}, names = arguments[0];"
        "return names.every((one) => one in rows) && { rows, loaded: view.document.images[0]"
        ".naturalWidth, style: view.getComputedStyle(view.document.getElementById('bg')).color,"
        "background: view.getComputedStyle(view.document.getElementById('bg')).backgroundImage };",
        NAMES,
    )


@pytest.mark.parametrize("way", FILL)
def test_all_that_a_frame_loads_is_found(browser, platform, lesson, way):
    lesson(f"""
      const frame = document.createElement("iframe");
      {"document.body.append(frame);" if "frame.c" in FILL[way] else ""}
      {FILL[way]}
      if (!frame.isConnected) document.body.append(frame);
    """)
    found = results(browser)
    assert {name for name, ok in found["rows"].items() if not ok} == set()
    assert (found["loaded"], found["style"]) == (4, "rgb(1, 2, 3)")
    assert "bg.png" in found["background"] or "blob:" in found["background"]
    asked = [one.path for one in platform.log if "/cpscorm-0123456789/" in one.path]
    assert way == "javascript" or not asked  # what a script gives is there before it can be read


def test_a_window_that_is_opened_empty_finds_its_files(browser, lesson):
    lesson("window.popup = open('', 'popup'); popup.document.write(PAGE); popup.document.close();")
    found = results(browser, "lesson.popup")
    assert {name for name, ok in found["rows"].items() if not ok} == set()
    lesson("popup.close();")


def test_a_frame_in_a_frame_finds_its_files(browser, lesson):
    lesson("""
      const outer = document.createElement("iframe");
      document.body.append(outer);
      const inner = outer.contentDocument.createElement("iframe");
      outer.contentDocument.body.append(inner);
      inner.contentDocument.write(PAGE);
    """)
    found = results(browser, "lesson.frames[0].frames[0]")
    assert {name for name, ok in found["rows"].items() if not ok} == set()


def test_whoever_holds_the_document_that_was_written_holds_the_page(browser, lesson):
    lesson("""
      const frame = document.createElement("iframe");
      document.body.append(frame);
      window.held = frame.contentDocument;
      held.write(PAGE);
      held.close();
    """)
    results(browser)
    assert lesson("""
      const added = held.body.appendChild(held.createElement("p"));
      added.id = "added";
      held.title = "Other";
      const { document: now } = frames[0];
      return [held.images[0].naturalWidth, now.getElementById("added") === added, now.title,
        held.querySelector("#bg").textContent];
    """) == [4, True, "Other", "x"]


def test_what_is_written_before_a_script_is_at_hand_at_once(browser, lesson):
    found = lesson("""
      const frame = document.createElement("iframe");
      document.body.append(frame);
      const page = frame.contentDocument;
      page.write('<body><div id="bg">x</div><img src="p.png"><script src="in.js"><\\/script>');
      page.close();
      return page.getElementById("bg").textContent;
    """)
    assert found == "x"
    page = results(browser)
    assert {name for name, ok in page["rows"].items() if not ok} == set()


def test_a_page_in_a_frame_never_meets_what_was_put_into_an_empty_window(browser, lesson):
    """A browser may use the window of the empty document for the page that follows."""
    lesson("""
      const frame = document.createElement("iframe");
      frame.src = "deep/page.html";
      document.body.append(frame);
      frame.contentWindow.name = "seen";
    """)
    browser.until(LESSON + "return lesson.frames[0].rows && 'XHR sync' in lesson.frames[0].rows")
    assert lesson("""
      const request = new XMLHttpRequest();
      request.open("GET", "d.json", false);
      request.send();
      const frame = frames[0];
      return [request.status, frame.XMLHttpRequest === XMLHttpRequest, frame.rows["XHR sync"]];
    """) == [200, False, True]


def test_a_written_page_has_the_address_of_its_writer_and_runs_its_scripts_once(browser, lesson):
    lesson("""
      window.runs = window.loads = 0;
      const frame = document.createElement("iframe");
      frame.onload = () => (loads += frame.contentDocument.images.length ? 1 : 0);
      document.body.append(frame);
      frame.contentDocument.write(
        '<!DOCTYPE html><script>parent.runs += 1<\\/script><script src="late.js"><\\/script><img>');
      frame.contentDocument.close();
    """)
    browser.until(LESSON + "return lesson.loads && lesson.frames[0].late;")
    script = "const one = frames[0]; return [one.location.href === location.href, runs, loads]"
    assert lesson(script) == [True, 1, 1]


def test_a_page_without_scripts_of_the_lesson_is_there_at_once(lesson):
    """Editors, and pages to be printed, are filled and read in one go."""
    assert lesson("""
      const frame = document.createElement("iframe");
      document.body.append(frame);
      const page = frame.contentDocument;
      page.open();
      page.write("<body><script>window.word = 'at once'<\\/script><p id=a>here</p>");
      page.close();
      return [frame.contentWindow.word, page.getElementById("a").textContent,
        frame.contentDocument === page];
    """) == ["at once", "here", True]


def test_an_address_of_a_blob_is_told_as_the_address_of_its_file(lesson):
    assert lesson("""
      const frame = document.createElement("iframe");
      document.body.append(frame);
      const picture = frame.contentDocument.createElement("img");
      picture.src = "p.png?1";
      return picture.src === new URL("p.png?1", location).href;
    """)
