"""Rows from the command line, against a service on a real socket."""

import pytest

from fakes.records import KEY, served_records

ROWS = """Date,Name,Year,Letterboxd URI
2024-03-01,M,1931,https://boxd.it/1
2024-03-02,Ran,1985,https://boxd.it/2
2024-03-03,,1985,https://boxd.it/3
"""


@pytest.fixture
def service(monkeypatch):
    monkeypatch.setenv("COURSEPORTER_SECRET_FILMS", KEY)
    with served_records() as made:
        yield made


def test_rows_are_tried_sent_shown_and_exported(shell, service, tmp_path):
    source, profile = tmp_path / "watched.csv", service.profile(tmp_path)
    source.write_text(ROWS)
    added = shell.run("connections", "add", "http_api", "films", "--profile", profile)
    assert added.code == 0, added.said
    tried = shell.run("rows", "import", source, "--to", "films", "--dry-run", "--json")
    assert tried.code == 7, tried.said
    found = tried.document["rows"]
    assert (found["format"], found["pending"], found["failed"]) == ("letterboxd_movies", 2, 1)
    assert [row["would"] for row in found["list"]] == ["success", "success", None]
    assert service.posts == []

    done = shell.run("rows", "run", found["job"], "--json")
    assert done.code == 7
    assert done.document["rows"]["success"] == 2
    assert service.titles() == ["M", "Ran"]

    shown = shell.run("rows", "show", found["job"], "--status", "failed")
    assert "title_missing" in shown.out
    out = tmp_path / "failed.csv"
    assert shell.run("rows", "export", found["job"], "--failed", "-o", out).code == 0
    assert out.read_text("utf-8-sig").startswith("Date,Name,Year,Letterboxd URI,error_code,")
    log = "".join(path.read_text() for path in shell.home.glob("logs/*"))
    assert KEY not in log + done.out + done.said


def test_a_file_that_no_format_knows_is_refused(shell, tmp_path):
    source = tmp_path / "x.csv"
    source.write_text("a,b\n1,2\n")
    refused = shell.run("rows", "import", source)
    assert refused.code == 3
    assert "rows formats" in refused.said
