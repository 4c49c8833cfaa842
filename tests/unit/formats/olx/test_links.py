"""Neutral references become the platform's."""

from __future__ import annotations

import pytest

from courseporter.formats.olx import Links

links = Links()


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<img src="courseporter-asset:a.png">', '<img src="/static/a.png">'),
        ("<a href='courseporter-asset:a.pdf#page=2'>", "<a href='/static/a.pdf#page=2'>"),
        ('<a href="courseporter-lesson:les-1">', '<a href="/jump_to_id/les-1">'),
        (
            "<p style=\"background:url('courseporter-asset:a.png')\">",
            "<p style=\"background:url('/static/a.png')\">",
        ),
        (
            '<p style="background:url(courseporter-asset:a.png)">',
            "<p style=\"background:url('/static/a.png')\">",
        ),
        (
            '<img srcset="courseporter-asset:a.png 1x, courseporter-asset:b.png 2x">',
            '<img srcset="/static/a.png">',
        ),
        ('<a href="courseporter-asset:">', '<a href="#">'),
    ],
)
def test_references_are_rewritten(html: str, expected: str) -> None:
    assert links.rewrite(html) == expected


def test_a_percent_encoded_path_names_the_same_file_as_the_path() -> None:
    html = links.rewrite('<img src="courseporter-asset:img/my%20cell%281%29.png">')
    assert links.static("img/my cell(1).png") in html


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<img src="/static/a.png">', '<img src="&#47;static/a.png">'),
        ("<code>'/static/a.js'</code>", "<code>'&#47;static/a.js'</code>"),
        (
            "<a title=\"'/static/x'\"><script>f('/static/a.js')</script><p>'/static/b'",
            "<a title=\"'&#47;static/x'\"><script>f('\\/static/a.js')</script><p>'&#47;static/b'",
        ),
        (
            "<style>p{background:url('/static/a')}</style>",
            "<style>p{background:url('\\/static/a')}</style>",
        ),
        (
            "<script type='module'>f('/static/a')</script><script type=text/html>'/static/b'",
            "<script type='module'>f('\\/static/a')</script><script type=text/html>'&#47;static/b'",
        ),
        ("<p>/static/a.png</p>", "<p>/static/a.png</p>"),
        (
            '<img src="courseporter-asset:a.png" alt="/static/a.png">',
            '<img src="/static/a.png" alt="&#47;static/a.png">',
        ),
    ],
)
def test_addresses_that_look_like_the_platforms_own_are_left_alone_by_it(
    html: str, expected: str
) -> None:
    assert links.rewrite(html) == expected


def test_html_without_references_is_the_same_object() -> None:
    html = "<p>x</p>"
    assert links.rewrite(html) is html
