"""Rewriting references: the values change, every other character stays."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courseporter.formats.html import rewrite_references

fragments = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<a href=",
            "'",
            '"',
            ">",
            "x.png",
            "<img src=",
            "<!--",
            "-->",
            "<script>",
            "</script>",
            " ",
            "&amp;",
            "=",
            "<",
            "url(",
            ")",
            "<style>",
            "</style>",
            "srcset=",
            ",",
            "\n",
        ]
    ),
    max_size=40,
).map("".join)


def changed(html: str) -> str:
    """Each reference in brackets."""
    return rewrite_references(html, lambda address: f"[{address}]")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="x">', '<a href="[x]">'),
        ("<A HREF = 'x' id=1>", "<A HREF = '[x]' id=1>"),
        ("<img src=x alt=y>", '<img src="[x]" alt=y>'),
        ("<img alt='a > b' src=\"x\"/>", "<img alt='a > b' src=\"[x]\"/>"),
        ('<a href="a?b=1&amp;c">', '<a href="[a?b=1&amp;c]">'),
        ('<a href=" x ">', '<a href="[x]">'),
        (
            '<video poster="p"><source src="s"><track src="t">',
            '<video poster="[p]"><source src="[s]"><track src="[t]">',
        ),
        ('<object data="x"><p data="y">', '<object data="[x]"><p data="y">'),
        ('<img srcset="a 1x, b 2x">', '<img srcset="[a] 1x, [b] 2x">'),
        ('<p style="background:url(x)">', "<p style=\"background:url('[x]')\">"),
        ("<p style='background: URL( \"x\" )'>", "<p style='background: url(\"[x]\")'>"),
        ("<style>p{background:url(x)}</style>", '<style>p{background:url("[x]")}</style>'),
        ('<p title=it\'s><img src="x">', '<p title=it\'s><img src="[x]">'),
    ],
)
def test_references_of_every_kind_are_found(html: str, expected: str) -> None:
    assert changed(html) == expected


@pytest.mark.parametrize(
    "html",
    [
        "<!-- <img src='x'> -->",
        "<script>'<img src=\"x\">'</script>",
        "<textarea><img src='x'></textarea>",
        "text with src='x' and url(x)",
        "<p data-src='x'>",
        "<p title=\"<img src='x'>\">",
        "<img src>",
        "<img src=''>",
    ],
)
def test_what_only_looks_like_a_reference_stays(html: str) -> None:
    assert changed(html) == html


@given(fragments)
def test_nothing_changes_when_nothing_is_resolved(html: str) -> None:
    assert rewrite_references(html, lambda _: None) is html or (
        rewrite_references(html, lambda _: None) == html
    )


@given(st.text("'\"&<>x ", max_size=20))
def test_a_replaced_value_cannot_leave_its_attribute(value: str) -> None:
    seen: list[str] = []
    for quote in ('"', "'", ""):
        html = rewrite_references(f"<a href={quote}x{quote}>t</a>", lambda _: value)
        rewrite_references(html, seen.append)
    assert set(seen) <= {value.strip()}


@pytest.mark.parametrize(
    "piece", ["<a ", '<a ="', "<!", "<!--", "<a href='", "<script>", "url(", "<a b=c "]
)
def test_hostile_text_is_read_in_linear_time(piece: str) -> None:
    start = time.process_time()
    changed("src=" + piece * 20_000)
    changed("src=" + piece + "=" * 200_000)
    assert time.process_time() - start < 2
