"""One fact about the material is one problem, whether the source or the check finds it."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO

import pytest

from courseporter import api
from fakes.material import simple_tables, template


def codes(path):
    """Problem code → how many problems of it `inspect` tells."""
    out = BytesIO()
    api.write_json(api.inspect(api.local_user(path.parent / "home"), path), out)
    return Counter(problem["code"] for problem in json.loads(out.getvalue())["problems"])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("<p><img alt='' src='gone.png'></p>", "missing_files"),
        ("<p onclick='x()'>a</p>", "script_in_page"),
        ("<p><a href='javascript:x()'>a</a></p>", "script_in_page"),
        ("<p><a href='file:///C:/a.doc'>a</a></p>", "local_reference"),
        ("<p><a href='lesson:gone'>a</a></p>", "lesson_link_broken"),
    ],
)
def test_what_is_odd_about_a_page_is_told_once(tmp_path, content, code):
    tables = simple_tables(2)
    tables["lessons"][0]["content"] = content
    assert codes(template(tmp_path / "t.zip", tables)) == {code: 1}


def test_several_right_answers_are_told_once(tmp_path):
    tables = simple_tables(1)
    for option in tables["options"]:
        option["is_correct"] = "true"
    path = template(tmp_path / "t.zip", tables)
    assert codes(path) == {"question_answers_ambiguous": 1}
