"""Names of blocks and files: pure, clean, never two keys in one name."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courseporter.formats.names import course_slug, static_name, transliterate, url_name

anything = st.text(max_size=200)


@given(anything)
def test_a_url_name_is_always_clean(key: str) -> None:
    assert re.fullmatch(r"[a-z0-9_-]{1,80}", url_name(key))


@given(anything)
def test_a_file_name_is_always_clean_and_flat(path: str) -> None:
    name = static_name(path)
    assert re.fullmatch(r"[a-z0-9_][a-z0-9._-]{0,89}", name)
    assert not name.endswith("~")


@given(anything, anything)
def test_two_keys_never_share_a_name(one: str, other: str) -> None:
    if one != other:
        assert url_name(one) != url_name(other)
        assert static_name(one) != static_name(other)


def test_a_clean_key_is_its_own_name() -> None:
    assert url_name("lesson-12_a") == "lesson-12_a"
    assert static_name("cell.png") == "cell.png"


def test_a_changed_key_carries_a_hash() -> None:
    assert re.fullmatch(r"lesson-les-12-[0-9a-f]{8}", url_name("lesson:les-12"))
    assert re.fullmatch(r"cell-[0-9a-f]{8}\.png", static_name("img/Cell.PNG"))


def test_a_key_cannot_pretend_to_be_the_hashed_name_of_another() -> None:
    assert url_name(url_name("Item")) != url_name("Item")
    assert static_name(static_name("A.png")) != static_name("A.png")


@pytest.mark.parametrize("pair", [("case.PNG", "Case.png"), ("x/y.png", "x_y.png"), ("a b", "a_b")])
def test_paths_that_flatten_alike_keep_apart(pair: tuple[str, str]) -> None:
    assert static_name(pair[0]) != static_name(pair[1])


def test_any_script_becomes_readable() -> None:
    assert transliterate("Übergröße") == "Uebergroesse"
    assert url_name("Привіт").startswith("privit-")
    assert url_name("東京").startswith("dongjing-")


def test_long_names_are_cut_before_the_hash_and_keep_their_extension() -> None:
    name = static_name("d/" + "x" * 300 + ".mp4")
    assert len(name) == 90
    assert name.endswith(".mp4")
    assert len(url_name("X" * 300)) == 80


@pytest.mark.parametrize("path", [".DS_Store", "._a.png", "a~", "..", "/", ""])
def test_names_that_importers_skip_are_never_given(path: str) -> None:
    assert not static_name(path).startswith(".")
    assert not static_name(path).endswith("~")


def test_a_course_slug_falls_back_when_nothing_is_left() -> None:
    assert course_slug("Töpfern & mehr", "course") == "Toepfern-mehr"
    assert course_slug("···", "course") == "course"
    assert len(course_slug("a" * 99, "x")) == 50
