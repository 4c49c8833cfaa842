"""Pages that are wrongly nested."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree, html

from courseporter.formats.html import fix_html

SOUND = [
    "",
    "text only, a < b & c",
    "<p>Unclosed<p>Next",
    "<ul><li>One<li>Two<br>lines</ul>",
    '<a href="?a=1&b=2">x</a>',
    "<script>if (a[b[0]]>3) { document.write('</b>'); }</script><p>x</p>",
    "<html><head><title>T</title></head><body><p>whole page</p></body></html>",
    "<my-tag>new</my-tag>",
]
BROKEN = {
    "<p><ul><li>a</ul></p>": "a",
    "</div>before": "before",
    "<b><i>x</b></i> y": "x y",
    "<div><html><body>inner</body></html> after</div>": "inner after",
    "one</p> &lt;two&gt; <script>if (a < b) { c(); }</script></div>": None,
    "<pre>a\n  b</pre></p>": "a\n  b",
}


def strict(page: str) -> None:
    if page.strip():
        etree.fromstring(page.encode(), etree.HTMLParser(recover=False, encoding="utf-8"))


@pytest.mark.parametrize("page", SOUND)
def test_a_sound_page_stays_word_for_word(page):
    assert fix_html(page) == page


@pytest.mark.parametrize("page", BROKEN)
def test_a_broken_page_is_nested_and_keeps_its_text(page):
    fixed = fix_html(page)

    strict(fixed)
    if BROKEN[page] is not None:
        assert html.fragment_fromstring(fixed, create_parent="div").text_content() == BROKEN[page]


def test_scripts_and_escaped_text_survive_the_fix():
    fixed = fix_html("one</p> &lt;two&gt; <script>if (a < b) { c(); }</script></div>")

    assert "&lt;two&gt;" in fixed
    assert "if (a < b) { c(); }" in fixed


@example("</a>")
@given(st.text(alphabet="<>/pbiuldv =\"'&;a\n", max_size=60))
def test_whatever_comes_in_something_fixable_comes_out(page):
    fixed = fix_html(page)

    assert fix_html(fixed) == fixed


@pytest.mark.parametrize(("page", "fixed"), [("</a>", ""), ("</a><!-- c -->", "<!-- c -->")])
def test_an_end_tag_and_nothing_else_goes(page, fixed):
    assert fix_html(page) == fixed


@example("</a>")
@given(st.text(alphabet="<>/pbiuldv =\"'&;a\n", max_size=60))
def test_a_page_that_stays_word_for_word_is_sound(page):
    if fix_html(page) == page and "</" in page:
        strict(page)
