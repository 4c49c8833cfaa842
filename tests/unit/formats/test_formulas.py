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
        ("<p>$x<y$ and $$c<d$$</p>", r"<p>\(x&lt;y\) and \[c&lt;d\]</p>"),
        (
            r"<p>[mathjaxinline]x<y[/mathjaxinline]</p>",
            r"<p>[mathjaxinline]x&lt;y[/mathjaxinline]</p>",
        ),
        (
            r"<p>\begin{align}a&<b\end{align}</p>",
            r"<p>\[\begin{align}a&&lt;b\end{align}\]</p>",
        ),
        ("<p>if x<y then z</p>", "<p>if x&lt;y then z</p>"),
        ("<p>if x<a and b<c</p>", "<p>if x&lt;a and b&lt;c</p>"),
        ("<p>mail <x@y.org> of <name></p>", "<p>mail &lt;x@y.org> of &lt;name></p>"),
        ("<p>x<o:p></o:p><my-tag/><odd>y</odd></p>", "<p>x<o:p></o:p><my-tag/><odd>y</odd></p>"),
        ("<math><mi>x</mi><mspace/></math>", "<math><mi>x</mi><mspace/></math>"),
        ('<p a="1">5 < 6, <b class="x">b</b> <a\nhref="y">z</a></p>',) * 2,
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
        ("当$x=1$时，$y$为实数", r"当\(x=1\)时，\(y\)为实数"),
        ("价格$5到$6", "价格$5到$6"),
        ("the $n$th term, $n$s", r"the \(n\)th term, \(n\)s"),
        ("cd $HOME$PATH, $a$b", "cd $HOME$PATH, $a$b"),
        (r"$ \frac{1}{2} $ for $ 5 or $ 6", r"\(\frac{1}{2}\) for $ 5 or $ 6"),
        ("$`x^2`$", r"\(x^2\)"),
        ("R$5,00 e R$6,00, 5$/kg, 6$/kg, A$10-$20", "R$5,00 e R$6,00, 5$/kg, 6$/kg, A$10-$20"),
    ],
)
def test_formulas_of_plain_text_are_converted_and_prices_kept(text, made):
    assert convert_formulas(text) == made


@pytest.mark.parametrize(
    "part", ["$", "$a", "\\(", "\\begin{align}", "$$ ", "<code>", "\\(<a", "<y ", "$ "]
)
def test_a_long_text_of_open_formulas_takes_no_longer_than_others(part):
    started = time.process_time()
    convert_html_formulas(part * 40_000)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("html", "made"),
    [
        ("<p>if a <b and c</p>", "<p>if a &lt;b and c</p>"),
        ("<p>if x<y then</p>", "<p>if x&lt;y then</p>"),
        ("<P>x</P><o:p>x</o:p><my-card>y</my-card>", "<P>x</P><o:p>x</o:p><my-card>y</my-card>"),
        ("<p>List<String> names", "<p>List&lt;String> names"),
        ("<p>cut <p", "<p>cut &lt;p"),
    ],
)
def test_pages_without_formulas_keep_their_tags(html, made):
    assert convert_html_formulas(html) == made
