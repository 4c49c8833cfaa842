"""Pages are edited part by part; what nobody touches keeps every character."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courseporter.formats.html.rich import (
    Entry,
    Kept,
    ListPart,
    Paragraph,
    Run,
    Table,
    check_source,
    parts_of,
    pasted,
    render,
    rewritten,
)
from courseporter.formats.html.rich.pieces import cut
from courseporter.formats.html.rich.tokens import tokens

WORDS = ("<p>", "</p>", "<b class=x>", "</b>", "<ul>", "<li>", "</ul>", "<div>", "</div>", "a", " ")
MORE = ("\n", "&amp;", "<br>", "<!-- c -->", "<script>if (a<b) {}</script>", "<", "<table><tr><td>")
soup = st.lists(st.sampled_from(WORDS + MORE)).map("".join)


@given(soup)
@settings(max_examples=300)
def test_tokens_and_pieces_add_up_to_the_page(html: str) -> None:
    assert "".join(token.raw for token in tokens(html)) == html
    page = cut(html)
    inside = "".join(piece.raw + piece.tail for piece in page.pieces)
    assert page.before + inside + page.after == html


@given(soup)
@settings(max_examples=300)
def test_parts_that_nobody_changed_leave_the_page_as_it_is(html: str) -> None:
    assert rewritten(html, parts_of(html)) == html


@given(soup, st.data())
@settings(max_examples=300)
def test_a_new_paragraph_changes_nothing_around_it(html: str, data: st.DataObject) -> None:
    parts = list(parts_of(html))
    parts.insert(data.draw(st.integers(0, len(parts))), Paragraph("p", (Run("new"),)))
    found = list(parts_of(rewritten(html, parts)))
    new = found.index(Paragraph("p", (Run("new"),)))
    assert render(found[new]) == "<p>new</p>"


@pytest.mark.parametrize(
    "html",
    [
        "<a",
        "<p>x</p><a href='x",
        "<b>x <i",
        "<br",
        "x</p",
        "<!-- never closed",
        "<p>x</p><script>if (a<b) {}",
        "<script ",
        "<!doctype html",
    ],
)
def test_what_never_ends_does_not_swallow_a_new_paragraph(html: str) -> None:
    new = Paragraph("p", (Run("new"),))
    page = rewritten(html, (*parts_of(html), new))
    assert page.startswith(html)
    assert parts_of(page)[-1] == new


def test_only_the_changed_paragraph_is_written_again() -> None:
    html = "<P  CLASS=a>One</P>\n\n<ul>\n  <li>x\n  <li>y\n</ul>\n<p>Two<p>Three"
    parts = list(parts_of(html))
    assert parts[2] == Paragraph("p", (Run("Two"),))
    parts[2] = Paragraph("p", (Run("2"),))
    assert rewritten(html, parts) == html.replace("<p>Two", "<p>2</p>")


def test_a_box_around_everything_stays_around_everything() -> None:
    html = '<div class="page">\n <p>One</p>\n <p>Two</p>\n</div>\n'
    parts = (*parts_of(html), Paragraph("h2", (Run("Three"),)))
    assert rewritten(html, parts) == (
        '<div class="page">\n <p>One</p>\n <p>Two</p>\n<h2>Three</h2></div>\n'
    )


def test_texts_that_become_neighbors_do_not_run_together() -> None:
    html = "one<p>between</p>two"
    first, _middle, last = parts_of(html)
    assert rewritten(html, (first, last)) == "one<p>two</p>"


def test_an_element_that_never_ends_does_not_swallow_what_comes_after_it() -> None:
    html = "<div><p>One</p><figure>two"
    assert isinstance(parts_of(html)[-1], Kept)
    new = rewritten(html, (*parts_of(html), Paragraph("p", (Run("Three"),))))
    assert new.endswith("</figure></div>\n<p>Three</p>")


@pytest.mark.parametrize(
    "html",
    [
        '<p>A <strong>bold <em>and slanted</em></strong> <a href="x">link</a></p>',
        '<h2 id="a">Title</h2>',
        "<ol><li>One<ul><li>Two</li></ul></li><li>Three</li></ol>",
        "<ul><li><p>In a paragraph</p></li></ul>",
        "<table><thead><tr><th>A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
        "<pre><code>a &lt; b\n  c</code></pre>",
        '<p><img src="courseporter-asset:a.png" alt="A cup"> text<br>next</p>',
        '<p><span style="color: red">red</span> x<sub>2</sub></p>',
        r"<p>A formula \(a &lt; b\) in text</p>",
        '<iframe src="https://example.com"></iframe>',
        "<details><summary>More</summary>text</details>",
        '<p>Voll <a href="https://example.com/?a=1&amp;b=2" target="_blank">da</a>&nbsp;</p>',
    ],
)
def test_a_part_written_again_is_the_same_html(html: str) -> None:
    (part,) = parts_of(html)
    assert render(part) == html


def test_lists_tables_and_formulas_are_read_as_what_they_are() -> None:
    html = "<ul><li>One<ol><li>Two</ol></ul><table><tr><td>a<td>b</table><p>x \\[y\\]</p>"
    items, table, text = parts_of(html)
    assert items == ListPart((Entry((Run("One"),)), Entry((Run("Two"),), 2, ordered=True)))
    assert isinstance(table, Table)
    assert [len(row) for row in table.rows] == [2]
    assert text == Paragraph("p", (Run("x "), Run("\ufffc", raw="\\[y\\]")))


@pytest.mark.parametrize(
    "html",
    [
        "<div class=box><p>a</p></div><p>b</p>",
        "<table><tr><td colspan=2>a</td></tr></table><p>b</p>",
        "<video src=x></video><p>b</p>",
        "<blockquote>a</blockquote><p>b</p>",
        "<hr><p>b</p>",
    ],
)
def test_what_cannot_be_shown_is_kept_word_for_word(html: str) -> None:
    first, second = parts_of(html)
    assert isinstance(first, Kept) or "raw" in repr(first)
    assert rewritten(html, (first, second, second)) == html + "\n<p>b</p>"


@pytest.mark.parametrize(
    ("html", "sentence"),
    [
        ("<p>fine<p>also fine<ul><li>a<li>b</ul>", None),
        ("a < b and c > d &amp; e", None),
        ("<p>one</p>\n<b>two", "“<b>” on line 2 is never closed. Add its end tag."),
        ("<b><i>x</b></i>", "“<i>” on line 1 is never closed. Add its end tag."),
        ("x\n</div>", "“</div>” on line 2 has no start tag. Delete it, or add the start tag."),
        ("<!-- x", "“<!-- x” on line 1 is never closed. Add its end tag."),
        ("<script>x", "“<script>x” on line 1 is never closed. Add its end tag."),
        (
            '<a href="x>y</a>',
            "The tag on line 1 isn't closed. Close its quotation marks and add “>”.",
        ),
        ("a\n\x01", "Line 2 contains a control character. Delete it."),
    ],
)
def test_source_that_would_not_load_is_refused_with_the_line(
    html: str, sentence: str | None
) -> None:
    found = check_source(html)
    assert (None if found is None else str(found)) == sentence


def test_pasted_pages_leave_styles_scripts_and_foreign_pictures_behind() -> None:
    html = (
        '<div style="x"><p style="margin:0"><b>Bold</b> <span style="c">plain</span>'
        '<img src="http://x/a.png" alt="A"></p><script>x</script>'
        '<a href="javascript:x">link</a></div>'
    )
    text = "".join(map(render, pasted(html)))
    assert text == "<p><strong>Bold</strong> plain</p><p>link</p>"
