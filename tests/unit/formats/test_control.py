"""Control characters of cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courseporter.formats.tabular.control import is_odd, readable, readable_cell


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("one\x0btwo", "one\ntwo"),
        ("one\x0ctwo", "one\ntwo"),
        ("one\u2028two", "one\ntwo"),
        ("e\x1email", "e-mail"),
        ("co\x1fop", "coop"),
        ("it\x92s \x93so\x94 \x96 \x85", "it’s “so” – …"),
        ("a\tb\nc\rd", "a\tb\nc\rd"),
        ("\x7fa\x01", "a"),
    ],
)
def test_control_characters_become_what_they_stand_for(text, made):
    assert readable(text) == made


def test_cells_of_workbooks_write_them_as_numbers():
    assert readable_cell("one_x000B_two_x000D_\nthree") == "one\ntwo\nthree"


@given(st.text())
def test_a_text_that_is_not_odd_is_readable_as_it_is(text):
    if not is_odd(text.encode("utf-8", "replace")):
        assert (
            readable(text.encode("utf-8", "replace").decode())
            == text.encode("utf-8", "replace").decode()
        )
