"""Formulas in plain text and in HTML."""

from __future__ import annotations

import time

import pytest

from courseporter.formats.formulas import convert_formulas, convert_html_formulas


@pytest.mark.parametrize(
    ("html", "made"),
    [
        (r"<p>\(x_1<x_2<y\) <b>ok</b></p>", r"<p>\(x_1&lt;x_2&lt;y\) <b>ok</b></p>"),
        (r"<p>\(a &lt; b\) <em>\(c</em> d</p>", r"<p>\(a &lt; b\) <em>\(c</em> d</p>"),
        ("<p>Let $x^2$ be $5 or $6</p>", r"<p>Let \(x^2\) be $5 or $6</p>"),
        ("<p>$$\\frac12$$</p>", r"<p>\[\frac12\]</p>"),
        ("<pre>$a_1$</pre><code>$b_1$</code>", "<pre>$a_1$</pre><code>$b_1$</code>"),
        ("<script>var a = '$x_1$'</script>", "<script>var a = '$x_1$'</script>"),
        ('<a title="$x_1$">y</a>', '<a title="$x_1$">y</a>'),
        (
            "<p>\\begin{equation}x\\end{equation}</p>",
            "<p>\\[\\begin{equation}x\\end{equation}\\]</p>",
        ),
    ],
)  # fmt: skip
def test_formulas_of_html_get_the_delimiters_that_the_platform_renders(html, made):
    assert convert_html_formulas(html) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("What is $x^2$ for $5?", r"What is \(x^2\) for $5?"),
        (r"\(a\) and $$b_1$$", r"\(a\) and \[b_1\]"),
        (r"\(a $b_1$ c\)", r"\(a $b_1$ c\)"),
        ("from $5 to $6", "from $5 to $6"),
    ],
)
def test_formulas_of_plain_text_are_converted_and_prices_kept(text, made):
    assert convert_formulas(text) == made


@pytest.mark.parametrize("part", ["$", "$a", "\\(", "\\begin{align}", "$$ ", "<code>", "\\(<a"])
def test_a_long_text_of_open_formulas_takes_no_longer_than_others(part):
    started = time.process_time()
    convert_html_formulas(part * 40_000)
    assert time.process_time() - started < 5
