"""Whose progress it is, as the cookie of the platform tells."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('"{\\"version\\": 1\\054 \\"username\\": \\"%s\\"}"', '{"username":"%s"}'),
        ("%%7B%%22username%%22%%3A%%22%s%%22%%7D", '"{\\"username\\": \\"%s\\"}"'),
    ],
)
def test_learners_are_told_apart_however_the_cookie_is_written(page, one, other):
    ask = "window.readCookie = () => 'a=b; edx-user-info=' + arguments[0]; return learnerOf();"
    names = ["anna", "\u00e4nna", "\u674e\u96f7", "\u738b\u82b3", "anna b"]
    hashes = [page.run(ask, one % name) for name in names]
    assert hashes == [page.run(ask, other % name) for name in names]
    assert len({*hashes, "anyone"}) == len(names) + 1
    escaped = one % "\\\\u00e4nna" if one.startswith('"') else one % "%5Cu00e4nna"
    assert page.run(ask, escaped) == hashes[1]
    assert page.run(ask, "{broken") == "anyone"
