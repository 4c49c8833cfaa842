"""Libraries from the command line: a process of its own, killed and resumed, refused in words."""

from __future__ import annotations

import json
import os
import random
import time

import pytest

from fakes import library as far
from fakes.material import simple_tables, simple_template, template

KILLS = int(os.environ.get("COURSEPORTER_KILLS", "4"))
KEYS = ["import", "target", "level", "policy", "counts", "calls", "items"]


def changed_course(path, lessons=3):
    tables = simple_tables(lessons)
    tables["lessons"][0]["content"] = "<p>Water.</p>"
    return template(path, tables)


def test_plan_import_history_items_and_undo(shell, tmp_path):
    course, out = simple_template(tmp_path / "course.zip"), tmp_path / "library.zip"
    plan = shell.run("library", "plan", course, "--to", out, "--level", "subsection", "--json")
    assert (plan.code, out.exists()) == (0, False)
    assert set(KEYS) <= plan.document["library"].keys()
    assert plan.document["library"]["import"] is None
    assert {one["outcome"] for one in plan.document["library"]["items"]} == {"planned"}

    done = shell.run("library", "import", course, "--to", out, "--level", "subsection", "--json")
    assert done.code == 0, done.said
    result = done.document["library"]
    assert (result["level"], result["target"]) == ("subsection", str(out))
    assert {one["outcome"] for one in result["items"]} == {"done"}
    (line,) = shell.run("library", "history", out, "--json").document["imports"]
    assert (line["import"], line["status"]) == (result["import"], "imported")
    assert line["counts"] == result["counts"]
    listed = shell.run("library", "items", result["import"], "--json").document["library"]
    assert listed["items"] == result["items"]

    undone = shell.run("library", "undo", result["import"], "--json")
    assert undone.code == 0, undone.said
    assert not out.exists()


def test_undo_of_a_job_takes_an_import_back_and_no_edit(shell, tmp_path):
    course, out = simple_template(tmp_path / "course.zip"), tmp_path / "library.zip"
    done = shell.run("library", "import", course, "--to", out, "--json").document["library"]
    plan = shell.run("undo", done["import"], "--dry-run", "--json").document["undo"]
    assert (len(plan["plan"]), out.exists()) == (len(done["items"]), True)
    undone = shell.run("undo", done["import"], "--yes", "--json")
    assert (undone.code, out.exists()) == (0, False)
    assert undone.document["library"]["target"] == str(out)


def test_export_writes_a_new_library_and_replaces_nothing(shell, tmp_path):
    course, out = simple_template(tmp_path / "course.zip"), tmp_path / "library.zip"
    assert shell.run("library", "export", course, "-o", out, "--level", "unit").code == 0
    again = shell.run("library", "export", course, "-o", out, "--level", "unit", "--json")
    assert again.code == 6
    assert "already exists" in json.loads(again.out)["error"]["message"]
    assert shell.run("library", "export", course, "-o", out, "--force").code == 0


def test_what_others_changed_needs_yes(shell, tmp_path):
    course, out = simple_template(tmp_path / "course.zip"), tmp_path / "library.zip"
    first = shell.run("library", "import", course, "--to", out, "--json").document["library"]
    page = next(one["entity_key"] for one in first["items"] if ":html:" in one["entity_key"])
    far.edited(out, page)
    before = out.read_bytes()
    changed = changed_course(tmp_path / "changed.zip")
    words = ("library", "import", changed, "--to", out, "--policy", "overwrite")
    held = shell.run(*words, "--json")
    assert held.code == 6
    assert out.read_bytes() == before
    (one,) = [one for one in held.document["library"]["items"] if one["outcome"] == "held"]
    assert (one["entity_key"], one["class"]) == (page, "edited_there")
    done = shell.run(*words, "--yes", "--json")
    assert done.code == 0, done.said
    assert "Water" in far.text_of(out, page, published=True)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--to", "out.txt"), 2),
        (("--to", "no/folder/out.zip"), 2),
        (("--to", "out.zip", "--level", "chapter"), 2),
        (("--to", "out.zip", "--policy", "replace"), 2),
        (("--to", "out.zip", "--base", "missing.zip"), 3),
        (("--to", "out.zip", "--base", "course.zip"), 3),
    ],
)
def test_what_cannot_be_is_refused_in_words(shell, tmp_path, monkeypatch, words, code):
    monkeypatch.chdir(tmp_path)
    course = simple_template(tmp_path / "course.zip")
    done = shell.run("library", "import", course, *words, "--json")
    assert done.code == code, done.said
    assert done.document["error"]["message"]
    assert "Traceback" not in done.said
    assert not (tmp_path / "out.zip").exists()


def test_a_source_that_is_none_is_refused(shell, tmp_path):
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\3\4 and nothing")
    done = shell.run("library", "import", broken, "--to", tmp_path / "out.zip", "--json")
    assert done.code == 3
    assert not (tmp_path / "out.zip").exists()


def test_an_unknown_import_is_named(shell):
    done = shell.run("library", "undo", "nothing", "--json")
    assert (done.code, done.document["error"]["code"]) == (2, "unknown_item")


@pytest.mark.slow
def test_a_killed_import_goes_on_and_gives_the_same_bytes(shell, tmp_path):
    course = simple_template(tmp_path / "course.zip", lessons=150)
    calm = type(shell)(tmp_path / "calm")
    began = time.monotonic()
    assert calm.run("library", "import", course, "--to", tmp_path / "calm.zip").code == 0
    usual = time.monotonic() - began
    wanted = (tmp_path / "calm.zip").read_bytes()
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    chance = random.Random(seed)
    for number in range(KILLS):
        one, out = type(shell)(tmp_path / f"home{number}"), tmp_path / f"{number}.zip"
        words = ("library", "import", course, "--to", out, "--level", "unit")
        process = one.start(*words)
        time.sleep(chance.uniform(0.3, 1.0) * usual)
        process.kill()
        process.wait()
        again = one.run(*words, "--json")
        assert again.code == 0, again.said
        assert out.read_bytes() == wanted
        assert not list(tmp_path.glob(".*.part"))
        lines = one.run("library", "history", "--json").document["imports"]
        assert {line["status"] for line in lines} == {"imported"}
        undone = one.run("library", "undo", lines[-1]["import"], "--yes")
        assert undone.code == 0, undone.said
        assert not out.exists()
