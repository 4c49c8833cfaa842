"""HTML as XML and as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from courseporter.formats.html import escape_text, to_text, to_xml

soup = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<b>",
                "</b>",
                "<br>",
                "<o:p x:y=1>",
                "&nbsp;",
                "&nosuch;",
                "&#11;",
                "]]>",
                "<script>",
                "</script>",
                "<a @b=c>",
                "<![CDATA[",
                "<!--",
                "<div<",
                "&",
                "<?x?>",
                "<include file=x>",
                "<pre>",
                "</pre>",
                "<math>",
                "<svg>",
                "</svg>",
                "<table><td>",
                "</html>z",
                "<body a=b>",
            ]
        ),
        st.text(max_size=5),
    ),
    max_size=20,
).map("".join)


@given(soup)
def test_the_outcome_is_always_well_formed(html: str) -> None:
    etree.fromstring(f"<problem>{to_xml(html)}</problem>")


@given(st.text(max_size=50))
def test_plain_text_survives_as_text(text: str) -> None:
    xml = escape_text(text)
    node = etree.fromstring(f"<p>{xml}</p>")
    allowed = "".join(
        c for c in text if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff")
    )
    allowed = allowed.replace("\ufffe", "").replace("\uffff", "")
    assert "".join(node.itertext()) == allowed.replace("\r", "").replace("\n", "") or "\r" in text


@pytest.mark.parametrize(
    ("html", "xml"),
    [
        ("a &lt; b&nbsp;&eacute;", "a &lt; b\xa0é"),
        ("a &lt; b<br>c", "a &lt; b<br/>c"),
        ("<ul><li>1<li>2</ul>", "<ul><li>1</li><li>2</li></ul>"),
        ("<img src=a.png alt='x & y'>", '<img src="a.png" alt="x &amp; y"/>'),
        ("<label>a</label><input><option>b", "ab"),
        ("<script>import os</script>x<!-- c -->", "x"),
        ("<i class=icon></i>", '<i class="icon"> </i>'),
        ("<p onclick=x class=y>a</p>", '<p class="y">a</p>'),
        ("x</body></html>y<hr>", "xy<hr/>"),
        ("<pre> a\n  b</pre>", '<pre xml:space="preserve"> a\n  b</pre>'),
        (
            "<math><mi>x</mi><annotation encoding='application/x-tex'>x^2</annotation></math>!",
            r"\(x^2\)!",
        ),
    ],
)
def test_html_becomes_xml(html: str, xml: str) -> None:
    assert to_xml(html) == xml


def test_very_deep_html_keeps_its_text() -> None:
    assert to_xml("<div>" * 5000 + "deep & down") == "deep &amp; down"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a &amp; b</p><p>c</p>", "a & b\nc"),
        ("one<br>two", "one\ntwo"),
        ("<b>x</b><i>y</i>", "xy"),
        ("<script>no</script><style>no</style>yes<!-- no -->", "yes"),
        ("1 < 2", "1 < 2"),
    ],
)
def test_text_is_what_a_reader_sees(html: str, text: str) -> None:
    assert to_text(html) == text


def test_newlines_of_plain_text_become_breaks() -> None:
    assert escape_text("a\r\nb\nc<\x00") == "a<br/>b<br/>c&lt;"
