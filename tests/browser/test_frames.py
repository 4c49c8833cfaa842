"""Frames that come as a text, and pages that set their domain: what no server ever sees."""

from __future__ import annotations

import pytest

from browser.lessons import LESSON, play, player
from browser.mechanisms import png
from browser.packing import pack

WAYS = {
    "javascript": """
      window.made = () => '<script src="deep/tool.js"><\\/script><img src="blue.png">';
      frame.src = "javascript:parent.made()";
    """,
    "late javascript": """
      window.made = () => '<!DOCTYPE html><script src=deep/tool.js><\\/script><img src=blue.png>';
      setTimeout(() => (frame.src = "javascript:parent.made()"));
    """,
    "blob": """
      const at = (name) => new URL(name, location).href;
      const page = `<script src="${at("deep/tool.js")}"><\\/script><img src="${at("blue.png")}">`;
      frame.src = URL.createObjectURL(new Blob([page], { type: "text/html" }));
    """,
}
START = b"<!DOCTYPE html><html><head><title>Start</title></head><body><script>ready = 1</script>"
FILES = {
    "start.html": START,
    "blue.png": png(0, 0, 255),
    "deep/tool.js": b"window.tool = 'tool'",
}


@pytest.fixture
def lesson(browser, platform):
    """Run a function body in the first page of the lesson."""
    platform.assets = pack(FILES, "start.html")
    play(browser, player(platform), "ready")

    def run(script):
        return browser.run(
            LESSON + "return lesson.eval(`(async () => { ${arguments[0]} })()`);", script
        )

    return run


@pytest.mark.parametrize("way", WAYS)
def test_a_frame_that_comes_as_a_text_finds_its_files(browser, lesson, way):
    lesson(f"""
      const frame = document.createElement("iframe");
      {WAYS[way]}
      document.body.append(frame);
    """)
    browser.until(
        LESSON + "const { tool, document: page } = lesson.frames[0];"
        "return tool === 'tool' && page.images[0]?.naturalWidth === 4;"
    )


def test_a_frame_that_was_filled_piece_by_piece_is_left_alone(lesson):
    """Whoever fills it keeps hold of its parts."""
    assert lesson("""
      const frame = document.createElement("iframe");
      document.body.append(frame);
      const picture = frame.contentDocument.createElement("img");
      picture.src = "blue.png";
      frame.contentDocument.body.append(picture);
      await new Promise((go) => (picture.onload = picture.onerror = go));
      frame.dispatchEvent(new Event("load"));
      return picture.isConnected;
    """)


def test_a_lesson_may_set_its_domain(lesson):
    assert lesson("document.domain = document.domain; return document.domain;") == "127.0.0.1"
    assert lesson("return typeof parent.API;") == "object"
