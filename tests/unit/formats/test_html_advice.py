"""Pictures without text, gaps between headings, frames that browsers block."""

from __future__ import annotations

import pytest

from courseporter.formats.html.frames import insecure_frame, secure_frames
from courseporter.formats.html.headings import close_gaps, heading_jump
from courseporter.formats.html.pictures import name_picture, unnamed_pictures


@pytest.mark.parametrize(
    ("html", "names"),
    [
        ('<img src="courseporter-asset:a%20b/c.png">', ["a b/c.png"]),
        ('<IMG SRC="x.png">', ["x.png"]),
        ('<img src=x.png><img src="x.png">', ["x.png"]),
        ('<img src="data:image/png;base64,AAAA"><img alt="" src="data:x">', ["#1"]),
        ('<img alt="A pot" src="a.png">', []),
        ('<img src="a.png" alt>', []),
        ('<img src="a.png" aria-label="A pot">', []),
        ('<img src="a.png" role="presentation">', []),
        ('<!-- <img src="a.png"> -->', []),
        ("", []),
    ],
)
def test_pictures_without_a_text_are_named(html, names):
    assert unnamed_pictures(html) == names


def test_only_the_picture_that_is_named_gets_the_text():
    html = '<p>&amp;<img src="a.png"><img src="b.png"></p>'
    assert name_picture(html, "b.png", 'Say "hi" <3') == (
        '<p>&amp;<img src="a.png"><img alt="Say &quot;hi&quot; &lt;3" src="b.png"></p>'
    )


@pytest.mark.parametrize(
    ("html", "gap", "closed"),
    [
        ("<h2>A</h2><h4>B</h4>", (2, 4), "<h2>A</h2><h3>B</h3>"),
        ("<H1>A</H1><H4 id=x>B</H4>", (1, 4), "<H1>A</H1><H2 id=x>B</H2>"),
        (
            "<h1>A</h1><h3>B</h3><h3>C</h3><h6>D</h6><h2>E</h2>",
            (1, 3),
            "<h1>A</h1><h2>B</h2><h2>C</h2><h3>D</h3><h2>E</h2>",
        ),
        ("<h4>A</h4><h2>B</h2><h3>C</h3>", None, "<h4>A</h4><h2>B</h2><h3>C</h3>"),
        ("<h1>A</h1><!-- <h4>x</h4> --><h2>B</h2>", None, None),
        ("<h1>A</h1><script>'<h4>'</script><h2>B</h2>", None, None),
        ("<hr><header>x</header>", None, None),
    ],
)
def test_gaps_between_headings_are_found_and_closed(html, gap, closed):
    assert heading_jump(html) == gap
    assert close_gaps(html) == (html if closed is None else closed)
    assert heading_jump(close_gaps(html)) is None


@pytest.mark.parametrize(
    ("html", "address", "secured"),
    [
        (
            '<iframe width=3 src="http://x.example/a?b=1&amp;c"></iframe>',
            "http://x.example/a?b=1&c",
            '<iframe width=3 src="https://x.example/a?b=1&amp;c"></iframe>',
        ),
        ("<embed src=http://x.example/a>", "http://x.example/a", "<embed src=https://x.example/a>"),
        ('<iframe src="https://x.example/a"></iframe>', None, None),
        ('<a href="http://x.example/a">x</a><iframe src="/b"></iframe>', None, None),
    ],
)
def test_frames_by_http_get_https(html, address, secured):
    assert insecure_frame(html) == address
    assert secure_frames(html) == (html if secured is None else secured)
