"""What a school doesn't give is listed, filled in by hand, and merged by id."""

from __future__ import annotations

import csv

import pytest

from fakes.thinkific import KEY, Thinkific, grown

COURSE = "1264001"


@pytest.fixture
def site():
    with Thinkific(grown(5, 40), limit=None) as fake:
        yield fake


@pytest.fixture
def imported(shell, site, monkeypatch):
    """A shell, and a draft that was read without an access token."""
    monkeypatch.setenv("COURSEPORTER_THINKIFIC_URL", site.rest.url)
    monkeypatch.setenv("COURSEPORTER_SECRET_SITE", KEY)
    shell.run("connections", "add", "thinkific", "Site", "--subdomain", "school")
    done = shell.run("import", "Site", COURSE, "--json")
    assert done.code == 0, done.said
    return shell, done.document["draft"]


def rows_in(file):
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def write(file, rows):
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def by_kind(rows, kind):
    return [row["id"] for row in rows if row["kind"] == kind]


def test_everything_that_is_missing_is_listed_with_its_old_address(imported, tmp_path):
    shell, draft = imported
    done = shell.run("drafts", "missing", draft, "--forms", tmp_path, "--json")
    assert done.code == 0, done.said
    items = done.document["missing"]
    assert items
    assert all(one["link"].startswith("https://school.example.test/take/") for one in items)
    gaps = rows_in(tmp_path / "missing.csv")
    assert [row["id"] for row in gaps] == [one["ref"] for one in items]
    quizzes = rows_in(tmp_path / "questions.csv")
    assert [row["id"] for row in quizzes] == by_kind(gaps, "quiz")


def test_what_is_filled_in_takes_the_place_of_what_is_missing(imported, tmp_path):
    shell, draft = imported
    folder = tmp_path / "forms"
    folder.mkdir()
    shell.run("drafts", "missing", draft, "--forms", folder)
    gaps, quizzes = rows_in(folder / "missing.csv"), rows_in(folder / "questions.csv")
    texts, videos, files = (by_kind(gaps, kind) for kind in ("text", "video", "file"))
    (folder / f"{texts[0]}.md").write_text("# Hello\n\nA *page*.\n", encoding="utf-8")
    (folder / "film.mp4").write_bytes(b"film")
    (folder / f"{files[0]}.pdf").write_bytes(b"%PDF")
    next(row for row in gaps if row["id"] == videos[0])["file"] = "film.mp4"
    write(folder / "missing.csv", gaps)
    quizzes[0] |= {
        "question": "Which?", "answer 1": "red", "answer 2": "green", "answer 3": "blue",
        "right": "1;3", "explanation": "Because.",
    }  # fmt: skip
    write(folder / "questions.csv", quizzes)
    done = shell.run("drafts", "fill", draft, folder, "--json")
    assert done.code == 0, done.said
    assert done.document["filled"] == 4
    assert len(done.document["missing"]) == len(gaps) - 4
    out = tmp_path / "course.tar.gz"
    exported = shell.run("drafts", "export", draft, "-o", out, "--json")
    assert exported.code == 0, exported.said
    rows = {row["key"]: row for row in exported.document["outline"]}
    assert rows[f"content:{videos[0]}"]["type"] == "video"
    assert rows[f"content:{files[0]}"]["type"] == "resource"
    assert rows[f"question:{quizzes[0]['id']}:1"]["questions"] == 1
    again = shell.run("drafts", "fill", draft, folder, "--json")
    assert again.document["filled"] == 0
    shell.run("drafts", "undo", draft)
    assert len(shell.run("drafts", "missing", draft, "--json").document["missing"]) == len(gaps)


def test_a_wrong_cell_is_named_and_nothing_changes(imported, tmp_path):
    shell, draft = imported
    shell.run("drafts", "missing", draft, "--forms", tmp_path)
    quizzes = rows_in(tmp_path / "questions.csv")
    quizzes[0] |= {"question": "Which?", "answer 1": "red", "answer 2": "green", "right": "5"}
    write(tmp_path / "questions.csv", quizzes)
    (tmp_path / f"{by_kind(rows_in(tmp_path / 'missing.csv'), 'text')[0]}.html").write_text("<p>x")
    done = shell.run("drafts", "fill", draft, tmp_path, "--json")
    assert done.code == 3, done.said
    error = done.document["error"]
    assert "questions.csv line 2" in error["where"]
    left = shell.run("drafts", "missing", draft, "--json").document["missing"]
    assert quizzes[0]["id"] in [one["ref"] for one in left]
    missing = shell.run("drafts", "missing", draft, "--forms", tmp_path / "none", "--json")
    assert missing.code == 2, missing.said


def test_old_and_new_addresses_of_lessons_are_written(imported, tmp_path):
    shell, draft = imported
    done = shell.run("drafts", "addresses", draft, "-o", tmp_path / "moved.csv")
    assert done.code == 0, done.said
    rows = rows_in(tmp_path / "moved.csv")
    assert rows
    for row in rows:
        assert row["old address"] == f"https://school.example.test/take/{row['id']}"
        assert row["new address"].startswith("/courses/course-v1:")
        assert f"/jump_to_id/lesson-{row['id']}" in row["new address"]
