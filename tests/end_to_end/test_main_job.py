"""From a file to a package, through the command line, the store and the worker."""

from __future__ import annotations

import hashlib
import tarfile

import pytest

from fakes.material import scorm, simple_template, write_zip


def test_a_template_becomes_a_package_that_says_the_same_when_read_back(shell, tmp_path):
    source = simple_template(tmp_path / "course.zip", lessons=12)
    out = tmp_path / "course.tar.gz"

    done = shell.run("convert", source, "-o", out, "--json")

    assert done.code == 0, done.said
    written = done.document
    assert written["output"]["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert written["counts"]["lesson"] == 12
    assert written["counts"]["question"] == 12
    back = shell.run("check", out, "--json").document
    names = ("depth", "kind", "type", "title", "hidden", "questions")
    assert [[row[name] for name in names] for row in back["outline"]] == [
        [row[name] for name in names] for row in written["outline"]
    ]


def test_inspect_and_convert_tell_the_same_story(shell, tmp_path):
    source = scorm(tmp_path / "golf.zip", [(1, "Play", "a.html"), (2, "Putt", "b.html")])

    seen = shell.run("inspect", source, "--json").document
    written = shell.run("convert", source, "-o", tmp_path / "o.tar.gz", "--json").document

    for name in ("source", "course", "outline", "counts", "ledger", "problems"):
        assert seen[name] == written[name]


def test_inspect_keeps_no_draft(shell, tmp_path):
    shell.run("inspect", simple_template(tmp_path / "course.zip"), "--json")

    assert shell.run("drafts", "list", "--json").document["drafts"] == []


def test_the_same_input_gives_the_same_bytes_in_another_home(shell, tmp_path):
    source = simple_template(tmp_path / "course.zip", lessons=5)
    shell.run("convert", source, "-o", tmp_path / "one.tar.gz")
    elsewhere = type(shell)(tmp_path / "elsewhere")
    elsewhere.run("convert", source, "-o", tmp_path / "two.tar.gz")

    assert (tmp_path / "one.tar.gz").read_bytes() == (tmp_path / "two.tar.gz").read_bytes()


def test_an_existing_file_is_replaced_only_when_asked(shell, tmp_path):
    source, out = simple_template(tmp_path / "course.zip"), tmp_path / "course.tar.gz"
    out.write_bytes(b"precious")

    refused = shell.run("convert", source, "-o", out, "--json")

    assert refused.code == 6
    assert refused.document["error"]["code"] == "conflict"
    assert out.read_bytes() == b"precious"
    assert shell.run("convert", source, "-o", out, "--force").code == 0
    assert tarfile.is_tarfile(out)


def test_a_second_run_of_a_finished_command_is_a_conflict(shell, tmp_path):
    source, out = simple_template(tmp_path / "course.zip"), tmp_path / "course.tar.gz"

    assert shell.run("convert", source, "-o", out).code == 0
    assert shell.run("convert", source, "-o", out).code == 6


@pytest.mark.parametrize("command", ["inspect", "convert"])
@pytest.mark.parametrize(
    ("name", "members", "code"),
    [
        ("nothing.zip", {"readme.txt": "hello"}, "manifest_missing"),
        ("broken.zip", {"imsmanifest.xml": "<manifest>"}, "manifest_invalid"),
        ("half.zip", {"course.csv": "external_id,title\nc,Pottery\n"}, "table_schema"),
    ],
)
def test_bad_input_gets_one_sentence_the_code_and_leaves_nothing(
    shell, tmp_path, command, name, members, code
):
    source, out = write_zip(tmp_path / name, members), tmp_path / "o.tar.gz"
    words = ["-o", out] if command == "convert" else []

    done = shell.run(command, source, *words, "--json")

    assert done.code == 3
    assert done.document["error"]["code"] == code
    assert "Traceback" not in done.said
    assert not list(tmp_path.glob("*.tar.gz*")) + list(tmp_path.glob(".*.part"))


def test_a_missing_file_is_named(shell, tmp_path):
    done = shell.run("inspect", tmp_path / "absent.zip", "--json")

    assert done.code == 3
    assert "absent.zip" in done.document["error"]["message"]


def test_wrong_usage_is_exit_2_and_still_one_json_object(shell):
    done = shell.run("convert", "--json")

    assert done.code == 2
    assert done.document["error"]["code"] == "usage"


def test_items_without_their_files_end_with_exit_7(shell, tmp_path):
    source = scorm(tmp_path / "g.zip", [(1, "Here", "a.html"), (1, "Gone", "b.html")], missing=1)

    done = shell.run("convert", source, "-o", tmp_path / "o.tar.gz", "--json")

    assert done.code == 7
    assert done.document["ledger"]["failed"] == 1


def test_settings_of_the_course_key_reach_the_package(shell, tmp_path):
    source, out = simple_template(tmp_path / "course.zip"), tmp_path / "o.tar.gz"

    shell.run("convert", source, "-o", out, "--org", "Acme", "--number", "P1", "--run", "r7")

    with tarfile.open(out) as archive:
        root = archive.extractfile("course/course.xml").read().decode()
    assert 'org="Acme"' in root
    assert 'course="P1"' in root
    assert 'url_name="r7"' in root


@pytest.mark.parametrize("run", ["..", "-x", "x.", "a b", "Ü", "a" * 51])
def test_a_name_that_would_be_written_otherwise_is_refused(shell, tmp_path, run):
    source = simple_template(tmp_path / "course.zip", lessons=1)
    done = shell.run("convert", source, "-o", tmp_path / "o.tar.gz", f"--run={run}", "--json")
    assert (done.code, done.document["error"]["where"]) == (2, "--run"), done.said
    assert not (tmp_path / "o.tar.gz").exists()


def test_dump_writes_the_draft_as_lines(shell, tmp_path):
    source = simple_template(tmp_path / "course.zip", lessons=2)

    shell.run("convert", source, "-o", tmp_path / "o.tar.gz", "--dump", tmp_path / "dump")

    lines = (tmp_path / "dump" / "nodes.jsonl").read_text().splitlines()
    assert any('"kind":"lesson"' in line for line in lines)
    assert (tmp_path / "dump" / "ledger.jsonl").stat().st_size


def test_the_report_holds_every_entry(shell, tmp_path):
    source = simple_template(tmp_path / "course.zip", lessons=4)
    done = shell.run("convert", source, "-o", tmp_path / "o.tar.gz", "--json").document
    draft = shell.run("drafts", "list", "--json").document["drafts"][0]["id"]

    for name in ("report.html", "report.csv"):
        assert shell.run("report", draft, "-o", tmp_path / name).code == 0

    rows = (tmp_path / "report.csv").read_text("utf-8-sig").splitlines()
    assert len(rows) == 1 + done["ledger"]["found"]
    assert "Lesson 4" in (tmp_path / "report.html").read_text()


def test_a_job_and_a_draft_are_shown_with_all_that_the_reference_says(shell, tmp_path):
    source = simple_template(tmp_path / "course.zip", lessons=4)
    done = shell.run("convert", source, "-o", tmp_path / "o.tar.gz")
    balance = done.out.splitlines()[1]
    assert balance.startswith("22 items: 22 converted")
    assert done.out.rstrip().endswith(" kB.")

    job = shell.run("jobs", "list", "--json").document["jobs"][0]["id"]
    first, times, *log = shell.run("jobs", "show", job).out.splitlines()
    assert "  completed  done  100 %" in first
    assert [word for word in ("created", "started", "ended") if word in times] == [
        "created", "started", "ended",
    ]  # fmt: skip
    assert "verified it" in log[-1]

    draft = shell.run("drafts", "list", "--json").document["drafts"][0]["id"]
    assert balance in shell.run("drafts", "show", draft).out
    assert shell.run("store", "health").out.startswith("database")
