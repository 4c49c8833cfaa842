"""Problems are listed and fixed from the command line."""

from __future__ import annotations

import pytest

from fakes.material import simple_tables, template

PAGE = '<h2>A</h2><h4>B</h4><p><img alt="" src="img/pot.png"></p>'


@pytest.fixture
def draft(shell, tmp_path):
    """A draft with two gaps between headings and a missing picture; returns its id."""
    tables = simple_tables(2, quizzes=False)
    for row in tables["lessons"]:
        row["content"] = PAGE
    source = template(tmp_path / "clay.zip", tables)
    shell.run("convert", str(source), "-o", str(tmp_path / "a.tar.gz"))
    return shell.run("drafts", "list", "--json").document["drafts"][0]["id"]


def problems(shell, draft):
    return shell.run("drafts", "problems", draft, "--json").document["problems"]


def number(shell, draft, code):
    return str(next(one["id"] for one in problems(shell, draft) if one["code"] == code))


def test_all_alike_are_fixed_as_one_step_after_a_look(shell, draft):
    gap = number(shell, draft, "heading_jump")
    look = shell.run("drafts", "fix", draft, gap, "--all", "--dry-run", "--json")
    seen = look.document["fix"]
    assert (seen["changed"], seen["preview"]["changed"]) == (0, 2)

    done = shell.run("drafts", "fix", draft, gap, "--all", "--json").document["fix"]

    assert done["changed"] == 2
    assert [one["code"] for one in problems(shell, draft)] == ["missing_files"]
    history = shell.run("drafts", "history", draft, "--json").document["history"]
    assert [one["label"] for one in history] == ["Closed gaps between headings"]


def test_a_stale_revision_is_refused_with_six(shell, draft):
    gap = number(shell, draft, "heading_jump")
    look = shell.run("drafts", "fix", draft, gap, "--dry-run", "--json")
    rev = look.document["fix"]["preview"]["rev"]
    shell.run("drafts", "fix", draft, gap)
    gap = number(shell, draft, "heading_jump")
    assert shell.run("drafts", "fix", draft, gap, "--expect", str(rev)).code == 6


def test_files_of_the_same_name_are_told_apart_by_the_person(shell, draft, tmp_path):
    for folder in "ab":
        (tmp_path / "files" / folder).mkdir(parents=True)
        (tmp_path / "files" / folder / "pot.png").write_text(folder)
    files = number(shell, draft, "missing_files")
    place = ("--from", str(tmp_path / "files"))
    refused = shell.run("drafts", "fix", draft, files, *place)
    assert refused.code == 2
    assert "Several files are called “img/pot.png”" in refused.said

    chosen = f"img/pot.png={tmp_path / 'files' / 'b' / 'pot.png'}"
    shell.run("drafts", "fix", draft, files, *place, "--use", chosen)

    assert {one["code"] for one in problems(shell, draft)} == {"heading_jump"}


def test_what_a_fix_needs_and_does_not_get_is_said(shell, draft, tmp_path):
    files = number(shell, draft, "missing_files")
    for more, code, said in (
        ((files,), 2, "--from"),
        ((files, "--from", str(tmp_path / "nowhere")), 3, "nowhere"),
        (("999",), 2, "no longer exists"),
    ):
        refused = shell.run("drafts", "fix", draft, *more)
        assert refused.code == code
        assert said in refused.said
