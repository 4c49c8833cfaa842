"""What is active in HTML, and HTML without it."""

from __future__ import annotations

import pytest

from courseporter.formats.html import active_content, clean_for_preview, strip_active


@pytest.mark.parametrize(
    ("html", "kinds"),
    [
        ("<p>on = 1 & script</p>", ()),
        ("<iframe src='https://e.org'></iframe>", ()),
        ("<SCRIPT src=x></SCRIPT>", ("script",)),
        ("<p onclick='x()'>a</p><b ONLOAD=y>", ("onclick", "onload")),
        ("<a href=' java\nscript:x'>", ("javascript:",)),
        ("<a href='&#106;avascript:x'>", ("javascript:",)),
        ("<p title='onclick=x'>", ()),
        ("<!-- <script> -->", ()),
        ("<p ONCLICK\n = x>", ("onclick",)),
        ('<a href=" j\tavascript:x">', ("javascript:",)),
        ("<a href='java&#115;cript:x'>", ("javascript:",)),
        ("<a href='VBScript:x'>", ("vbscript:",)),
        ("<a href='video.mp4?a=on&amp;b=1'>", ()),
    ],
)
def test_names_what_is_active(html: str, kinds: tuple[str, ...]) -> None:
    assert active_content(html) == kinds


def test_strips_only_what_is_active() -> None:
    html = "<p id=a onclick='x'>1 &lt; 2</p><script>1</script>t<a href='javascript:x' class=b>l</a>"
    assert strip_active(html) == "<p id=a>1 &lt; 2</p>t<a class=b>l</a>"


def test_stripped_html_has_nothing_active_left() -> None:
    html = "<svg onload=x><script>a</script><a xlink:href='javascript:b'>c</a><script>open"
    assert active_content(strip_active(html)) == ()


def test_html_without_anything_active_is_the_same_object() -> None:
    html = "<p>nothing here</p>"
    assert strip_active(html) is html


def test_the_preview_loads_nothing_from_elsewhere() -> None:
    html = "<img src='https://e.org/a.png'><img src='courseporter-asset:a.png'><style>p{}</style>"
    html += (
        "<a href='https://e.org'>x</a><p style='background:url(https://e.org)'>y</p><iframe src=z>"
    )
    shown = clean_for_preview(html)
    assert "courseporter-asset:a.png" in shown
    assert 'href="https://e.org"' in shown
    assert shown.count("e.org") == 1
    assert "<iframe" not in shown
