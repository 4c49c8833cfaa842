"""Character references are read whatever stands in them."""

from __future__ import annotations

import pytest

from courseporter.formats.entities import unescape
from courseporter.formats.html import active_content, rewrite_references, to_text, to_xml

ENDLESS = f"&#{'9' * 5000};"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("&eacute;&#233;&#xe9; &amp;", "ééé &"),
        (f"a{ENDLESS}b", "a\ufffdb"),
        (f"a&#{'0' * 5000}65;b", "aAb"),
        (f"a&#{'0' * 5000};b", "a\ufffdb"),
        (f"a&#x{'f' * 5000};b", "a\ufffdb"),
        (f"&#{'9' * 5000} and no end", "\ufffd and no end"),
    ],
)
def test_reads_references(text, plain):
    assert unescape(text) == plain


def test_an_endless_number_in_a_page_is_one_letter_that_nobody_knows():
    assert to_text(f"<p>a{ENDLESS}</p>") == "a\ufffd"
    assert to_xml(ENDLESS) == "\ufffd"
    assert not active_content(f'<a href="{ENDLESS}">a</a>')
    seen: list[str] = []

    def keep(address: str, *_more: object) -> None:
        seen.append(address)

    rewrite_references(f'<img src="{ENDLESS}">', keep)
    assert seen == ["\ufffd"]
