"""Courses into a library of a site: planned, written, killed at every write, undone."""

from __future__ import annotations

import os
from contextlib import suppress

import pytest

from fakes.material import simple_tables, simple_template, template
from fakes.studio import Studio
from fakes.studio.libraries import Library

KEY = "lib:Demo:clay"
TO = f"campus/{KEY}"


@pytest.fixture
def studio():
    with Studio() as fake:
        fake.site.libraries[KEY] = Library("Demo", "clay", "Clay", "For potters")
        yield fake


@pytest.fixture
def there(studio):
    return studio.site.libraries[KEY]


@pytest.fixture
def campus(shell, studio, monkeypatch):
    monkeypatch.setenv("COURSEPORTER_SECRET_CAMPUS", "staff-secret")
    added = shell.run(
        "connections", "add", "openedx", "campus", "--lms-url", studio.lms, "--studio-url",
        studio.studio, "--client-id", "staff-client", "--default-org", "Demo",
    )  # fmt: skip
    assert added.code == 0, added.said
    return shell


def content(there):
    """What everybody sees in the library: drafts and published versions, by key."""
    return {
        key: (one.now if one.there else None, one.at(one.published) if one.published else None)
        for key, one in there.entities.items()
        if one.there
    }


def writes(studio):
    return [
        (method, path)
        for method, path, _ in studio.site.calls
        if method != "GET" and "/libraries/" in path
    ]


def test_libraries_of_a_site_are_listed(campus):
    listed = campus.run("library", "list", "campus", "--json").document
    assert listed["libraries"] == [{"key": KEY, "title": "Clay", "can_edit": True}]


def test_an_import_arrives_whole_and_a_second_one_writes_nothing(campus, studio, there, tmp_path):
    course = simple_template(tmp_path / "course.zip")
    plan = campus.run("library", "plan", course, "--to", TO, "--json").document["library"]
    assert (plan["target"], plan["calls"] > 10, writes(studio)) == (TO, True, [])

    done = campus.run("library", "import", course, "--to", TO, "--json")

    assert done.code == 0, done.said
    result = done.document["library"]
    assert {one["outcome"] for one in result["items"]} == {"done"}
    assert result["counts"]["new"] == len(content(there)) == len(result["items"])
    assert all(draft == published for draft, published in content(there).values())
    (collection,) = there.collections.values()
    assert len(collection.members) == len(result["items"])
    sent = len(writes(studio))
    again = campus.run("library", "import", course, "--to", TO, "--json")
    assert again.document["library"]["counts"]["same"] == len(result["items"])
    assert len(writes(studio)) == sent


def test_an_undo_takes_away_what_was_made_and_an_undo_of_it_brings_it_back(campus, there, tmp_path):
    course = simple_template(tmp_path / "course.zip")
    first = campus.run("library", "import", course, "--to", TO, "--json").document["library"]
    imported = content(there)

    undone = campus.run("library", "undo", first["import"], "--json")

    assert undone.code == 0, undone.said
    assert content(there) == {}
    back = campus.run("library", "undo", undone.document["library"]["import"], "--json")
    assert back.code == 0, back.said
    assert {key: draft for key, (draft, _) in content(there).items()} == {
        key: draft for key, (draft, _) in imported.items()
    }
    lines = campus.run("library", "history", TO, "--json").document["imports"]
    assert {one["target"] for one in lines} == {TO}


def test_an_overwrite_is_undone_to_what_was_there(campus, there, tmp_path):
    campus.run("library", "import", simple_template(tmp_path / "course.zip"), "--to", TO)
    before = content(there)
    tables = simple_tables(3)
    tables["lessons"][0]["content"] = "<p>Water.</p>"
    changed = template(tmp_path / "course.zip", tables)

    done = campus.run("library", "import", changed, "--to", TO, "--policy", "overwrite", "--json")

    assert done.document["library"]["counts"]["update"] == 1
    assert content(there) != before
    undone = campus.run("library", "undo", done.document["library"]["import"], "--json")
    assert undone.code == 0, undone.said
    assert content(there) == before


def test_what_an_author_changed_needs_yes(campus, there, tmp_path):
    course = simple_template(tmp_path / "course.zip")
    campus.run("library", "import", course, "--to", TO)
    block = next(one for key, one in there.entities.items() if ":html:" in key)
    there.set_olx(block, "<html display_name='Mine'>Mine</html>")
    there.publish(block)

    words = ("library", "import", course, "--to", TO, "--policy", "overwrite", "--json")

    assert campus.run(*words).code == 6
    assert "Mine" in block.now.olx
    assert campus.run(*words, "--yes").code == 0
    assert "Mine" not in block.now.olx


@pytest.mark.parametrize(
    ("to", "code"),
    [("campus/lib:Demo:none", 3), ("nobody/lib:Demo:clay", 2), ("campus/lib:Demo", 2)],
)
def test_a_library_that_cannot_be_reached_is_refused_in_words(campus, tmp_path, to, code):
    course = simple_template(tmp_path / "course.zip")
    done = campus.run("library", "import", course, "--to", to, "--json")
    assert (done.code, bool(done.document["error"]["message"])) == (code, True)


@pytest.mark.slow
@pytest.mark.parametrize("when", ["call", "call_after"])
def test_a_kill_at_any_write_costs_nothing(campus, studio, there, tmp_path, when):
    """The command dies at every other write, before the site does it or before it answers."""
    course = simple_template(tmp_path / "course.zip")
    running = []

    def kill():
        os.kill(running[0].pid, 9)
        running[0].wait()

    for number in range(0, 12, 2):
        studio.add_fault(when, path="/libraries/.+/(blocks|containers|olx|publish|children)/$",
                         method="POST", after=number, do=kill)  # fmt: skip
    deaths = 0
    for _ in range(20):
        running[:] = [campus.start("library", "import", course, "--to", TO)]
        with suppress(Exception):
            running[0].communicate(timeout=300)
        if running[0].returncode == 0:
            break
        deaths += 1
    assert running[0].returncode == 0
    assert deaths >= 4
    keys = [path for method, path in writes(studio) if path.endswith("/collections/")]
    assert len(keys) == len(there.collections) == 1
    assert all(draft == published for draft, published in content(there).values())
    again = campus.run("library", "import", course, "--to", TO, "--json").document["library"]
    assert {one["class"] for one in again["items"]} == {"same"}
