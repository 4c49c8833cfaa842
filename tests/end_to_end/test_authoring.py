"""A course that is written here, through the command line, without any source."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from courseporter.store import open_store
from courseporter.store.schema import draft as table
from fakes.material import simple_tables, template

PYTHON = os.environ.get("COURSEPORTER_ORACLE_PYTHON")
JUDGE = Path(__file__).parent.parent / "contract" / "capa_judge.py"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364"
    "60f80f00010501010a18e3660000000049454e44ae426082"
)


def o(text, *, right=False, **more):
    return {"text": text, "correct": right, **more}


QUESTIONS = [
    {"type": "single_choice", "text": "2+2?", "options": [o("4", right=True), o("5")]},
    {"type": "multiple_choice", "text": "Even?", "options": [o("2", right=True), o("5")]},
    {"type": "true_false", "text": "Soft?", "options": [o("True", right=True), o("False")]},
    {"type": "dropdown", "text": "Pick", "options": [o("a"), o("b", right=True)]},
    {"type": "short_text", "text": "Capital of France", "answers": ["Paris"]},
    {"type": "numerical", "text": "Pi", "answers": ["3.14"], "tolerance": "0.01"},
    {"type": "essay", "text": "Why?"},
    {"type": "matching", "text": "Match", "options": [o("Dog", match="Bark"), o("Cat", match="M")]},
    {"type": "ordering", "text": "Order", "options": [o("One"), o("Two")]},
    {"type": "fill_in", "text": "A ___ and a ___", "gaps": [["cup"], ["bowl", "dish"]]},
    {"type": "survey", "text": "Liked it?", "options": [o("Yes"), o("No")]},
]
ANSWERS = {  # by title: right, wrong; one value for each response
    "Quiz · 1": (["4"], ["5"]),
    "Quiz · 2": ([["2"]], [["5"]]),
    "Quiz · 3": (["True"], ["False"]),
    "Quiz · 4": (["b"], ["a"]),
    "Quiz · 5": (["paris"], ["London"]),
    "Quiz · 6": (["3.145"], ["3.2"]),
    "Quiz · 8": (["Bark", "M"], ["M", "Bark"]),
    "Quiz · 9": (["One", "Two"], ["Two", "One"]),
    "Quiz · 10": (["cup", "dish"], ["x", "y"]),
}


def block(title, **content):
    return {"kind": "block", "title": title, "block": content}


def operations(folder):
    files = {"a.pdf": b"%PDF-1.4", "v.mp4": b"0" * 99, "p.png": PNG}
    files["v.vtt"] = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHi\n"
    for name, data in files.items():
        (folder / name).write_bytes(data)
    reading = [
        block("Text", type="text", html='<p><img src="courseporter-asset:p.png" alt="x"></p>'),
        block("Clip", type="video", youtube="dQw4w9WgXcQ"),
        block("File", type="video", file="v.mp4", captions=[{"language": "en", "path": "v.vtt"}]),
        block("Sound", type="audio", url="https://a.example/a.mp3"),
        block("PDF", type="resource", file="a.pdf"),
        block("Web", type="link", url="https://a.example/"),
        block("Talk", type="discussion", topic="Week 1"),
        block("Work", type="assignment", html="<p>Make a cup</p>", points=10),
    ]
    units = [
        {"kind": "unit", "title": "Reading", "children": reading},
        {
            "kind": "unit",
            "title": "Quiz",
            "children": [block("Quiz", type="quiz", questions=QUESTIONS)],
        },
    ]
    lesson = {
        "kind": "lesson",
        "title": "Clay",
        "settings": {"due": "2031-06-01", "format": "Exam"},
        "children": units,
    }
    grading = {
        "types": [{"name": "Homework", "weight": 60}, {"name": "Exam", "weight": 40}],
        "pass_mark": 70,
    }
    values = {"title": "Töpfern", "about": "<p>All</p>", "cover": "p.png", "grading": grading}
    return [
        *({"op": "put_file", "path": name, "file": str(folder / name)} for name in files),
        {"op": "set_course", "values": values},
        {
            "op": "insert",
            "parent": None,
            "node": {"kind": "section", "title": "One", "children": [lesson]},
        },
    ]


@pytest.fixture
def written(shell, tmp_path):
    """The draft, what its export said, and the package."""
    draft = shell.run("drafts", "new", "--title", "Clay", "--json").document["draft"]
    ops = tmp_path / "ops.json"
    ops.write_text(json.dumps(operations(tmp_path)))
    done = shell.run("drafts", "edit", draft, "--ops", ops, "--json")
    assert done.code == 0, done.said
    out = tmp_path / "clay.tar.gz"
    exported = shell.run("drafts", "export", draft, "-o", out, "--json")
    assert exported.code == 0, exported.said
    return draft, exported.document, out


def members(out):
    with tarfile.open(fileobj=io.BytesIO(out.read_bytes())) as tar:
        return {one.name: tar.extractfile(one).read().decode("utf-8", "replace") for one in tar}


def test_a_course_of_every_kind_of_content_is_exported_without_a_problem(shell, written):
    draft, exported, out = written
    assert exported["problems"] == []
    assert exported["course"]["title"] == "Töpfern"
    assert exported["counts"]["question"] == len(QUESTIONS)
    tree = shell.run("drafts", "tree", draft, "--json").document["outline"]
    assert [row["type"] for row in tree if row["depth"] == 4] == [
        "text", "video", "video", "audio", "resource", "link", "discussion", "assignment", "quiz",
    ]  # fmt: skip
    back = shell.run("check", out, "--json").document
    assert [row["title"] for row in back["outline"]] == [
        row["title"] for row in exported["outline"]
    ]
    assert back["problems"] == []


@pytest.mark.skipif(not PYTHON, reason="COURSEPORTER_ORACLE_PYTHON names no interpreter")
def test_its_questions_are_graded_right_and_wrong(written):
    _draft, _exported, out = written
    problems = [text for name, text in members(out).items() if "/problem/" in name]
    asked = []
    for xml in problems:
        title = next(title for title in ANSWERS if f'display_name="{title}"' in xml)
        asked.append({"xml": xml, "answers": list(ANSWERS[title])})
    assert len(asked) == len(ANSWERS)

    done = subprocess.run(
        [PYTHON, JUDGE], input=json.dumps(asked), capture_output=True, text=True, check=True
    )

    for right, wrong in json.loads(done.stdout):
        assert set(right["states"]) == {"correct"}
        assert set(wrong["states"]) == {"incorrect"}


def test_a_refused_operation_names_its_index_and_changes_nothing(shell, written, tmp_path):
    draft, *_ = written
    before = shell.run("drafts", "tree", draft, "--json").out
    (tmp_path / "bad.json").write_text(
        '[{"op":"set_course","values":{"title":"New"}},{"op":"remove","keys":["nowhere"]}]'
    )

    done = shell.run("drafts", "edit", draft, "--ops", tmp_path / "bad.json", "--json")

    assert (done.code, done.document["error"]["where"]) == (3, "op 1")
    assert shell.run("drafts", "tree", draft, "--json").out == before


def test_undo_and_redo_give_the_same_bytes_as_before(shell, written, tmp_path):
    draft, _exported, out = written
    keys = [row["key"] for row in shell.run("drafts", "tree", draft, "--json").document["outline"]]
    ops = tmp_path / "more.json"
    ops.write_text(json.dumps([{"op": "duplicate", "key": keys[0]}]))
    shell.run("drafts", "edit", draft, "--ops", ops)
    shell.run("drafts", "export", draft, "-o", tmp_path / "more.tar.gz")

    assert shell.run("drafts", "undo", draft, "--json").code == 0
    shell.run("drafts", "export", draft, "-o", tmp_path / "undone.tar.gz")
    assert shell.run("drafts", "redo", draft, "--json").code == 0
    shell.run("drafts", "export", draft, "-o", tmp_path / "redone.tar.gz")

    assert (tmp_path / "undone.tar.gz").read_bytes() == out.read_bytes()
    assert (tmp_path / "redone.tar.gz").read_bytes() == (tmp_path / "more.tar.gz").read_bytes()
    assert (tmp_path / "more.tar.gz").read_bytes() != out.read_bytes()
    labels = [
        row["label"] for row in shell.run("drafts", "history", draft, "--json").document["history"]
    ]
    assert labels[-1] == "Duplicated “One”"
    assert shell.run("drafts", "redo", draft).code == 2


def test_a_second_import_of_a_file_is_compared_and_brought_over(shell, tmp_path):
    tables, path = simple_tables(4), tmp_path / "course.zip"
    shell.run("convert", template(path, tables), "-o", tmp_path / "o.tar.gz")
    (draft,) = [one["id"] for one in shell.run("drafts", "list", "--json").document["drafts"]]
    ops = tmp_path / "ops.json"
    ops.write_text('[{"op":"set_text","key":"text:l2","html":"<p>Mine</p>"}]')
    shell.run("drafts", "edit", draft, "--ops", ops)
    tables = simple_tables(5)
    tables["lessons"][0]["content"] = "<p>Changed</p>"
    tables["lessons"][1]["content"] = "<p>Theirs</p>"
    template(path, tables)

    seen = shell.run("update", draft, "--dry-run", "--json").document["update"]
    assert {one["ref"]: one["class"] for one in seen["items"]} == {
        "l1": "changed", "l2": "edited", "l5": "new", "e5": "new",
    }  # fmt: skip
    (changed,) = [one for one in seen["items"] if one["ref"] == "l1"]
    (diff,) = changed["diff"]
    assert (diff["key"], diff["field"]) == ("text:l1", "html")
    assert diff["source"] == "<p>Changed</p>"
    assert "Page 1" in diff["here"]
    counts = ("new", "changed", "gone", "same", "edited")
    assert [seen[name] for name in counts] == [2, 1, 0, 7, 1]
    assert seen["step"] is None

    done = shell.run("update", draft, "--json").document["update"]
    assert done["step"] is not None
    shown = shell.run("drafts", "node", draft, "text:l2", "--json").document
    node = shown["node"]
    assert node.items() <= shown.items()
    assert node["block"]["html"] == "<p>Mine</p>"
    node = shell.run("drafts", "node", draft, "text:l1", "--json").document["node"]
    assert node["block"]["html"] == "<p>Changed</p>"
    assert len(shell.run("drafts", "list", "--json").document["drafts"]) == 1
    again = shell.run("update", draft, "--json").document["update"]
    assert [again[name] for name in counts] == [0, 0, 0, 10, 1]
    assert shell.run("drafts", "undo", draft).code == 0
    assert "l5" in str(shell.run("update", draft, "--dry-run", "--json").document)


def test_a_course_without_a_source_cannot_be_updated(shell):
    draft = shell.run("drafts", "new", "--title", "Clay", "--json").document["draft"]

    refused = shell.run("update", draft, "--json")

    assert refused.code == 3
    assert "wasn't imported" in refused.document["error"]["message"]


def test_an_update_that_was_killed_leaves_nothing_behind(shell, tmp_path):
    tables, path = simple_tables(3), tmp_path / "course.zip"
    shell.run("convert", template(path, tables), "-o", tmp_path / "o.tar.gz")
    (draft,) = [one["id"] for one in shell.run("drafts", "list", "--json").document["drafts"]]
    for lessons in (4, 5):
        template(path, simple_tables(lessons))
        running = shell.start("update", draft)
        time.sleep(0.9)
        running.kill()
        running.wait()

    done = shell.run("update", draft, "--json")

    assert done.code == 0, done.said
    tree = shell.run("drafts", "tree", draft, "--json").document["outline"]
    assert [one["key"] for one in tree if one["kind"] == "lesson"] == [
        f"lesson:l{number}" for number in range(1, 6)
    ]
    with open_store(shell.home) as store, store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(table)) == 1
