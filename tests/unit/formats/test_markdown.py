"""Markdown: what stays as written, and what becomes HTML."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from courseporter.formats import markdown
from courseporter.formats.markdown import SIGNIFICANT, render_markdown


def test_formulas_stay_letter_by_letter():
    assert render_markdown(r"Math \( x^2_a * b * c < 1 \) stays") == (
        "<p>Math \\( x^2_a * b * c &lt; 1 \\) stays</p>\n"
    )


def test_a_formula_of_several_lines_is_one_paragraph():
    text = "before\n\n\\[\na = b\n\n- c_1\n= d\n\\]\n\nafter"
    html = render_markdown(text)
    assert "<p>\\[\na = b\n\n- c_1\n= d\n\\]</p>" in html
    assert "<li>" not in html
    assert html.endswith("<p>after</p>\n")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("so $$a_1 * b_1 * c$$ is", "<p>so \\[a_1 * b_1 * c\\] is</p>"),
        (
            "$$\na & b \\\\\n\n- c_1\n$$\nafter",
            "<p>\\[\na &amp; b \\\\\n\n- c_1\n\\]</p>\n<p>after</p>",
        ),
        ("$$E = mc^2$$", "<p>\\[E = mc^2\\]</p>"),
        ("from $$ to $$$ or $$", "<p>from $$ to $$$ or $$</p>"),
        ("$$ and *more* $$", "<p>$$ and <em>more</em> $$</p>"),
        ("`$$x_1$$`", "<p><code>$$x_1$$</code></p>"),
        ("open $$x_1 and **b**", "<p>open $$x_1 and <strong>b</strong></p>"),
    ],
)
def test_formulas_between_two_dollars_become_those_that_open_edx_reads(text, html):
    assert render_markdown(text).strip() == html


def test_a_formula_that_is_never_closed_does_not_swallow_the_text():
    assert "<strong>bold</strong>" in render_markdown(r"open \( and **bold**")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("![a](My photo.png)", '<img src="My%20photo.png" alt="a" />'),
        ("![a](x/Bild (1).png)", '<img src="x/Bild%20(1).png" alt="a" />'),
        ('![a]( My photo.png "T" )', '<img src="My%20photo.png" alt="a" title="T" />'),
        ("[a](l'image 2.pdf#page=3)", '<a href="l\'image%202.pdf#page=3">a</a>'),
        ("[**a**](lesson:my id 1) b)", '<a href="lesson:my%20id%201"><strong>a</strong></a> b)'),
        ("(![a](b c.png))", '(<img src="b%20c.png" alt="a" />)'),
        (
            "[a](c.png (T)) [b](d e.png)",
            '<a href="c.png" title="T">a</a> <a href="d%20e.png">b</a>',
        ),
        ("see [1](a note, page 3.5)", "see [1](a note, page 3.5)"),
        ("`[a](b c.png)`", "<code>[a](b c.png)</code>"),
        ("[a](javascript:x y.png)", "[a](javascript:x y.png)"),
    ],
)
def test_files_may_be_named_as_they_are(text, html):
    assert render_markdown(text) == f"<p>{html}</p>\n"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("A List<String> is *typed*", "<p>A List&lt;String&gt; is <em>typed</em></p>"),
        ("<String>", "<p>&lt;String&gt;</p>"),
        (
            "- git clone <url>\n- </end>",
            "<ul>\n<li>git clone &lt;url&gt;</li>\n<li>&lt;/end&gt;</li>\n</ul>",
        ),
        ("x <SPAN class='y'>z</SPAN><br/>", "<p>x <SPAN class='y'>z</SPAN><br/></p>"),
        ("see\n\n<div>\n*x*\n</div>", "<p>see</p>\n<div>\n*x*\n</div>"),
        ("a <svg><path d='M0'/></svg>", "<p>a <svg><path d='M0'/></svg></p>"),
        ("a <!-- b -->", "<p>a <!-- b --></p>"),
    ],
)
def test_what_is_no_element_of_html_is_text(text, html):
    assert render_markdown(text).strip() == html


@pytest.mark.parametrize(
    "html",
    [
        '<video controls><source src="a.mp4"><track src="a.vtt"></video>',
        "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
        '<map name="m"><area href="a.html"></map>',
        '<object data="a.swf"><param name="a" value="b"></object>',
        "<select><optgroup label='a'><option>1</option></optgroup></select>",
        '<acronym title="b">a</acronym> <nobr>c d</nobr> <progress value="1"></progress>',
    ],
)
def test_elements_that_stand_in_others_are_no_text(html):
    assert render_markdown(f"see {html}") == f"<p>see {html}</p>\n"


def test_an_element_that_is_nothing_without_attributes_is_text_without_any():
    assert render_markdown("cp <source> *there*") == ("<p>cp &lt;source&gt; <em>there</em></p>\n")


@pytest.mark.parametrize("marks", ["\\[ \\]", "$$ $$"])
def test_a_formula_in_a_quotation_is_free_of_its_signs(marks):
    begin, end = marks.split()
    html = render_markdown(f"> {begin}\n> a_1 > b\n>\n> - c\n> {end}\n> *d*\n")
    assert html == (
        "<blockquote>\n<p>\\[\na_1 &gt; b\n\n- c\n\\]</p>\n<p><em>d</em></p>\n</blockquote>\n"
    )


def test_code_is_not_looked_into():
    html = render_markdown("`\\(x\\)`\n\n```python\nif a < b:\n    \\[y\\]\n```")
    assert "<code>\\(x\\)</code>" in html
    assert '<pre><code class="language-python">if a &lt; b:\n    \\[y\\]\n</code></pre>' in html


def test_tables_lists_and_raw_html_are_kept():
    html = render_markdown("| K | V |\n|---|---|\n| a | 1 |\n\n- one\n- <b>two</b>")
    assert "<td>a</td>" in html
    assert "<li><b>two</b></li>" in html


def test_a_line_break_in_the_cell_is_one_on_the_page():
    assert render_markdown("one\r\ntwo\r\rthree") == "<p>one<br />\ntwo</p>\n<p>three</p>\n"


def test_image_names_with_blanks_survive():
    assert 'src="my%20pic.png"' in render_markdown("![p](<my pic.png>)")


@pytest.mark.parametrize(
    "text", ["a\n\n\nb", "5 % of $8 (x) 'y' \"z\"", "a.b: c; d!", "", "a & b < c > d"]
)
def test_plain_text_takes_a_shorter_way_to_the_same_page(text):
    assert not SIGNIFICANT.search(text)
    assert render_markdown(text) == MarkdownIt("commonmark", {"breaks": True}).render(text)


@given(st.text(alphabet="ab 1.)-+#=>&<;/!?\n\t\"'$%é", max_size=40))
def test_the_shorter_way_never_differs_from_the_long_one(text):
    assert render_markdown(text) == markdown.parser().render(text, {})


@pytest.mark.parametrize(
    "text",
    [
        "\\(" * 2000 + "<",
        "\\[\n" * 2000,
        "\\[\n" * 2000 + "\\] text behind",
        "> \\[ a < b\n" * 2000,
    ],
)
def test_a_text_is_searched_once_for_the_end_of_its_formulas(text):
    searched = []

    def note(frame, event, function):
        if event == "c_call" and function.__name__ == "find":
            searched.append(frame.f_code.co_filename == markdown.__file__)

    sys.setprofile(note)
    try:
        render_markdown(text)
    finally:
        sys.setprofile(None)
    assert sum(searched) < 10


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (r"The set $\{1,2\}$ and $a*b*c$.", r"The set \(\{1,2\}\) and \(a*b*c\)."),
        (r"$\frac{1}{2}$", r"\(\frac{1}{2}\)"),
        ("Let $x$ be $n+1$ of $10$.", r"Let \(x\) be \(n+1\) of \(10\)."),
        ("It costs $5 and $10, $5-$10 or 7$ to 8$.", "It costs $5 and $10, $5-$10 or 7$ to 8$."),
        ("US$5 (CA$7), $HOME and ${a}${b}", "US$5 (CA$7), $HOME and ${a}${b}"),
        ("$5 (US$) or $6 (CA$)", "$5 (US$) or $6 (CA$)"),
        (r"\$5 and \$6_b", "$5 and $6_b"),
        (r"[mathjaxinline]a \\ *b*[/mathjaxinline]", r"[mathjaxinline]a \\ *b*[/mathjaxinline]"),
        ("[latex]a_1[/latex] $latex b_1$", r"\(a_1\) \(b_1\)"),
        ("`$x_1$`", "<code>$x_1$</code>"),
    ],
)
def test_formulas_get_the_delimiters_that_the_platform_renders(text, html):
    assert render_markdown(text) == f"<p>{html}</p>\n"


def test_an_environment_without_delimiters_is_a_formula():
    text = "\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}"
    expected = text.replace("&", "&amp;")
    assert render_markdown(text) == f"<p>\\[{expected}\\]</p>\n"


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (r"| \(|x|\) | b |", [r"\(|x|\)", "b"]),
        (r"| \(P(A|B)\) | $P(C|D)$ |", [r"\(P(A|B)\)", r"\(P(C|D)\)"]),
        (r"| a \| b | c |", ["a | b", "c"]),
        ("| 1 | Intro | Read it | 30 min |", ["1", "Intro", "Read it", "30 min"]),
        ("| $$|x|$$ | b |", [r"\[|x|\]", "b"]),
        ("| 1 |", ["1", ""]),
    ],
)
def test_no_cell_of_a_table_is_lost_and_formulas_stay_whole(row, cells):
    html = render_markdown(f"| K | V |\n|---|---|\n{row}\n")
    assert re.findall("<td>(.*?)</td>", html) == cells


@given(st.text(alphabet="ab |-:\\\n>`1", max_size=60))
def test_tables_without_spare_cells_are_those_of_the_library(text):
    """What differs are cells beyond the header, which the library drops."""
    expected = MarkdownIt("commonmark", {"breaks": True}).enable("table").render(text)
    made = render_markdown(text)
    assert made.count("<table>") == expected.count("<table>")
    assert made.count("<td") >= expected.count("<td")
    if made.count("<td") == expected.count("<td"):
        assert made == expected


@pytest.mark.parametrize(
    "text",
    ["**重要：**请", "**注意（a）**的", "**「重要」**です", "**80%**の人", "**강조(test)**입니다",
     "这是**“重点”**吗"],
)  # fmt: skip
def test_words_are_bold_beside_punctuation_without_blanks(text):
    html = render_markdown(text)
    assert "<strong>" in html
    assert "*" not in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "See https://example.org/a_b_(c).",
            'See <a href="https://example.org/a_b_(c)">https://example.org/a_b_(c)</a>.',
        ),
        ("(http://e.org/?a&b)", '(<a href="http://e.org/?a&amp;b">http://e.org/?a&amp;b</a>)'),
        ("www.example.com!", '<a href="http://www.example.com">www.example.com</a>!'),
        ("[x](https://e.org)", '<a href="https://e.org">x</a>'),
        ("<https://e.org>", '<a href="https://e.org">https://e.org</a>'),
        ("<a href='https://e.org'>https://e.org</a>", "<a href='https://e.org'>https://e.org</a>"),
        ("`https://e.org`", "<code>https://e.org</code>"),
        ("https://", "https://"),
        ("请看https://e.org/x，好", '请看<a href="https://e.org/x">https://e.org/x</a>，好'),
    ],
)  # fmt: skip
def test_a_bare_address_is_a_link(text, html):
    assert render_markdown(text) == f"<p>{html}</p>\n"
