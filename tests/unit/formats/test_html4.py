"""Pages without elements of HTML 5."""

from __future__ import annotations

import pytest

from courseporter.formats.html.html4 import html5_elements, without_html5

VIDEO = '<video controls src="/static/a.mp4"><track src="/static/a.vtt" default></video>'


@pytest.mark.parametrize(
    ("html", "names"),
    [
        ("<p>a < b</p>", []),
        (VIDEO, ["video", "track"]),
        ("<SECTION>x</SECTION>", ["section"]),
        ("<script>if (a<section) x</script>", []),
        ("<!-- <video> --><p>x</p>", []),
        ('<iframe srcdoc="&lt;video&gt;"></iframe>', []),
        ("<o:p>Word</o:p>", ["o:p"]),
    ],
)
def test_finds_elements_that_html4_does_not_have(html, names):
    assert html5_elements(html) == names


def test_a_player_moves_into_a_frame_with_its_addresses_in_single_quotes():
    html = without_html5(f'<div class="cp-video">{VIDEO}<p>x</p></div>')
    assert html5_elements(html) == []
    assert html.startswith('<div class="cp-video"><iframe srcdoc="')
    assert "&lt;video controls src='/static/a.mp4'&gt;" in html
    assert html.endswith("</iframe><p>x</p></div>")


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("<p>plain</p>", "<p>plain</p>"),
        ('<section class="a"><nav>b</nav></section>', '<div class="a"><div>b</div></div>'),
        ("<p><time>t</time><wbr>x</p>", "<p><span>t</span>x</p>"),
        ("<mark>m</mark>", '<span style="background:#ff0">m</span>'),
        (
            "<figure style='color:red'>f</figure>",
            "<div style='margin:1em 0;color:red'>f</div>",
        ),
        ("<picture><source srcset='a'><img src='b'></picture>", "<span><img src='b'></span>"),
    ],
)
def test_other_elements_keep_their_text_and_look(html, plain):
    assert without_html5(html) == plain


def test_a_drawing_keeps_its_size():
    html = without_html5('<svg width="10" height="20"><path d="M0 0"/></svg>after')
    assert "width:10px;height:20px" in html
    assert html.endswith("</iframe>after")


@pytest.mark.parametrize(
    "html", [VIDEO, VIDEO[:-8], "<video>" * 50, "</video>", "<svg/>x", "<video a='>"]
)
def test_writing_twice_changes_nothing_more(html):
    once = without_html5(html)
    assert without_html5(once) == once


def test_quotes_in_values_survive():
    html = without_html5("<video title=\"it's\" src='/static/b.mp4'></video>")
    assert "title='it&amp;#39;s' src='/static/b.mp4'" in html
